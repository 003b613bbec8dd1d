"""Events for calendars and spreadsheets."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.etags import conditional
from events.calendars import CONTENT_TYPE, calendar_of
from events.models import EventPage
from events.open_data import events_csv
from events.selectors import calendar_event, calendar_events, events_as_open_data
from opendata.rates import rate_limited
from regions.models import Area
from taxonomy.models import Theme

MOST_ROWS = 10_000
_MAX_AGE = 900


@require_safe
@rate_limited("api")
def calendar(request: HttpRequest) -> HttpResponse:
    """The calendar of all events."""
    return _calendar_response(request, calendar_events(_language()), _("NANIF: events"), "nanif")


@require_safe
@rate_limited("api")
def region_calendar(request: HttpRequest, code: str) -> HttpResponse:
    """The calendar of the events in one area."""
    area = get_object_or_404(Area, code=code)
    events = calendar_events(_language(), region=area.code)
    return _calendar_response(request, events, _named(area.label), f"nanif-{area.code}")


@require_safe
@rate_limited("api")
def theme_calendar(request: HttpRequest, code: str) -> HttpResponse:
    """The calendar of the events on one theme."""
    theme = get_object_or_404(Theme, code=code)
    events = calendar_events(_language(), theme=theme.code)
    return _calendar_response(request, events, _named(theme.label), f"nanif-{theme.code}")


@require_safe
@rate_limited("api")
def event_calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """One event, to add to one's own calendar."""
    event = calendar_event(pk, _language())
    if event is None:
        raise Http404
    return _calendar_response(request, [event], event.title, event.slug, is_download=True)


@require_safe
@rate_limited("export")
def open_data(request: HttpRequest) -> HttpResponse:
    """All events as the local governments' open-data list, always in Japanese."""
    response = HttpResponse(
        events_csv(events_as_open_data("ja", MOST_ROWS)), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="nanif-events.csv"'
    return response


def _language() -> str:
    return get_language() or "ja"


def _named(label: str) -> str:
    return _("NANIF: events, %(what)s") % {"what": label}


def _calendar_response(
    request: HttpRequest,
    events: list[EventPage],
    name: str,
    file_name: str,
    *,
    is_download: bool = False,
) -> HttpResponse:
    """Events as an iCalendar file that may be cached, or 304 for who has it already."""
    content = calendar_of(events, name=name, language=_language())
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    kind = "attachment" if is_download else "inline"
    response["Content-Disposition"] = f'{kind}; filename="{file_name}.ics"'
    patch_cache_control(response, public=True, max_age=_MAX_AGE)
    # Programs that subscribe ask again and again.
    return conditional(request, response)
