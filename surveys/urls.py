"""Addresses of files with figures, and of charts."""

from django.urls import path, register_converter

from surveys.views import (
    all_residents,
    area_residents,
    comparison_chart,
    comparison_chart_frame,
    place_chart,
    place_chart_frame,
    question_chart,
    question_chart_frame,
    wave_data,
)


class FileKind:
    """The endings of tables that there are."""

    regex = "csv|xlsx"

    def to_python(self, value: str) -> str:
        """The ending as it stands."""
        return value

    def to_url(self, value: str) -> str:
        """The ending as it stands."""
        return value


class ChartKind(FileKind):
    """The endings of what can be taken of a chart."""

    regex = "svg|csv|xlsx"


register_converter(FileKind, "figures")
register_converter(ChartKind, "chart")

urlpatterns = [
    path(
        "surveys/<slug:survey>/<slug:wave>/figures.<figures:kind>",
        wave_data,
        name="survey-wave-data",
    ),
    path(
        "surveys/<slug:survey>/<slug:wave>/questions/<slug:question>.<chart:kind>",
        question_chart,
        name="question-chart-file",
    ),
    path(
        "surveys/<slug:survey>/<slug:wave>/questions/<slug:question>/",
        question_chart_frame,
        name="question-chart",
    ),
    path(
        "surveys/<slug:survey>/comparisons/<slug:comparison>.<chart:kind>",
        comparison_chart,
        name="comparison-chart-file",
    ),
    path(
        "surveys/<slug:survey>/comparisons/<slug:comparison>/",
        comparison_chart_frame,
        name="comparison-chart",
    ),
    path("figures/<slug:place>/<slug:name>.<chart:kind>", place_chart, name="place-chart-file"),
    path("figures/<slug:place>/<slug:name>/", place_chart_frame, name="place-chart"),
    path("figures/foreign-residents.csv", all_residents, name="foreign-residents"),
    path(
        "areas/<slug:code>/foreign-residents.<figures:kind>",
        area_residents,
        name="area-foreign-residents",
    ),
]
