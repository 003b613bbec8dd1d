"""Addresses of the pages of places."""

from django.urls import path

from places.views import place

urlpatterns = [
    path("areas/<slug:code>/", place, name="area"),
]
