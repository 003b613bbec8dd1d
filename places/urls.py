"""Addresses of comparing places."""

from django.urls import path

from places.views import compare, compare_chart, compare_chart_frame, compare_suggest

urlpatterns = [
    path("compare/", compare, name="compare"),
    path("compare/suggest/", compare_suggest, name="compare-suggest"),
    path("compare/<slug:name>.<chart:kind>", compare_chart, name="compare-chart-file"),
    path("compare/<slug:name>/", compare_chart_frame, name="compare-chart"),
]
