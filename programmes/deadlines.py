"""When a call opens and closes, in Japanese time, and what that means today."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.dates import PartialDate

JAPAN = ZoneInfo("Asia/Tokyo")
_MIDNIGHT = datetime.time()


class Dated(Protocol):
    """What has the days of a call."""

    opens: str
    closes: str
    closes_at: datetime.time | None


@dataclass(frozen=True)
class CallState:
    """Where a call stands now.

    Attributes:
        code: `upcoming`, `open`, `closed` or `unknown`.
        days: for an open call the days that are left, 0 on the last one; else None.
        label: the same in words.
    """

    code: str
    days: int | None
    label: str


def first_moment(opens: str) -> datetime.datetime | None:
    """The beginning of a day, month or year; None where none is known."""
    date = PartialDate.stored(opens)
    return datetime.datetime.combine(date.first_day, _MIDNIGHT, tzinfo=JAPAN) if date else None


def last_moment(closes: str, at: datetime.time | None = None) -> datetime.datetime | None:
    """The moment after which nothing is taken any more; None where none is known."""
    date = PartialDate.stored(closes)
    if date is None:
        return None
    if at is not None:
        return datetime.datetime.combine(date.last_day, at, tzinfo=JAPAN)
    midnight = datetime.datetime.combine(date.last_day, _MIDNIGHT, tzinfo=JAPAN)
    return midnight + datetime.timedelta(days=1)


def call_state(call: Dated, now: datetime.datetime | None = None) -> CallState:
    """Where a call stands at a moment (now)."""
    moment = (now or timezone.now()).astimezone(JAPAN)
    first, last = first_moment(call.opens), last_moment(call.closes, call.closes_at)
    if last is not None and moment >= last:
        return CallState("closed", None, _("Closed"))
    if first is not None and moment < first:
        return CallState("upcoming", None, _("Not open yet"))
    if last is None:
        label = _("See the call for its days") if first is None else _("Open")
        return CallState("unknown" if first is None else "open", None, label)
    # The last day itself, although the end of that day lies on the next.
    last_day = (last - datetime.timedelta(seconds=1)).date()
    days = (last_day - moment.date()).days
    if days == 0:
        return CallState("open", 0, _("Open: closes today"))
    label = ngettext("Open: closes in %(days)s day", "Open: closes in %(days)s days", days)
    return CallState("open", days, label % {"days": days})
