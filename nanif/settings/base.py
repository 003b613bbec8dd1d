"""Settings shared by development, tests and production."""

from __future__ import annotations

from pathlib import Path

from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.utils.translation import gettext_lazy as _

from nanif.code_version import code_version
from nanif.environment import Environment
from nanif.headers import add_file_headers

ENVIRONMENT = Environment()

BASE_DIR = Path(__file__).resolve().parent.parent.parent
DATA_DIR = Path(ENVIRONMENT.text("DATA_DIR") or BASE_DIR / "var")

SITE_URL = ENVIRONMENT.text("SITE_URL").rstrip("/")

INSTALLED_APPS = [
    "nanif",
    "home",
    "content",
    "programmes",
    "reviews",
    "upkeep",
    "overview",
    "casestudies",
    "events",
    "press",
    "people",
    "places",
    "surveys",
    "organisations",
    "regions",
    "taxonomy",
    "alerts",
    "newsletter",
    "documents",
    "proposals",
    "contact",
    "writing",
    "furigana",
    "glossary",
    "handouts",
    "search",
    "opendata",
    "sheets",
    "images",
    "users",
    "translations",
    "page_cache",
    "core",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_tasks",
    "django_tasks_db",
    "django_filters",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "nanif.request_ids.RequestIdMiddleware",
    "nanif.metrics.MetricsMiddleware",
    "nanif.frame_memory.FrameMemoryMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "nanif.headers.SecurityHeadersMiddleware",
    "nanif.health.MonitoringMiddleware",
    "nanif.null_characters.NullCharactersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "users.middleware.SignInLanguageMiddleware",
    "core.readings.ReadingMiddleware",
    "page_cache.middleware.PageCacheMiddleware",
    "nanif.routes.PageRouteMiddleware",
    "django.middleware.common.CommonMiddleware",
    "furigana.middleware.FuriganaMiddleware",
    "glossary.middleware.GlossaryMiddleware",
    "opendata.public_forms.PublicFormsMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "users.middleware.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "users.middleware.RegionIsolationMiddleware",
    "reviews.middleware.DecideOnceMiddleware",
    "reviews.created_once.CreateOnceMiddleware",
    "core.kept_text.KeptTextMiddleware",
    "translations.choice.TranslationChoiceMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "nanif.headers.AdminPolicyMiddleware",
    "core.previews.PreviewFramingMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "nanif.urls"
WSGI_APPLICATION = "nanif.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "home.context_processors.site_chrome",
                "contact.context_processors.site_contact",
                "furigana.context_processors.furigana",
            ],
        },
    },
]

# Templates of the project come before those of Django and Wagtail for form fields too.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {
    "default": ENVIRONMENT.database(
        "DATABASE_URL",
        default={
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_DIR / "db.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                # The cache of a connection is 16 MB, most of a small site, in place of 2.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
                "PRAGMA cache_size=-16000;",
            },
        },
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# What all processes of this machine count together. The default cache is each process's own.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "shared": {
        "BACKEND": "opendata.shared_cache.SharedFileCache",
        "LOCATION": DATA_DIR / "cache",
        "TIMEOUT": 2 * 24 * 3600,
    },
    # Whole public pages, about 15 kB each. Each process has its own, so a release begins anew.
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "OPTIONS": {"MAX_ENTRIES": 1000},
    },
}
if CACHE_URL := ENVIRONMENT.cache("CACHE_URL"):
    CACHES |= {
        name: {
            "BACKEND": "opendata.redis_cache.SharedRedisCache",
            "LOCATION": CACHE_URL,
            # Pages made by other code, as during a release, are not for this one.
            "KEY_PREFIX": f"nanif-{name}-{code_version(BASE_DIR)}" if name == "pages" else "nanif",
            "TIMEOUT": 2 * 24 * 3600,
            # A server that hangs must not hold a page up.
            "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
        }
        for name in ("shared", "pages")
    }
PAGE_CACHE = ENVIRONMENT.flag("PAGE_CACHE")

# How often one client may ask; see opendata.rates.
RATES = {
    "api": ENVIRONMENT.rate("API_RATE"),
    "export": ENVIRONMENT.rate("EXPORT_RATE"),
    "alert": ENVIRONMENT.rate("ALERT_RATE"),
    "proposal": ENVIRONMENT.rate("PROPOSAL_RATE"),
    # Site maps, which take long to make.
    "sitemap": "120/hour",
    # Mails that ask one address for a confirmation, whoever asks for them.
    "address": "5/day",
    # Failed log-ins: to one account from one client, from one client, to one account from anywhere.
    "login": "10/hour",
    "login-client": "100/hour",
    "login-account": "200/hour",
    # Failed log-ins to one account in a browser in which it has signed in before; then no other
    # limit counts, so that strangers who use those up do not keep the owner out.
    "login-device": "10/hour",
    # Mails to reset a password, and invitations opened, that one client may ask for.
    "account": "30/hour",
    "proposal_address": "5/day",
    # Forms by which one client writes to whoever runs the site, mistakes included.
    "contact": "20/hour",
    # Receipts of messages to one address, and mails that tell one address of messages.
    "contact_receipt": "5/day",
    "contact_mail": "50/day",
    # Pages opened and sent by one client to answer whether pages are still right.
    "answer": "200/hour",
}
# What files of proposals may take on the disk: of forms with a mistake, and altogether.
PROPOSAL_UNFINISHED_MB = 200
PROPOSAL_FILES_MB = 2_000
# Whether `links_check` may ask hosts of our own network. Tests do; nobody else should.
LINKS_MAY_BE_PRIVATE = False
TRUSTED_PROXIES = ENVIRONMENT.trusted_proxies()
BACKUP_DIR = ENVIRONMENT.text("BACKUP_DIR")
BACKUP_RECIPIENT = ENVIRONMENT.text("BACKUP_RECIPIENT")
# With which Prometheus may read /metrics.
METRICS_TOKEN = ENVIRONMENT.secret("METRICS_TOKEN")
METRICS_DIR = ENVIRONMENT.text("PROMETHEUS_MULTIPROC_DIR")

# Where mail goes. Without it the site offers no mail alerts.
MAIL_IS_SET_UP = ENVIRONMENT.is_set("EMAIL_URL")
EMAIL = ENVIRONMENT.mail("EMAIL_URL")
EMAIL_BACKEND = f"django.core.mail.backends.{EMAIL.backend}.EmailBackend"
EMAIL_HOST, EMAIL_PORT = EMAIL.host, EMAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = EMAIL.user, EMAIL.password
EMAIL_USE_TLS, EMAIL_USE_SSL = EMAIL.starts_tls, EMAIL.is_tls
EMAIL_FILE_PATH = EMAIL.folder or None
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = ENVIRONMENT.text("DEFAULT_FROM_EMAIL")

TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend"
        if ENVIRONMENT.flag("TASK_WORKER")
        else "django_tasks.backends.immediate.ImmediateBackend",
    }
}

AUTH_USER_MODEL = "users.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in [
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    ]
]

# Whether administrators must use a second factor; everybody else may.
SECOND_FACTOR_REQUIRED = ENVIRONMENT.flag("SECOND_FACTOR_REQUIRED")
OTP_TOTP_ISSUER = "NANIF"
WAGTAILADMIN_USER_PASSWORD_RESET_FORM = "users.forms.PasswordResetForm"  # noqa: S105
# Pages for members are opened with the same log-in, with its throttle and second factor.
WAGTAIL_FRONTEND_LOGIN_URL = "/admin/login/"

CSRF_FAILURE_VIEW = "nanif.views.csrf_failure"

# Japanese is the first locale: Wagtail makes its first Locale from LANGUAGE_CODE.
LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", _("Japanese")), ("en", _("English"))]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_I18N_ENABLED = True
WAGTAIL_LOCALIZE_ALLOW_AUTOMATIC_SYNC = True
# A translation is published by its translator, never by beginning it.
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False
# The site's own texts, and those of Wagtail's admin that Wagtail has not in Japanese.
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "wagtail"]
FORMAT_MODULE_PATH = ["nanif.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Tokyo"

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
WHITENOISE_ADD_HEADERS_FUNCTION = add_file_headers
STATICFILES_DIRS = [BASE_DIR / "static"]
# Uploads. No web server may serve this folder: images.views and Wagtail's view of documents ask who
# may see a file, and then send it or let the web server in front send it (X-Accel-Redirect).
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "uploads"
FILE_UPLOAD_HANDLERS = ["core.storage.ComposedNamesInMemory", "core.storage.ComposedNamesOnDisk"]
WAGTAILDOCS_SERVE_METHOD = "serve_view"
SENDFILE_ROOT = MEDIA_ROOT
if ENVIRONMENT.is_set("UPLOADS_INTERNAL_URL"):
    SENDFILE_URL = ENVIRONMENT.text("UPLOADS_INTERNAL_URL")
    SENDFILE_BACKEND = "django_sendfile.backends.nginx"
STORAGES = {
    "default": {"BACKEND": "core.storage.UploadStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# A case study with many steps, results and sources exceeds Django's default of 1000.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

WAGTAIL_SITE_NAME = "NANIF"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAILIMAGES_IMAGE_MODEL = "images.CustomImage"
WAGTAILIMAGES_IMAGE_FORM_BASE = "images.forms.PictureForm"
# What may be chosen; stored are JPEG and PNG alone, see images.cleaning.
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "heic", "heif", "jpeg", "jpg", "png", "webp"]
WAGTAILDOCS_DOCUMENT_FORM_BASE = "images.forms.DocumentForm"
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "odt", "pdf", "pptx", "txt", "xlsx"]
WAGTAILDOCS_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAIL_FINISH_WORKFLOW_ACTION = "reviews.finish.publish_reviewed"
# How Japanese is read, for addresses made from titles (core/slugs.py).
READINGS = "search.language.analysis.readings"
WAGTAIL_AUTOSAVE_INTERVAL = 3000
# Wagtail keeps shared page passwords as plain text.
WAGTAIL_PRIVATE_PAGE_OPTIONS = {"SHARED_PASSWORD": False}
TAGGIT_CASE_INSENSITIVE = True
TAGGIT_TAGS_FROM_STRING = "core.keywords.split_keywords"
TAGGIT_STRING_FROM_TAGS = "core.keywords.join_keywords"

# Editors' search in the admin: any part of a word, which finds Japanese, and readings in kana.
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "reviews.admin_search"}}
# The admin asks nobody outside whether there is a newer Wagtail.
WAGTAIL_ENABLE_UPDATE_CHECK = False
# Nor does it send digests of mail addresses away for pictures of their owners.
WAGTAIL_GRAVATAR_PROVIDER_URL = None

# Empty: the embedded engine.
SEARCH_ENGINE = ENVIRONMENT.search_engine("SEARCH_URL")
SEARCH_INDEX_DIR = DATA_DIR / "search"
SEARCH_SEMANTIC = ENVIRONMENT.flag("SEARCH_SEMANTIC")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
# The admin, see nanif.headers.AdminPolicyMiddleware: scripts from files alone as well, but the
# editor of Wagtail writes styles into elements, shows pictures before they are uploaded, and frames
# previews.
ADMIN_CONTENT_SECURITY_POLICY = {
    **CONTENT_SECURITY_POLICY["DIRECTIVES"],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "font-src": [SELF, "data:"],
    "frame-src": [SELF],
}
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "format": "{asctime}{levelname}{name}{message}{request_id}",
            "style": "{",
            "json_ensure_ascii": False,
            "rename_fields": {"asctime": "time", "levelname": "level", "name": "logger"},
        },
    },
    "filters": {
        "secrets": {"()": "nanif.logs.RedactSecrets"},
        "request": {"()": "nanif.request_ids.AddRequestId"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": ENVIRONMENT.one_of("LOG_FORMAT", {"plain", "json"}),
            "filters": ["secrets", "request"],
        },
        # `runserver` logs each address it is asked for.
        "django.server": {
            "class": "logging.StreamHandler",
            "formatter": "plain",
            "filters": ["secrets"],
        },
    },
    "loggers": {
        # One line for each page saved says too little to too many.
        "django_tasks": {"level": "WARNING"},
        "elastic_transport": {"level": "ERROR"},
        "django.server": {"handlers": ["django.server"], "level": "INFO", "propagate": False},
        "wagtail": {"level": "WARNING"},
    },
    "root": {
        "handlers": ["console"],
        "level": ENVIRONMENT.one_of("LOG_LEVEL", {"DEBUG", "INFO", "WARNING", "ERROR"}),
    },
}
