"""The spreadsheets in the admin's menu."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from sheets.registry import importers_for


class SheetsMenuItem(MenuItem):
    """Shown to whoever may use any of the sheets."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether there is a sheet for this person."""
        return bool(importers_for(request.user))


@hooks.register("register_admin_urls")
def register_addresses() -> list[URLPattern | URLResolver]:
    """The sheets below the admin."""
    return [path("sheets/", include("sheets.urls"))]


@hooks.register("register_admin_menu_item")
def register_menu_item() -> MenuItem:
    """One entry for all sheets."""
    return SheetsMenuItem(
        _("Spreadsheets"), reverse("sheets:index"), name="sheets", icon_name="table", order=650
    )
