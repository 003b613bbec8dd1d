"""What the home page and the site's frame gather from the other sections."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Page

from casestudies.article import network
from casestudies.selectors import case_map, home_cases, themes_with_counts
from core.visibility import publicly_visible
from events.selectors import coming, events_in
from home.models import GlossaryPage, HomePage, StandardPage
from home.navigation import INDEX_PAGES
from organisations.selectors import organisation_ids_by_area
from page_cache.kept import kept
from programmes.calls import calls_in, open_calls
from regions.selectors import platforms_in_order, public_platforms
from surveys.residents import national_trend

# On the home page.
NEWEST = 6
CONFIRMED = 3
CALLS = 3
PLATFORMS = 3


def publisher() -> dict[str, Any]:
    """Who publishes the site, as a schema.org Organization."""
    return network()


def home_context(page: HomePage) -> dict[str, Any]:
    """Cases, calls, the next event, figures, themes, regions and the map for one language."""
    language = page.locale.language_code
    prefectures = case_map(language, "home-map")
    platforms = platforms_in_order(public_platforms(language))
    cases = home_cases(language, page.featured_case_id, newest=NEWEST, confirmed=CONFIRMED)
    return {
        "map": prefectures,
        "themes": themes_with_counts(language),
        "cases": cases,
        "calls": open_calls(calls_in(language))[:CALLS],
        "next_event": coming(events_in(language)).first(),
        "national": national_trend(),
        "platforms": platforms[:PLATFORMS],
        "numbers": {
            "cases": cases.total,
            "prefectures": sum(1 for area in prefectures["prefectures"] if area["count"]),
            "organisations": len(organisation_ids_by_area(language)[""]),
            "platforms": len(platforms),
        },
    }


@kept
def frame_pages(language: str) -> tuple[list[Page], list[Page]]:
    """Index pages of the menu's sections, and the pages about this site in order. Kept.

    The glossary is one of the latter and stands at their end.
    """
    kinds = ContentType.objects.get_for_models(*INDEX_PAGES, StandardPage, GlossaryPage)
    found = (
        publicly_visible(Page.objects.all())
        .filter(locale__language_code=language, content_type__in=kinds.values())
        .select_related("standardpage", "glossarypage")
    )
    indexes: list[Page] = []
    texts: list[StandardPage] = []
    glossary: list[Page] = []
    for page in found:
        if page.content_type_id == kinds[StandardPage].pk:
            texts.append(page.standardpage)
        elif page.content_type_id == kinds[GlossaryPage].pk:
            glossary.append(page.glossarypage)
        else:
            indexes.append(page)
    return indexes, [*sorted(texts, key=lambda text: (text.order, text.title)), *glossary]


def pages_above(path: str) -> list[Page]:
    """The public pages above the one at a path of the tree, below the home page. Kept."""
    return _pages_on_the_way(path[: -Page.steplen])


@kept
def _pages_on_the_way(path: str) -> list[Page]:
    step = Page.steplen
    paths = [path[:end] for end in range(3 * step, len(path) + 1, step)]
    pages = publicly_visible(Page.objects.filter(path__in=paths)).order_by("path")
    return list(pages.select_related("casesfrompage__locale"))
