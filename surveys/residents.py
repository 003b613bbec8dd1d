"""Reads about foreign residents by area. The three series are never put into one list or chart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Max, Q
from django.dispatch import Signal
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.numbers import round_half_up
from core.templatetags.facts import partial_date
from regions.models import Area
from regions.selectors import national_map
from surveys.categories import category_label
from surveys.charts import BarChart, ColumnChart, bar_chart, column_chart
from surveys.models import ResidentCount

__all__ = [
    "MUNICIPAL_KINDS",
    "POPULATION_BANDS",
    "SERIES",
    "SHARE_BANDS",
    "Band",
    "about_residents",
    "area_figures",
    "bands_of",
    "counts_of",
    "figures_changed",
    "national_figures",
    "newest_month_with_population",
    "prefecture_mix",
    "register_totals",
    "whole_file_url",
]

Series = ResidentCount.Series
Dimension = ResidentCount.Dimension
_SUMS = {"中長期在留者（計）"}


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
            "On 1 January of each year (2013: 31 March). Earlier years are added up for the "
            "areas of today; prefectures, the country and designated cities are sums made here."
        ),
    ),
    Series.STATUS: SeriesText(
        gettext_lazy("Statistics on foreign residents"),
        gettext_lazy("Immigration Services Agency, Statistics on Foreign Residents"),
        "https://www.moj.go.jp/isa/policies/statistics/toukei_ichiran_touroku.html",
        gettext_lazy(
            "At the end of June or December. Counts mid- to long-term residents and special "
            "permanent residents: do not compare it with the resident register."
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
            "On 1 October 2020. Counts who lives there by the census form: do not compare it "
            "with the other series."
        ),
    ),
}


@dataclass(frozen=True)
class SeriesFigures:
    """One series of one area: its numbers in time or by category, as a chart and as a table."""

    text: SeriesText
    heading: str
    chart: ColumnChart | BarChart | None
    kind: str
    rows: list[dict[str, Any]]


def counts_of(area: Area | None) -> Any:
    """All numbers of an area, of the whole country for None, oldest first. One query."""
    return ResidentCount.objects.filter(area=area).order_by(
        "series", "dimension", "month", "-residents", "category"
    )


def national_figures() -> dict[str, Any]:
    """The country by year, and the prefectures on a map. The register alone."""
    rows = list(
        ResidentCount.objects.filter(
            Q(area=None) | Q(area__kind=Area.Kind.PREFECTURE),
            series=Series.REGISTER,
            dimension=Dimension.TOTAL,
        )
        .order_by("month")
        .values_list("area", "month", "residents", "population")
    )
    country = [row for row in rows if row[0] is None]
    if not country:
        return {}
    latest = country[-1][1]
    counts = {area: residents for area, month, residents, _all in rows if area and month == latest}
    day = _day(Series.REGISTER, latest)
    return {
        "figures": _over_time("japan", _("Japan"), [row[1:] for row in country]),
        "latest": {"residents": country[-1][2], "day": day},
        "map": national_map(
            counts,
            title=_("Foreign residents by prefecture, %(day)s") % {"day": day},
            caption=_("Resident register. The number of people, not their share."),
            map_id="residents-map",
        )
        if counts
        else None,
        "url": whole_file_url(),
    }


def whole_file_url() -> str:
    """Address of the file with all areas, years and series."""
    return reverse("foreign-residents")


def area_figures(areas: Sequence[Area]) -> dict[str, Any] | None:
    """What the section “figures” of a page shows: one area in depth, or several side by side.

    None where there are no numbers.
    """
    if len(areas) == 1 and areas[0].kind != Area.Kind.BLOCK:
        return _one_area(areas[0])
    return _several_areas(areas)


def _one_area(area: Area) -> dict[str, Any] | None:
    """The register over time, newest numbers by category, other counts; None without any."""
    rows = [row for row in counts_of(area) if row.dimension != Dimension.RESIDENCE_DETAIL]
    if not rows:
        return None
    totals = {
        series: [
            (row.month, row.residents, row.population)
            for row in rows
            if row.series == series and row.dimension == Dimension.TOTAL
        ]
        for series in SERIES
    }
    shown = [
        *(
            [_over_time(area.code, area.label, totals[Series.REGISTER])]
            if totals[Series.REGISTER]
            else []
        ),
        *_by_category(area, rows),
    ]
    others = [
        {
            "text": SERIES[series],
            "rows": [
                _total_row(series, month, residents, population)
                for month, residents, population in totals[series]
            ],
        }
        for series in (Series.STATUS, Series.CENSUS)
        if totals[series]
    ]
    return {"shown": shown, "others": others, "downloads": _downloads(area)}


def _downloads(area: Area) -> list[dict[str, str]]:
    return [
        {"label": label, "url": reverse("area-foreign-residents", args=[area.code, kind])}
        for kind, label in (("csv", "CSV"), ("xlsx", "Excel"))
    ]


def _over_time(
    code: str, name: str, totals: Sequence[tuple[str, int, int | None]]
) -> SeriesFigures:
    """The register year by year."""
    text = SERIES[Series.REGISTER]
    rows = [_total_row(Series.REGISTER, *total) for total in totals]
    title = _("%(place)s: foreign residents in the resident register, %(first)s to %(last)s") % {
        "place": name,
        "first": rows[0]["day"],
        "last": rows[-1]["day"],
    }
    description = _("From %(first)s to %(last)s people. One column a year, beginning at 0.") % {
        "first": f"{rows[0]['residents']:,}",
        "last": f"{rows[-1]['residents']:,}",
    }
    chart = column_chart(
        f"register-{code}",
        title,
        description,
        [(row["month"][:4], row["residents"], f"{row['residents']:,}") for row in rows],
    )
    return SeriesFigures(text, _("By year"), chart, "time", rows[::-1])


def _total_row(series: str, month: str, residents: int, population: int | None) -> dict[str, Any]:
    return {
        "month": month,
        "day": _day(series, month),
        "residents": residents,
        "population": population,
        "share": f"{round_half_up(Decimal(100) * residents / population, 1)}%"
        if population
        else "",
    }


def _by_category(area: Area, rows: Sequence[ResidentCount]) -> list[SeriesFigures]:
    """Nationality and residence status at the newest date, largest first, the rest last."""
    found = []
    for dimension, heading in (
        (Dimension.NATIONALITY, _("By nationality or region")),
        (Dimension.RESIDENCE, _("By residence status")),
    ):
        mine = [row for row in rows if row.dimension == dimension and row.category not in _SUMS]
        if not mine:
            continue
        latest = max(row.month for row in mine)
        newest = [row for row in mine if row.month == latest]
        newest.sort(key=lambda row: (row.category == "その他", -row.residents))
        day = _day(Series.STATUS, latest)
        chart = bar_chart(
            f"{dimension}-{area.code}".replace("_", "-"),
            _("%(place)s: %(heading)s, %(day)s")
            % {"place": area.label, "heading": heading, "day": day},
            _("Bars from 0, largest first. The table has the same numbers."),
            [
                (category_label(row.category), [(f"{row.residents:,}", row.residents, 1)])
                for row in newest[:10]
            ],
            top=max(row.residents for row in newest) or 1,
        )
        table = [
            {"label": category_label(row.category), "residents": row.residents} for row in newest
        ]
        found.append(
            SeriesFigures(
                SERIES[Series.STATUS],
                _("%(heading)s, %(day)s") % {"heading": heading, "day": day},
                chart,
                "category",
                table,
            )
        )
    return found


def _several_areas(areas: Sequence[Area]) -> dict[str, Any] | None:
    """The numbers of the register's newest month by area; of a block those of its prefectures.

    None where there are none.
    """
    codes = [area.code for area in areas]
    rows = list(
        ResidentCount.objects.filter(
            Q(area__in=codes, area__kind__in=_counted_kinds())
            | Q(area__parent__in=codes, area__parent__kind=Area.Kind.BLOCK),
            series=Series.REGISTER,
            dimension=Dimension.TOTAL,
        )
        .select_related("area")
        .order_by("-month", "area__order", "area__code")
    )
    if not rows:
        return None
    latest = rows[0].month
    newest = [row for row in rows if row.month == latest]
    day = _day(Series.REGISTER, latest)
    chart = bar_chart(
        "register-areas",
        _("Foreign residents in the resident register, %(day)s") % {"day": day},
        _("Bars from 0. The table has the same numbers."),
        [
            (row.area.label if row.area else "", [(f"{row.residents:,}", row.residents, 1)])
            for row in newest
        ],
        top=max(row.residents for row in newest) or 1,
    )
    table = [
        {
            "label": row.area.label,
            "url": reverse("area", args=[row.area.code]) + "#figures",
            "residents": row.residents,
        }
        for row in newest
        if row.area
    ]
    figures = SeriesFigures(SERIES[Series.REGISTER], day, chart, "category", table)
    return {"shown": [figures], "others": [], "downloads": []}


def _counted_kinds() -> list[str]:
    return [kind for kind in Area.Kind.values if kind not in {Area.Kind.BLOCK, Area.Kind.COUNTRY}]


def _day(series: str, month: str) -> str:
    """A month of the file as the day that was counted."""
    days = {"01": "01", "03": "31", "06": "30", "12": "31", "10": "01"}
    return partial_date(f"{month}-{days.get(month[5:], '01')}")


def about_residents() -> list[tuple[str, str]]:
    """What a file of these numbers says of itself."""
    return [
        (str(text.title), f"{text.source} {text.url} {text.note}") for text in SERIES.values()
    ] + [
        (
            _("Careful"),
            _(
                "The three series count different people on different days. Never put them into "
                "one sum or one line."
            ),
        )
    ]


# --- Municipalities by size and share ---------------------------------------------------------

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
        if category not in _SUMS:
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
