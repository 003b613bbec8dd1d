"""Organisations that nothing on the site leads to."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column, DateColumn

from upkeep.reports.listing import PageColumn, PageFilterSet, PagesReport, ReportViewSet
from upkeep.selectors import orphaned_organisations

__all__ = ["OrphansViewSet"]


class OrphansView(PagesReport):
    """Organisations without a case study, a platform and a grant."""

    page_title = gettext_lazy("Organisations without connections")
    filterset_class = PageFilterSet
    explanation = gettext_lazy(
        "Organisations that take part in no case study and no regional platform, and that no other "
        "page names. Connect them, or ask whether they belong in the directory."
    )
    columns = [
        PageColumn("page", label=gettext_lazy("Page"), width="45%"),
        Column("actor_type", label=gettext_lazy("Type of organisation")),
        DateColumn("first_published_at", label=gettext_lazy("First published")),
        DateColumn("last_confirmed_at", label=gettext_lazy("Last confirmed")),
    ]
    list_export = ["title", "actor_type", "last_confirmed_at", "public_url"]

    def rows(self, chosen: dict[str, str]) -> list[Any]:
        """Organisations that one may edit, in order of their names."""
        return orphaned_organisations(self.request.user)


class OrphansViewSet(ReportViewSet):
    """The report in the menu."""

    name = "orphaned_organisations"
    url_prefix = "upkeep/organisations"
    icon = "group"
    menu_label = gettext_lazy("Organisations without connections")
    menu_name = "orphaned-organisations"
    view_class = OrphansView
