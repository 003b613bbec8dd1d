"""Searches to look at: what was asked without hits or without anybody opening one.

A text that only one person asked could say something about that person. So a text that has hits
is shown once it was asked three times, or on two days; one without hits at once, since those are
what editors are here for (see search/admin/personal_data.py for what is never kept).
"""

from __future__ import annotations

import datetime
from typing import Any
from urllib.parse import urlencode

import django_filters
from django.conf import settings
from django.contrib.auth.models import Permission
from django.db import models
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views import View
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, NumberColumn
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.views.reports import ReportView
from wagtail.admin.viewsets.base import ViewSet
from wagtail.permissions import policy_registry

from search.admin.query_log import KEPT_QUERIES
from search.admin.spreadsheets import SpreadsheetMixin
from search.models import QueryLog
from search.query.search_query import SearchQuery

__all__ = ["QueriesViewSet", "asked_queries", "decide"]

# A text with hits is shown from so many searches, or days, on.
_LEAST_TIMES = 3
_LEAST_DAYS = 2
# Clicks are few when fewer than one search in five led to one; below five nothing can be said.
_FEW_OF_TIMES = 5
_FEW_SHARE = 20


def asked_queries(
    *, days: int = KEPT_QUERIES.days, locale: str = "", show: str = "", decision: str = ""
) -> QuerySet[QueryLog, Any]:
    """Texts that were asked, each once, as dictionaries: how often, with what, and by when.

    Args:
        locale: a language, or empty for all.
        show: `none` (no hits), `few` (few clicks), `all`, or empty for both of the first two.
        decision: a value of `QueryLog.Decision`.
    """
    rows = QueryLog.objects.filter(
        day__gt=timezone.localdate() - datetime.timedelta(days), decision=decision
    )
    if locale:
        rows = rows.filter(locale=locale)
    same = QueryLog.objects.filter(text=OuterRef("text"), locale=OuterRef("locale"))
    if decision == QueryLog.Decision.OPEN:
        rows = rows.filter(~Exists(same.filter(decision=QueryLog.Decision.IGNORED)))
    latest = same.order_by("-day")
    asked = (
        rows.order_by()
        .values("text", "locale")
        .annotate(
            asked=Sum("times"),
            opened=Sum("clicks"),
            days=Count("pk"),
            last_day=Max("day"),
            share=100 * Sum("clicks") / Sum("times"),
            last_hits=Subquery(latest.values("hits")[:1]),
            last_rung=Subquery(latest.values("rung")[:1]),
        )
    )
    without = Q(last_hits=0)
    few = Q(last_hits__gt=0, asked__gte=_FEW_OF_TIMES, share__lt=_FEW_SHARE)
    kept_apart = Q(last_hits=0) | Q(asked__gte=_LEAST_TIMES) | Q(days__gte=_LEAST_DAYS)
    wanted = {"none": without, "few": few, "all": kept_apart}.get(show, without | few)
    return asked.filter(wanted)


def decide(text: str, locale: str, decision: str) -> int:
    """Note what an editor decided about a text. Returns how many days it concerns.

    What is done comes back when it is asked again on another day; what is ignored does not, as
    long as its days are kept.
    """
    rows = QueryLog.objects.filter(text=text, locale=locale)
    if decision == QueryLog.Decision.DONE:
        rows = rows.filter(decision=QueryLog.Decision.OPEN)
    return rows.update(decision=decision)


# --- The report ---


class QueryFilterSet(WagtailFilterSet):
    """Which searches, of when, in which language, decided how."""

    show = django_filters.ChoiceFilter(
        label=gettext_lazy("Searches"),
        empty_label=gettext_lazy("Without results, or with few clicks"),
        choices=[
            ("none", gettext_lazy("Without results")),
            ("few", gettext_lazy("With few clicks")),
            ("all", gettext_lazy("All")),
        ],
    )
    days = django_filters.ChoiceFilter(
        label=gettext_lazy("Period"),
        empty_label=gettext_lazy("90 days"),
        choices=[("30", gettext_lazy("30 days")), ("7", gettext_lazy("7 days"))],
    )
    locale = django_filters.ChoiceFilter(
        label=gettext_lazy("Language"),
        empty_label=gettext_lazy("All languages"),
        choices=settings.LANGUAGES,
    )
    decision = django_filters.ChoiceFilter(
        label=gettext_lazy("Decision"),
        empty_label=QueryLog.Decision.OPEN.label,
        choices=QueryLog.Decision.choices[1:],
    )

    class Meta:
        model = QueryLog
        fields = ["show", "days", "locale", "decision"]

    def filter_queryset(self, queryset: Any) -> Any:
        """The texts; counting them comes after choosing the days."""
        chosen = {name: value for name, value in self.form.cleaned_data.items() if value}
        if "days" in chosen:
            chosen["days"] = int(chosen["days"])
        return asked_queries(**chosen)


class _TextColumn(Column):
    """The text, as a link to its search."""

    cell_template_name = "search/admin/query_cell.html"

    def get_cell_context_data(
        self, instance: dict[str, Any], parent_context: Any
    ) -> dict[str, Any]:
        """With the address."""
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        with override(instance["locale"]):
            context["url"] = reverse("search:search") + SearchQuery(text=instance["text"]).address()
        return context


class _ActionsColumn(Column):
    """What can be done about a text."""

    cell_template_name = "search/admin/query_actions_cell.html"

    def get_cell_context_data(
        self, instance: dict[str, Any], parent_context: Any
    ) -> dict[str, Any]:
        """With addresses of filled-in forms."""
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        request = parent_context["request"]
        query = {"queries": instance["text"], "locale": instance["locale"]}
        context |= {
            "csrf_token": get_token(request),
            "next": request.get_full_path().replace("/results/", "/"),
            "may_decide": _may(request, "change"),
            "add_url": reverse("lexicon:add") + "?" + urlencode({"word": instance["text"]}),
            "may_add": request.user.has_perm("search.add_lexiconentry"),
            "pin_url": reverse("best_bets:add") + "?" + urlencode(query),
            "may_pin": request.user.has_perm("search.add_bestbet"),
            "decision": request.GET.get("decision", ""),
        }
        return context


def _may(request: HttpRequest, action: str) -> bool:
    policy = policy_registry.get_by_type(QueryLog)
    return bool(policy.user_has_permission(request.user, action))


def _rung(row: dict[str, Any]) -> str:
    return str(dict(QueryLog.Rung.choices).get(row["last_rung"], row["last_rung"]))


def _language(row: dict[str, Any]) -> str:
    return str(dict(settings.LANGUAGES).get(row["locale"], row["locale"]))


class QueriesView(SpreadsheetMixin, ReportView):
    """What was asked, most often first."""

    model = QueryLog
    page_title = gettext_lazy("Searches to look at")
    header_icon = "view"
    results_template_name = "search/admin/queries_results.html"
    index_url_name = "search_queries:index"
    index_results_url_name = "search_queries:index_results"
    permission_required = "view"
    filterset_class = QueryFilterSet
    default_ordering = "-asked"
    is_searchable = False
    export_filename = "searches"
    columns = [
        _TextColumn("text", label=gettext_lazy("Query"), sort_key="text", width="22%"),
        Column(
            "locale",
            label=gettext_lazy("Language"),
            accessor=_language,
            classname="w-whitespace-nowrap",
        ),
        NumberColumn("asked", label=gettext_lazy("Times asked"), sort_key="asked"),
        Column(
            "share",
            label=gettext_lazy("With a click"),
            accessor=lambda row: f"{row['share']} %",
            sort_key="share",
        ),
        NumberColumn("last_hits", label=gettext_lazy("Results"), sort_key="last_hits"),
        Column("last_rung", label=gettext_lazy("Found"), accessor=_rung),
        Column(
            "last_day",
            label=gettext_lazy("Last asked"),
            sort_key="last_day",
            classname="w-whitespace-nowrap",
        ),
        _ActionsColumn("actions", label=gettext_lazy("What to do"), width="24%"),
    ]
    list_export = [
        "text", "locale", "asked", "opened", "share", "last_hits", "last_rung", "last_day",
    ]  # fmt: skip
    export_headings = {
        "text": gettext_lazy("Query"),
        "locale": gettext_lazy("Language"),
        "asked": gettext_lazy("Times asked"),
        "opened": gettext_lazy("searches with a click"),
        "share": gettext_lazy("With a click, in percent"),
        "last_hits": gettext_lazy("Results"),
        "last_rung": gettext_lazy("Found"),
        "last_day": gettext_lazy("Last asked"),
    }

    def get_queryset(self) -> Any:
        """Texts, filtered and in order."""
        return self.order_queryset(self.filter_queryset(asked_queries()))

    def get_filtered_queryset(self) -> Any:
        """The same: the filters come first here."""
        return self.get_queryset()

    def order_queryset(self, queryset: Any) -> Any:
        """Equals in the order of their texts."""
        return queryset.order_by(self.ordering, "text", "locale")

    def to_row_dict(self, item: dict[str, Any]) -> dict[str, Any]:
        """The cells of a text."""
        return {**super().to_row_dict(item), "locale": _language(item), "last_rung": _rung(item)}

    @cached_property
    def no_results_message(self) -> str:
        """What an empty list means."""
        return _("There is nothing to look at here.")


class DecideView(PermissionCheckedMixin, View):
    """Take a text from the list, or put it back."""

    model = QueryLog
    permission_required = "change"
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Store the decision and go back to the list."""
        decision = request.POST.get("decision", "")
        text, locale = request.POST.get("text", ""), request.POST.get("locale", "")
        if decision not in QueryLog.Decision.values:
            return HttpResponseBadRequest()
        if decide(text, locale, decision):
            said = {
                QueryLog.Decision.DONE: _("“%(text)s” is done."),
                QueryLog.Decision.IGNORED: _("“%(text)s” is ignored."),
                QueryLog.Decision.OPEN: _("“%(text)s” is on the list again."),
            }[QueryLog.Decision(decision)]
            messages.success(request, said % {"text": text})
        return redirect(get_valid_next_url_from_request(request) or "search_queries:index")


class QueriesViewSet(ViewSet):
    """The report and what can be decided in it."""

    name = "search_queries"
    url_prefix = "search/queries"
    icon = "view"
    menu_label = gettext_lazy("Searches to look at")
    menu_name = "search-queries"

    @cached_property
    def menu_item_class(self) -> type[MenuItem]:
        """Shown to those who may see the report."""
        return type("QueriesMenuItem", (MenuItem,), {"is_shown": lambda _, r: _may(r, "view")})

    def get_urlpatterns(self) -> list[Any]:
        """The report, its results alone, and decisions."""
        return [
            path("", QueriesView.as_view(), name="index"),
            path("results/", QueriesView.as_view(results_only=True), name="index_results"),
            path("decide/", DecideView.as_view(), name="decide"),
        ]

    def on_register(self) -> None:
        """Also let administrators give the rights to groups."""
        super().on_register()
        hooks.register("register_permissions", _rights)


def _rights() -> models.QuerySet[Permission]:
    return Permission.objects.filter(
        content_type__app_label="search", codename__in=["view_querylog", "change_querylog"]
    )
