"""Plans of local governments of which what is said is old, or whose period has ended."""

from __future__ import annotations

from typing import Any

import django_filters
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn

from places.models import LocalPlan
from upkeep.reports.listing import Report, ReportViewSet
from upkeep.selectors import plans_to_check

__all__ = ["PlansViewSet"]


class PlansFilterSet(WagtailFilterSet):
    """Why a plan is to be checked."""

    why = django_filters.ChoiceFilter(
        label=gettext_lazy("Why"),
        empty_label=gettext_lazy("All"),
        choices=[
            ("over", gettext_lazy("Its period has ended")),
            ("stale", gettext_lazy("More than 18 months ago")),
        ],
    )

    class Meta:
        model = LocalPlan
        fields: list[str] = []


class PlansView(Report):
    """Plans in order of the day for which their source is vouched: those longest ago first."""

    model = LocalPlan
    page_title = gettext_lazy("Plans to check")
    filterset_class = PlansFilterSet
    explanation = gettext_lazy(
        "Plans of local governments whose source is older than eighteen months, and those whose "
        "period has ended. Look at the page of the local government, correct the record, and "
        "enter the new source and the day on which you read it."
    )
    columns = [
        TitleColumn("place", label=gettext_lazy("Local government"), url_name="plans:edit"),
        Column("status_label", label=gettext_lazy("Plan")),
        Column("why_label", label=gettext_lazy("Why")),
        Column("ends", label=gettext_lazy("Plan ends")),
        Column("as_of", label=gettext_lazy("Date of the source")),
        Column("accessed", label=gettext_lazy("accessed on")),
    ]
    list_export = [
        "area_id", "place", "status_label", "why_label", "ends", "as_of", "accessed", "url",
    ]  # fmt: skip
    export_headings = {
        "area_id": gettext_lazy("Code"),
        "place": gettext_lazy("Local government"),
        "status_label": gettext_lazy("Plan"),
        "why_label": gettext_lazy("Why"),
        "ends": gettext_lazy("Plan ends"),
        "as_of": gettext_lazy("Date of the source"),
        "accessed": gettext_lazy("accessed on"),
        "url": gettext_lazy("Website"),
    }

    def get_queryset(self) -> Any:
        """The plans, each with `place`, `status_label` and `why_label`."""
        filters = self.filters
        values = filters.form.cleaned_data if filters and filters.is_valid() else {}
        plans: list[Any] = list(plans_to_check(self.request.user, why=values.get("why") or ""))
        for plan in plans:
            plan.place = plan.area.label
            plan.status_label = plan.get_status_display()
            plan.why_label = (
                _("Its period has ended") if plan.is_over else _("More than 18 months ago")
            )
        return plans

    def get_filtered_queryset(self) -> Any:
        """The same: the filter is applied already."""
        return self.get_queryset()


class PlansViewSet(ReportViewSet):
    """The report in the menu."""

    name = "plans_to_check"
    url_prefix = "upkeep/plans"
    icon = "clipboard-list"
    menu_label = gettext_lazy("Plans to check")
    menu_name = "plans-to-check"
    view_class = PlansView
