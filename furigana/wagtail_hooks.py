"""Corrections of readings in the admin, for curators."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from furigana.models import ReadingCorrection


class ReadingCorrectionViewSet(SnippetViewSet):
    """How words are read that the dictionary gets wrong."""

    model = ReadingCorrection
    icon = "openquote"
    menu_label = _("Furigana")
    menu_order = 610
    add_to_admin_menu = True
    list_display = ["written", "reading", "context", "is_active", "is_shipped"]
    list_filter = ["is_active"]
    search_fields = ["written", "reading", "context"]
    panels = [
        FieldRowPanel([FieldPanel("written"), FieldPanel("reading")]),
        FieldPanel("context"),
        FieldPanel("note"),
        FieldPanel("is_active"),
    ]


register_snippet(ReadingCorrectionViewSet)
