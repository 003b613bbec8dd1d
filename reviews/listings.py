"""Lists of pages by kind, with the columns and filters that their work needs.

Each shows only what the reader may see in the tree. Pages that merely stand in for a translation
are left out: they are edited where they were written.
"""

from __future__ import annotations

import datetime
from typing import Any

import django_filters
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.ui.tables.pages import (
    BulkActionsColumn,
    PageStatusColumn,
    PageTitleColumn,
    ParentPageColumn,
)
from wagtail.admin.views.pages.listing import IndexView
from wagtail.admin.viewsets.pages import PageListingViewSet
from wagtail.models import Page, WorkflowState
from wagtail.permissions import policy_registry

from casestudies.completeness import completeness, has_element
from casestudies.fields import ELEMENTS
from casestudies.models import CasesFromPage, CaseStudyPage
from casestudies.selectors import leads
from core.models import STALE_AFTER
from organisations.models import OrganisationPage
from regions.models import RegionalPlatformPage
from reviews.menus import PagesMenuItem
from taxonomy.models import ActorType, Theme

__all__ = ["CaseStudyListing", "OrganisationListing", "RegionalPageListing"]

_COMPLETE_BANDS = {"100": (100, 100), "80": (80, 99), "50": (50, 79), "0": (0, 49)}


# --- Filters ---


def _under_review(status: str) -> Exists:
    return Exists(
        WorkflowState.objects.filter(
            status=status,
            base_content_type=ContentType.objects.get_for_model(Page),
            object_id=Cast(OuterRef("pk"), CharField()),
        )
    )


class StateFilter(django_filters.ChoiceFilter):
    """Where a page stands on its way to the public."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Status"),
            choices=[
                ("live", _("public")),
                ("changed", _("public, with changes not yet public")),
                ("draft", _("draft")),
                ("review", _("under review")),
                ("back", _("sent back")),
            ],
            **kwargs,
        )

    def filter(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Pages in that state."""
        conditions = {
            "live": Q(live=True),
            "changed": Q(live=True, has_unpublished_changes=True),
            "draft": Q(live=False),
            "review": _under_review(WorkflowState.STATUS_IN_PROGRESS),
            "back": _under_review(WorkflowState.STATUS_NEEDS_CHANGES),
        }
        return queryset.filter(conditions[value]) if value in conditions else queryset


class ConfirmedFilter(django_filters.ChoiceFilter):
    """How long ago the body in charge confirmed a page."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Last confirmed"),
            choices=[
                ("year", _("within a year")),
                ("old", _("more than a year ago")),
                ("stale", _("more than eighteen months ago")),
                ("never", _("never confirmed")),
            ],
            **kwargs,
        )

    def filter(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Pages confirmed then."""
        today = timezone.localdate()
        year_ago = today - datetime.timedelta(days=365)
        conditions = {
            "year": Q(last_confirmed_at__gte=year_ago),
            "old": Q(last_confirmed_at__lt=year_ago),
            "stale": Q(last_confirmed_at__lt=today - STALE_AFTER),
            "never": Q(last_confirmed_at=None),
        }
        return queryset.filter(conditions[value]) if value in conditions else queryset


class LanguageFilter(django_filters.ChoiceFilter):
    """The language in which a page is written."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Language"),
            field_name="locale__language_code",
            choices=settings.LANGUAGES,
            **kwargs,
        )


class CompletenessFilter(django_filters.ChoiceFilter):
    """How much of a case's form is filled."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Filled"),
            choices=[
                ("100", _("all of it")),
                ("80", _("80 to 99 percent")),
                ("50", _("50 to 79 percent")),
                ("0", _("less than half")),
            ],
            **kwargs,
        )

    def filter(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Cases in that band."""
        if value not in _COMPLETE_BANDS:
            return queryset
        return queryset.filter(completeness__range=_COMPLETE_BANDS[value])


class LacksFilter(django_filters.ChoiceFilter):
    """Cases whose record lacks something."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("Still missing"), choices=list(ELEMENTS.items()), **kwargs)

    def filter(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Cases without that element of a complete record."""
        return queryset.filter(~has_element(value)) if value else queryset


def _visible(model: type[Page], request: HttpRequest) -> QuerySet[Any]:
    """Pages of a kind that somebody may see in the admin."""
    policy = policy_registry.get_by_type(Page)
    return model.objects.filter(pk__in=policy.explorable_instances(request.user).values("pk"))


def _lists_of_cases(request: HttpRequest) -> QuerySet[Any]:
    """The "Cases from …" pages that somebody may see, in Japanese, in the order of the areas."""
    return (
        _visible(CasesFromPage, request)
        .filter(locale__language_code="ja")
        .order_by("area__order", "area__code")
    )


class BelowFilter(django_filters.ModelChoiceFilter):
    """Pages below one page or its translations."""

    def filter(self, queryset: QuerySet[Any], value: Page | None) -> QuerySet[Any]:
        """By the page's path."""
        if value is None:
            return queryset
        condition = Q(path__startswith=value.path)
        for translation in value.get_translations():
            condition |= Q(path__startswith=translation.path)
        return queryset.filter(condition)


class CaseStudyFilterSet(WagtailFilterSet):
    """By region, actors, theme, state, confirmation and completeness."""

    region = BelowFilter(label=_("Region"), queryset=_lists_of_cases)
    actor_types = django_filters.ModelChoiceFilter(
        label=_("Type of organisation"),
        queryset=lambda request: ActorType.objects.filter(is_active=True),
    )
    themes = django_filters.ModelChoiceFilter(
        label=_("Theme"), queryset=lambda request: Theme.objects.filter(is_active=True)
    )
    state = StateFilter()
    confirmed = ConfirmedFilter()
    language = LanguageFilter()
    filled = CompletenessFilter()
    lacks = LacksFilter()

    class Meta:
        model = CaseStudyPage
        fields: list[str] = []


class RegionalPageFilterSet(WagtailFilterSet):
    """By state and confirmation."""

    state = StateFilter()
    confirmed = ConfirmedFilter()
    language = LanguageFilter()

    class Meta:
        model = RegionalPlatformPage
        fields: list[str] = []


class OrganisationFilterSet(WagtailFilterSet):
    """By kind of actor, state and confirmation."""

    actor_type = django_filters.ModelChoiceFilter(
        label=_("Type of organisation"),
        queryset=lambda request: ActorType.objects.filter(is_active=True),
    )
    state = StateFilter()
    confirmed = ConfirmedFilter()
    language = LanguageFilter()

    class Meta:
        model = OrganisationPage
        fields: list[str] = []


# --- Lists ---


class OriginalsView(IndexView):
    """Pages of one kind without those that stand in for a translation."""

    def annotate_queryset(self, pages: Any) -> Any:
        """Leave out aliases before anything is counted."""
        return super().annotate_queryset(pages.filter(alias_of=None))


class CaseStudyView(OriginalsView):
    """Case studies with who leads them and how complete they are."""

    def annotate_queryset(self, pages: Any) -> Any:
        """Count in the database, so that the list can be sorted and filtered by it."""
        return super().annotate_queryset(pages.annotate(completeness=completeness(), lead=leads()))


_TITLE = PageTitleColumn("title", label=_("Title"), sort_key="title", classname="title")
_STATE = PageStatusColumn("status", label=_("Status"), sort_key="live", width="12%")
_CONFIRMED = DateColumn(
    "last_confirmed_at", label=_("Last confirmed"), sort_key="last_confirmed_at", width="12%"
)
_CHANGED = DateColumn(
    "latest_revision_created_at",
    label=_("Last changed"),
    sort_key="latest_revision_created_at",
    width="12%",
)


class CaseStudyListing(PageListingViewSet):
    """All case studies that somebody may see."""

    name = "case_studies"
    url_prefix = "case-studies"
    model = CaseStudyPage
    icon = "doc-full"
    menu_label = _("Case studies")
    menu_name = "case-studies"
    menu_item_class = PagesMenuItem
    index_view_class = CaseStudyView
    filterset_class = CaseStudyFilterSet
    columns = [
        BulkActionsColumn("bulk_actions"),
        _TITLE,
        ParentPageColumn("parent", label=_("Region")),
        Column("lead", label=_("Lead organisation")),
        _STATE,
        _CONFIRMED,
        Column(
            "completeness",
            label=_("Filled"),
            accessor=lambda page: f"{page.completeness} %",
            sort_key="completeness",
        ),
        _CHANGED,
    ]


class RegionalPageListing(PageListingViewSet):
    """The pages of the regional platforms."""

    name = "regional_pages"
    url_prefix = "regional-pages"
    model = RegionalPlatformPage
    icon = "site"
    menu_label = _("Regional platforms")
    menu_name = "regional-pages"
    menu_item_class = PagesMenuItem
    index_view_class = OriginalsView
    filterset_class = RegionalPageFilterSet
    columns = [
        BulkActionsColumn("bulk_actions"),
        _TITLE,
        Column("kind", label=_("Kind of platform"), accessor="get_kind_display", sort_key="kind"),
        _STATE,
        _CONFIRMED,
        _CHANGED,
    ]


class OrganisationView(OriginalsView):
    """Organisations with the kind of actor they are."""

    def annotate_queryset(self, pages: Any) -> Any:
        """The label is read with the page."""
        return super().annotate_queryset(pages).select_related("actor_type")


class OrganisationListing(PageListingViewSet):
    """The directory of organisations."""

    name = "organisations"
    url_prefix = "organisations"
    model = OrganisationPage
    icon = "group"
    menu_label = _("Organisations")
    menu_name = "organisations"
    menu_item_class = PagesMenuItem
    index_view_class = OrganisationView
    filterset_class = OrganisationFilterSet
    columns = [
        BulkActionsColumn("bulk_actions"),
        _TITLE,
        Column("actor_type", label=_("Type of organisation"), sort_key="actor_type"),
        _STATE,
        _CONFIRMED,
        _CHANGED,
    ]
