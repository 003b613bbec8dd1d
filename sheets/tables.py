"""What is read from a file before anybody knows what its columns mean: tables, rows, cells.

Nothing here needs Django to be set up: files are read in a process of its own, which has none.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from django.utils.translation import gettext, gettext_noop

__all__ = [
    "MOST_BYTES",
    "MOST_COLUMNS",
    "MOST_ROWS",
    "Precision",
    "Row",
    "SheetDate",
    "SheetNumber",
    "Table",
    "UnreadableFile",
    "Value",
    "bounded",
]

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 5_000
MOST_COLUMNS = 200
# A cell of Excel holds no more; of CSV we take no more.
_LONGEST_CELL = 100_000
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ufffe\uffff]")

Precision = Literal["year", "month", "day"]


@dataclass(frozen=True)
class SheetDate:
    """A cell that Excel keeps as a date, and how much of it the cell shows."""

    day: datetime.date
    precision: Precision = "day"

    def __str__(self) -> str:
        text = self.day.isoformat()
        return {"year": text[:4], "month": text[:7], "day": text}[self.precision]


class SheetNumber(float):
    """A number of Excel that its cell shows with a unit: 12000 as 12,000千円, 0.453 as 45.3%.

    Attributes:
        unit: the unit that the number is kept in, as the format writes it.
    """

    unit: str

    def __new__(cls, number: float, unit: str) -> SheetNumber:
        """A number with its unit."""
        made = super().__new__(cls, number)
        made.unit = unit
        return made


Value = str | int | float | bool | SheetDate | None


@dataclass(frozen=True)
class Row:
    """One row with its number as Excel shows it (1 is the first)."""

    number: int
    cells: tuple[Value, ...]

    def cell(self, index: int) -> Value:
        """The value in a column (0 is the first); None beyond the end."""
        return self.cells[index] if index < len(self.cells) else None


@dataclass(frozen=True)
class Table:
    """One sheet of a file, without its empty rows.

    Attributes:
        name: the sheet's name; empty for CSV.
        starts_1904: whether bare numbers of days count from 1904, as old Excel for Mac has it.
        uncounted: cells with a formula that was never calculated, as (row, column index).
        is_hidden: whether Excel hides the sheet.
    """

    name: str
    rows: list[Row]
    starts_1904: bool = False
    uncounted: frozenset[tuple[int, int]] = field(default_factory=frozenset)
    is_hidden: bool = False


class UnreadableFile(ValueError):
    """The file cannot be read as a table; the message says why and what to do.

    The message is kept in English with its values and translated when it is shown, because it may
    come from another process.
    """

    def __init__(self, message: str, values: dict[str, Any] | None = None) -> None:
        self.message = message
        self.values = values or {}
        super().__init__(message)

    def __str__(self) -> str:
        text = gettext(self.message)
        return text % self.values if self.values else text


def bounded(rows: Iterable[tuple[int, list[Any]]]) -> Iterator[Row]:
    """Rows that hold anything, as long as they are few and narrow enough.

    Raises:
        UnreadableFile: they are too many, too wide, or a cell is too long.
    """
    count = 0
    for number, cells in rows:
        while cells and (cells[-1] is None or cells[-1] == ""):
            cells.pop()
        if len(cells) > MOST_COLUMNS and any(
            _tidied(cell, number) is not None for cell in cells[MOST_COLUMNS:]
        ):
            raise UnreadableFile(
                gettext_noop("Row %(row)d has more than %(count)d columns."),
                {"row": number, "count": MOST_COLUMNS},
            )
        kept = [_tidied(cell, number) for cell in cells[:MOST_COLUMNS]]
        while kept and kept[-1] is None:
            kept.pop()
        if not kept:
            continue
        count += 1
        # The header and some rows of notes stand above the records.
        if count > MOST_ROWS + 50:
            raise UnreadableFile(
                gettext_noop(
                    "The file has more than %(count)d rows. Divide it into smaller files."
                ),
                {"count": MOST_ROWS},
            )
        yield Row(number, tuple(kept))


def _tidied(value: Value, number: int) -> Value:
    """Text without line breaks of other systems, signs that no file may hold, and outer blanks.

    None where nothing is left.

    Raises:
        UnreadableFile: the text is longer than `_LONGEST_CELL`.
    """
    if not isinstance(value, str):
        return value
    if len(value) > _LONGEST_CELL:
        raise UnreadableFile(
            gettext_noop("Row %(row)d has a cell with more than %(count)d characters."),
            {"row": number, "count": _LONGEST_CELL},
        )
    text = value.replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", "")
    return _ILLEGAL.sub("", text).strip(" \t\n\u3000\u00a0") or None
