"""Comparing two to four places: their table, and their charts over time.

All numbers of people are those of the resident register; no other series stands beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from casestudies.selectors import theme_counts_of_areas
from places.changes import FEWEST, percent_changed, points_changed, signed
from places.choosing import MOST, chosen, compare_url, options, typed_name, warnings_about
from regions.models import Area
from regions.selectors import area_url
from surveys.chart_files import ChartData, chart_address
from surveys.charts import LineChart, Series, line_chart
from surveys.exports import RESIDENT_COLUMNS, SHARE_COLUMNS, resident_rows, share_rows
from surveys.map_charts import MapChart, Marked, map_credit, map_of_country, map_of_prefecture
from surveys.models import ResidentCount
from surveys.residents import MAP
from surveys.series import SERIES, day_of, share_of, share_text
from taxonomy.selectors import theme_tree

__all__ = [
    "Comparison",
    "compare_context",
    "comparison_of",
]

YEARS = 5
# A percentage of so few people says nothing.
_Kind = Area.Kind


@dataclass(frozen=True)
class Row:
    """One line of the table: what it says, and of each place the value and where that leads."""

    label: str
    cells: list[tuple[str, str]]
    is_part: bool = False


@dataclass(frozen=True)
class Comparison:
    """Places side by side; the map is missing where there are no shares to draw."""

    rows: list[Row]
    charts: dict[str, ChartData]
    notes: list[str]
    map: ChartData | None = None

    def drawing(self, name: str) -> ChartData | None:
        """A chart, or the map, by its name in addresses."""
        return self.map if name == MAP else self.charts.get(name)


# --- The page -----------------------------------------------------------------------------------


def compare_context(params: QueryDict) -> dict[str, Any]:
    """What the page shows: the choice, names that fit what was typed, table and charts."""
    choice = chosen(params)
    typed = typed_name(params)
    found = options(typed, choice) if typed else []
    is_full = len(choice.places) >= MOST
    return {
        "heading": _("Compare places"),
        "meta_description": _(
            "Choose two to four prefectures, municipalities or wards and see their foreign "
            "residents and cases side by side."
        ),
        "choice": choice,
        "codes": ",".join(choice.codes),
        "chips": [
            {
                "label": area.label,
                "remove_url": compare_url([code for code in choice.codes if code != area.code]),
            }
            for area in choice.places
        ],
        "typed": typed,
        "options": [] if is_full else found,
        "is_full": is_full,
        "most": MOST,
        "is_unknown": bool(typed) and not found and not is_full,
        "warnings": warnings_about(choice.places),
        "headings": [
            {"label": area.label, "note": _above(area), "url": area_url(area.code)}
            for area in choice.places
        ],
        "comparison": _comparison(choice.places) if len(choice.places) > 1 else None,
        "source": SERIES[ResidentCount.Series.REGISTER],
    }


def comparison_of(params: QueryDict) -> Comparison | None:
    """The comparison that an address asks for; None with fewer than two places."""
    places = chosen(params).places
    return _comparison(places) if len(places) > 1 else None


def _above(area: Area) -> str:
    """The prefecture in which it lies, and of a ward nothing more: its name has the city."""
    for above in (area.parent, area.parent and area.parent.parent):
        if above is not None and above.kind == _Kind.PREFECTURE:
            return above.label
    return ""


def _comparison(places: Sequence[Area]) -> Comparison:
    """Table, charts and map of the places. Four queries."""
    counts: dict[str, dict[str, ResidentCount]] = {area.code: {} for area in places}
    rows = ResidentCount.objects.filter(
        area__in=places,
        series=ResidentCount.Series.REGISTER,
        dimension=ResidentCount.Dimension.TOTAL,
    ).order_by("month")
    by_code = {area.code: area for area in places}
    for row in rows:
        row.area = by_code[str(row.area_id)]
        counts[row.area.code][row.month] = row
    months = sorted({month for of_place in counts.values() for month in of_place})
    with_share = [
        month
        for month in months
        if any(of_place[month].population for of_place in counts.values() if month in of_place)
    ]
    table = [
        Row(_("Kind of place"), [(str(_Kind(area.kind).label), "") for area in places]),
        *(_rows_of_people(counts, months, with_share) if months else []),
        *_rows_of_cases(places),
    ]
    notes = [_("Shares and percentages are rounded to one decimal.")]
    if with_share and with_share[-1] < months[-1]:
        notes.append(
            _("No total population is given for %(day)s: shares end on %(last)s.")
            % {"day": day_of(months[-1]), "last": day_of(with_share[-1])}
        )
    notes.append(
        _("No percentage is worked out from fewer than %(number)s people.") % {"number": FEWEST}
    )
    drawn = _map(places) if with_share else None
    charts = {
        data.address.path.rstrip("/").rsplit("/", 1)[-1]: data
        for data in _charts(places, counts, months, with_share, notes)
    }
    return Comparison(table, charts, notes, drawn)


def _rows_of_people(
    counts: dict[str, dict[str, ResidentCount]], months: Sequence[str], with_share: Sequence[str]
) -> list[Row]:
    def cells(text: Callable[[dict[str, ResidentCount]], str]) -> list[tuple[str, str]]:
        return [(text(of_place) or _("not stated"), "") for of_place in counts.values()]

    newest = months[-1]
    before = _years_before(newest)
    rows = []
    if with_share:
        last = with_share[-1]
        rows += [
            Row(
                _("All residents, %(day)s") % {"day": day_of(last)},
                cells(lambda of_place: _number(of_place, last, "population")),
            ),
        ]
    rows.append(
        Row(
            _("Foreign residents, %(day)s") % {"day": day_of(newest)},
            cells(lambda of_place: _number(of_place, newest, "residents")),
        )
    )
    if with_share:
        rows.append(
            Row(
                _("Share of foreign residents, %(day)s") % {"day": day_of(last)},
                cells(lambda of_place: _share_text(of_place.get(last))),
            )
        )
    period = {"first": before[:4], "last": newest[:4]}
    rows += [
        Row(
            _("Change in foreign residents, %(first)s to %(last)s") % period,
            cells(lambda of_place: _change(of_place.get(before), of_place.get(newest))),
        ),
        Row(
            _("The same in percent"),
            cells(lambda of_place: _percent(of_place.get(before), of_place.get(newest))),
            is_part=True,
        ),
    ]
    if with_share:
        start = _years_before(last)
        rows.append(
            Row(
                _("Change in the share in points, %(first)s to %(last)s")
                % {"first": start[:4], "last": last[:4]},
                cells(lambda of_place: _points(of_place.get(start), of_place.get(last))),
            )
        )
    return rows


def _years_before(month: str) -> str:
    return f"{int(month[:4]) - YEARS}{month[4:]}"


def _number(of_place: dict[str, ResidentCount], month: str, name: str) -> str:
    count = of_place.get(month)
    value = getattr(count, name) if count else None
    return "" if value is None else f"{value:,}"


def _share_text(count: ResidentCount | None) -> str:
    return share_text(count.residents, count.population) if count else ""


def _change(first: ResidentCount | None, last: ResidentCount | None) -> str:
    return signed(last.residents - first.residents) if first and last else ""


def _percent(first: ResidentCount | None, last: ResidentCount | None) -> str:
    if not first or not last:
        return ""
    return percent_changed(first, last) or _("too few people")


def _points(first: ResidentCount | None, last: ResidentCount | None) -> str:
    if not first or not last or not first.population or not last.population:
        return ""
    return points_changed(first, last) or _("too few people")


def _rows_of_cases(places: Sequence[Area]) -> list[Row]:
    """How many cases each place has, and of each broad theme that one of them has."""
    counts = theme_counts_of_areas(places, (get_language() or "ja")[:2])

    def cells(theme: str) -> list[tuple[str, str]]:
        return [
            (str(number), _cases_url(area, theme) if number else "")
            for area in places
            for number in [counts[area.code].get(theme, 0)]
        ]

    return [
        Row(_("Case studies on this site"), cells("")),
        *[
            Row(theme.label, cells(theme.code), is_part=True)
            for theme in theme_tree()
            if any(theme.code in of_place for of_place in counts.values())
        ],
    ]


def _cases_url(area: Area, theme: str) -> str:
    asked = {"kind": "case", "region": area.code} | ({"theme": theme} if theme else {})
    return f"{reverse('search:search')}?{urlencode(asked)}"


# --- Charts -------------------------------------------------------------------------------------


def _charts(
    places: Sequence[Area],
    counts: dict[str, dict[str, ResidentCount]],
    months: Sequence[str],
    with_share: Sequence[str],
    notes: Sequence[str],
) -> list[ChartData]:
    found = []
    every = [row for of_place in counts.values() for row in of_place.values()]
    names = _(", ").join(area.label for area in places)
    if len(with_share) > 1:
        share = _lines(
            "compare-share",
            _("%(places)s: share of foreign residents among all residents"),
            names,
            with_share,
            [
                Series(
                    area.label,
                    [_share(counts[area.code].get(month)) for month in with_share],
                    [
                        _share_text(counts[area.code].get(month)) or _("not stated")
                        for month in with_share
                    ],
                )
                for area in places
            ],
            "%",
        )
        found.append(_given(places, "share", share, SHARE_COLUMNS, share_rows(every), notes[:-1]))
    if len(months) > 1:
        number = _lines(
            "compare-residents",
            _("%(places)s: foreign residents in the resident register"),
            names,
            months,
            [
                Series(
                    area.label,
                    [
                        count.residents if (count := counts[area.code].get(month)) else None
                        for month in months
                    ],
                    [
                        _number(counts[area.code], month, "residents") or _("not stated")
                        for month in months
                    ],
                )
                for area in places
            ],
            pgettext("unit", "people"),
        )
        found.append(_given(places, "residents", number, RESIDENT_COLUMNS, resident_rows(every)))
    return found


def _share(count: ResidentCount | None) -> float | None:
    share = share_of(count.residents, count.population) if count else None
    return None if share is None else float(share)


def _lines(
    chart_id: str,
    title: str,
    names: str,
    months: Sequence[str],
    series: Sequence[Series],
    unit: str,
) -> LineChart:
    period = _("%(title)s, %(first)s to %(last)s") % {
        "title": title % {"places": names},
        "first": day_of(months[0]),
        "last": day_of(months[-1]),
    }
    description = _("One line a place, beginning at 0: %(ends)s.") % {
        "ends": _(", ").join(f"{one.name} {one.texts[0]} → {one.texts[-1]}" for one in series)
    }
    days = [(month[:4], day_of(month)) for month in months]
    return line_chart(chart_id, period, description, days, series, unit=unit)


def _map(places: Sequence[Area]) -> ChartData | None:
    """Where the places are, each with its number on a map of shares. One query.

    Municipalities of one prefecture are drawn with all of it, others by their prefectures. A ward
    stands for its city, which alone has an outline.
    """
    prefectures = {prefecture.code: prefecture for prefecture in map(_prefecture, places)}
    only = next(iter(prefectures.values())) if len(prefectures) == 1 else None
    if only is not None and any(area.code != only.code for area in places):
        found = map_of_prefecture(
            only,
            [Marked(area.label, _drawn(area).code) for area in places],
        )
    else:
        found = map_of_country([Marked(area.label, _prefecture(area).code) for area in places])
    if found is None:
        return None
    chart, drawn = found
    return _given(places, MAP, chart, SHARE_COLUMNS, list(share_rows(drawn)), [map_credit()])


def _drawn(area: Area) -> Area:
    return area.parent if area.kind == _Kind.WARD and area.parent else area


def _prefecture(area: Area) -> Area:
    """The prefecture in which a place lies; the place itself where it lies in none."""
    above: Area | None = area
    while above is not None and above.kind != _Kind.PREFECTURE:
        above = above.parent
    return above or area


def _given(
    places: Sequence[Area],
    name: str,
    chart: LineChart | MapChart,
    columns: Sequence[Any],
    rows: Any,
    notes: Sequence[str] = (),
) -> ChartData:
    text = SERIES[ResidentCount.Series.REGISTER]
    codes = [area.code for area in places]
    query = f"places={','.join(codes)}"
    return ChartData(
        name="-".join(["nanif-compare", name, *codes]),
        chart=chart,
        address=chart_address(reverse("compare-chart", args=[name]), chart, query),
        source=str(text.source),
        source_url=text.url,
        notes=[str(text.note), *notes],
        page=compare_url(codes),
        columns=columns,
        rows=rows,
    )
