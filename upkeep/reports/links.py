"""Sources whose address cannot be opened any more, as `links_check` found them."""

from __future__ import annotations

from typing import Any

import django_filters
from django.utils import timezone
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column, DateColumn

from upkeep.models import LinkCheck
from upkeep.reports.listing import PageColumn, PageFilterSet, PagesReport, ReportViewSet
from upkeep.selectors import failing_links

__all__ = ["LinksViewSet"]


class LinksFilterSet(PageFilterSet):
    """What was found."""

    problem = django_filters.ChoiceFilter(
        label=gettext_lazy("Problem"),
        empty_label=gettext_lazy("All but refused ones"),
        choices=LinkCheck.Problem.choices,
    )


class LinksView(PagesReport):
    """Each page with each of its links that fail, the longest failing first."""

    page_title = gettext_lazy("Broken source links")
    filterset_class = LinksFilterSet
    explanation = gettext_lazy(
        "What the command links_check found at the addresses of sources. A server that refuses "
        "programs may well open in a browser: look before you change anything. Where a page has "
        "moved, write the new address; where it is gone, look for an archived copy."
    )
    columns = [
        PageColumn("page", label=gettext_lazy("Page"), width="30%"),
        Column("url", label=gettext_lazy("Address"), width="35%"),
        Column("problem_label", label=gettext_lazy("Problem")),
        DateColumn("failing_since", label=gettext_lazy("Failing since")),
        DateColumn("checked_at", label=gettext_lazy("Checked on")),
    ]
    list_export = ["page.title", "url", "problem_label", "status", "failing_since", "checked_at"]

    def rows(self, chosen: dict[str, str]) -> list[Any]:
        """Links that fail on pages that one may edit."""
        return failing_links(self.request.user, problem=chosen["problem"])

    def to_row_dict(self, item: Any) -> dict[str, Any]:
        """The cells of a link; moments as days."""
        row: dict[str, Any] = super().to_row_dict(item)
        for name in ("failing_since", "checked_at"):
            row[name] = timezone.localdate(row[name]) if row[name] else ""
        return row


class LinksViewSet(ReportViewSet):
    """The report in the menu."""

    name = "broken_links"
    url_prefix = "upkeep/links"
    icon = "link"
    menu_label = gettext_lazy("Broken source links")
    menu_name = "broken-links"
    view_class = LinksView
