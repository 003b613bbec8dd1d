"""Development: SQLite and the embedded search engine, everything on this machine."""

from .base import *  # noqa: F403
from .base import ENVIRONMENT

DEBUG = True
# Only for this machine: production refuses to start without a SECRET_KEY of its own.
SECRET_KEY = ENVIRONMENT.text("SECRET_KEY") or "development-only-key-never-used-on-a-public-server"
ALLOWED_HOSTS = ENVIRONMENT.items("ALLOWED_HOSTS") or ["127.0.0.1", "localhost", "[::1]"]
# Templates are edited here.
PAGE_CACHE = ENVIRONMENT.is_set("PAGE_CACHE") and ENVIRONMENT.flag("PAGE_CACHE")
# Mails are printed where the server runs, unless EMAIL_URL says otherwise.
MAIL_IS_SET_UP = True
if not ENVIRONMENT.is_set("EMAIL_URL"):
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
