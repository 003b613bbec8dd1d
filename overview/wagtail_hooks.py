"""Where the overview stands in the admin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from core.menus import menu_item_for
from overview.regions_table import waiting_longest
from overview.territory import Territory
from regions.selectors import regions_of_user
from users.roles import is_curator

# Regions on the dashboard.
_SHOWN = 5

CuratorMenuItem = menu_item_for(is_curator)
KeeperMenuItem = menu_item_for(lambda user: is_curator(user) or regions_of_user(user).exists())


class OwnRegionMenuItem(MenuItem):
    """To the board of one's own region; to the table of them for those with several."""

    def is_shown(self, request: HttpRequest) -> bool:
        """For people of a region."""
        return bool(_own_codes(request.user))

    def render_component(self, request: HttpRequest) -> Any:
        """Lead to the region of whoever asks."""
        component = super().render_component(request)
        codes = _own_codes(request.user)
        if len(codes) == 1:
            component.url = reverse("overview:region", args=codes)
        return component


def _own_codes(user: Any) -> list[str]:
    return list(regions_of_user(user).values_list("area_id", flat=True).distinct())


@hooks.register("register_admin_urls")
def register_addresses() -> list[URLPattern | URLResolver]:
    """The overview's addresses below the admin."""
    return [path("overview/", include("overview.urls"))]


@hooks.register("register_admin_menu_item")
def regions_item() -> MenuItem:
    """All regions, for curators."""
    return CuratorMenuItem(
        _("Regions at a glance"),
        reverse("overview:regions"),
        name="overview-regions",
        icon_name="globe",
        order=12,
    )


@hooks.register("register_admin_menu_item")
def own_region_item() -> MenuItem:
    """One's own region, for people of regions."""
    return OwnRegionMenuItem(
        _("Your region’s board"),
        reverse("overview:regions"),
        name="overview-own-region",
        icon_name="globe",
        order=12,
    )


@hooks.register("register_admin_menu_item")
def dates_item() -> MenuItem:
    """What is coming, for both."""
    return KeeperMenuItem(
        _("What is coming"),
        reverse("overview:dates"),
        name="overview-dates",
        icon_name="calendar-alt",
        order=14,
    )


class WaitingRegionsPanel(Component):
    """Where in the network something waits for a review, for curators."""

    name = "waiting-regions"
    template_name = "overview/admin/panel.html"
    order = 310

    def get_context_data(self, parent_context: Mapping[str, Any]) -> Mapping[str, Any]:
        """The regions in which something has waited longest."""
        territory = Territory.of(parent_context["request"].user)
        return {"rows": waiting_longest(territory, most=_SHOWN)}


@hooks.register("construct_homepage_panels")
def add_panel(request: HttpRequest, panels: list[Component]) -> None:
    """Show curators on the dashboard where something waits."""
    if is_curator(request.user):
        panels.append(WaitingRegionsPanel())
