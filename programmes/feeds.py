"""Deadlines of calls as a calendar."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from core.calendars import calendar_bytes
from core.dates import PartialDate
from programmes.calls import AnyCall, call_by_uid, calls_in
from programmes.deadlines import JAPAN

# Minutes are counted from here: a number that grows with every publication.
_EPOCH = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)


def deadline_event(call: AnyCall) -> Event | None:
    """The last day of a call as an entry of a calendar; None where no day is known."""
    closes = PartialDate.stored(call.closes)
    if closes is None or not closes.is_day:
        return None
    day = closes.first_day
    event = Event()
    event.add("uid", f"call-{call.uid}@nanif")
    event.add("summary", _("Deadline: %(title)s") % {"title": call.title})
    event.add("dtstamp", call.changed_at or timezone.now())
    if call.closes_at:
        event.add("dtstart", datetime.datetime.combine(day, call.closes_at, tzinfo=JAPAN))
    else:
        event.add("dtstart", day)
        event.add("dtend", day + datetime.timedelta(days=1))
    event.add("description", "\n\n".join(filter(None, [call.amount, call.eligibility])))
    event.add("url", call.public_url)
    event.add("categories", [_("Calls for applications")])
    changed = call.changed_at
    if changed:
        event.add("last-modified", changed)
        event.add("sequence", int((changed - _EPOCH).total_seconds() // 60))
    return event


def calls_calendar(request: HttpRequest) -> HttpResponse:
    """All deadlines of calls in the language of the address."""
    calls = sorted(calls_in(get_language() or "ja"), key=lambda call: (call.closes, str(call.uid)))
    return _calendar(calls, "nanif-calls.ics")


def call_calendar(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The deadline of one call."""
    call = call_by_uid(uid, get_language() or "ja")
    if call is None or deadline_event(call) is None:
        raise Http404(str(uid))
    return _calendar([call], f"nanif-call-{uid}.ics")


def _calendar(calls: Iterable[AnyCall], name: str) -> HttpResponse:
    calendar = Calendar()
    calendar.add("prodid", "-//NANIF//calls//JA")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("NANIF: application deadlines"))
    for call in calls:
        event = deadline_event(call)
        if event is not None:
            calendar.add_component(event)
    response = HttpResponse(calendar_bytes(calendar), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response
