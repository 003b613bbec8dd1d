"""Charts as positions and lengths, ready to be drawn as SVG without scripts and styles.

Across, everything is a share of the chart's width; down, it is pixels. So a chart fits every
screen while its letters keep their size. Bars and lines over time begin at 0, always.

Each chart names the template of its drawing, which serves the page and the file alike.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise
from typing import Any, ClassVar

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.numbers import round_half_up

__all__ = [
    "LINE_HEIGHT",
    "Bar",
    "BarChart",
    "Chart",
    "Column",
    "ColumnChart",
    "Line",
    "LineChart",
    "Series",
    "bar_chart",
    "column_chart",
    "compact",
    "line_chart",
    "lines_of",
    "percent_text",
]

LINE_HEIGHT = 20  # of a line of text
_NOTE = 18  # height of the line above a bar
_BAR = 14
_GAP = 8
_WIDEST_LINE = 38  # in half-width letters: fits a telephone of 360 pixels
_PLOT = 180
_MOST_LABELS = 6
_LEGEND = 44  # height of the name of a line with its ends
_LETTER = 15
# Of the design tokens: light blue 1000, orange 600, light blue 500 and grey 600, and for lines,
# which have no outline, darker ones.
_BAR_COLOURS = ("#00428c", "#fb5b01", "#39abff", "#666666")
_LINE_COLOURS = ("#00428c", "#c74700", "#008bf2", "#666666")
_DASHES = ("none", "8 4", "2 3", "10 3 2 3")
# A disc, a square, a triangle and a diamond.
_MARKS = (
    "M-4,0a4,4 0 1,0 8,0a4,4 0 1,0 -8,0z",
    "M-4,-4h8v8h-8z",
    "M0,-5l5,9h-10z",
    "M0,-6l6,6l-6,6l-6,-6z",
)


@dataclass(frozen=True)
class Bar:
    """A bar with the words above it; without a width there is no value to draw."""

    text: str
    text_y: int
    y: int
    width: float | None
    tone: int
    reading: str

    @property
    def colour(self) -> str:
        """Its colour in files, where no style sheet reaches."""
        return _BAR_COLOURS[self.tone - 1]


@dataclass(frozen=True)
class _Row:
    lines: list[tuple[int, str]]
    bars: list[Bar]


@dataclass(frozen=True)
class BarChart:
    """Horizontal bars in rows; `top` is what the whole width stands for."""

    drawing: ClassVar[str] = "surveys/drawings/bars.svg"

    chart_id: str
    title: str
    description: str
    rows: list[_Row]
    height: int
    axis_y: int
    top: str
    zero: str
    bar_height: int = _BAR


@dataclass(frozen=True)
class Column:
    """An upright bar: place, height and label in a chart over time.

    Attributes:
        slot, slot_width: the strip of the chart that belongs to it, from top to bottom.
        reading: the day and the value in words, for whoever points at it.
    """

    x: float
    width: float
    y: float
    height: float
    middle: float
    label: str
    value: str
    slot: float
    slot_width: float
    reading: str


@dataclass(frozen=True)
class ColumnChart:
    """Upright bars over time, with lines at round numbers."""

    drawing: ClassVar[str] = "surveys/drawings/columns.svg"

    chart_id: str
    title: str
    description: str
    unit: str
    columns: list[Column]
    ticks: list[tuple[float, str]] = field(default_factory=list)
    first: Column | None = None
    last: Column | None = None
    plot: int = _PLOT
    height: int = _PLOT + 50

    @property
    def baseline(self) -> int:
        """Where the year stands."""
        return self.plot + 24


@dataclass(frozen=True)
class Series:
    """What a line of a chart stands for: its name, and a value for each day, where there is one."""

    name: str
    values: Sequence[float | None]
    texts: Sequence[str]


@dataclass(frozen=True)
class Line:
    """One line of a chart: its parts between neighbouring days, and its name beside its end.

    Attributes:
        tone: 1 to 4; lines differ by it in colour, dashes and the shape of their points.
        letter: stands at the end of the line and before its name.
        ends: the first and the last value with their years.
    """

    tone: int
    letter: str
    name: str
    ends: str
    legend_y: int
    parts: list[tuple[float, float, float, float]]
    points: list[tuple[float, float]]
    letter_y: float

    @property
    def colour(self) -> str:
        """Its colour; each has a contrast of at least 3 to 1 with white."""
        return _LINE_COLOURS[self.tone - 1]

    @property
    def dashes(self) -> str:
        """Lengths of its dashes, by which lines differ without their colours."""
        return _DASHES[self.tone - 1]

    @property
    def mark(self) -> str:
        """The shape of its points, as a path around 0, 0."""
        return _MARKS[self.tone - 1]


@dataclass(frozen=True)
class Strip:
    """The part of a chart that belongs to one day, and what is read there."""

    day: str
    values: Sequence[str]
    x: float
    width: float
    middle: float
    label: str
    reading: str


@dataclass(frozen=True)
class LineChart:
    """Lines over time in one plot, named above it with their first and last values."""

    drawing: ClassVar[str] = "surveys/drawings/lines.svg"

    chart_id: str
    title: str
    description: str
    unit: str
    lines: list[Line]
    strips: list[Strip]
    ticks: list[tuple[float, str]]
    plot_y: int
    plot: int = _PLOT

    @property
    def height(self) -> int:
        """Legend, plot and years."""
        return self.plot_y + self.plot + 30

    @property
    def baseline(self) -> int:
        """Where the year stands, in the plot."""
        return self.plot + 24


Chart = BarChart | ColumnChart | LineChart


def bar_chart(
    chart_id: str,
    title: str,
    description: str,
    rows: Sequence[tuple[str, Sequence[tuple[str, float | None, int]]]],
    *,
    top: float,
    unit: str = "",
) -> BarChart:
    """Lay out rows of (label, bars of (text, value or None, tone)) below each other.

    Args:
        top: the value of a bar as wide as the chart.
        unit: what follows the numbers of the axis.
    """
    y = 0
    laid = []
    for label, bars in rows:
        lines = []
        for line in lines_of(label):
            y += LINE_HEIGHT
            lines.append((y - 5, line))
        placed = []
        for text, value, tone in bars:
            width = None if value is None else round(100 * value / top, 2)
            placed.append(Bar(text, y + _NOTE - 5, y + _NOTE, width, tone, f"{label} {text}"))
            y += _NOTE + (_BAR if width is not None else 0) + 4
        y += _GAP
        laid.append(_Row(lines, placed))
    return BarChart(
        chart_id,
        title,
        description,
        laid,
        y + 18,
        y + 14,
        _with_unit(_plain(top), unit),
        _with_unit("0", unit),
    )


def column_chart(
    chart_id: str,
    title: str,
    description: str,
    values: Sequence[tuple[str, float, str, str]],
    *,
    unit: str,
) -> ColumnChart:
    """Lay out (label, value, value in words, what is read there) side by side, in their order.

    Args:
        unit: what the numbers of the axis count: people, or %.
    """
    top, ticks = _ticks(max((value for _label, value, *_texts in values), default=1), unit)
    slot = 100 / max(len(values), 1)
    every = -(-len(values) // _MOST_LABELS)
    last = len(values) - 1
    columns = []
    for number, (label, value, text, reading) in enumerate(values):
        height = _PLOT * float(value) / top
        columns.append(
            Column(
                x=round(slot * (number + 0.14), 2),
                width=round(slot * 0.72, 2),
                y=round(_PLOT - height, 1),
                height=round(height, 1),
                middle=round(slot * (number + 0.5), 2),
                label=label if (last - number) % every == 0 else "",
                value=text,
                slot=round(slot * number, 2),
                slot_width=round(slot, 2),
                reading=reading,
            )
        )
    ends = (columns[0], columns[-1]) if len(columns) > 1 else (None, None)
    return ColumnChart(chart_id, title, description, unit, columns, ticks, *ends)


def line_chart(
    chart_id: str,
    title: str,
    description: str,
    days: Sequence[tuple[str, str]],
    series: Sequence[Series],
    *,
    unit: str,
) -> LineChart:
    """Lay out up to four series in one plot; a line has a gap where a value is missing.

    Args:
        days: (year for the axis, day in words), oldest first.
        unit: what the numbers of the axis count: people, or %.
    """
    known = [float(v) for one in series for v in one.values if v is not None]
    top, ticks = _ticks(max(known, default=1), unit)
    slot = 100 / max(len(days), 1)
    every = -(-len(days) // _MOST_LABELS)
    middles = [round(slot * (number + 0.5), 2) for number in range(len(days))]
    lines = []
    for number, one in enumerate(series):
        places = [
            None if value is None else (middle, round(_PLOT - _PLOT * float(value) / top, 1))
            for middle, value in zip(middles, one.values, strict=True)
        ]
        points = [place for place in places if place is not None]
        lines.append(
            Line(
                tone=number + 1,
                letter="ABCD"[number],
                name=one.name,
                ends=_ends(days, one),
                legend_y=number * _LEGEND,
                parts=[(*a, *b) for a, b in pairwise(places) if a is not None and b is not None],
                points=points,
                letter_y=points[-1][1] if points else _PLOT,
            )
        )
    strips = [
        Strip(
            day=day,
            values=[one.texts[number] for one in series],
            x=round(slot * number, 2),
            width=round(slot, 2),
            middle=middles[number],
            label=year if (len(days) - 1 - number) % every == 0 else "",
            reading=_("%(day)s: %(values)s")
            % {
                "day": day,
                "values": _(", ").join(f"{one.name} {one.texts[number]}" for one in series),
            },
        )
        for number, (year, day) in enumerate(days)
    ]
    lines = _apart(lines)
    plot_y = len(lines) * _LEGEND + 34
    return LineChart(chart_id, title, description, unit, lines, strips, ticks, plot_y)


def _ends(days: Sequence[tuple[str, str]], series: Series) -> str:
    known = [number for number, value in enumerate(series.values) if value is not None]
    if not known:
        return _("not stated")
    ends = [
        _("%(value)s (%(year)s)") % {"value": series.texts[number], "year": days[number][0]}
        for number in dict.fromkeys([known[0], known[-1]])
    ]
    return " → ".join(ends)


def _apart(lines: list[Line]) -> list[Line]:
    """The lines with the letters at their ends moved so that none covers another."""
    ordered = sorted(lines, key=lambda line: line.letter_y)
    highest = _PLOT - _LETTER * (len(ordered) - 1)
    places: dict[int, float] = {}
    at = float("-inf")
    for number, line in enumerate(ordered):
        # Room is left below for those that follow.
        at = max(at + _LETTER, min(line.letter_y, highest + _LETTER * number))
        places[line.tone] = round(at, 1)
    return [replace(line, letter_y=places[line.tone]) for line in lines]


def compact(number: int) -> str:
    """A round number in few letters, as each language counts: 400万, 4M."""
    is_english = (get_language() or "").startswith("en")
    units = (
        [(1_000_000, "M"), (1_000, "k")] if is_english else [(100_000_000, "億"), (10_000, "万")]
    )
    for size, sign in units:
        if number >= size:
            return f"{_plain(number / size)}{sign}"
    return f"{number:,}"


def _with_unit(number: str, unit: str) -> str:
    if unit in {"", "%"}:
        return f"{number}{unit}"
    return _("%(number)s %(unit)s") % {"number": number, "unit": unit}


def _plain(number: float) -> str:
    return f"{number:,.0f}" if number == int(number) else f"{round_half_up(number, 1):,}"


def _ticks(largest: float, unit: str) -> tuple[float, list[tuple[float, str]]]:
    """A round number at or above the largest value, and the lines at round numbers below it."""
    exact = Decimal(str(largest))
    step = Decimal("0.1") if unit == "%" else Decimal(1)
    steps = (step * 10**power * factor for power in range(12) for factor in (1, 2, 5))
    size = next(size for size in steps if size * 5 >= exact)
    number = max(1, math.ceil(exact / size))
    levels = [size * count for count in range(number + 1)]
    top = levels[-1]
    texts = [f"{level.normalize():f}" if unit == "%" else compact(int(level)) for level in levels]
    return float(top), [
        (round(float(_PLOT - _PLOT * level / top), 1), text)
        for level, text in zip(levels, texts, strict=True)
    ]


def lines_of(text: str, widest: int = _WIDEST_LINE) -> Iterator[str]:
    """The text in lines that fit a small screen: English between words, Japanese anywhere.

    Args:
        widest: room in half-width letters.
    """
    line, used = "", 0
    for piece in _pieces(text):
        size = sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in piece)
        if used + size > widest and line.strip() and piece not in "、。）」":
            yield line.strip()
            line, used = "", 0
        line += piece
        used += size
    if line.strip():
        yield line.strip()


def _pieces(text: str) -> Iterator[str]:
    """Where a line may break: runs of ASCII signs stay whole, others stand alone, blanks too."""
    word = ""
    for letter in text:
        if letter.isascii() and not letter.isspace():
            word += letter
            continue
        if word:
            yield word
            word = ""
        yield letter
    if word:
        yield word


def percent_text(value: Any, *, is_approximate: bool = False) -> str:
    """A percentage as it stands in the source: 80%, 96.3%, about 76%."""
    number = f"{value.normalize():f}%" if hasattr(value, "normalize") else f"{value}%"
    return _("about %(number)s") % {"number": number} if is_approximate else number
