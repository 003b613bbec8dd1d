"""Addresses of files with figures."""

from django.urls import path, register_converter

from surveys.views import all_residents, area_residents, wave_data


class FileKind:
    """The endings of files that there are."""

    regex = "csv|xlsx"

    def to_python(self, value: str) -> str:
        """The ending as it stands."""
        return value

    def to_url(self, value: str) -> str:
        """The ending as it stands."""
        return value


register_converter(FileKind, "figures")

urlpatterns = [
    path(
        "surveys/<slug:survey>/<slug:wave>/figures.<figures:kind>",
        wave_data,
        name="survey-wave-data",
    ),
    path("figures/foreign-residents.csv", all_residents, name="foreign-residents"),
    path(
        "areas/<slug:code>/foreign-residents.<figures:kind>",
        area_residents,
        name="area-foreign-residents",
    ),
]
