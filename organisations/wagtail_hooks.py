"""What the directory adds to region pages, and how it stands in the admin."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.query import PageQuerySet

from core.dossier import REGION_HOOK, Section
from core.pickers.fields import register_picker
from organisations.own_pages import without_names_alone
from organisations.pickers import OrganisationPicker
from organisations.selectors import (
    directory_url,
    kept_organisation_cards,
    organisation_ids_by_area,
    with_cases,
)
from regions.models import Area
from regions.selectors import area_filter, in_areas

register_picker(OrganisationPicker())


@hooks.register("construct_page_chooser_queryset")
def hide_names_alone(pages: PageQuerySet, request: HttpRequest) -> PageQuerySet:
    """Choosers of pages do not offer organisations that have no page of their own."""
    return without_names_alone(pages)


SHOWN = 12


@hooks.register(REGION_HOOK)
def organisations_section(areas: Sequence[Area], request: HttpRequest) -> Section | None:
    """The organisations at work in these areas."""
    language = get_language() or "ja"
    found = in_areas(organisation_ids_by_area(language), areas)
    if not found:
        return None
    shown = [copy(card) for card in kept_organisation_cards(found[:SHOWN]).values()]
    with_cases(shown)
    return Section(
        name="organisations",
        title=_("Organisations in this area"),
        template="organisations/region_section.html",
        order=20,
        context={
            "organisations": shown,
            "total": len(found),
            "regions": area_filter(areas),
            "directory_url": directory_url(language) if len(found) > SHOWN else "",
        },
    )
