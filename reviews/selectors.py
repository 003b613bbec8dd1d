"""Reads about reviews: who decides, what waits for whom, and to which region pages belong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Count, Exists, IntegerField, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from wagtail.models import Page, TaskState, WorkflowState

from casestudies.models import CaseStudyPage
from regions.models import Area, Region
from regions.selectors import regions_of_user
from search.admin.queries import asked_queries
from users.roles import curators_to_notify, is_curator

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

__all__ = [
    "RegionMap",
    "curators_to_notify",
    "decides_in_region",
    "drafts_of",
    "is_curator",
    "my_reviews",
    "publishers_of",
    "searches_without_hits",
    "states_of_regions",
    "under_review_in",
    "unpublished_cases",
    "waiting_for",
]

# Lists of the desk show the beginning; the listings of pages show all.
MOST_SHOWN = 20
MOST_SEARCHES = 8


def publishers_of(region: Region | None) -> QuerySet[Any]:
    """The active publishers of a region; the curators where there is none."""
    own = _own_publishers(region)
    return own if own.exists() else curators_to_notify()


def decides_in_region(region: Region | None, user: AbstractUser) -> bool:
    """Whether somebody decides about a region's pages in its publishers' place."""
    own = _own_publishers(region)
    return own.filter(pk=user.pk).exists() if own.exists() else is_curator(user)


def _own_publishers(region: Region | None) -> QuerySet[Any]:
    users = get_user_model().objects
    if region is None or not region.publishers_id:
        return users.none()
    return users.filter(is_active=True, groups=region.publishers_id).distinct()


@dataclass(frozen=True)
class RegionMap:
    """To which region pages belong, for many pages at once: two queries however many pages.

    The same rule as `regions.selectors.region_of_page`, which answers for one page.
    """

    regions: Sequence[Region]

    @classmethod
    def load(cls) -> RegionMap:
        """All regions that somebody keeps up, as they come first where two share a page."""
        found = Region.objects.filter(Q(is_active=True) | Q(looked_after_by__is_active=True))
        found = found.select_related("area", "looked_after_by__area")
        return cls(list(found.order_by("-is_active", "area__order", "area__code")))

    @cached_property
    def paths(self) -> dict[str, Region]:
        """Paths of the pages at the top of each region, in all languages."""
        owners: dict[int, list[Region]] = {}
        for region in self.regions:
            for page in (region.platform_id, region.cases_page_id):
                if page:
                    keeper = None if region.is_active else region.looked_after_by
                    owners.setdefault(page, []).append(keeper or region)
        keys = Page.objects.filter(pk__in=owners).values_list("translation_key", "pk")
        by_key = {key: owners[page] for key, page in keys}
        tops = Page.objects.filter(translation_key__in=list(by_key))
        found: dict[str, Region] = {}
        for path, key in tops.values_list("path", "translation_key"):
            found[path] = by_key[key][0]
        return found

    def region_of(self, path: str) -> Region | None:
        """The region of a page, by the page's path."""
        for end in range(len(path), 0, -Page.steplen):
            if (region := self.paths.get(path[:end])) is not None:
                return region
        return None

    def below(self, regions: Iterable[Region], field: str = "path") -> Q:
        """Condition that a page stands in one of the regions."""
        wanted = {region.pk for region in regions}
        condition = Q(pk__in=())
        for path, region in self.paths.items():
            if region.pk in wanted:
                condition |= Q(**{f"{field}__startswith": path})
        return condition


def states_of_regions(states: QuerySet[TaskState], user: AbstractUser) -> QuerySet[TaskState]:
    """Those of a region task's states that wait for this user: by the page's place today."""
    if not user.is_active:
        return TaskState.objects.none()
    pages = dict(
        states.annotate(page=Cast("workflow_state__object_id", IntegerField())).values_list(
            "pk", "page"
        )
    )
    paths = dict(Page.objects.filter(pk__in=pages.values()).values_list("pk", "path"))
    places = RegionMap.load()
    groups = set(user.groups.values_list("pk", flat=True))
    with_publishers = set(
        get_user_model()
        .objects.filter(is_active=True, groups__regions_published__isnull=False)
        .values_list("groups", flat=True)
    )
    curates = is_curator(user)

    def waits_for_user(path: str) -> bool:
        region = places.region_of(path)
        if region is None or region.publishers_id not in with_publishers:
            return curates
        return region.publishers_id in groups

    waiting = [pk for pk, page in pages.items() if page in paths and waits_for_user(paths[page])]
    return TaskState.objects.filter(pk__in=waiting)


# --- The desk ---


def _own_pages(user: AbstractUser) -> QuerySet[Any]:
    """Numbers, as texts, of the pages somebody owns, the way workflow states keep them."""
    return (
        Page.objects.filter(owner=user)
        .order_by()
        .annotate(number=Cast("pk", CharField()))
        .values("number")
    )


def my_reviews(user: AbstractUser, status: str) -> list[tuple[WorkflowState, Page]]:
    """Reviews with that status that somebody asked for, or of pages they own.

    `MOST_SHOWN` at most, newest first.
    """
    states = (
        WorkflowState.objects.filter(
            Q(requested_by=user) | Q(object_id__in=_own_pages(user)),
            status=status,
            base_content_type=ContentType.objects.get_for_model(Page),
        )
        .select_related("current_task_state__task")
        .order_by("-current_task_state__started_at")[:MOST_SHOWN]
    )
    return _with_pages([(state, state.object_id) for state in states])


def waiting_for(user: AbstractUser) -> list[tuple[TaskState, Page]]:
    """What waits for somebody's decision, longest first; `MOST_SHOWN` at most."""
    states = (
        TaskState.objects.reviewable_by(user)
        .select_related("task", "workflow_state__requested_by")
        .order_by("started_at", "pk")[:MOST_SHOWN]
    )
    return _with_pages([(state, state.workflow_state.object_id) for state in states])


def _with_pages(found: Sequence[tuple[Any, str]]) -> list[tuple[Any, Page]]:
    """Each with its page and the number of open comments on it; what has no page left out."""
    pages = (
        Page.objects.select_related("locale")
        .annotate(
            open_comments=Count(
                "wagtail_admin_comments", filter=Q(wagtail_admin_comments__resolved_at=None)
            )
        )
        .in_bulk([int(number) for _, number in found])
    )
    return [(item, pages[int(number)]) for item, number in found if int(number) in pages]


def _among(pages: Iterable[Page], *, below: bool) -> Q:
    """Condition that a page is one of these, or stands below one of them."""
    condition = Q(pk__in=[page.pk for page in pages])
    if below:
        for page in pages:
            condition |= Q(path__startswith=page.path)
    return condition


def unpublished_cases(pages: Iterable[Page], *, below: bool, most: int = 5) -> list[Page]:
    """Case studies among these, or below them, with something in them that is not public yet."""
    drafts = CaseStudyPage.objects.filter(Q(live=False) | Q(has_unpublished_changes=True))
    return list(drafts.filter(_among(pages, below=below)).defer_streamfields()[:most])


def under_review_in(pages: Iterable[Page], *, below: bool = True) -> QuerySet[Any]:
    """Pages among these, and below them, that are under review."""
    in_progress = WorkflowState.objects.filter(
        status=WorkflowState.STATUS_IN_PROGRESS,
        base_content_type=ContentType.objects.get_for_model(Page),
        object_id=Cast(OuterRef("pk"), CharField()),
    )
    return Page.objects.filter(_among(pages, below=below)).filter(Exists(in_progress))


def drafts_of(user: AbstractUser) -> QuerySet[Any]:
    """Pages that somebody owns or edited last, with changes neither public nor submitted."""
    under_review = WorkflowState.objects.active().filter(
        base_content_type=ContentType.objects.get_for_model(Page),
        object_id=Cast(OuterRef("pk"), CharField()),
    )
    return (
        Page.objects.filter(has_unpublished_changes=True, alias_of=None)
        .filter(Q(owner=user) | Q(latest_revision__user=user))
        .exclude(Exists(under_review))
        .select_related("locale")
        .order_by("-latest_revision_created_at", "-pk")
    )


def searches_without_hits(user: AbstractUser) -> tuple[list[dict[str, Any]], bool]:
    """What people searched for in vain within ninety days, and whether it names one's own region.

    The count of searches knows nothing of who asked or where. So a region sees the texts that name
    one of its places; where there is none it sees those of the whole network. `MOST_SEARCHES` at
    most, taken from the two hundred that were asked most often.
    """
    texts: Any = asked_queries(show="none")
    asked = list(texts.order_by("-asked", "text").values("text", "locale", "asked")[:200])
    names = _names_of_places(list(regions_of_user(user)))
    own = [row for row in asked if any(name in row["text"].lower() for name in names)]
    return (own or asked)[:MOST_SEARCHES], bool(own)


def _names_of_places(regions: Sequence[Region]) -> set[str]:
    """How people call the regions' areas and what lies in them: 富山県, 富山, toyama."""
    codes = [region.area_id for region in regions]
    areas = Area.objects.filter(Q(pk__in=codes) | Q(parent__in=codes) | Q(parent__parent__in=codes))
    names: set[str] = set()
    for name_ja, name_en in areas.values_list("name_ja", "name_en"):
        names |= {name_ja, name_ja.rstrip("都道府県市区町村"), name_en.lower()}
    return {name for name in names if len(name) > 1}
