"""Events as iCalendar (RFC 5545), for calendars to import and to subscribe to."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vDuration

from core.calendars import calendar_bytes
from core.dates import PartialDate
from events.dates import moment
from events.models import EventPage

CONTENT_TYPE = "text/calendar; charset=utf-8"
_HOURS_UNTIL_NEXT_LOOK = 6


def calendar_of(events: Iterable[EventPage], *, name: str, language: str) -> bytes:
    """A calendar with these events and the rules of every time zone that they use.

    Cancelled and postponed events stay in it as cancelled: a program that knew them takes them
    out or strikes them through.
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//NANIF//Events//{language.upper()}")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add(
        "refresh-interval",
        vDuration(datetime.timedelta(hours=_HOURS_UNTIL_NEXT_LOOK)),
        parameters={"value": "DURATION"},
    )
    for event in events:
        if event.has_days:
            calendar.add_component(_entry(event))
    return calendar_bytes(calendar)


def _entry(page: EventPage) -> Event:
    version = getattr(page, "version", None)
    changed = version.changed_at if version else page.last_published_at or timezone.now()
    entry = Event()
    # The same in both languages and after every change: calendars know the event by it.
    entry.add("uid", str(page.translation_key))
    entry.add("sequence", version.sequence if version else 0)
    entry.add("dtstamp", changed)
    entry.add("last-modified", changed)
    if page.first_published_at:
        entry.add("created", page.first_published_at)
    entry.add("summary", _title(page))
    _add_times(entry, page)
    entry.add("status", "CANCELLED" if page.is_off else "CONFIRMED")
    entry.add("url", page.public_url)
    if description := _description(page):
        entry.add("description", description)
    if location := place_of(page):
        entry.add("location", location)
    if themes := [theme.label for theme in page.themes.all()]:
        entry.add("categories", themes)
    if page.contact_name:
        entry.add("contact", page.contact_name)
    return entry


def _title(page: EventPage) -> str:
    """The title; what is off says so, for programs that ignore the status."""
    if page.is_off:
        return _("[%(status)s] %(title)s") % {
            "status": page.get_status_display(),
            "title": page.title,
        }
    return page.title


def _add_times(entry: Event, page: EventPage) -> None:
    """Days without times last all day; their end is the day after, as the standard wants it."""
    first = PartialDate.parse(page.starts_on).first_day
    last = PartialDate.parse(page.ends_on or page.starts_on).last_day
    if page.start_time is None:
        entry.add("dtstart", first)
        entry.add("dtend", last + datetime.timedelta(days=1))
        return
    entry.add("dtstart", moment(first, page.start_time, page.time_zone))
    if page.end_time is not None:
        entry.add("dtend", moment(last, page.end_time, page.time_zone))
    elif last > first:
        entry.add("dtend", moment(last + datetime.timedelta(days=1), None, page.time_zone))


def _description(page: EventPage) -> str:
    parts = [page.status_note, page.summary, page.join_text, page.join_url, page.caveat]
    return "\n\n".join(part for part in parts if part)


def place_of(page: EventPage) -> str:
    """Venue, address and area in one line; that it is online, where it has no place."""
    areas = _(", ").join(area.label for area in page.areas.all())
    parts = [page.venue, page.address or areas, _("Online") if page.is_online else ""]
    return _(", ").join(part for part in parts if part)
