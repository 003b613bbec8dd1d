"""What the search knows of a case's municipalities: kind, population, foreign residents, plan.

A ward of a designated city counts as its city, which is the local government. A case from a whole
prefecture has none of these, and neither has one from abroad.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q
from django.db.models.signals import post_save

from casestudies.models import CaseStudyPage
from core.visibility import publicly_visible
from regions.models import Area
from regions.services import areas_stored
from search.index.outbox import announce
from surveys.municipalities import MUNICIPAL_KINDS, bands_of, figures_changed

__all__ = [
    "announce_cases_in", "announce_changes", "fetch_municipal_facts", "municipality_codes",
    "municipality_lookup", "plan_lookup", "population_lookup", "share_lookup",
]  # fmt: skip


def fetch_municipal_facts(pages: Sequence[CaseStudyPage]) -> None:
    """Note on each case the bands and plans of its municipalities. Three queries for all cases.

    Their places must be fetched before, with the areas above them.
    """
    found = {page: [area.code for area in _municipalities(page)] for page in pages}
    wanted = {code for codes in found.values() for code in codes}
    bands, plans = bands_of(wanted), _plans(wanted)
    for page, codes in found.items():
        page.bands = [bands[code] for code in codes if code in bands]
        page.plan_statuses = [plans[code] for code in codes]


def municipality_codes(page: CaseStudyPage) -> dict[str, list[str]]:
    """By facet, the codes of a case; after `fetch_municipal_facts`."""
    return {
        "municipality": [area.kind for area in _municipalities(page)],
        "population": [population for population, _share in page.bands],
        "share": [share for _population, share in page.bands],
        "plan": page.plan_statuses,
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


def plan_lookup(codes: Sequence[str]) -> Q:
    """What is known of the municipality's plan as a condition on cases."""
    return _in(code for code, status in _plans().items() if status in codes)


def announce_changes() -> None:
    """Begin to tell the search of cases when figures, or the areas in which they are, change."""
    figures_changed.connect(_on_figures, dispatch_uid="municipalities")
    areas_stored.connect(_on_areas, dispatch_uid="municipalities")
    post_save.connect(_on_area, sender=Area, dispatch_uid="municipalities")


def announce_cases_in(areas: Iterable[str], event: str) -> None:
    """Tell the search of the cases in these areas, or in a part of one."""
    pages = publicly_visible(CaseStudyPage.objects.all()).filter(_in(areas), alias_of=None)
    announce(pages.order_by().values_list("pk", flat=True).distinct(), event)


def _municipalities(page: CaseStudyPage) -> list[Area]:
    found: dict[str, Area] = {}
    for place in page.places.all():
        area = place.area.parent if place.area.kind == Area.Kind.WARD else place.area
        if area is not None and area.kind in MUNICIPAL_KINDS:
            found[area.code] = area
    return list(found.values())


def _plans(areas: Iterable[str] | None = None) -> dict[str, str]:
    """By municipality, what is known of its plan. One query.

    The register belongs to the app above this one; it hangs on areas by the name of its relation.
    """
    rows = Area.objects.filter(kind__in=MUNICIPAL_KINDS)
    if areas is not None:
        rows = rows.filter(code__in=set(areas))
    return {
        code: status or "unknown" for code, status in rows.values_list("code", "local_plan__status")
    }


def _in(municipalities: Any) -> Q:
    codes = list(municipalities)
    # Nothing else lies in a municipality but the wards of a city.
    return Q(places__area__in=codes) | Q(places__area__parent__in=codes)


def _on_figures(sender: Any, **kwargs: Any) -> None:
    pages = publicly_visible(CaseStudyPage.objects.all()).filter(
        municipality_lookup(MUNICIPAL_KINDS), alias_of=None
    )
    announce(pages.order_by().values_list("pk", flat=True).distinct(), "figures")


def _on_areas(sender: Any, codes: Iterable[str], **kwargs: Any) -> None:
    announce_cases_in(codes, "area")


def _on_area(sender: Any, instance: Area, raw: bool = False, **kwargs: Any) -> None:
    if not raw:
        announce_cases_in([instance.code], "area")
