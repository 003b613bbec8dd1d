"""Where a place stands: its residents, foreign residents, share, change and rank, each with a date.

All numbers are of the resident register, except the largest nationalities and statuses, which the
other series has for prefectures alone. The two are never put into one sum.

Below `FEWEST` foreign residents one household changes a share, a change in percent and a rank, so
these are not given; numbers of people are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, Count, Q
from django.db.models.functions import Cast
from django.db.models.lookups import GreaterThan
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from places.changes import FEWEST, percent_changed, points_changed, signed
from regions.models import Area
from surveys.categories import category_label
from surveys.models import ResidentCount
from surveys.series import SERIES, SeriesText, day_of, share_of

__all__ = ["Change", "Headline", "Largest", "Rank", "Share", "headline_of"]

YEARS = 5
SHOWN_CATEGORIES = 5

Series = ResidentCount.Series
Dimension = ResidentCount.Dimension
# A sum among the statuses, and what the source names no further.
_NO_CATEGORIES = {"中長期在留者（計）", "その他"}

_AMONG = {
    Area.Kind.PREFECTURE: gettext_lazy("of %(total)s prefectures"),
    Area.Kind.DESIGNATED_CITY: gettext_lazy("of %(total)s designated cities"),
    Area.Kind.CORE_CITY: gettext_lazy("of %(total)s core cities"),
    Area.Kind.CITY: gettext_lazy("of %(total)s other cities"),
    Area.Kind.SPECIAL_WARD: gettext_lazy("of %(total)s special wards"),
    Area.Kind.TOWN: gettext_lazy("of %(total)s towns"),
    Area.Kind.VILLAGE: gettext_lazy("of %(total)s villages"),
    Area.Kind.WARD: gettext_lazy("of the %(total)s wards of %(city)s"),
}


@dataclass(frozen=True)
class Change:
    """What has changed since a day, signed, in people or points; `percent` where it says much."""

    since: str
    amount: str
    percent: str = ""


@dataclass(frozen=True)
class Share:
    """Foreign residents in percent of all residents of a place."""

    place: str
    percent: str


@dataclass(frozen=True)
class Rank:
    """The position of a place among those of its kind, both in words, and by what."""

    position: str
    among: str
    by: str
    day: str


@dataclass(frozen=True)
class Largest:
    """The largest categories of one dimension at the newest date."""

    title: str
    rows: list[tuple[str, int]]


@dataclass(frozen=True)
class Headline:
    """The numbers at the head of a place's page.

    Attributes:
        residents, day, change: foreign residents.
        population, share_day: all residents, at the newest date for which they are known.
        share, share_change: empty and None where there are fewer than `FEWEST` foreign residents.
        others: shares of the wider places, at the same date.
        is_small: whether something is left out for being small.
        largest, largest_day, largest_text: of prefectures alone.
    """

    residents: int
    day: str
    change: Change | None
    population: int | None
    share: str
    share_day: str
    share_change: Change | None
    others: list[Share]
    ranks: list[Rank]
    is_small: bool
    largest: list[Largest]
    largest_day: str
    text: SeriesText = SERIES[Series.REGISTER]
    largest_text: SeriesText = SERIES[Series.STATUS]
    fewest: int = FEWEST


def headline_of(area: Area) -> Headline | None:
    """Where a place stands; None where the register has nothing of it. Two queries.

    Load the area as for `area_paths`.
    """
    prefecture = _prefecture_of(area)
    register = [place.code for place in (area, prefecture) if place]
    rows = list(
        ResidentCount.objects.filter(
            (Q(area__in=register) | Q(area=None))
            & Q(series=Series.REGISTER, dimension=Dimension.TOTAL)
            | Q(
                area=area.code,
                series=Series.STATUS,
                dimension__in=[Dimension.NATIONALITY, Dimension.RESIDENCE],
            )
        ).order_by("month", "-residents")
    )
    by_place: dict[str | None, dict[str, ResidentCount]] = {}
    for row in rows:
        if row.series == Series.REGISTER:
            by_place.setdefault(row.area_id, {})[row.month] = row
    own = by_place.get(area.code)
    if not own:
        return None
    latest = own[max(own)]
    before = own.get(_years_before(latest.month))
    counted = max((month for month, row in own.items() if row.population), default="")
    shared = own[counted] if counted else None
    share, share_change = _share_and_change(shared, own)
    wider = [(prefecture, prefecture.label if prefecture else ""), (None, _("Japan"))]
    largest_day, largest = _largest(row for row in rows if row.area_id == area.code)
    return Headline(
        residents=latest.residents,
        day=day_of(latest.month),
        change=_change(latest, before),
        population=shared.population if shared else None,
        share=share,
        share_day=day_of(counted) if counted else "",
        share_change=share_change,
        others=[
            Share(name, _percent(other))
            for place, name in wider
            if name
            and (other := by_place.get(place.code if place else None, {}).get(counted))
            and other.population
        ],
        ranks=_ranks(area, latest, shared),
        is_small=any(row and row.residents < FEWEST for row in (latest, before, shared)),
        largest=largest,
        largest_day=largest_day,
    )


def _prefecture_of(area: Area) -> Area | None:
    """The prefecture in which the area lies; None for a prefecture itself."""
    above = area.parent
    while above is not None and above.kind != Area.Kind.PREFECTURE:
        above = above.parent
    return above


def _years_before(month: str) -> str:
    return f"{int(month[:4]) - YEARS}{month[4:]}"


def _percent(row: ResidentCount) -> str:
    return f"{share_of(row.residents, row.population)}%"


def _change(latest: ResidentCount, before: ResidentCount | None) -> Change | None:
    if before is None:
        return None
    amount = signed(latest.residents - before.residents)
    return Change(day_of(before.month), amount, percent_changed(before, latest))


def _share_and_change(
    shared: ResidentCount | None, own: dict[str, ResidentCount]
) -> tuple[str, Change | None]:
    """The share and its change in points, made of the exact shares and then rounded."""
    if shared is None or shared.residents < FEWEST:
        return "", None
    before = own.get(_years_before(shared.month))
    points = points_changed(before, shared) if before else ""
    change = Change(day_of(before.month), points) if before and points else None
    return _percent(shared), change


def _ranks(area: Area, latest: ResidentCount, shared: ResidentCount | None) -> list[Rank]:
    """By share and by number; equal places have the same rank. One query."""
    if latest.residents < FEWEST or area.kind not in _AMONG:
        return []
    of_month = Q(month=latest.month)
    numbers: dict[str, Any] = {
        "all": Count("pk", filter=of_month),
        "more": Count("pk", filter=of_month & Q(residents__gt=latest.residents)),
    }
    is_shared = shared is not None and shared.population and shared.residents >= FEWEST
    alike = ResidentCount.objects.filter(
        area__kind=area.kind,
        area__valid_to=None,
        series=Series.REGISTER,
        dimension=Dimension.TOTAL,
        month__in={latest.month, shared.month if shared else latest.month},
    )
    if area.kind == Area.Kind.WARD:
        alike = alike.filter(area__parent=area.parent_id)
    if shared is not None and shared.population and is_shared:
        known = Q(month=shared.month, population__gt=0)
        # Multiplied out, since a division would be rounded.
        is_larger = GreaterThan(
            Cast("residents", BigIntegerField()) * shared.population,
            Cast("population", BigIntegerField()) * shared.residents,
        )
        numbers["with_share"] = Count("pk", filter=known)
        numbers["larger"] = Count("pk", filter=known & Q(is_larger))
    found = alike.aggregate(**numbers)
    ranks = [_rank(area, found["more"], found["all"], _("by number"), latest)]
    if shared is not None and is_shared:
        ranks.insert(0, _rank(area, found["larger"], found["with_share"], _("by share"), shared))
    return ranks


def _rank(area: Area, ahead: int, total: int, by: str, counted: ResidentCount) -> Rank:
    city = area.parent.label if area.parent else ""
    among = str(_AMONG[Area.Kind(area.kind)]) % {"total": total, "city": city}
    return Rank(_("No. %(rank)s") % {"rank": ahead + 1}, among, by, day_of(counted.month))


def _largest(rows: Iterable[ResidentCount]) -> tuple[str, list[Largest]]:
    """The newest date of the series, and the largest nationalities and statuses there."""
    mine = [row for row in rows if row.series == Series.STATUS]
    if not mine:
        return "", []
    month = max(row.month for row in mine)
    named = [row for row in mine if row.month == month and row.category not in _NO_CATEGORIES]
    titles = {
        Dimension.NATIONALITY: _("Largest nationalities"),
        Dimension.RESIDENCE: _("Largest residence statuses"),
    }
    found = []
    for dimension, title in titles.items():
        largest = [row for row in named if row.dimension == dimension][:SHOWN_CATEGORIES]
        if largest:
            pairs = [(category_label(row.category), row.residents) for row in largest]
            found.append(Largest(title, pairs))
    return day_of(month), found
