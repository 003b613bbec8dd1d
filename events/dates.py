"""When an event is: as precise as its source, in its own time zone, and as moments to compare."""

from __future__ import annotations

import calendar
import datetime
from zoneinfo import ZoneInfo

_DAY = datetime.timedelta(days=1)


def is_day(text: str) -> bool:
    """Whether a partial date names a day, not only a month or a year."""
    return len(text) == 10


def first_day(text: str) -> datetime.date:
    """The first day that a partial date may mean.

    Raises:
        ValueError: there is no such day.
    """
    numbers = [int(part) for part in text.split("-")]
    return datetime.date(*[*numbers, 1, 1][:3])


def last_day(text: str) -> datetime.date:
    """The last day that a partial date may mean.

    Raises:
        ValueError: there is no such day.
    """
    day = first_day(text)
    if is_day(text):
        return day
    month = day.month if len(text) == 7 else 12
    return day.replace(month=month, day=calendar.monthrange(day.year, month)[1])


def moment(day: datetime.date, time: datetime.time | None, zone: str) -> datetime.datetime:
    """A time of day in a time zone; midnight without a time."""
    return datetime.datetime.combine(day, time or datetime.time(), tzinfo=ZoneInfo(zone))


def begin_of(starts_on: str, start_time: datetime.time | None, zone: str) -> datetime.datetime:
    """The moment at which an event may begin at the earliest."""
    return moment(first_day(starts_on), start_time, zone)


def end_of(
    starts_on: str,
    ends_on: str,
    end_time: datetime.time | None,
    zone: str,
) -> datetime.datetime:
    """The moment at which an event is over for certain: midnight where its end is not known."""
    day = last_day(ends_on or starts_on)
    return moment(day, end_time, zone) if end_time else moment(day + _DAY, None, zone)
