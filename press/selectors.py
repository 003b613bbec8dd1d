"""Reads about media coverage. Each function runs a fixed number of queries."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.db.models.functions import Left
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Page
from wagtail.query import PageQuerySet

from core.pagination import paginate
from core.selectors import translations_by_key
from core.templatetags.facts import partial_date
from core.visibility import publicly_visible
from organisations.models import OrganisationPage
from page_cache.kept import kept, kept_rows
from press.models import CoverageOrganisation, CoveragePage, Outlet, PressIndexPage
from regions.selectors import area_lookups, by_area
from taxonomy.list_filters import Choice, ListFilter, choices_of, list_tools, sort_of
from taxonomy.models import Language, Theme

PER_PAGE = 20
SORTS = {"newest": gettext_lazy("Latest first"), "oldest": gettext_lazy("Earliest first")}


def coverage_cards() -> PageQuerySet:
    """Live, public coverage with what its cards show, the newest first; without a date last."""
    return (
        publicly_visible(CoveragePage.objects.all())
        .select_related("locale", "alias_of__locale", "outlet", "language")
        .prefetch_related("themes")
        .order_by("-published_on", "pk")
    )


@kept_rows
def kept_coverage_cards(pks: list[int]) -> Mapping[int, CoveragePage]:
    """The same by their numbers."""
    return coverage_cards().in_bulk(pks)


def coverage_in(
    locale: str, *, outlet: str = "", theme: str = "", language: str = "", year: str = ""
) -> PageQuerySet:
    """Coverage of one language's tree that fits all that is given.

    Args:
        outlet, theme, language: codes; narrower themes fit too.
        year: four digits.
    """
    found = coverage_cards().filter(locale__language_code=locale)
    if outlet:
        found = found.filter(outlet=outlet)
    if theme:
        fits = CoveragePage.objects.filter(Q(themes=theme) | Q(themes__parent=theme))
        found = found.filter(pk__in=fits.values("pk"))
    if language:
        found = found.filter(language=language)
    if year:
        found = found.filter(published_on__startswith=year)
    return found


def coverage_list(locale: str, params: QueryDict) -> dict[str, Any]:
    """What the list shows: `coverage` (a list page), the filters and what is chosen.

    Filters are `outlet`, `theme`, `lang` and `year` of the address; unknown values find nothing.
    """
    chosen = {name: params.get(name, "")[:40] for name in ("outlet", "theme", "lang", "year")}
    if chosen["year"] and not re.fullmatch(r"[0-9]{4}", chosen["year"]):
        chosen["year"] = ""
    found = coverage_in(
        locale,
        outlet=chosen["outlet"],
        theme=chosen["theme"],
        language=chosen["lang"],
        year=chosen["year"],
    )
    mine = publicly_visible(CoveragePage.objects.all()).filter(locale__language_code=locale)
    themes = CoveragePage.themes.through.objects.filter(coveragepage__in=mine.values("pk"))
    years = mine.exclude(published_on="").annotate(year=Left("published_on", 4))
    if sort_of(params, SORTS) == "oldest":
        found = found.order_by("published_on", "pk")
    shown = paginate(found, params.get("page"), PER_PAGE)
    choices = {
        "outlet": choices_of(Outlet.objects.filter(pk__in=mine.values("outlet"))),
        "year": [
            Choice(year, partial_date(year))
            for year in sorted(set(years.order_by().values_list("year", flat=True)), reverse=True)
        ],
        "lang": choices_of(Language.objects.filter(pk__in=mine.values("language"))),
        "theme": choices_of(Theme.objects.filter(pk__in=themes.values("theme"))),
    }
    labels = {
        "outlet": (_("Outlet"), _("All outlets")),
        "year": (_("Year"), _("All years")),
        "lang": (_("Language"), _("All languages")),
        "theme": (_("Theme"), _("All themes")),
    }
    filters = [
        ListFilter(name, *labels[name], chosen[name], choices[name])
        for name in labels
        if choices[name]
    ]
    return {
        "coverage": shown,
        "found": shown.paginator.count,
        **list_tools(params, filters, SORTS),
    }


def coverage_context(page: CoveragePage) -> dict[str, Any]:
    """What the page of a piece shows besides its fields.

    Organisations, programme and index are those of the page's language, and None or left out
    where the public may not see them.
    """
    locale = page.locale.language_code
    rows = list(page.organisations.select_related("organisation"))
    keys = [row.organisation.translation_key for row in rows]
    programme = page.programme
    programmes = translations_by_key(Page, [programme.translation_key], locale) if programme else {}
    return {
        "quotes": list(page.quotes.select_related("person", "language")),
        "people": list(page.people.select_related("person")),
        "organisations": list(translations_by_key(OrganisationPage, keys, locale).values())
        if keys
        else [],
        "themes": list(page.themes.all()),
        "areas": list(page.areas.select_related("parent")),
        "programme": next(iter(programmes.values()), None),
        "index": publicly_visible(PressIndexPage.objects.all())
        .filter(locale=page.locale_id)
        .first(),
    }


@kept
def coverage_ids_by_area(locale: str) -> dict[str, tuple[int, ...]]:
    """Coverage of one language's tree by the areas of which it tells; see `by_area`."""
    found = coverage_cards().filter(locale__language_code=locale)
    return by_area(found.values_list("pk", *area_lookups("areas")))


def coverage_by_organisation(organisation: OrganisationPage, locale: str) -> PageQuerySet:
    """Coverage that is about a body."""
    rows = CoverageOrganisation.objects.filter(
        organisation__translation_key=organisation.translation_key
    )
    return coverage_cards().filter(pk__in=rows.values("page"), locale__language_code=locale)
