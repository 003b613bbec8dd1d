"""What case studies add to the pages of regions and organisations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail import hooks

from casestudies.pickers import CasePicker
from casestudies.selectors import (
    cases_by_areas,
    cases_by_organisation,
    cases_by_organisations,
    cases_by_themes,
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
from regions.selectors import area_filter
from regions.services import PROVISION_HOOK

register_picker(CasePicker())

SHOWN = 6
SHOWN_BY_THEME = 3


@hooks.register(REGION_HOOK)
def cases_section(areas: Sequence[Area], request: HttpRequest) -> Section | None:
    """The cases from these areas."""
    found = cases_by_areas(areas, get_language() or "ja")
    total = found.count()
    if not total:
        return None
    return Section(
        name="cases",
        title=_("Case studies from here"),
        template="casestudies/region_section.html",
        order=10,
        context={
            "cases": list(found[:SHOWN]),
            "total": total,
            "regions": area_filter(areas),
        },
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
        title=_("Case studies with this organisation"),
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
