"""Calendars as files (iCalendar, RFC 5545)."""

from __future__ import annotations

from icalendar import Calendar, Timezone

__all__ = ["calendar_bytes"]


def calendar_bytes(calendar: Calendar) -> bytes:
    """The file of a calendar, with the rules of its time zones in front of the entries.

    Programs read from top to bottom: a time whose zone is not yet known is taken as local time.
    """
    calendar.add_missing_timezones()
    # Sorting keeps the order of the others.
    calendar.subcomponents.sort(key=lambda part: not isinstance(part, Timezone))
    return bytes(calendar.to_ical())
