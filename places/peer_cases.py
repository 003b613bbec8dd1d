"""What the page of a place shows of the places like it: their figures, and what they have done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from casestudies.selectors import cases_by_areas, counts_by_area, kept_case_cards
from core.numbers import round_half_up
from core.templatetags.facts import partial_date
from places.likeness import current_peers
from places.peers import PlaceFigures
from places.reasons import reason_of
from regions.models import Area

__all__ = ["PeerRow", "PlacesLike", "day_of", "places_like", "share_text"]

_SHOWN_CASES = 6
_NEAREST = 3


@dataclass(frozen=True)
class PeerRow:
    """A place like the one of the page; `cases` counts those from it, as its own page does."""

    area: Area
    population: int
    share: str
    reason: str
    cases: int


@dataclass(frozen=True)
class PlacesLike:
    """The places like one, nearest first.

    Attributes:
        day: on which population and share were counted.
        cases: some of the cases from these places; `total` counts all of them.
        nearest: where none of them has any, the next places of the kind that have some.
        nearest_cases: some of the cases from these, without what only cards show.
    """

    code: str
    kind: str
    day: str
    rows: list[PeerRow]
    cases: list[Any]
    total: int
    nearest: list[PeerRow]
    nearest_cases: list[Any]


def places_like(area: Area, language: str) -> PlacesLike | None:
    """The places like one, with what they have done; None for a place that has none.

    A fixed number of queries.
    """
    peers = current_peers()
    found = peers.table.of(area.code)
    if not found:
        return None
    counts = counts_by_area(language)
    codes = [peer.code for peer in found]
    total = sum(counts.get(code, 0) for code in codes)
    next_codes: list[str] = []
    if not total:
        ranked = peers.table.ranked(area.code)
        next_codes = [code for code in ranked if counts.get(code)][:_NEAREST]
    areas = Area.objects.select_related("parent").in_bulk([*codes, *next_codes])
    # Where no peer has a case, the nearest that have some take their place in the same query.
    places = [areas[code] for code in (codes if total else next_codes)]
    found_cases = cases_by_areas(places, language).prefetch_related(None)
    cases = list(found_cases.values_list("pk", flat=True))
    shown = list(kept_case_cards(cases[:_SHOWN_CASES]).values())

    def row(code: str, reason: str) -> PeerRow:
        return _row(areas[code], peers.by_code[code], reason, counts)

    return PlacesLike(
        code=area.code,
        kind=area.get_kind_display(),
        day=day_of(peers.figures.month),
        rows=[row(peer.code, reason_of(peer)) for peer in found],
        cases=shown if total else [],
        total=len(cases) if total else 0,
        nearest=[row(code, "") for code in next_codes],
        nearest_cases=[] if total else shown,
    )


def _row(area: Area, figures: PlaceFigures, reason: str, counts: Mapping[str, int]) -> PeerRow:
    return PeerRow(
        area,
        figures.population,
        share_text(figures.residents, figures.population),
        reason,
        counts.get(area.code, 0),
    )


def share_text(residents: int, population: int) -> str:
    """The share of foreign residents in percent, with one digit."""
    return f"{round_half_up(Decimal(100) * residents / population, 1)}%"


def day_of(month: str) -> str:
    """The day on which the resident register was counted in a month."""
    return partial_date(f"{month}-01")
