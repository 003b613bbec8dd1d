"""Which areas share a border on land, by the outlines of the maps."""

from __future__ import annotations

from functools import cache

from django.conf import settings

from regions.models import Area
from regions.shapes import neighbours

__all__ = ["neighbour_codes"]

OUTLINES = "content/data/geo/municipalities-2021.topo.json"


@cache
def _by_code() -> dict[str, frozenset[str]]:
    """Read once by each process: the borders are a file of the project."""
    return neighbours(settings.BASE_DIR / OUTLINES)


def neighbour_codes(area: Area) -> frozenset[str]:
    """Codes of the neighbours of a municipality or prefecture; none of wards and islands."""
    return _by_code().get(area.code, frozenset())
