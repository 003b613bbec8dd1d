"""When pages change by themselves: what somebody wrote earlier takes effect, or ends."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from django.utils import timezone
from wagtail.models import Page

__all__ = ["next_moment", "register_moments"]

Moments = Callable[[datetime.datetime], datetime.datetime | None]


_SECOND = datetime.timedelta(seconds=1)


def _next_expiry(after: datetime.datetime) -> datetime.datetime | None:
    """When a page expires, and when the second in which it did is over.

    SQLite counts seconds alone, so that lists have a page until then.
    """
    pages = Page.objects.filter(expire_at__gt=after - _SECOND).order_by("expire_at")
    ends = pages.values_list("expire_at", flat=True).distinct()[:100]
    moments = [m for end in ends for m in (end, end.replace(microsecond=0) + _SECOND)]
    return min((moment for moment in moments if moment > after), default=None)


_sources: list[Moments] = [_next_expiry]


def register_moments(source: Moments) -> None:
    """Name a function that says when, after a moment, the records of an app next change."""
    if source not in _sources:
        _sources.append(source)


def next_moment() -> datetime.datetime:
    """Return until when a page that is read now stays as it is: midnight in Japan at the latest."""
    now = timezone.localtime()
    midnight = (now + datetime.timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return min([midnight, *filter(None, (source(now) for source in _sources))])
