"""Pages that say too little about where they have it from."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column

from upkeep.reports.listing import (
    KindColumn,
    KindFilter,
    PageColumn,
    PageFilterSet,
    PagesReport,
    ReportViewSet,
)
from upkeep.selectors import kept_pages

__all__ = ["IncompleteViewSet"]


class IncompleteFilterSet(PageFilterSet):
    """What is missing, and what kind of page."""

    missing = django_filters.ChoiceFilter(
        label=gettext_lazy("Missing"),
        empty_label=gettext_lazy("Evidence grade or source"),
        choices=[("grade", gettext_lazy("Evidence grade")), ("source", gettext_lazy("Source"))],
    )
    kind = KindFilter()


class IncompleteView(PagesReport):
    """Pages without a source, and case studies without an evidence grade."""

    page_title = gettext_lazy("Without evidence grade or source")
    filterset_class = IncompleteFilterSet
    explanation = gettext_lazy(
        "Published pages without a source, and case studies without an evidence grade. A reader "
        "cannot check them. Add the source, or take the page back into draft."
    )
    columns = [
        PageColumn("page", label=gettext_lazy("Page"), width="50%"),
        KindColumn(),
        Column("missing_label", label=gettext_lazy("Missing")),
    ]
    list_export = ["title", "kind_label", "missing_label", "public_url"]

    def rows(self, chosen: dict[str, str]) -> list[Any]:
        """Pages of all kinds that lack something, each with `missing_label`."""
        no_source = Q(sources=None)
        pages = []
        if chosen["missing"] != "grade":
            pages += kept_pages(self.request.user, no_source, kind=chosen["kind"])
        if chosen["missing"] != "source" and chosen["kind"] in {"", "casestudypage"}:
            pages += kept_pages(self.request.user, Q(evidence_grade=None), kind="casestudypage")
        found: dict[int, Any] = {}
        for page in pages:
            found.setdefault(page.pk, page)
        for page in found.values():
            lacks = [
                _("Source") if not page.sources.exists() else "",
                _("Evidence grade") if getattr(page, "evidence_grade_id", "-") is None else "",
            ]
            page.missing_label = _(", ").join(filter(None, lacks))
        return sorted(found.values(), key=lambda page: page.title)


class IncompleteViewSet(ReportViewSet):
    """The report in the menu."""

    name = "incomplete_pages"
    url_prefix = "upkeep/incomplete"
    icon = "warning"
    menu_label = gettext_lazy("Without evidence grade or source")
    menu_name = "incomplete-pages"
    view_class = IncompleteView
