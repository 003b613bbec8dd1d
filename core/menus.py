"""Entries of the admin's menu that not everybody sees."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from wagtail.admin.menu import MenuItem

__all__ = ["menu_item_for"]


def menu_item_for(may_see: Callable[[Any], bool]) -> type[MenuItem]:
    """Return a kind of menu item that is shown to the users of whom `may_see` holds."""

    def is_shown(item: MenuItem, request: HttpRequest) -> bool:
        return may_see(request.user)

    return type("MenuItemForSome", (MenuItem,), {"is_shown": is_shown})
