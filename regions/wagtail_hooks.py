"""In the admin: areas, desks, the regions on board and what protects their pages; the dossier."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.log_actions import LogActionRegistry
from wagtail.models import Page
from wagtail.permissions import register_permission_policy

from core.dossier import REGION_HOOK, Section
from core.forms import FixedCodeForm
from core.pickers.fields import register_picker
from regions.desk_admin import DeskPermissionPolicy, DeskViewSet
from regions.desks import desks_for_areas
from regions.models import Area, ConsultationDesk
from regions.onboarding import RegionViewSet
from regions.pickers import AreaPicker
from regions.selectors import regions_with_parts_in

register_picker(AreaPicker())


class AreaViewSet(ModelViewSet):
    """All areas; their codes are fixed."""

    model = Area
    icon = "site"
    menu_order = 610
    add_to_admin_menu = True
    list_display = ["code", "name_ja", "name_en", "kind", "valid_to"]
    list_filter = ["kind"]
    search_fields = ["code", "name_ja", "kana", "name_en"]
    edit_handler = ObjectList(
        [
            FieldPanel("code"),
            FieldPanel("kind"),
            FieldPanel("parent"),
            FieldPanel("name_ja"),
            FieldPanel("kana"),
            FieldPanel("name_en"),
            FieldPanel("latitude"),
            FieldPanel("longitude"),
            FieldPanel("website"),
            FieldPanel("valid_from"),
            FieldPanel("valid_to"),
            FieldPanel("successors"),
        ],
        base_form_class=FixedCodeForm,
    )


@hooks.register("register_admin_viewset")
def register_areas() -> AreaViewSet:
    """Put the areas into the admin's menu."""
    return AreaViewSet("areas")


@hooks.register("register_admin_viewset")
def register_regions() -> RegionViewSet:
    """Put the regions that are on board into the admin's menu."""
    return RegionViewSet("on_board")


register_permission_policy(ConsultationDesk, DeskPermissionPolicy(ConsultationDesk))


@hooks.register("register_admin_viewset")
def register_desks() -> DeskViewSet:
    """Put the consultation desks into the admin's menu."""
    return DeskViewSet("desks")


@hooks.register(REGION_HOOK)
def desks_section(areas: Sequence[Area], request: HttpRequest) -> Section | None:
    """The consultation desks for people in these areas; None for places abroad."""
    desks = desks_for_areas(areas)
    if not desks.total:
        return None
    return Section(
        name="desks",
        title=gettext("Consultation desks"),
        template="regions/desks_section.html",
        order=15,
        context={"desks": desks, "code": areas[0].code if len(areas) == 1 else ""},
    )


@hooks.register("register_log_actions")
def register_region_actions(actions: LogActionRegistry) -> None:
    """What the history says of bringing on board and handing over."""
    actions.register_action(
        "nanif.region.provision", _("Bring on board"), _("Brought on board, or put right")
    )
    actions.register_action("nanif.region.hand_over", _("Hand over"), _("Handed over"))


@hooks.register("before_delete_page")
@hooks.register("before_move_page")
def keep_parts_in_place(
    request: HttpRequest, page: Page, destination: Page | None = None
) -> HttpResponse | None:
    """Refuse to move or delete a page while the rights of a region on board hang on it or below.

    None lets it pass; a move below the parent that it has passes always.
    """
    if destination is not None and page.is_child_of(destination):
        return None
    return _refusal(request, [page])


@hooks.register("before_bulk_action")
def keep_parts_in_place_together(
    request: HttpRequest, action_type: str, objects: Sequence[Any], action: Any
) -> HttpResponse | None:
    """Refuse to move or delete pages chosen together while such rights hang on one or below."""
    if action_type not in {"delete", "move"} or not all(isinstance(o, Page) for o in objects):
        return None
    return _refusal(request, objects)


def _refusal(request: HttpRequest, pages: Sequence[Page]) -> HttpResponse | None:
    """Name the regions whose rights hang on the pages, and go back; None where there are none."""
    regions = regions_with_parts_in(pages)
    if not regions:
        return None
    messages.error(
        request,
        gettext(
            "Pages on which the rights of a region hang (%(regions)s) cannot be moved or deleted. "
            "Hand the region over first."
        )
        % {"regions": gettext(", ").join(str(region) for region in regions)},
    )
    return redirect("wagtailadmin_explore", pages[0].get_parent().pk)
