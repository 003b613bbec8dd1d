"""Deadlines of calls as a calendar."""

from __future__ import annotations

import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from core.calendars import calendar_bytes
from core.dates import PartialDate
from programmes.deadlines import JAPAN
from programmes.models import ProgrammeCall
from programmes.selectors import calls_in

# Minutes are counted from here: a number that grows with every publication.
_EPOCH = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)


def deadline_event(call: ProgrammeCall) -> Event | None:
    """The last day of a call as an entry of a calendar; None where no day is known."""
    closes = PartialDate.stored(call.closes)
    if closes is None or not closes.is_day:
        return None
    day = closes.first_day
    event = Event()
    event.add("uid", f"call-{call.uid}@nanif")
    event.add("summary", _("Deadline: %(title)s") % {"title": call.title})
    event.add("dtstamp", call.page.last_published_at or timezone.now())
    if call.closes_at:
        event.add("dtstart", datetime.datetime.combine(day, call.closes_at, tzinfo=JAPAN))
    else:
        event.add("dtstart", day)
        event.add("dtend", day + datetime.timedelta(days=1))
    event.add("description", "\n\n".join(filter(None, [call.amount, call.eligibility])))
    event.add("url", call.page.public_url)
    event.add("categories", [_("Calls for applications")])
    published = call.page.last_published_at
    if published:
        event.add("last-modified", published)
        event.add("sequence", int((published - _EPOCH).total_seconds() // 60))
    return event


def calls_calendar(request: HttpRequest) -> HttpResponse:
    """All deadlines of calls in the language of the address."""
    calendar = Calendar()
    calendar.add("prodid", "-//NANIF//calls//JA")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("NANIF: deadlines of calls"))
    for call in calls_in(get_language() or "ja").order_by("closes", "pk"):
        event = deadline_event(call)
        if event is not None:
            calendar.add_component(event)
    response = HttpResponse(calendar_bytes(calendar), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="nanif-calls.ics"'
    return response
