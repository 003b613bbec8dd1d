"""sitemap.xml with every public page and its translations, all places, and what has no page."""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import override
from wagtail.models import Page

from casestudies.models import CasesFromPage
from core.visibility import publicly_visible
from newsletter.selectors import sent_issues
from organisations.own_pages import without_names_alone
from programmes.selectors import public_grants
from regions.models import Area


class _SiteUrlSitemap(Sitemap):
    """Addresses are built on SITE_URL, whatever host the sitemap was asked from."""

    def get_domain(self, site: Any = None) -> str:
        return settings.SITE_URL.split("://", 1)[-1]

    def get_protocol(self, protocol: str | None = None) -> str:
        return settings.SITE_URL.split("://", 1)[0]


class PageSitemap(_SiteUrlSitemap):
    """Wagtail's live, public, original pages, each with its translations."""

    def items(self) -> list[Page]:
        """Pages written in their language; aliases are the same words twice.

        Regions' lists of cases lead to the pages of places.
        """
        pages = list(
            without_names_alone(publicly_visible(Page.objects.all()))
            .filter(depth__gt=1, alias_of=None, casesfrompage=None)
            .select_related("locale")
            .order_by("path")
        )
        siblings: dict[Any, list[Page]] = {}
        for page in pages:
            siblings.setdefault(page.translation_key, []).append(page)
        for page in pages:
            page.siblings = siblings[page.translation_key]
        return pages

    def location(self, item: Page) -> str:
        """Path of the page."""
        return item.get_url() or "/"

    def lastmod(self, item: Page) -> datetime.datetime | None:
        """When the page was last published."""
        return item.last_published_at

    def get_urls(
        self, page: int | str = 1, site: Any = None, protocol: str | None = None
    ) -> list[dict[str, Any]]:
        """Add the translations to the entry of a page."""
        urls: list[dict[str, Any]] = super().get_urls(page, site, protocol)
        origin = settings.SITE_URL
        for url in urls:
            if len(url["item"].siblings) > 1:
                url["alternates"] = [
                    {
                        "location": f"{origin}{self.location(sibling)}",
                        "lang_code": sibling.locale.language_code,
                    }
                    for sibling in url["item"].siblings
                ]
        return urls


class AreaSitemap(_SiteUrlSitemap):
    """The pages of all prefectures, municipalities and wards of today, and of places abroad.

    Of these, only the ones from which a region's list of cases comes. All in both languages.
    """

    def items(self) -> list[tuple[str, str]]:
        """Pairs of area code and language."""
        lists = publicly_visible(CasesFromPage.objects.all())
        wanted = Q(code__regex=r"^[0-9]+$") | Q(pk__in=lists.values("area"))
        areas = Area.objects.filter(wanted, valid_to=None).order_by("code")
        codes = list(areas.values_list("code", flat=True))
        return [(code, language) for language, _name in settings.LANGUAGES for code in codes]

    def location(self, item: tuple[str, str]) -> str:
        """Path of the page."""
        code, language = item
        with override(language):
            return reverse("area", args=[code])


class ViewSitemap(_SiteUrlSitemap):
    """What is no page of the tree: lists, tools, the API explained, each grant and issue."""

    names = (
        "desks", "plans", "peers-method", "compare", "calls", "grants", "embed-code", "api-guide",
        "proposals:new", "accessibility-results", "newsletter:archive",
    )  # fmt: skip

    def items(self) -> list[tuple[str, list[str], str]]:
        """Names of addresses with what they need, in both languages."""
        grants = public_grants().order_by("identifier").values_list("identifier", flat=True)
        views: list[tuple[str, list[str]]] = [(name, []) for name in self.names]
        views += [("grant", [identifier]) for identifier in grants]
        views += [("newsletter:issue", [issue.month]) for issue in sent_issues()]
        return [(*view, language) for language, _label in settings.LANGUAGES for view in views]

    def location(self, item: tuple[str, list[str], str]) -> str:
        """Path of one."""
        name, args, language = item
        with override(language):
            return reverse(name, args=args)
