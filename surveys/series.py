"""The three series of foreign residents by area, and what must be said with each of them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.dates import PartialDate
from core.numbers import round_half_up
from surveys.models import ResidentCount

__all__ = [
    "FEWEST", "SERIES", "SUMS", "SeriesText", "about_residents", "day_of", "share_of", "share_text",
]  # fmt: skip

Series = ResidentCount.Series
# Categories that are sums of others.
SUMS = {"中長期在留者（計）"}
# Below so many foreign residents one household changes a share, a change in percent and a rank.
FEWEST = 10


@dataclass(frozen=True)
class SeriesText:
    """What is to be said with every figure of a series."""

    title: Any
    source: Any
    url: str
    note: Any


SERIES: dict[str, SeriesText] = {
    Series.REGISTER: SeriesText(
        gettext_lazy("Foreign residents in the resident register"),
        gettext_lazy(
            "Ministry of Internal Affairs and Communications, population, demographics and "
            "households by the Basic Resident Register"
        ),
        "https://www.soumu.go.jp/main_sosiki/jichi_gyousei/daityo/jinkou_jinkoudoutai-setaisuu.html",
        gettext_lazy(
            "At 1 January each year (2013: 31 March). Earlier years are adjusted to present "
            "boundaries. Totals for prefectures, designated cities and Japan were added up for "
            "this site."
        ),
    ),
    Series.STATUS: SeriesText(
        gettext_lazy("Statistics on foreign residents"),
        gettext_lazy("Immigration Services Agency, Statistics on Foreign Residents"),
        "https://www.moj.go.jp/isa/policies/statistics/toukei_ichiran_touroku.html",
        gettext_lazy(
            "At the end of June or December: mid- to long-term residents and special permanent "
            "residents. Not comparable with the resident register."
        ),
    ),
    Series.CENSUS: SeriesText(
        gettext_lazy("Foreign population in the census"),
        gettext_lazy(
            "Statistics Bureau, Population Census 2020 (in SSDSE-A-2025 of the National "
            "Statistics Center)"
        ),
        "https://www.nstac.go.jp/use/literacy/ssdse/",
        gettext_lazy(
            "At 1 October 2020, from census returns. Not comparable with the other statistics."
        ),
    ),
}


def day_of(month: str) -> str:
    """The day that was counted, in words: a month of the file with its first or last day."""
    last_days = {"03": 31, "06": 30, "12": 31}
    year, number = int(month[:4]), int(month[5:])
    return PartialDate(year, number, last_days.get(month[5:], 1)).label()


def share_of(residents: int, population: int | None) -> Decimal | None:
    """Foreign residents in percent of all, to one decimal; None where these are not known."""
    if not population:
        return None
    return round_half_up(Decimal(100) * residents / population, 1)


def share_text(residents: int, population: int | None) -> str:
    """The share in words; empty where it is not known, and said to be of too few people."""
    share = share_of(residents, population)
    if share is None:
        return ""
    return f"{share}%" if residents >= FEWEST else _("too few people")


def about_residents() -> list[tuple[str, str]]:
    """What a file of these numbers says of itself."""
    return [
        (str(text.title), f"{text.source} {text.url} {text.note}") for text in SERIES.values()
    ] + [
        (
            _("Please note"),
            _(
                "The three statistics cover different people on different dates. Do not add them "
                "up or join them in one line."
            ),
        )
    ]
