"""What case studies add to the pages of regions and organisations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail import hooks

from casestudies.models import CaseStudyPage
from casestudies.pickers import CasePicker
from casestudies.selectors import (
    case_ids_by_area,
    cases_by_organisation,
    cases_by_organisations,
    cases_by_themes,
    kept_case_cards,
    local_cases,
)
from casestudies.services import ensure_cases_from
from core.dossier import (
    ORGANISATION_HOOK,
    ORGANISATION_LINKS_HOOK,
    REGION_HOOK,
    THEME_HOOK,
    Link,
    Section,
)
from core.pickers.fields import register_picker
from organisations.models import OrganisationPage
from regions.models import Area, Region
from regions.selectors import area_filter, in_areas
from regions.services import PROVISION_HOOK

register_picker(CasePicker())

SHOWN = 6
SHOWN_BEYOND = 3
SHOWN_BY_THEME = 3


@hooks.register(REGION_HOOK)
def cases_section(areas: Sequence[Area], request: HttpRequest) -> Section | None:
    """The cases from these areas; of one municipality or ward also those of its prefecture."""
    language = get_language() or "ja"
    if len(areas) == 1 and _lies_in_a_prefecture(areas[0]):
        return _local_cases_section(areas[0], language)
    found = in_areas(case_ids_by_area(language), areas)
    if not found:
        return None
    cards = list(kept_case_cards(found[:SHOWN]).values())
    return _cases_section(_("Case studies from this area"), areas, cards, len(found))


def _lies_in_a_prefecture(area: Area) -> bool:
    return bool(area.prefecture_code) and area.kind != Area.Kind.PREFECTURE


def _local_cases_section(area: Area, language: str) -> Section | None:
    found = local_cases(area, language, own=SHOWN, wider=SHOWN_BEYOND)
    if not found.own and not found.wider:
        return None
    title = _("Case studies from this area") if found.own else _("Case studies from nearby")
    return _cases_section(
        title, [area], found.own, found.own_total, place=area, beyond=found if found.wider else None
    )


def _cases_section(
    title: str, areas: Sequence[Area], cases: list[CaseStudyPage], total: int, **more: Any
) -> Section:
    return Section(
        name="cases",
        title=title,
        template="casestudies/region_section.html",
        order=10,
        context={"cases": cases, "total": total, "regions": area_filter(areas), **more},
    )


@hooks.register(ORGANISATION_HOOK)
def organisation_cases_section(
    organisation: OrganisationPage, request: HttpRequest
) -> Section | None:
    """The cases in which this body takes part."""
    found = cases_by_organisation(organisation)
    if not found:
        return None
    return Section(
        name="cases",
        title=_("Case studies involving this organisation"),
        template="casestudies/organisation_section.html",
        order=10,
        context={"cases": found},
    )


@hooks.register(ORGANISATION_LINKS_HOOK)
def cases_of_organisations(
    organisations: Sequence[UUID], language: str
) -> Mapping[UUID, list[Link]]:
    """The cases in which these bodies take part, the newest first."""
    found = cases_by_organisations(organisations, language)
    return {
        key: [Link(case.title, case.url or "", case.content_language) for case in cases]
        for key, cases in found.items()
    }


@hooks.register(PROVISION_HOOK, order=0)
def provide_cases_page(region: Region) -> None:
    """A region's cases stand below its "Cases from …" page, which others need to have."""
    region.cases_page = ensure_cases_from(region.area)


@hooks.register(THEME_HOOK)
def cases_on_themes(themes: Sequence[str], request: HttpRequest) -> Mapping[str, list[Link]]:
    """The newest cases on each theme, those from Japan first."""
    found = cases_by_themes(themes, get_language() or "ja", SHOWN_BY_THEME)
    return {
        code: [
            Link(title=case.title, url=case.get_url(request) or "", language=case.content_language)
            for case in cases
        ]
        for code, cases in found.items()
    }
