"""Production: everything comes from environment variables, see docs/reference/settings.md."""

from .base import *  # noqa: F403
from .base import DATABASES, ENVIRONMENT, STORAGES, TRUSTED_PROXY

DEBUG = False
ENVIRONMENT.require_for_production()

# Without a key the system check stops every command; an empty key would stop Django before it.
SECRET_KEY = ENVIRONMENT.text("SECRET_KEY") or "unset"
ALLOWED_HOSTS = ENVIRONMENT.items("ALLOWED_HOSTS")

# Threads keep their connection: to open one, SQLite reads the whole schema, 5 ms for each request.
DATABASES["default"].setdefault("CONN_MAX_AGE", 60)

STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

SECURE_SSL_REDIRECT = ENVIRONMENT.flag("SECURE_SSL_REDIRECT")
# Monitoring asks without https, from this machine.
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
if TRUSTED_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
