"""WSGI entry point for gunicorn: `gunicorn nanif.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nanif.settings.production")

application = get_wsgi_application()

from nanif.upload_checks import refuse_unsafe_start  # noqa: E402 - apps are ready only now

refuse_unsafe_start()
