"""What the search knows of a case's municipalities: their kind, population and foreign residents.

A ward of a designated city counts as its city, which is the local government. A case from a whole
prefecture has none of these, and neither has one from abroad.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from casestudies.models import CaseStudyPage
from core.visibility import publicly_visible
from regions.models import Area
from search.index.outbox import announce
from surveys.municipalities import MUNICIPAL_KINDS, bands_of, figures_changed

__all__ = [
    "announce_changes", "fetch_bands", "municipality_codes", "municipality_lookup",
    "population_lookup", "share_lookup",
]  # fmt: skip


def fetch_bands(pages: Sequence[CaseStudyPage]) -> None:
    """Note on each case the bands of its municipalities. Two queries, however many cases.

    Their places must be fetched before, with the areas above them.
    """
    found = {page: [area.code for area in _municipalities(page)] for page in pages}
    bands = bands_of(code for codes in found.values() for code in codes)
    for page, codes in found.items():
        page.bands = [bands[code] for code in codes if code in bands]


def municipality_codes(page: CaseStudyPage) -> dict[str, list[str]]:
    """By facet, the codes of a case; after `fetch_bands`."""
    return {
        "municipality": [area.kind for area in _municipalities(page)],
        "population": [population for population, _share in page.bands],
        "share": [share for _population, share in page.bands],
    }


def municipality_lookup(codes: Sequence[str]) -> Q:
    """Kinds of municipality as a condition on cases."""
    kinds = [code for code in codes if code in MUNICIPAL_KINDS]
    return Q(places__area__kind__in=kinds) | Q(places__area__parent__kind__in=kinds)


def population_lookup(codes: Sequence[str]) -> Q:
    """Bands of population as a condition on cases."""
    return _in(code for code, (population, _share) in bands_of().items() if population in codes)


def share_lookup(codes: Sequence[str]) -> Q:
    """Bands of the share of foreign residents as a condition on cases."""
    return _in(code for code, (_population, share) in bands_of().items() if share in codes)


def announce_changes() -> None:
    """Begin to tell the search of all cases with a municipality when the figures change."""
    figures_changed.connect(_on_figures, dispatch_uid="municipalities")


def _municipalities(page: CaseStudyPage) -> list[Area]:
    found: dict[str, Area] = {}
    for place in page.places.all():
        area = place.area.parent if place.area.kind == Area.Kind.WARD else place.area
        if area is not None and area.kind in MUNICIPAL_KINDS:
            found[area.code] = area
    return list(found.values())


def _in(municipalities: Any) -> Q:
    codes = list(municipalities)
    # Nothing else lies in a municipality but the wards of a city.
    return Q(places__area__in=codes) | Q(places__area__parent__in=codes)


def _on_figures(sender: Any, **kwargs: Any) -> None:
    pages = publicly_visible(CaseStudyPage.objects.all()).filter(
        municipality_lookup(MUNICIPAL_KINDS), alias_of=None
    )
    announce(pages.order_by().values_list("pk", flat=True).distinct(), "figures")
