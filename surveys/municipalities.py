"""Municipalities in the resident register: who is counted, and bands of size and share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Max
from django.dispatch import Signal

from regions.models import Area
from surveys.models import ResidentCount
from surveys.series import SUMS

__all__ = [
    "MUNICIPAL_KINDS", "POPULATION_BANDS", "SHARE_BANDS", "Band", "bands_of", "figures_changed",
    "newest_month_with_population", "prefecture_mix", "register_totals",
]  # fmt: skip

Series = ResidentCount.Series
Dimension = ResidentCount.Dimension

# Sent after numbers were stored or replaced, in the same transaction.
figures_changed = Signal()

# Local governments with the rights of municipalities; a ward of a designated city is a part of one.
MUNICIPAL_KINDS = (
    Area.Kind.DESIGNATED_CITY,
    Area.Kind.CORE_CITY,
    Area.Kind.CITY,
    Area.Kind.SPECIAL_WARD,
    Area.Kind.TOWN,
    Area.Kind.VILLAGE,
)


@dataclass(frozen=True)
class Band:
    """Numbers from `least` to below `below`; the last band of all has no upper end."""

    code: str
    least: int
    below: float = float("inf")


# People, by which the tasks of a municipality differ: 10,000 is a small town, 30,000 the size that
# makes a town a city, 500,000 that of a designated city.
POPULATION_BANDS = (
    Band("0-10000", 0, 10_000),
    Band("10000-30000", 10_000, 30_000),
    Band("30000-50000", 30_000, 50_000),
    Band("50000-100000", 50_000, 100_000),
    Band("100000-300000", 100_000, 300_000),
    Band("300000-500000", 300_000, 500_000),
    Band("500000-up", 500_000),
)
# Foreign residents among everybody, in percent. Half of all municipalities are in the first two.
SHARE_BANDS = (
    Band("0-1", 0, 1),
    Band("1-2", 1, 2),
    Band("2-3", 2, 3),
    Band("3-5", 3, 5),
    Band("5-10", 5, 10),
    Band("10-up", 10),
)


def newest_month_with_population() -> str | None:
    """The newest month of the register for which municipalities have a total population."""
    found: str | None = _register_of(MUNICIPAL_KINDS).aggregate(newest=Max("month"))["newest"]
    return found


def register_totals(
    kinds: Iterable[str], months: Iterable[str]
) -> dict[tuple[str, str], tuple[int, int]]:
    """By area and month of the register, foreign residents and everybody. One query."""
    rows = _register_of(kinds).filter(month__in=list(months))
    return {
        (area, month): (residents, population)
        for area, month, residents, population in rows.values_list(
            "area", "month", "residents", "population"
        )
    }


def prefecture_mix(
    dimension: str, until: str | None = None
) -> tuple[str | None, dict[str, dict[str, float]]]:
    """The newest month of a breakdown by prefecture, and its shares by prefecture and category.

    Sums of other categories are left out. Two queries.

    Args:
        until: the newest of this month or earlier; where there is none, the oldest.
    """
    rows = ResidentCount.objects.filter(
        series=Series.STATUS, dimension=dimension, area__kind=Area.Kind.PREFECTURE
    )
    months = sorted(set(rows.order_by().values_list("month", flat=True).distinct()))
    if not months:
        return None, {}
    wanted = next((m for m in reversed(months) if until is None or m <= until), months[0])
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for area, category, residents in rows.filter(month=wanted).values_list(
        "area", "category", "residents"
    ):
        if category not in SUMS:
            counts[area][category] = residents
    return wanted, {area: _shares(found) for area, found in counts.items() if any(found.values())}


def bands_of(areas: Iterable[str] | None = None) -> dict[str, tuple[str, str]]:
    """By municipality, the codes of its bands of population and of share. Two queries.

    Both are of the newest day for which the register has the total population, the same for all.
    A municipality without figures of that day has no bands.

    Args:
        areas: codes of those that are wanted, else all.
    """
    month = newest_month_with_population()
    rows = _register_of(MUNICIPAL_KINDS).filter(month=month)
    if areas is not None:
        rows = rows.filter(area__in=set(areas))
    return {
        area: (
            _band(POPULATION_BANDS, population),
            _band(SHARE_BANDS, Decimal(100) * residents / population),
        )
        for area, residents, population in rows.values_list("area", "residents", "population")
    }


def _register_of(kinds: Iterable[str]) -> Any:
    """Totals of the register of places of these kinds that give everybody as well."""
    return ResidentCount.objects.filter(
        series=Series.REGISTER,
        dimension=Dimension.TOTAL,
        area__kind__in=list(kinds),
        area__valid_to=None,
        population__gt=0,
    )


def _shares(counts: Mapping[str, int]) -> dict[str, float]:
    total = sum(counts.values())
    return {category: number / total for category, number in counts.items()}


def _band(bands: Sequence[Band], number: Decimal | int) -> str:
    return next(band.code for band in bands if band.least <= number < band.below)
