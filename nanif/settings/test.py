"""Tests: as development, with fast password hashing and no debug output."""

from .base import *  # noqa: F403

DEBUG = False
SECRET_KEY = "tests-only"
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Tests of it switch it on (tests/search/test_semantic.py).
SEARCH_SEMANTIC = False
MAIL_IS_SET_UP = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Counters of their own, empty at each start.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "shared": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "shared",
    },
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
    },
}
# Tests of it switch it on (tests/page_cache).
PAGE_CACHE = False
# Tests of limits set their own.
RATES = dict.fromkeys(RATES, "off")  # noqa: F405
