"""Outlets in the admin, and what media coverage adds to pages of regions and organisations."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList
from wagtail.admin.viewsets.model import ModelViewSet

from core.dossier import ORGANISATION_HOOK, REGION_HOOK, Section
from core.forms import FixedCodeForm
from organisations.models import OrganisationPage
from press.models import Outlet
from press.selectors import (
    coverage_by_organisation,
    coverage_ids_by_area,
    kept_coverage_cards,
)
from regions.models import Area
from regions.selectors import area_filter, in_areas

SHOWN = 6


@hooks.register(REGION_HOOK)
def press_section(areas: Sequence[Area], request: HttpRequest) -> Section | None:
    """Coverage of what happens in these areas."""
    found = in_areas(coverage_ids_by_area(get_language() or "ja"), areas)
    search = "".join(f"&region={code}" for code in area_filter(areas))
    return _section(found, _("Media coverage of this region"), search)


@hooks.register(ORGANISATION_HOOK)
def organisation_press_section(
    organisation: OrganisationPage, request: HttpRequest
) -> Section | None:
    """Coverage that is about this body."""
    found = coverage_by_organisation(organisation, get_language() or "ja")
    return _section(
        list(found.values_list("pk", flat=True)), _("Media coverage of this organisation")
    )


def _section(found: Sequence[int], title: str, search: str = "") -> Section | None:
    if not found:
        return None
    cards = list(kept_coverage_cards(found[:SHOWN]).values())
    return Section(
        name="press",
        title=title,
        template="press/section.html",
        order=50,
        context={"coverage": cards, "total": len(found), "search": search},
    )


class OutletViewSet(ModelViewSet):
    """Newspapers, agencies, broadcasters; their codes are fixed."""

    model = Outlet
    icon = "doc-full"
    menu_order = 630
    add_to_admin_menu = True
    list_display = ["code", "label_ja", "label_en", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["code", "label_ja", "label_en"]
    edit_handler = ObjectList(
        [
            FieldPanel("code"),
            FieldPanel("label_ja"),
            FieldPanel("label_en"),
            FieldPanel("website"),
            FieldRowPanel([FieldPanel("order"), FieldPanel("is_active")]),
        ],
        base_form_class=FixedCodeForm,
    )


@hooks.register("register_admin_viewset")
def register_outlets() -> OutletViewSet:
    """Put the outlets into the admin's menu."""
    return OutletViewSet("outlets")
