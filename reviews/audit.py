"""The whole audit log for administrators: who did what when, to look at and to take away.

Wagtail's own site history shows everybody what they may see; this one shows everything, and only
to those who answer for the site.
"""

from __future__ import annotations

from typing import Any

import django_filters
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import IntegerField, QuerySet, Value
from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.reports.audit_logging import LogEntriesView, SiteHistoryReportFilterSet
from wagtail.log_actions import registry
from wagtail.models import Page, PageLogEntry

from core.menus import menu_item_for
from regions.models import Region
from reviews.selectors import RegionMap
from search.admin.spreadsheets import SpreadsheetMixin
from users.roles import is_administrator

__all__ = ["AuditLogView", "audit_item", "audit_urls"]


def _logged(column: str) -> set[int]:
    """Everything that stands in a column of any log."""
    return {
        number
        for model in registry.get_log_entry_models()
        for number in model.objects.order_by().values_list(column, flat=True).distinct()
        if number is not None
    }


class AuditFilterSet(SiteHistoryReportFilterSet):
    """By day, region, person, action, and what it was done to."""

    region = django_filters.ModelChoiceFilter(
        label=_("Region"),
        queryset=lambda request: Region.objects.select_related("area"),
        method="filter_region",
    )
    object_type = django_filters.ModelChoiceFilter(
        label=_("Kind of object"),
        queryset=lambda request: ContentType.objects.filter(pk__in=_logged("content_type")),
        method="filter_object_type",
    )

    def filter_region(self, entries: QuerySet[Any], name: str, value: Region) -> QuerySet[Any]:
        """What was done to pages that stand in the region today."""
        if entries.model is not PageLogEntry:
            return entries.none()
        pages = Page.objects.filter(RegionMap.load().below([value]))
        return entries.filter(page__in=pages.values("pk"))

    def get_action_choices(self) -> list[Any]:
        """Every action that stands in a log."""
        done = {
            action
            for model in registry.get_log_entry_models()
            for action in model.objects.order_by().values_list("action", flat=True).distinct()
        }
        return [choice for choice in registry.get_choices() if choice[0] in done]

    def get_users_queryset(self) -> QuerySet[Any]:
        """Everybody who did something."""
        users = get_user_model()
        return users.objects.filter(pk__in=_logged("user")).order_by(users.USERNAME_FIELD)


class AuditLogView(SpreadsheetMixin, LogEntriesView):
    """All log entries of the site, newest first, with CSV and Excel."""

    page_title = _("Audit log")
    filterset_class = AuditFilterSet
    index_url_name = "audit_log"
    index_results_url_name = "audit_log_results"
    export_filename = "audit-log"
    list_export = [
        "timestamp",
        "user_display_name",
        "action",
        "label",
        "content_type",
        "object_id",
        "message",
        "comment",
    ]
    export_headings = {
        **LogEntriesView.export_headings,
        "message": _("What happened"),
        "comment": _("Note"),
    }

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """For administrators alone."""
        if not is_administrator(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_filename(self) -> str:
        """The name of the file, with the day."""
        return SpreadsheetMixin.get_filename(self)

    def get_filtered_queryset(self) -> QuerySet[Any]:
        """As Wagtail does it, but over all entries of all logs."""
        self.log_models = list(registry.get_log_entry_models())
        parts = [
            self.filter_queryset(
                model.objects.values("pk", "timestamp").annotate(
                    log_model_index=Value(index, output_field=IntegerField())
                )
            ).order_by()
            for index, model in enumerate(self.log_models)
        ]
        return parts[0].union(*parts[1:], all=True).order_by("-timestamp")


AuditLogMenuItem = menu_item_for(is_administrator)


def audit_item() -> MenuItem:
    """The entry in the menu of reports."""
    return AuditLogMenuItem(
        _("Audit log"), reverse("audit_log"), name="audit-log", icon_name="history", order=1100
    )


def audit_urls() -> list[Any]:
    """The log, and its rows alone."""
    return [
        path("reports/audit-log/", AuditLogView.as_view(), name="audit_log"),
        path(
            "reports/audit-log/results/",
            AuditLogView.as_view(results_only=True),
            name="audit_log_results",
        ),
    ]
