"""What all reports share: who sees them, how they are downloaded, how a page stands in a cell."""

from __future__ import annotations

from typing import Any

import django_filters
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.reports import ReportView
from wagtail.admin.viewsets.base import ViewSet
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy

from core.menus import menu_item_for
from search.admin.spreadsheets import SpreadsheetMixin
from upkeep.selectors import KEPT_MODELS

__all__ = [
    "KindColumn",
    "KindFilter",
    "PageColumn",
    "PageFilterSet",
    "PagesReport",
    "Report",
    "ReportViewSet",
]

_ACTIONS = ["change", "publish"]


class PageColumn(Column):
    """A page's title, as a link to its form."""

    cell_template_name = "upkeep/admin/page_cell.html"

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        """With the addresses of the form and of the public page."""
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        page = instance if isinstance(instance, Page) else self.get_value(instance)
        context["edit_url"] = reverse("wagtailadmin_pages:edit", args=[page.pk])
        context["kept"] = page
        return context


class KindColumn(Column):
    """What kind of page it is."""

    def __init__(self) -> None:
        super().__init__("kind_label", label=gettext_lazy("Type of page"))


class KindFilter(django_filters.ChoiceFilter):
    """A filter by kind of page."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=gettext_lazy("Type of page"),
            empty_label=gettext_lazy("All"),
            choices=[
                (model._meta.model_name, capfirst(model._meta.verbose_name))
                for model in KEPT_MODELS
            ],
            **kwargs,
        )


class PageFilterSet(WagtailFilterSet):
    """Filters whose values a report applies by itself, over several kinds of pages."""

    class Meta:
        model = Page
        fields: list[str] = []


class Report(SpreadsheetMixin, ReportView):
    """A report for everybody who may edit or publish some page."""

    permission_policy = PagePermissionPolicy()
    any_permission_required = _ACTIONS
    results_template_name = "upkeep/admin/report_results.html"
    is_searchable = False
    explanation: Any = ""

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add what the list means."""
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        context["explanation"] = self.explanation
        return context

    @cached_property
    def no_results_message(self) -> str:
        """What an empty list means."""
        return _("There is nothing to do here.")


class PagesReport(Report):
    """A report whose rows are pages of several kinds, or something about them."""

    model = Page
    export_headings = {
        "title": gettext_lazy("Page"),
        "page.title": gettext_lazy("Page"),
        "kind_label": gettext_lazy("Type of page"),
        "missing_label": gettext_lazy("Missing"),
        "problem_label": gettext_lazy("Problem"),
        "actor_type": gettext_lazy("Type of organisation"),
        "url": gettext_lazy("Address"),
        "public_url": gettext_lazy("Address"),
        "status": gettext_lazy("Status of the answer"),
        "failing_since": gettext_lazy("Failing since"),
        "checked_at": gettext_lazy("Checked on"),
        "last_confirmed_at": gettext_lazy("Last confirmed"),
        "last_confirmed_by": gettext_lazy("last confirmed by"),
    }

    def rows(self, chosen: dict[str, str]) -> list[Any]:
        """The rows that fit the chosen values of the filters; every filter has one, or ``""``."""
        raise NotImplementedError

    def get_queryset(self) -> Any:
        """The rows, in order."""
        filters = self.filters
        values = filters.form.cleaned_data if filters and filters.is_valid() else {}
        names = filters.filters if filters else {}
        return self.rows({name: values.get(name) or "" for name in names})

    def get_filtered_queryset(self) -> Any:
        """The same: the filters are applied already."""
        return self.get_queryset()


class ReportViewSet(ViewSet):
    """A report in the menu, shown to those who may see it."""

    icon = "list-ul"
    view_class: type[Report]

    @cached_property
    def menu_item_class(self) -> type[MenuItem]:
        """An entry for those who may edit some page."""
        return menu_item_for(
            lambda user: PagePermissionPolicy().user_has_any_permission(user, _ACTIONS)
        )

    def get_urlpatterns(self) -> list[Any]:
        """The report, and its results alone."""
        view = self.view_class
        names = {
            "index_url_name": f"{self.name}:index",
            "index_results_url_name": f"{self.name}:index_results",
            "export_filename": self.url_prefix.rpartition("/")[2],
            "header_icon": self.icon,
        }
        return [
            path("", view.as_view(**names), name="index"),
            path("results/", view.as_view(**names, results_only=True), name="index_results"),
        ]
