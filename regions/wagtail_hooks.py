"""Areas in the admin: names, places and validity dates, for mergers and ward changes."""

from __future__ import annotations

from wagtail import hooks
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.viewsets.model import ModelViewSet

from core.forms import FixedCodeForm
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
