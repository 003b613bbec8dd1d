"""What the home page and the site's frame gather from the other sections."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Page

from casestudies.models import CaseStudyIndexPage
from casestudies.selectors import (
    case_map,
    cases_in,
    newest_cases,
    recently_confirmed_cases,
    themes_with_counts,
)
from core.visibility import publicly_visible
from events.models import EventIndexPage
from home.models import HomePage, StandardPage
from organisations.models import OrganisationIndexPage, OrganisationPage
from press.models import PressIndexPage
from programmes.models import ProgrammeIndexPage
from regions.models import RegionIndexPage
from regions.selectors import platform_cards, platforms_in_order
from surveys.models import SurveyIndexPage

# The sections of the main menu, in order.
SECTION_INDEXES = (
    CaseStudyIndexPage,
    RegionIndexPage,
    ProgrammeIndexPage,
    OrganisationIndexPage,
    SurveyIndexPage,
    EventIndexPage,
    PressIndexPage,
)


def home_context(page: HomePage) -> dict[str, Any]:
    """Cases, themes, regions, the map and true numbers for one language's home page."""
    language = page.locale.language_code
    case_map_data = case_map(language, "home-map")
    platforms = platforms_in_order(platform_cards().filter(locale=page.locale_id))
    return {
        "map": case_map_data,
        "themes": themes_with_counts(language),
        "newest": newest_cases(language, 6),
        "confirmed": recently_confirmed_cases(language, 3),
        "platforms": platforms,
        "numbers": {
            "cases": cases_in(language).count(),
            "prefectures": sum(1 for area in case_map_data["prefectures"] if area["count"]),
            "organisations": publicly_visible(OrganisationPage.objects.all())
            .filter(locale=page.locale_id)
            .count(),
            "platforms": len(platforms),
        },
    }


def frame_pages(language: str) -> list[Page]:
    """Pages of the main menu and the footer in one language, in order. Two queries."""
    types = ContentType.objects.get_for_models(*SECTION_INDEXES)
    found = {
        page.content_type_id: page
        for page in publicly_visible(Page.objects.all()).filter(
            locale__language_code=language, content_type__in=types.values()
        )
    }
    sections = [found.get(types[model].pk) for model in SECTION_INDEXES]
    texts = (
        publicly_visible(StandardPage.objects.all())
        .filter(locale__language_code=language)
        .order_by("order", "title")
    )
    return [page for page in sections if page] + list(texts)
