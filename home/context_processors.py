"""The frame around every public page: menu, footer, language switch, breadcrumbs, address."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _
from wagtail.models import Page

from core.readings import ORDINARY, PLAIN, has_chosen_plain, is_plain, reading_address
from core.templatetags.readings import title_as_read
from core.visibility import publicly_visible
from home.models import StandardPage
from home.selectors import frame_pages


def site_chrome(request: HttpRequest) -> dict[str, Any]:
    """Lazy parts of the frame; pages that do not draw it (the admin, feeds) cost nothing.

    - `nav`, `footer_links`: [{title, url, current}]
    - `languages`: [{code, name, url, current}] for hreflang
    - `readings`: [{lang, hreflang, name, url, current}] for the switch of languages and readings
    - `is_plain`: whether the page is read in plain Japanese
    - `breadcrumbs`: [{title, url}] above a Wagtail page
    - `canonical_url`: the address without query parameters
    """
    return {
        "nav": SimpleLazyObject(lambda: _frame(request)["nav"]),
        "footer_links": SimpleLazyObject(lambda: _frame(request)["footer"]),
        "languages": SimpleLazyObject(lambda: _languages(request)),
        "readings": SimpleLazyObject(lambda: _readings(request)),
        "is_plain": is_plain(),
        "breadcrumbs": SimpleLazyObject(lambda: _breadcrumbs(request)),
        "canonical_url": settings.SITE_URL + request.path,
        "site_url": settings.SITE_URL,
    }


def _page(request: Any) -> Page | None:
    """The Wagtail page that this request serves, found by its address. One query."""
    if not hasattr(request, "nanif_page"):
        request.nanif_page = None
        match = request.resolver_match
        if match is not None and match.view_name == "wagtail_serve":
            request.nanif_page = Page.find_for_request(request, match.args[0])
    return request.nanif_page


def _frame(request: Any) -> dict[str, Any]:
    if not hasattr(request, "nanif_frame"):
        pages = frame_pages(get_language() or settings.LANGUAGE_CODE)
        links = [
            {
                "title": title_as_read(page, getattr(page, "short_title", "")),
                "url": (url := page.get_url(request) or ""),
                "current": request.path.startswith(url) if url else False,
                "page": page,
            }
            for page in pages
        ]
        search, desks = reverse("search:search"), reverse("desks")
        sections = [link for link in links if not isinstance(link["page"], StandardPage)]
        texts = [link for link in links if isinstance(link["page"], StandardPage)]
        request.nanif_frame = {
            "nav": [
                *sections,
                {
                    "title": _("Desks"),
                    "url": desks,
                    "current": request.path.startswith(desks),
                },
                {"title": _("Search"), "url": search, "current": request.path == search},
                *[link for link in texts if link["page"].in_nav],
            ],
            "footer": [link for link in texts if link["page"].in_footer],
        }
    return request.nanif_frame


def _languages(request: Any) -> list[dict[str, Any]]:
    """This page in every language: its live translation, else the same address translated."""
    if hasattr(request, "nanif_languages"):
        known: list[dict[str, Any]] = request.nanif_languages
        return known
    page = _page(request)
    urls: dict[str, str] = {}
    if page is not None:
        translations = (
            publicly_visible(Page.objects.all())
            .filter(translation_key=page.translation_key)
            .select_related("locale")
        )
        urls = {other.locale.language_code: other.get_url(request) or "" for other in translations}
    current = get_language() or settings.LANGUAGE_CODE
    path = request.get_full_path()
    languages = []
    for code, _name in settings.LANGUAGES:
        if page is not None:
            url = urls.get(code) or translate_url("/", code)
        else:
            url = path if code == current else translate_url(path, code)
        languages.append(
            {
                "code": code,
                "name": get_language_info(code)["name_local"],
                "url": url,
                "current": code == current,
                "is_translated": page is None or code in urls,
            }
        )
    request.nanif_languages = languages
    return languages


def _readings(request: HttpRequest) -> list[dict[str, Any]]:
    """This page in Japanese, in plain Japanese and in English."""
    japanese, *others = _languages(request)
    entry = {"lang": japanese["code"], "hreflang": japanese["code"], "name": japanese["name"]}
    address = japanese["url"]
    ordinary = reading_address(address, ORDINARY) if has_chosen_plain(request) else address
    return [
        {**entry, "url": ordinary, "current": japanese["current"] and not is_plain()},
        {
            "lang": japanese["code"],
            "name": "やさしい日本語",
            "url": reading_address(address, PLAIN),
            "current": is_plain(),
        },
        *({**other, "lang": other["code"], "hreflang": other["code"]} for other in others),
    ]


def _breadcrumbs(request: HttpRequest) -> list[dict[str, str]]:
    """The pages above this one, home first."""
    page = _page(request)
    if page is None:
        return []
    ancestors = publicly_visible(page.get_ancestors().filter(depth__gt=1))
    return [
        {
            "title": _("Home") if ancestor.depth == 2 else title_as_read(ancestor),
            "url": ancestor.get_url(request) or "",
        }
        for ancestor in ancestors
    ]
