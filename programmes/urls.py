"""Addresses of grants and of the calendar of calls."""

from django.urls import path

from programmes.feeds import call_calendar, calls_calendar
from programmes.views import calls, grant, grants, grants_csv, grants_json

urlpatterns = [
    path("grants/", grants, name="grants"),
    path("grants/360giving.json", grants_json, name="grants-json"),
    path("grants/360giving.csv", grants_csv, name="grants-csv"),
    path("grants/<slug:identifier>/", grant, name="grant"),
    path("calls/", calls, name="calls"),
    path("calls/<uuid:uid>.ics", call_calendar, name="call-calendar"),
    path("feeds/calls.ics", calls_calendar, name="calls-calendar"),
]
