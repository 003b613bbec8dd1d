"""Consultation desks that nobody confirmed for long, or whose numbers wait to be confirmed."""

from __future__ import annotations

from typing import Any

import django_filters
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn

from core.templatetags.facts import area_list
from regions.models import ConsultationDesk
from upkeep.reports.listing import Report, ReportViewSet
from upkeep.selectors import desks_to_confirm

__all__ = ["DesksViewSet"]


class DesksFilterSet(WagtailFilterSet):
    """Why a desk is to be confirmed."""

    why = django_filters.ChoiceFilter(
        label=gettext_lazy("Why"),
        empty_label=gettext_lazy("All"),
        choices=[
            ("hidden", gettext_lazy("Its numbers are hidden until it is confirmed")),
            ("stale", gettext_lazy("More than 18 months ago")),
        ],
    )

    class Meta:
        model = ConsultationDesk
        fields: list[str] = []


class DesksView(Report):
    """Desks in order of the day for which they are vouched: those longest ago first."""

    model = ConsultationDesk
    page_title = gettext_lazy("Desks to confirm")
    filterset_class = DesksFilterSet
    explanation = gettext_lazy(
        "Consultation desks of which what is said is older than eighteen months, and those whose "
        "numbers are hidden. Ask the desk once a year; then correct its record and enter the day "
        "and the body under “Last confirmed”."
    )
    columns = [
        TitleColumn("name_ja", label=gettext_lazy("Desk"), url_name="desks:edit", width="35%"),
        Column("places", label=gettext_lazy("Places")),
        Column("why_label", label=gettext_lazy("Why")),
        Column("as_of", label=gettext_lazy("Date of the source")),
        DateColumn("last_confirmed_at", label=gettext_lazy("Last confirmed")),
    ]
    list_export = ["code", "name_ja", "places", "why_label", "as_of", "last_confirmed_at", "url"]
    export_headings = {
        "code": gettext_lazy("Code"),
        "name_ja": gettext_lazy("Desk"),
        "places": gettext_lazy("Places"),
        "why_label": gettext_lazy("Why"),
        "as_of": gettext_lazy("Date of the source"),
        "last_confirmed_at": gettext_lazy("Last confirmed"),
        "url": gettext_lazy("Website"),
    }

    def get_queryset(self) -> Any:
        """The desks, each with `places` and `why_label`."""
        filters = self.filters
        values = filters.form.cleaned_data if filters and filters.is_valid() else {}
        desks = desks_to_confirm(self.request.user, why=values.get("why") or "")
        for desk in desks:
            desk.places = area_list(desk.areas.all()) or _("All of Japan")
            desk.why_label = (
                _("Its numbers are hidden until it is confirmed")
                if desk.has_hidden_phones
                else _("More than 18 months ago")
            )
        return desks

    def get_filtered_queryset(self) -> Any:
        """The same: the filter is applied already."""
        return self.get_queryset()


class DesksViewSet(ReportViewSet):
    """The report in the menu."""

    name = "desks_to_confirm"
    url_prefix = "upkeep/desks"
    icon = "help"
    menu_label = gettext_lazy("Desks to confirm")
    menu_name = "desks-to-confirm"
    view_class = DesksView
