"""Whole public pages for visitors without an account, from a cache that is never out of date."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.html import escape
from django.utils.http import parse_etags, quote_etag
from django.utils.translation import get_language
from wagtail.views import serve

from core.readings import COOKIE_VALUES
from page_cache.control import LateValue, Making, cached_page, making_page
from page_cache.kept import current_period
from page_cache.versions import asked_once, current_state

__all__ = ["PageCacheMiddleware"]

# Cookies of visitors without an account that change no page. Those of a reading are part of the
# key; with any other cookie a page is made anew.
OTHER_COOKIES = {settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME}

# Asks for a part of a page at the address of the whole.
FRAGMENT_HEADER = "X-Fragment"

_CONTENT_TYPES = ("text/html", "application/json", "application/pdf")
# What one visitor has used of a limit is not for others.
_OF_ONE_VISITOR = {"RateLimit", "RateLimit-Policy"}

cached_page(serve)


@dataclass(frozen=True)
class CachedPage:
    """An answer as it is stored.

    Attributes:
        version: of the public content from which it was made.
        packed: the body, gzipped.
        tag: its ETag.
        late_values: what is written into it when it is sent; such an answer has no ETag.
    """

    version: str
    headers: tuple[tuple[str, str], ...]
    packed: bytes
    tag: str
    late_values: tuple[LateValue, ...]


class PageCacheMiddleware:
    """Answers from the cache, and fills it. Stands inside whatever tells languages apart."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer from the cache where that is possible; ask for the version once."""
        with asked_once():
            return self._answered(request)

    def _answered(self, request: HttpRequest) -> HttpResponse:
        """Ask the cache where the address and the cookies allow it."""
        key = _key(request) if settings.PAGE_CACHE else None
        if key is None:
            return self.get_response(request)
        # Both are read before the page is made: what changes or ends meanwhile makes it useless.
        version, _own_writes = current_state()
        cached: CachedPage | None = caches["pages"].get(key)
        if cached is None or cached.version != version:
            request.page_view = None  # type: ignore[attr-defined]
            until = current_period().until
            with making_page() as making:
                response = self.get_response(request)
            if not _may_be_cached(request, response, making):
                if making.late_values:
                    response.content = _with_late_values(response.content, making.late_values)
                return response
            cached = _cached(response, version, making)
            seconds = (until - timezone.now()).total_seconds()
            if seconds > 0:
                caches["pages"].set(key, cached, seconds)
        return _answer(request, cached)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Note which view makes the page."""
        request.page_view = view  # type: ignore[attr-defined]


def _key(request: HttpRequest) -> str | None:
    """Where the page of this request stands; None where it depends on who asks."""
    if request.method != "GET" or request.META.get("QUERY_STRING"):
        return None
    if FRAGMENT_HEADER in request.headers:
        return None
    if not set(request.COOKIES) <= OTHER_COOKIES.union(COOKIE_VALUES):
        return None
    readings = {name: request.COOKIES.get(name, "") for name in COOKIE_VALUES}
    if any(text not in COOKIE_VALUES[name] for name, text in readings.items()):
        return None
    parts = [
        request.scheme or "",
        request.get_host(),
        get_language() or "",
        *readings.values(),
        request.path,
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _may_be_cached(request: HttpRequest, response: HttpResponse, making: Making) -> bool:
    """Whether an answer may be stored for everybody who has no account.

    It must be whole, HTML, JSON or PDF, set no cookies, and come from a view marked `cached_page`.
    One with a Cache-Control of its own must have late values. `_key` has looked at the request.
    """
    # Pages with a form tell browsers to keep nothing, because of what is written into them late.
    is_for_all = making.late_values or not response.has_header("Cache-Control")
    return bool(
        response.status_code == 200
        and making.is_complete
        and is_for_all
        and getattr(request.page_view, "is_cached_page", False)  # type: ignore[attr-defined]
        and not response.streaming
        and not response.cookies
        and response.headers.get("Content-Type", "").startswith(_CONTENT_TYPES)
    )


def _cached(response: HttpResponse, version: str, making: Making) -> CachedPage:
    # Browsers and proxies ask whether it changed.
    response.headers.setdefault("Cache-Control", "no-cache")
    patch_vary_headers(response, ["Accept-Encoding", "Cookie"])
    headers = [pair for pair in response.headers.items() if pair[0] not in _OF_ONE_VISITOR]
    return CachedPage(
        version,
        tuple(headers),
        gzip.compress(response.content, compresslevel=6, mtime=0),
        hashlib.sha256(response.content).hexdigest()[:32],
        tuple(making.late_values),
    )


def _with_late_values(content: bytes, values: Iterable[LateValue]) -> bytes:
    for value in values:
        text = escape(value.make(*value.arguments))
        content = content.replace(value.mark.encode(), text.encode())
    return content


def _answer(request: HttpRequest, cached: CachedPage) -> HttpResponse:
    if cached.late_values:
        content = _with_late_values(gzip.decompress(cached.packed), cached.late_values)
        return _with_headers(HttpResponse(content), cached)
    is_packed = "gzip" in request.headers.get("Accept-Encoding", "")
    tag = quote_etag(f"{cached.tag}-gzip" if is_packed else cached.tag)
    asked = parse_etags(request.headers.get("If-None-Match", ""))
    if tag in [each.removeprefix("W/") for each in asked]:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(cached.packed if is_packed else gzip.decompress(cached.packed))
        if is_packed:
            response.headers["Content-Encoding"] = "gzip"
    response.headers["ETag"] = tag
    return _with_headers(response, cached)


def _with_headers(response: HttpResponse, cached: CachedPage) -> HttpResponse:
    for name, value in cached.headers:
        if response.status_code == 200 or name in ("Cache-Control", "Vary"):
            response.headers[name] = value
    if response.status_code == 200:
        response.headers["Content-Length"] = str(len(response.content))
    return response
