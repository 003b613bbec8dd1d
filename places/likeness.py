"""The figures by which places are compared, and the peers made of them, kept by each process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from page_cache.kept import kept
from places.peers import COMPARED_BACK, PeerTable, PlaceFigures, Shares, overlap
from regions.models import Area
from regions.selectors import area_by_code
from search.registry import LikePlaces
from surveys.models import ResidentCount
from surveys.municipalities import (
    MUNICIPAL_KINDS,
    newest_month_with_population,
    prefecture_mix,
    register_totals,
)

__all__ = [
    "CHECKED_ONE_IN", "COMPARED_KINDS", "Figures", "Peers", "current_peers", "like_places",
    "peers_of", "read_figures",
]  # fmt: skip

# Wards of designated cities have figures of their own and are compared with each other.
COMPARED_KINDS = (*MUNICIPAL_KINDS, Area.Kind.WARD)
# Of so many places one is asked how its peers changed in a year.
CHECKED_ONE_IN = 10
_MIXES = {
    "nationalities": ResidentCount.Dimension.NATIONALITY,
    "statuses": ResidentCount.Dimension.RESIDENCE,
}


@dataclass(frozen=True)
class Figures:
    """What places are compared by, all of it read from two series that are never mixed.

    Attributes:
        month: of the resident register; empty where it has nothing.
        month_before: of the same series, as many years before as a change takes.
        mix_months: by feature, of the statistics on foreign residents.
        missing: codes of places of today without figures of both months.
    """

    month: str = ""
    month_before: str = ""
    mix_months: Mapping[str, str] = field(default_factory=dict)
    places: tuple[PlaceFigures, ...] = ()
    mixes: Mapping[str, Mapping[str, Shares]] = field(default_factory=dict)
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Peers:
    """The peers of all places, and the figures that they were made of."""

    figures: Figures
    table: PeerTable
    by_code: Mapping[str, PlaceFigures]

    @cached_property
    def stability(self) -> float | None:
        """Of the peers of every tenth place, the part that they had a year before. Seven queries.

        None where the figures of that year are missing. Takes about half a second, once.
        """
        month = self.figures.month
        if not month:
            return None
        before = peers_of(read_figures(f"{int(month[:4]) - 1}{month[4:]}"))
        return overlap(self.table, before.table, self.table.codes[::CHECKED_ONE_IN])


def peers_of(figures: Figures) -> Peers:
    """Compare the places by these figures."""
    return Peers(
        figures,
        PeerTable(figures.places, figures.mixes),
        {place.code: place for place in figures.places},
    )


def read_figures(month: str | None = None) -> Figures:
    """Read what places are compared by: seven queries.

    Args:
        month: of the resident register, as if nothing newer were known; else the newest for which
            municipalities have a total population.
    """
    until = f"{month[:4]}-12" if month else None
    month = month or newest_month_with_population()
    if month is None:
        return Figures()
    before = f"{int(month[:4]) - COMPARED_BACK}{month[4:]}"
    totals = register_totals(COMPARED_KINDS, [month, before])
    areas = Area.objects.filter(kind__in=COMPARED_KINDS, valid_to=None).order_by("code")
    places: list[PlaceFigures] = []
    missing: list[str] = []
    for code, kind in areas.values_list("code", "kind"):
        now, then = totals.get((code, month)), totals.get((code, before))
        if now and then:
            places.append(PlaceFigures(code, kind, code[:2], *now, *then))
        else:
            missing.append(code)
    mixes: dict[str, Mapping[str, Shares]] = {}
    months: dict[str, str | None] = {}
    for name, dimension in _MIXES.items():
        months[name], mixes[name] = prefecture_mix(dimension, until)
    return Figures(
        month,
        before,
        {name: found for name, found in months.items() if found},
        tuple(places),
        mixes,
        tuple(missing),
    )


_peers: Peers | None = None


@kept
def current_peers() -> Peers:
    """The peers of all places as the figures are now.

    After any change of public content the figures are read again; only when they or the areas are
    others than before are the places compared anew.
    """
    global _peers
    figures, known = read_figures(), _peers
    if known is None or known.figures != figures:
        known = _peers = peers_of(figures)
    return known


def like_places(code: str) -> LikePlaces | None:
    """A place with those that are like it, for the search; None for a place without peers.

    Codes without check digit are completed; an area that ended stands for the one that followed it.
    """
    area = area_by_code(code)
    if area is None:
        return None
    successors = list(area.successors.all()) if area.valid_to else []
    if len(successors) == 1:
        area = successors[0]
    peers = current_peers().table.of(area.code)
    if not peers:
        return None
    return LikePlaces(
        code=area.code,
        titles={"ja": area.name_ja, "en": area.name_en},
        codes=tuple(peer.code for peer in peers),
    )
