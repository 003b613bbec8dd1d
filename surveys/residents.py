"""Reads about foreign residents by area. The three series are never put into one list or chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from wagtail.models import ModelLogEntry

from regions.models import Area
from surveys.categories import category_label
from surveys.chart_files import ChartData, chart_address
from surveys.charts import BarChart, Chart, ColumnChart, bar_chart, column_chart
from surveys.exports import (
    RESIDENT_COLUMNS,
    SHARE_COLUMNS,
    resident_rows,
    share_rows,
)
from surveys.map_charts import MapChart, map_credit, map_of_country, map_of_prefecture
from surveys.maps import NUMBER, municipality_map, municipality_shares, national_residents_map
from surveys.models import ResidentCount
from surveys.series import SERIES, SUMS, SeriesText, day_of, share_of

__all__ = [
    "IMPORTED",
    "JAPAN",
    "LOADED",
    "SeriesFigures",
    "area_figures",
    "changes_of_figures",
    "chart_of_place",
    "counts_of",
    "national_figures",
    "national_trend",
    "whole_file_url",
]

Series = ResidentCount.Series
Dimension = ResidentCount.Dimension
# Stands for the country in addresses of charts.
JAPAN = "japan"
# The map of shares among the charts of a place.
MAP = "map"
# What the history says of numbers: taken from a ministry's file, or from the content files.
IMPORTED, LOADED = "nanif.figures.import", "nanif.figures.load"


@dataclass(frozen=True)
class SeriesFigures:
    """One series of one area: its numbers in time or by category, as charts and as a table.

    Attributes:
        given: the charts with their files. Charts of several areas have none.
    """

    text: SeriesText
    heading: str
    chart: Chart
    kind: str
    rows: list[dict[str, Any]]
    given: Sequence[ChartData] = ()
    notes: Sequence[str] = ()


def counts_of(area: Area | None) -> Any:
    """All numbers of an area, of the whole country for None, oldest first. One query."""
    return ResidentCount.objects.filter(area=area).order_by(
        "series", "dimension", "month", "-residents", "category"
    )


def changes_of_figures() -> QuerySet[ModelLogEntry]:
    """When numbers were imported or loaded, as the history has it."""
    return ModelLogEntry.objects.get_for_model(ResidentCount).filter(action__in=[IMPORTED, LOADED])


def national_figures(map_of: str = "") -> dict[str, Any]:
    """The country by year, and the prefectures on a map. The register alone.

    Args:
        map_of: what the map shows, as it stands in the address: `number`, or else shares.
    """
    rows = list(
        ResidentCount.objects.filter(
            Q(area=None) | Q(area__kind=Area.Kind.PREFECTURE),
            series=Series.REGISTER,
            dimension=Dimension.TOTAL,
        )
        .select_related("area")
        .defer("area__shape")
        .order_by("month", "area__code")
    )
    country = [row for row in rows if row.area_id is None]
    if not country:
        return {}
    prefectures = [row for row in rows if row.area_id]
    with_share = [row for row in prefectures if row.population]
    newest = with_share[-1].month if with_share else ""
    return {
        "figures": _over_time(None, country),
        "latest": {"residents": country[-1].residents, "day": day_of(country[-1].month)},
        "map": national_residents_map(prefectures, map_of),
        "map_given": (
            _map_given(None, [row for row in with_share if row.month == newest])
            if map_of != NUMBER
            else None
        ),
        "url": whole_file_url(),
    }


@dataclass(frozen=True)
class NationalTrend:
    """How many foreign residents the country has, and the same over the years as a small chart."""

    residents: int
    day: str
    share: str
    chart: ColumnChart
    source: SeriesText
    url: str


def national_trend() -> NationalTrend | None:
    """The newest number of the register with its years; None where there is none. One query."""
    totals = ResidentCount.objects.filter(
        area=None, series=Series.REGISTER, dimension=Dimension.TOTAL
    ).order_by("month")
    rows = [_total_row(total) for total in totals]
    if not rows:
        return None
    return NationalTrend(
        residents=rows[-1]["residents"],
        day=rows[-1]["day"],
        share=rows[-1]["share"],
        chart=_number_chart(None, rows),
        source=SERIES[Series.REGISTER],
        url=f"{whole_page_url()}#figures",
    )


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


def chart_of_place(area: Area | None, name: str) -> ChartData | None:
    """The chart with that name of an area, of the country for None; None where there is none."""
    if name == MAP:
        return _map_given(area)
    rows = list(counts_of(area).exclude(dimension=Dimension.RESIDENCE_DETAIL))
    for row in rows:
        row.area = area
    for figures in _figures_of(area, rows):
        for data in figures.given:
            if data.address.path.rstrip("/").rsplit("/", 1)[-1] == name:
                return data
    return None


def _one_area(area: Area) -> dict[str, Any] | None:
    """The register over time, newest numbers by category, other counts; None without any."""
    rows = [row for row in counts_of(area) if row.dimension != Dimension.RESIDENCE_DETAIL]
    if not rows:
        return None
    for row in rows:
        row.area = area
    others = [
        {"text": SERIES[series], "rows": [_total_row(row) for row in totals]}
        for series in (Series.STATUS, Series.CENSUS)
        if (totals := _totals(rows, series))
    ]
    has_register = bool(_totals(rows, Series.REGISTER))
    return {
        "shown": _figures_of(area, rows),
        "others": others,
        "downloads": _downloads(area),
        **_map(area),
        "compare_url": f"{reverse('compare')}?places={area.code}" if has_register else "",
    }


def _map(area: Area) -> dict[str, Any]:
    """Of a prefecture, the map of its municipalities, and its files. One query."""
    if area.kind != Area.Kind.PREFECTURE:
        return {"map": None, "map_given": None}
    counts = municipality_shares(area)
    return {"map": municipality_map(area, counts), "map_given": _map_given(area, counts)}


def _map_given(
    area: Area | None, counts: Sequence[ResidentCount] | None = None
) -> ChartData | None:
    """The map of a prefecture or of the country with its files; None where there is none."""
    if area is not None and area.kind != Area.Kind.PREFECTURE:
        return None
    found = map_of_prefecture(area, counts=counts) if area else map_of_country(counts=counts)
    if found is None:
        return None
    chart, drawn = found
    return _given(area, MAP, chart, SHARE_COLUMNS, list(share_rows(drawn)), [map_credit()])


def _figures_of(area: Area | None, rows: Sequence[ResidentCount]) -> list[SeriesFigures]:
    """The register over time, and newest numbers by category."""
    totals = _totals(rows, Series.REGISTER)
    return [*([_over_time(area, totals)] if totals else []), *_by_category(area, rows)]


def _totals(rows: Sequence[ResidentCount], series: str) -> list[ResidentCount]:
    return [row for row in rows if row.series == series and row.dimension == Dimension.TOTAL]


def _downloads(area: Area) -> list[dict[str, str]]:
    return [
        {"label": label, "url": reverse("area-foreign-residents", args=[area.code, kind])}
        for kind, label in (("csv", "CSV"), ("xlsx", "Excel"))
    ]


def _over_time(area: Area | None, totals: Sequence[ResidentCount]) -> SeriesFigures:
    """The register year by year: how many, and how many of all residents."""
    rows = [_total_row(total) for total in totals]
    number = _number_chart(area, rows)
    given = [_given(area, "residents", number, RESIDENT_COLUMNS, resident_rows(totals))]
    with_share = [row for row in rows if row["population"]]
    notes = []
    if with_share:
        notes = [_("Percentages are rounded to one decimal place.")]
        if with_share[-1]["month"] < rows[-1]["month"]:
            notes.append(
                _("No total population is given for %(day)s: shares end on %(last)s.")
                % {"day": rows[-1]["day"], "last": with_share[-1]["day"]}
            )
    if len(with_share) > 1:
        share = _share_chart(area, with_share)
        given.append(_given(area, "share", share, SHARE_COLUMNS, share_rows(totals), notes))
    text = SERIES[Series.REGISTER]
    return SeriesFigures(text, _("By year"), number, "time", rows[::-1], given, notes)


def _number_chart(area: Area | None, rows: Sequence[dict[str, Any]]) -> ColumnChart:
    title = _("%(place)s: foreign residents in the resident register, %(first)s to %(last)s") % {
        "place": _name(area),
        "first": rows[0]["day"],
        "last": rows[-1]["day"],
    }
    description = _("From %(first)s to %(last)s people. One column per year, starting at 0.") % {
        "first": f"{rows[0]['residents']:,}",
        "last": f"{rows[-1]['residents']:,}",
    }
    return column_chart(
        f"register-{_code(area)}",
        title,
        description,
        [
            (
                row["month"][:4],
                row["residents"],
                f"{row['residents']:,}",
                _("%(day)s: %(number)s people")
                % {"day": row["day"], "number": f"{row['residents']:,}"},
            )
            for row in rows
        ],
        unit=pgettext("unit", "people"),
    )


def _share_chart(area: Area | None, rows: Sequence[dict[str, Any]]) -> ColumnChart:
    title = _(
        "%(place)s: share of foreign residents among all residents, %(first)s to %(last)s"
    ) % {"place": _name(area), "first": rows[0]["day"], "last": rows[-1]["day"]}
    description = _("From %(first)s to %(last)s. One column a year, beginning at 0.") % {
        "first": rows[0]["share"],
        "last": rows[-1]["share"],
    }
    return column_chart(
        f"share-{_code(area)}",
        title,
        description,
        [
            (
                row["month"][:4],
                row["share_value"],
                row["share"],
                _("%(day)s: %(values)s") % {"day": row["day"], "values": row["share"]},
            )
            for row in rows
        ],
        unit="%",
    )


def _given(
    area: Area | None,
    name: str,
    chart: Chart | MapChart,
    columns: Sequence[Any],
    rows: Any,
    notes: Sequence[str] = (),
    series: str = Series.REGISTER,
) -> ChartData:
    """A chart with its files; `name` stands in its address, by which `chart_of_place` finds it.

    `area` is None for the country.
    """
    text = SERIES[series]
    path = reverse("place-chart", args=[_code(area), name])
    page = reverse("area", args=[area.code]) if area else whole_page_url()
    return ChartData(
        name=f"nanif-{_code(area)}-{name}",
        chart=chart,
        address=chart_address(path, chart),
        source=str(text.source),
        source_url=text.url,
        notes=[str(text.note), *notes],
        page=f"{page}#figures",
        columns=columns,
        rows=rows,
    )


def whole_page_url() -> str:
    """Address of the page on which the figures of the country stand."""
    return reverse("wagtail_serve", args=["surveys/"])


def _code(area: Area | None) -> str:
    return area.code if area else JAPAN


def _name(area: Area | None) -> str:
    return area.label if area else _("Japan")


def _total_row(total: ResidentCount) -> dict[str, Any]:
    share = share_of(total.residents, total.population)
    return {
        "month": total.month,
        "day": day_of(total.month),
        "residents": total.residents,
        "population": total.population,
        "share_value": share,
        "share": "" if share is None else f"{share}%",
    }


def _by_category(area: Area | None, rows: Sequence[ResidentCount]) -> list[SeriesFigures]:
    """Nationality and residence status at the newest date, largest first, the rest last."""
    found = []
    for dimension, name, heading in (
        (Dimension.NATIONALITY, "nationalities", _("By nationality or region")),
        (Dimension.RESIDENCE, "statuses", _("By residence status")),
    ):
        mine = [row for row in rows if row.dimension == dimension and row.category not in SUMS]
        if not mine:
            continue
        latest = max(row.month for row in mine)
        newest = [row for row in mine if row.month == latest]
        newest.sort(key=lambda row: (row.category == "その他", -row.residents))
        day = day_of(latest)
        heading = _("%(heading)s, %(day)s") % {"heading": heading, "day": day}
        chart = bar_chart(
            f"{dimension}-{_code(area)}".replace("_", "-"),
            _("%(place)s: %(heading)s") % {"place": _name(area), "heading": heading},
            _("Bar chart starting at 0, largest first. The table shows the same figures."),
            [
                (category_label(row.category), [(f"{row.residents:,}", row.residents, 1)])
                for row in newest[:10]
            ],
            top=max(row.residents for row in newest) or 1,
            unit=pgettext("unit", "people"),
        )
        table = [
            {"label": category_label(row.category), "residents": row.residents} for row in newest
        ]
        given = _given(
            area, name, chart, RESIDENT_COLUMNS, resident_rows(newest), series=Series.STATUS
        )
        found.append(
            SeriesFigures(SERIES[Series.STATUS], heading, chart, "category", table, [given])
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
    newest = [row for row in rows if row.month == rows[0].month]
    day = day_of(rows[0].month)
    table = [
        {
            "label": row.area.label,
            "url": reverse("area", args=[row.area.code]) + "#figures",
            "residents": row.residents,
        }
        for row in newest
        if row.area
    ]
    chart = _areas_chart(day, table)
    figures = SeriesFigures(SERIES[Series.REGISTER], day, chart, "category", table)
    return {"shown": [figures], "others": [], "downloads": []}


def _areas_chart(day: str, table: Sequence[dict[str, Any]]) -> BarChart:
    return bar_chart(
        "register-areas",
        _("Foreign residents in the resident register, %(day)s") % {"day": day},
        _("Bar chart starting at 0. The table shows the same figures."),
        [(row["label"], [(f"{row['residents']:,}", row["residents"], 1)]) for row in table],
        top=max(row["residents"] for row in table) or 1,
        unit=pgettext("unit", "people"),
    )


def _counted_kinds() -> list[str]:
    return [kind for kind in Area.Kind.values if kind not in {Area.Kind.BLOCK, Area.Kind.COUNTRY}]
