"""Grants and calls of others in the admin; what programmes add to other pages."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.admin.viewsets.model import ModelViewSet

from core.dossier import ORGANISATION_HOOK, REGION_HOOK, Section
from organisations.models import OrganisationPage
from programmes.forms import GrantForm
from programmes.models import FunderCall, Grant
from programmes.selectors import (
    grants_by_organisation,
    grants_in_areas,
    programmes_by_organisation,
    with_programme_pages,
)
from regions.models import Area

SHOWN = 6


class GrantViewSet(ModelViewSet):
    """All grants."""

    model = Grant
    icon = "tag"
    menu_order = 320
    add_to_admin_menu = True
    inspect_view_enabled = True
    copy_view_enabled = False
    list_display = ["identifier", "heading", "grantee_name", "programme", "amount", "award_date"]
    list_filter = ["programme", "themes"]
    search_fields = ["identifier", "grantee_name", "funder_name", "title_ja", "title_en"]
    edit_handler = ObjectList(
        [
            FieldPanel("identifier"),
            FieldPanel("programme"),
            MultiFieldPanel(
                [FieldPanel("grantee"), FieldPanel("grantee_name")],
                heading=gettext_lazy("Grantee"),
            ),
            MultiFieldPanel(
                [FieldPanel("funder"), FieldPanel("funder_name")],
                heading=gettext_lazy("Funder"),
            ),
            MultiFieldPanel(
                [FieldPanel("amount"), FieldPanel("amount_note")],
                heading=gettext_lazy("Amount"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("award_date"),
                    FieldPanel("starts"),
                    FieldPanel("ends"),
                ],
                heading=gettext_lazy("Dates"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("title_ja"),
                    FieldPanel("title_en"),
                    FieldPanel("description_ja"),
                    FieldPanel("description_en"),
                ],
                heading=gettext_lazy("Activity"),
            ),
            FieldPanel("areas"),
            FieldPanel("themes"),
            FieldPanel("cases"),
            MultiFieldPanel(
                [
                    FieldPanel("sources"),
                    FieldPanel("accessed"),
                    FieldPanel("note_ja"),
                    FieldPanel("note_en"),
                ],
                heading=gettext_lazy("Sources"),
            ),
        ],
        base_form_class=GrantForm,
    )


class FunderCallViewSet(ModelViewSet):
    """Calls of ministries, foundations and others, entered by editors."""

    model = FunderCall
    icon = "date"
    menu_order = 321
    add_to_admin_menu = True
    copy_view_enabled = True
    list_display = ["title_ja", "funder_ja", "opens", "closes", "accessed"]
    search_fields = ["title_ja", "title_en", "funder_ja", "funder_en"]
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [FieldPanel("title_ja"), FieldPanel("title_en")],
                heading=gettext_lazy("Title"),
            ),
            MultiFieldPanel(
                [FieldPanel("funder_ja"), FieldPanel("funder_en")],
                heading=gettext_lazy("Funder"),
            ),
            FieldPanel("url"),
            MultiFieldPanel(
                [FieldPanel("opens"), FieldPanel("closes"), FieldPanel("closes_at")],
                heading=gettext_lazy("Dates"),
            ),
            MultiFieldPanel(
                [FieldPanel("eligibility_ja"), FieldPanel("eligibility_en")],
                heading=gettext_lazy("Who can apply"),
            ),
            MultiFieldPanel(
                [FieldPanel("amount_ja"), FieldPanel("amount_en")],
                heading=gettext_lazy("Amount"),
            ),
            FieldPanel("follows"),
            MultiFieldPanel(
                [FieldPanel("sources"), FieldPanel("accessed")],
                heading=gettext_lazy("Sources"),
            ),
        ]
    )


@hooks.register("register_admin_viewset")
def register_funder_calls() -> FunderCallViewSet:
    """Put the calls of other funders into the admin's menu."""
    return FunderCallViewSet("funder_calls")


@hooks.register("register_admin_viewset")
def register_grants() -> GrantViewSet:
    """Put the grants into the admin's menu."""
    return GrantViewSet("grants")


@hooks.register(REGION_HOOK)
def grants_section(areas: Sequence[Area], request: HttpRequest) -> Section | None:
    """The grants for work in these areas, `SHOWN` at most; None where there are none."""
    codes = tuple(area.code for area in areas)
    grants, total = grants_in_areas(codes, get_language() or "ja", SHOWN)
    if not total:
        return None
    return Section(
        name="grants",
        title=_("Grants for work in this area"),
        template="programmes/grants_section.html",
        order=25,
        context={
            "grants": grants,
            "total": total,
            "query": f"region={areas[0].code}" if len(areas) == 1 else "",
        },
    )


@hooks.register(ORGANISATION_HOOK)
def organisation_grants_section(
    organisation: OrganisationPage, request: HttpRequest
) -> Section | None:
    """The grants that this body received, else those it made; `SHOWN` at most. None without any."""
    found = grants_by_organisation(organisation)
    received, made = found["received"], found["made"]
    numbers = {"received": received.count(), "made": made.count()}
    if not any(numbers.values()):
        return None
    chosen = received if numbers["received"] else made
    return Section(
        name="grants",
        title=_("Grants received") if numbers["received"] else _("Grants awarded"),
        template="programmes/grants_section.html",
        order=20,
        context={
            "grants": with_programme_pages(chosen[:SHOWN], get_language() or "ja"),
            "total": numbers["received"] or numbers["made"],
            "query": "",
        },
    )


@hooks.register(ORGANISATION_HOOK)
def organisation_programmes_section(
    organisation: OrganisationPage, request: HttpRequest
) -> Section | None:
    """The programmes in which this body takes part."""
    found = programmes_by_organisation(organisation)
    if not found:
        return None
    return Section(
        name="programmes",
        title=_("Programmes involving this organisation"),
        template="programmes/organisation_section.html",
        order=30,
        context={"programmes": found},
    )
