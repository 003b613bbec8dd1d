"""Whole public pages for visitors without an account, from a cache that is never out of date."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags, quote_etag
from django.utils.translation import get_language
from wagtail.views import serve

from page_cache.control import is_kept, kept_page, start_page
from page_cache.moments import next_moment
from page_cache.versions import current_version

__all__ = ["PageCacheMiddleware"]

# Cookies of visitors without an account. One that decides how a page is written is part of the key;
# with any other cookie a page is made anew.
READING_COOKIES = ("reading", "furigana")
OTHER_COOKIES = {settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME}

kept_page(serve)


@dataclass(frozen=True)
class KeptPage:
    """An answer as it is stored.

    Attributes:
        version: of the public content from which it was made.
        packed: the body, gzipped.
        tag: its ETag.
    """

    version: str
    headers: tuple[tuple[str, str], ...]
    packed: bytes
    tag: str


class PageCacheMiddleware:
    """Answers from the cache, and fills it. Stands inside whatever tells languages apart."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Ask the cache where the address and the cookies allow it."""
        key = _key(request) if settings.PAGE_CACHE else None
        if key is None:
            return self.get_response(request)
        # Read before the page is made: what changes meanwhile makes what is stored useless.
        version = current_version()
        kept: KeptPage | None = caches["pages"].get(key)
        if kept is None or kept.version != version:
            request.kept_view = None  # type: ignore[attr-defined]
            start_page()
            response = self.get_response(request)
            if not _may_be_kept(request, response):
                return response
            kept = _kept(response, version)
            seconds = (next_moment() - timezone.now()).total_seconds()
            if seconds > 0:
                caches["pages"].set(key, kept, seconds)
        return _answer(request, kept)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Note which view makes the page."""
        request.kept_view = view  # type: ignore[attr-defined]


def _key(request: HttpRequest) -> str | None:
    """Where the page of this request stands; None where it depends on who asks."""
    if request.method != "GET" or request.META.get("QUERY_STRING"):
        return None
    readings = [request.COOKIES.get(name, "") for name in READING_COOKIES]
    if not set(request.COOKIES) <= OTHER_COOKIES.union(READING_COOKIES):
        return None
    parts = [request.scheme, request.get_host(), get_language() or "", *readings, request.path]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _may_be_kept(request: HttpRequest, response: HttpResponse) -> bool:
    return (
        response.status_code == 200
        and is_kept(request.kept_view)  # type: ignore[attr-defined]
        and not response.streaming
        and not response.cookies
        and not response.has_header("Cache-Control")
        and response.headers.get("Content-Type", "").startswith("text/html")
    )


def _kept(response: HttpResponse, version: str) -> KeptPage:
    response.headers["Cache-Control"] = "no-cache"  # browsers and proxies ask whether it changed
    patch_vary_headers(response, ["Accept-Encoding", "Cookie"])
    return KeptPage(
        version,
        tuple(response.headers.items()),
        gzip.compress(response.content, compresslevel=6, mtime=0),
        hashlib.sha256(response.content).hexdigest()[:32],
    )


def _answer(request: HttpRequest, kept: KeptPage) -> HttpResponse:
    is_packed = "gzip" in request.headers.get("Accept-Encoding", "")
    tag = quote_etag(f"{kept.tag}-gzip" if is_packed else kept.tag)
    asked = parse_etags(request.headers.get("If-None-Match", ""))
    if tag in [each.removeprefix("W/") for each in asked]:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(kept.packed if is_packed else gzip.decompress(kept.packed))
    for name, value in kept.headers:
        if response.status_code == 200 or name in ("Cache-Control", "Vary"):
            response.headers[name] = value
    if is_packed and response.status_code == 200:
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Content-Length"] = str(len(kept.packed))
    elif response.status_code == 200:
        response.headers["Content-Length"] = str(len(response.content))
    response.headers["ETag"] = tag
    return response
