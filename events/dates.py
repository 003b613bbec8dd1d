"""When an event is: as precise as its source, in its own time zone, and as moments to compare."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

from core.dates import PartialDate

_DAY = datetime.timedelta(days=1)


def moment(day: datetime.date, time: datetime.time | None, zone: str) -> datetime.datetime:
    """A time of day in a time zone; midnight without a time."""
    return datetime.datetime.combine(day, time or datetime.time(), tzinfo=ZoneInfo(zone))


def begin_of(starts_on: str, start_time: datetime.time | None, zone: str) -> datetime.datetime:
    """The moment at which an event may begin at the earliest.

    Raises:
        ValueError: there is no such day.
    """
    return moment(PartialDate.parse(starts_on).first_day, start_time, zone)


def end_of(
    starts_on: str,
    ends_on: str,
    end_time: datetime.time | None,
    zone: str,
) -> datetime.datetime:
    """The moment at which an event is over for certain: midnight where its end is not known.

    Raises:
        ValueError: there is no such day.
    """
    day = PartialDate.parse(ends_on or starts_on).last_day
    return moment(day, end_time, zone) if end_time else moment(day + _DAY, None, zone)
