"""Production: everything comes from environment variables, see docs/reference/settings.md."""

from nanif.error_reports import start as start_error_reports

from .base import *  # noqa: F403
from .base import DATABASES, ENVIRONMENT, STORAGES, TRUSTED_PROXIES

DEBUG = False
ENVIRONMENT.require_for_production()

# Without a key the system check stops every command; an empty key would stop Django before it.
SECRET_KEY = ENVIRONMENT.text("SECRET_KEY") or "unset"
SECRET_KEY_FALLBACKS = ENVIRONMENT.items("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = ENVIRONMENT.items("ALLOWED_HOSTS")

# Threads keep their connection: to open one, SQLite reads the whole schema, 5 ms for each request.
DATABASES["default"].setdefault("CONN_MAX_AGE", 60)

STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "nanif.static_files.BundledStaticFilesStorage"},
}

SECURE_SSL_REDIRECT = ENVIRONMENT.flag("SECURE_SSL_REDIRECT")
# Monitoring asks without https, from this machine.
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600
# Both bind other hosts of the operator too, and cannot be taken back for a year: their choice.
SECURE_HSTS_INCLUDE_SUBDOMAINS = ENVIRONMENT.flag("HSTS_SUBDOMAINS")
SECURE_HSTS_PRELOAD = ENVIRONMENT.flag("HSTS_PRELOAD")
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

if address := ENVIRONMENT.web_address("ERROR_REPORTS_URL"):
    start_error_reports(address)
