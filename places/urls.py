"""Addresses of the pages of places, of comparing them, and of their plans."""

from django.urls import path

from places.views import (
    compare,
    compare_chart,
    compare_chart_frame,
    compare_suggest,
    peers_method,
    place,
    place_picture,
    plans,
    plans_csv,
)

urlpatterns = [
    path("areas/method/", peers_method, name="peers-method"),
    path("areas/<slug:code>/", place, name="area"),
    path("areas/<slug:code>/share.png", place_picture, name="area-picture"),
    path("plans/", plans, name="plans"),
    path("plans/plans.csv", plans_csv, name="plans-csv"),
    path("compare/", compare, name="compare"),
    path("compare/suggest/", compare_suggest, name="compare-suggest"),
    path("compare/<slug:name>.<chart:kind>", compare_chart, name="compare-chart-file"),
    path("compare/<slug:name>/", compare_chart_frame, name="compare-chart"),
]
