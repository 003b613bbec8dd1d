"""The spreadsheets in the admin's menu."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from core.menus import menu_item_for
from sheets.registry import importers_for

# Shown to whoever may use any of the sheets.
SheetsMenuItem = menu_item_for(lambda user: bool(importers_for(user)))


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
