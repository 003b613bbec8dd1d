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
from home.navigation import Link, menu, section_at
from home.selectors import frame_pages, pages_above
from images.share_cards import share_picture_url


def site_chrome(request: HttpRequest) -> dict[str, Any]:
    """Lazy parts of the frame; pages that do not draw it (the admin, feeds) cost nothing.

    - `nav`: the sections of the menu, each with its pages (`home.navigation`)
    - `nav_extra`: pages of text that editors put into the menu
    - `footer_links`: the pages about this site; `about_links`: those that no section has
    - `languages`: [{code, name, url, current}] for hreflang
    - `readings`: [{lang, hreflang, name, url, current}] for the switch of languages and readings
    - `is_plain`: whether the page is read in plain Japanese
    - `breadcrumbs`: [{title, url}] above this page; a view may add its own as `trail`
    - `canonical_url`: the address without query parameters
    - `og_image_url`: the picture of a Wagtail page to be shared; other views may give their own
    """
    return {
        "nav": SimpleLazyObject(lambda: _frame(request)["nav"]),
        "nav_extra": SimpleLazyObject(lambda: _frame(request)["nav_extra"]),
        "footer_links": SimpleLazyObject(lambda: _frame(request)["footer"]),
        "about_links": SimpleLazyObject(lambda: _frame(request)["about"]),
        "languages": SimpleLazyObject(lambda: _languages(request)),
        "readings": SimpleLazyObject(lambda: _readings(request)),
        "is_plain": is_plain(),
        "breadcrumbs": SimpleLazyObject(lambda: _breadcrumbs(request)),
        "canonical_url": settings.SITE_URL + request.path,
        "og_image_url": SimpleLazyObject(lambda: share_picture_url(_page(request))),
        "site_url": settings.SITE_URL,
        "mail_is_set_up": settings.MAIL_IS_SET_UP,
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
        indexes, texts = frame_pages(get_language() or settings.LANGUAGE_CODE)
        sections = menu(indexes, request)
        in_sections = {link.url for section in sections for link in section.pages}
        links = [
            (page, Link(title_as_read(page, getattr(page, "short_title", "")), url, here))
            for page in texts
            if (url := page.get_url(request) or "")
            for here in (request.path.startswith(url),)
        ]
        request.nanif_frame = {
            "nav": sections,
            "nav_extra": [link for page, link in links if getattr(page, "in_nav", False)],
            "footer": [link for page, link in links if getattr(page, "in_footer", True)],
            "about": [
                link
                for page, link in links
                if getattr(page, "in_footer", True) and link.url not in in_sections
            ],
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
            publicly_visible(Page.objects.filter(translation_key=page.translation_key))
            .only("url_path", "locale__language_code")
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
    """What is above this page, home first: the section of the menu, then the pages of the tree."""
    home = reverse("wagtail_serve", args=[""])
    if request.path == home:
        return []
    page = _page(request)
    section = section_at(_frame(request)["nav"])
    above: list[tuple[str, str]] = []
    if page is not None:
        above = [
            # A region's list of cases has another address than its place in the tree.
            (title_as_read(each), getattr(each, "casesfrompage", each).get_url(request) or "")
            for each in pages_above(page.path)
        ]
    elif section is not None:
        above = [(link.title, link.url) for link in section.pages if link.current]
    if section is not None and section.url not in {request.path, *(url for _title, url in above)}:
        above.insert(0, (section.title, section.url))
    return [
        {"title": title, "url": url}
        for title, url in [(_("Home"), home), *above]
        if url != request.path
    ]
