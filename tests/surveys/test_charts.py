"""Charts as they are laid out: units, round numbers, first and last values, gaps, letters apart."""

from __future__ import annotations

import itertools
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from surveys.charts import Chart, LineChart, Series, bar_chart, column_chart, line_chart

DAYS = [(str(year), f"1 January {year}") for year in range(2014, 2026)]


def drawn(chart: Chart) -> ElementTree.Element:
    return ElementTree.fromstring(f"<svg>{render_to_string(chart.drawing, {'chart': chart})}</svg>")


def columns(values: list[float], unit: str) -> Chart:
    rows = [(str(2014 + n), value, f"{value}", f"{n}: {value}") for n, value in enumerate(values)]
    return column_chart("c", "Title", "Description", rows, unit=unit)


@pytest.mark.parametrize(
    ("highest", "unit", "top"),
    [
        (4.3, "%", "5"),
        (0.63, "%", "0.8"),
        (21.3, "%", "25"),
        (0, "%", "0.1"),
        (9_011, "people", "10k"),
        (7, "people", "8"),
        (4_031_159, "people", "5M"),
    ],
)
def test_axis_ends_at_a_round_number_at_or_above_the_highest_value(
    highest: float, unit: str, top: str
) -> None:
    with translation.override("en"):
        chart = columns([0, highest], unit)
    assert chart.ticks[-1] == (0, top)
    assert chart.ticks[0][1] == "0"
    assert 0 <= chart.columns[-1].y <= chart.plot
    assert unit in [text.text for text in drawn(chart).iter("text")]


def test_every_column_can_be_read_and_the_ends_are_labelled() -> None:
    chart = columns([2.0, 3.5, 4.3], "%")
    drawing = drawn(chart)
    strips = [rect for rect in drawing.iter("rect") if rect.get("data-reading")]
    assert [strip.get("data-reading") for strip in strips] == ["0: 2.0", "1: 3.5", "2: 4.3"]
    assert [strip.find("title").text for strip in strips] == ["0: 2.0", "1: 3.5", "2: 4.3"]
    texts = [text.text for text in drawing.iter("text")]
    assert {"2.0", "4.3"} <= set(texts)
    assert "3.5" not in texts


def test_bars_say_their_unit_at_both_ends() -> None:
    with translation.override("en"):
        chart = bar_chart("b", "T", "D", [("Brazil", [("5", 5, 1)])], top=1200, unit="people")
    assert (chart.zero, chart.top) == ("0 people", "1,200 people")
    percent = bar_chart("b", "T", "D", [("Brazil", [("5%", 5, 1)])], top=100, unit="%")
    assert (percent.zero, percent.top) == ("0%", "100%")


def lines(*values: list[float | None]) -> LineChart:
    series = [
        Series(f"Town {n}", row, ["–" if v is None else f"{v}%" for v in row])
        for n, row in enumerate(values)
    ]
    return line_chart("l", "Title", "Description", DAYS[: len(values[0])], series, unit="%")


def test_a_missing_value_is_a_gap_and_the_ends_are_those_that_are_known() -> None:
    with translation.override("en"):
        chart = lines([None, 1.0, None, 2.0, 3.0], [1.0, 1.0, 1.0, 1.0, 1.0])
    gappy, whole = chart.lines
    assert (len(gappy.parts), len(gappy.points)) == (1, 3)
    assert (len(whole.parts), len(whole.points)) == (4, 5)
    assert gappy.ends == "1.0% (2015) → 3.0% (2018)"
    assert chart.strips[0].reading == "1 January 2014: Town 0 –, Town 1 1.0%"


def test_lines_differ_without_their_colours_and_letters_do_not_cover_each_other() -> None:
    chart = lines([5.0, 5.0], [5.0, 5.0], [5.0, 5.1], [0.0, 0.0])
    for name in ("letter", "dashes", "mark", "colour"):
        assert len({getattr(line, name) for line in chart.lines}) == 4
    heights = sorted(line.letter_y for line in chart.lines)
    assert all(after - before >= 15 for before, after in itertools.pairwise(heights))
    assert heights[-1] <= chart.plot
    assert len(list(drawn(chart).iter("path"))) == 4 + 8
