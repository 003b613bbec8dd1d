"""Pages that nobody confirmed for long, or ever."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column, DateColumn

from core.models import STALE_AFTER
from upkeep.reports.listing import (
    KindColumn,
    KindFilter,
    PageColumn,
    PageFilterSet,
    PagesReport,
    ReportViewSet,
)
from upkeep.selectors import kept_pages

__all__ = ["StaleViewSet"]


class StaleFilterSet(PageFilterSet):
    """Since when, who can be asked, and what kind of page."""

    confirmed = django_filters.ChoiceFilter(
        label=gettext_lazy("Confirmed"),
        empty_label=gettext_lazy("More than 18 months ago, or never"),
        choices=[
            ("old", gettext_lazy("More than 18 months ago")),
            ("never", gettext_lazy("Never")),
        ],
    )
    desk = django_filters.ChoiceFilter(
        label=gettext_lazy("Somebody can be asked"),
        empty_label=gettext_lazy("All"),
        choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))],
    )
    kind = KindFilter()


class StaleView(PagesReport):
    """Pages in order of their last confirmation: never, then the longest ago first."""

    page_title = gettext_lazy("Not confirmed for long")
    filterset_class = StaleFilterSet
    explanation = gettext_lazy(
        "Pages that the lead organisation confirmed more than eighteen months ago, or never. "
        "Where nobody can be asked, write the email address of an office into the page’s form."
    )
    columns = [
        PageColumn("page", label=gettext_lazy("Page"), width="45%"),
        KindColumn(),
        DateColumn("last_confirmed_at", label=gettext_lazy("Last confirmed")),
        Column("last_confirmed_by", label=gettext_lazy("last confirmed by")),
        Column("confirmation_email", label=gettext_lazy("Who is asked")),
    ]
    list_export = ["title", "kind_label", "last_confirmed_at", "last_confirmed_by", "public_url"]

    def rows(self, chosen: dict[str, str]) -> list[Any]:
        """Stale pages of all kinds."""
        old = Q(last_confirmed_at__lt=timezone.localdate() - STALE_AFTER)
        never = Q(last_confirmed_at=None)
        wanted = {"old": old, "never": never}.get(chosen["confirmed"], old | never)
        pages = kept_pages(self.request.user, wanted, kind=chosen["kind"])
        if desk := chosen["desk"]:
            pages = [page for page in pages if bool(page.confirmation_email) == (desk == "yes")]
        return sorted(pages, key=lambda page: (str(page.last_confirmed_at or ""), page.title))


class StaleViewSet(ReportViewSet):
    """The report in the menu."""

    name = "stale_pages"
    url_prefix = "upkeep/stale"
    icon = "time"
    menu_label = gettext_lazy("Not confirmed for long")
    menu_name = "stale-pages"
    view_class = StaleView
