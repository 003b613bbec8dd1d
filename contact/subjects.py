"""What a visitor reports an error on: found by its address, and only what the public may see."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.translation import get_language_from_path, override
from wagtail.models import Page

from core.selectors import page_at
from regions.models import Area

__all__ = ["MAX_PATH", "OTHER_PLACES", "Subject", "subject_at"]

MAX_PATH = 1000
# Views that are no pages of the tree but can be wrong too. None has a secret in its address.
OTHER_PLACES = frozenset(
    {
        "area",
        "search:search",
        "grants",
        "grant",
        "calls",
        "api-guide",
        "proposals:new",
        "alerts:new",
        "embed-code",
    }
)
# Views that show the words of a page of the tree, and its place there.
WORDS_OF_A_PAGE = {"contact:contact": "contact/", "open-data": "open-data/"}


@dataclass(frozen=True)
class Subject:
    """What a report is about.

    Attributes:
        title: its title, or its address where it is no page and no area.
        language: of the title.
    """

    path: str
    title: str
    language: str
    page: Page | None = None


def subject_at(request: HttpRequest, written: str) -> Subject | None:
    """What is at an address of this site, with or without its host, in any of its languages.

    None where there is nothing, nothing that the public may see, or no page of this site.
    """
    path = _path(request, written)
    if not path:
        return None
    language = get_language_from_path(path) or settings.LANGUAGE_CODE
    # The patterns of addresses know the active language alone.
    with override(language):
        try:
            match = resolve(path)
        except Resolver404:
            return None
        if match.view_name == "wagtail_serve":
            return _page_subject(request, path, match.args[0])
        if match.view_name == "area":
            area = Area.objects.filter(code=match.kwargs["code"]).first()
            return Subject(path, area.label, language) if area else None
        if match.view_name in OTHER_PLACES:
            return Subject(path, path, language)
        if match.view_name in WORDS_OF_A_PAGE:
            return _page_subject(request, path, WORDS_OF_A_PAGE[match.view_name])
    return None


def _page_subject(request: HttpRequest, path: str, route: str) -> Subject | None:
    page = page_at(request, route)
    return Subject(path, page.title, page.content_language, page) if page else None


def _path(request: HttpRequest, written: str) -> str:
    """The path that was meant; empty for other sites and for what is no address."""
    try:
        url = urlsplit(written.strip())
        host = url.netloc
    except ValueError:
        return ""
    own = {request.get_host(), urlsplit(settings.SITE_URL).netloc}
    if host and (url.scheme not in {"http", "https"} or host not in own):
        return ""
    path = unquote(url.path)
    if not path.startswith("/") or len(path) > MAX_PATH:
        return ""
    return path if path.endswith("/") else f"{path}/"
