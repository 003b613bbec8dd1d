"""Which pages wait, are begun, were sent back, or are to be confirmed: for numbers and for lists.

One definition each, so that a number and the list behind it cannot disagree.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast
from django.utils import timezone
from wagtail.models import Page, Revision, WorkflowState

from casestudies.models import CaseStudyPage
from core.models import STALE_AFTER
from events.models import EventPage
from upkeep.selectors import ENDED, KEPT_MODELS, originals

__all__ = [
    "drafts", "events_to_come", "expiring", "kept_q", "live_cases", "running_out", "scheduled",
    "sent_back", "stale", "to_confirm", "unconfirmed", "waiting",
]  # fmt: skip


def _states(*statuses: str) -> QuerySet[WorkflowState]:
    return WorkflowState.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page), status__in=statuses
    )


def _in_state(status: str, since: str) -> QuerySet[Page]:
    """Pages whose review stands so, each with `since`, longest first."""
    states = _states(status).annotate(number=Cast("object_id", IntegerField()))
    moment = _states(status).filter(object_id=OuterRef("number")).order_by("-pk").values(since)
    return (
        Page.objects.filter(pk__in=states.values("number"))
        .annotate(number=Cast("pk", CharField()))
        .annotate(since=Subquery(moment[:1]))
        .order_by("since", "pk")
    )


def waiting() -> QuerySet[Page]:
    """Pages that wait for a reviewer, each with `since`, longest first."""
    return _in_state(WorkflowState.STATUS_IN_PROGRESS, "current_task_state__started_at")


def sent_back() -> QuerySet[Page]:
    """Pages that a reviewer sent back, each with `since`, longest first."""
    return _in_state(WorkflowState.STATUS_NEEDS_CHANGES, "current_task_state__finished_at")


def drafts() -> QuerySet[Page]:
    """Pages with something that is neither public nor in a review, oldest change first."""
    reviewed = _states(WorkflowState.STATUS_IN_PROGRESS, WorkflowState.STATUS_NEEDS_CHANGES)
    reviewed = reviewed.annotate(number=Cast("object_id", IntegerField()))
    return (
        Page.objects.filter(Q(live=False) | Q(has_unpublished_changes=True), alias_of=None)
        .exclude(pk__in=reviewed.values("number"))
        .filter(depth__gt=1)
        .order_by("latest_revision_created_at", "pk")
    )


def to_confirm(model: type[Page], condition: Q) -> QuerySet[Any]:
    """Live pages of a kind that fit, one of each group of translations; not those that ended."""
    pages: QuerySet[Any] = originals(model).filter(condition, live=True).exclude(status=ENDED)
    return pages


def unconfirmed() -> Q:
    """That no body has ever confirmed a page."""
    return Q(last_confirmed_at=None)


def stale(today: datetime.date | None = None) -> Q:
    """That the last confirmation is older than eighteen months."""
    return Q(last_confirmed_at__lt=(today or timezone.localdate()) - STALE_AFTER)


def kept_q(condition: Q) -> Q:
    """That a page is one of those `to_confirm` finds, of any kind."""
    found = Q(pk__in=())
    for model in KEPT_MODELS:
        found |= Q(pk__in=to_confirm(model, condition).order_by().values("pk"))
    return found


def live_cases() -> QuerySet[Any]:
    """Public cases, one of each group of translations."""
    cases: QuerySet[Any] = originals(CaseStudyPage).filter(live=True)
    return cases


def scheduled() -> QuerySet[Page]:
    """Pages with an approved revision that goes public later, each with `goes_live_at`."""
    revisions = Revision.page_revisions.filter(approved_go_live_at__isnull=False)
    moment = revisions.filter(object_id=OuterRef("number")).order_by("approved_go_live_at")
    numbers = revisions.annotate(number=Cast("object_id", IntegerField())).values("number")
    return (
        Page.objects.filter(pk__in=numbers)
        .annotate(number=Cast("pk", CharField()))
        .annotate(goes_live_at=Subquery(moment.values("approved_go_live_at")[:1]))
    )


def expiring(now: datetime.datetime) -> QuerySet[Page]:
    """Public pages that disappear at a moment to come."""
    return Page.objects.filter(live=True, expire_at__gt=now, alias_of=None)


def events_to_come(now: datetime.datetime) -> QuerySet[EventPage]:
    """Events that are not over, drafts too, one of each group of translations."""
    events: QuerySet[EventPage] = originals(EventPage).filter(ends_at__gt=now)
    return events.exclude(status=EventPage.Status.CANCELLED)


def running_out(model: type[Page], first: datetime.date, last: datetime.date) -> QuerySet[Any]:
    """Pages of a kind whose confirmation grows old within these days."""
    days = (first - STALE_AFTER, last - STALE_AFTER)
    return to_confirm(model, Q(last_confirmed_at__range=days))
