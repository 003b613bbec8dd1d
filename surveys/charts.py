"""Charts as positions and lengths, ready to be drawn as SVG without scripts and styles.

Across, everything is a share of the chart's width; down, it is pixels. So a chart fits every
screen while its letters keep their size. Bars begin at 0, always.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.numbers import round_half_up

__all__ = ["Bar", "BarChart", "Column", "ColumnChart", "bar_chart", "column_chart", "compact"]

_LINE = 20  # height of a line of text
_NOTE = 18  # height of the line above a bar
_BAR = 14
_GAP = 8
_WIDEST_LINE = 38  # in half-width letters: fits a telephone of 360 pixels
_PLOT = 180
_MOST_LABELS = 6


@dataclass(frozen=True)
class Bar:
    """A bar with the words above it; without a width there is no value to draw."""

    text: str
    text_y: int
    y: int
    width: float | None
    tone: int


@dataclass(frozen=True)
class _Row:
    lines: list[tuple[int, str]]
    bars: list[Bar]


@dataclass(frozen=True)
class BarChart:
    """Horizontal bars in rows; `top` is what the whole width stands for."""

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
    """An upright bar: place, height and label in a chart over time."""

    x: float
    width: float
    y: float
    height: float
    middle: float
    label: str
    value: str


@dataclass(frozen=True)
class ColumnChart:
    """Upright bars over time, with lines at round numbers."""

    chart_id: str
    title: str
    description: str
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
        for line in _lines(label):
            y += _LINE
            lines.append((y - 5, line))
        placed = []
        for text, value, tone in bars:
            width = None if value is None else round(100 * value / top, 2)
            placed.append(Bar(text, y + _NOTE - 5, y + _NOTE, width, tone))
            y += _NOTE + (_BAR if width is not None else 0) + 4
        y += _GAP
        laid.append(_Row(lines, placed))
    return BarChart(
        chart_id, title, description, laid, y + 18, y + 14, f"{_plain(top)}{unit}", f"0{unit}"
    )


def column_chart(
    chart_id: str, title: str, description: str, values: Sequence[tuple[str, int, str]]
) -> ColumnChart:
    """Lay out (label, value, value in words) side by side, in their order."""
    top, step = _scale(max((value for _label, value, _text in values), default=1))
    slot = 100 / max(len(values), 1)
    every = -(-len(values) // _MOST_LABELS)
    last = len(values) - 1
    columns = []
    for number, (label, value, text) in enumerate(values):
        height = _PLOT * value / top
        columns.append(
            Column(
                x=round(slot * (number + 0.14), 2),
                width=round(slot * 0.72, 2),
                y=round(_PLOT - height, 1),
                height=round(height, 1),
                middle=round(slot * (number + 0.5), 2),
                label=label if (last - number) % every == 0 else "",
                value=text,
            )
        )
    ticks = [
        (round(_PLOT - _PLOT * level / top, 1), compact(level)) for level in range(0, top + 1, step)
    ]
    ends = (columns[0], columns[-1]) if len(columns) > 1 else (None, None)
    return ColumnChart(chart_id, title, description, columns, ticks, *ends)


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


def _plain(number: float) -> str:
    return f"{number:,.0f}" if number == int(number) else f"{round_half_up(number, 1):,}"


def _scale(largest: int) -> tuple[int, int]:
    """A round number at or above the largest value, and the step of the lines below it."""
    step = 1
    while True:
        for factor in (1, 2, 5):
            if step * factor * 5 >= largest:
                size = step * factor
                return size * max(1, -(-largest // size)), size
        step *= 10


def _lines(text: str) -> Iterator[str]:
    """The text in lines that fit a small screen: English between words, Japanese anywhere."""
    line, used = "", 0
    for piece in _pieces(text):
        size = sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in piece)
        if used + size > _WIDEST_LINE and line.strip() and piece not in "、。）」":
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
