"""Areas in the admin: names, places and validity dates, for mergers and ward changes."""

from __future__ import annotations

from wagtail import hooks
from wagtail.admin.viewsets.model import ModelViewSet

from regions.models import Area


class AreaViewSet(ModelViewSet):
    """All areas; their codes are fixed."""

    model = Area
    icon = "site"
    menu_order = 610
    add_to_admin_menu = True
    list_display = ["code", "name_ja", "name_en", "kind", "valid_to"]
    list_filter = ["kind"]
    search_fields = ["code", "name_ja", "kana", "name_en"]
    form_fields = [
        "code",
        "kind",
        "parent",
        "name_ja",
        "kana",
        "name_en",
        "latitude",
        "longitude",
        "website",
        "valid_from",
        "valid_to",
        "successors",
    ]


@hooks.register("register_admin_viewset")
def register_areas() -> AreaViewSet:
    """Put the areas into the admin's menu."""
    return AreaViewSet("areas")
