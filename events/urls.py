"""Addresses of the calendars, the feed and the list as a file."""

from __future__ import annotations

from django.urls import path

from events import views
from events.feeds import NewEventsFeed

app_name = "events"

urlpatterns = [
    path("events.atom", NewEventsFeed(), name="feed"),
    path("events.csv", views.open_data, name="open-data"),
    path("events.ics", views.calendar, name="calendar"),
    path("events/region/<str:code>.ics", views.region_calendar, name="region-calendar"),
    path("events/theme/<slug:code>.ics", views.theme_calendar, name="theme-calendar"),
    path("events/event/<int:pk>.ics", views.event_calendar, name="event-calendar"),
]
