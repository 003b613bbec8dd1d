"""Statistical tables as ministries publish them: merged headings, sums, signs for no number, notes.

Excel keeps the text of merged cells in the first of them alone. A heading therefore goes on to the
right until the next one of its row or of a row above.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from core.numbers import read_decimal
from sheets.dates import WrongValue, read_text
from sheets.tables import Row, Table, Value

__all__ = ["Grid", "first_day", "in_one_spelling", "month_named", "read_count"]

_NOTHING = frozenset("-‐‑–—―−ー─")
_NOT_GIVEN = frozenset({"…", "...", "···", "・・・", "‥", "x", "X", "χ", "***", "*", "n.a."})
_FOOTNOTE = re.compile(r"[(（]?(?:注|※)\s*\d*[)）]?|\*\d+")
# What stands beside a title and is no heading.
_BESIDE = re.compile(r"単位|現在|.{26,}")
_ERA = {"令和": 2018, "平成": 1988}
_MONTH = re.compile(r"(?:(令和|平成)(\d{1,2}|元)|(20\d\d))[年./-](\d{1,2})(?!\d)月?")
_REGISTER = re.compile(r"(?:(令和|平成)(\d{1,2}|元)|(20\d\d))年住民基本台帳")


def in_one_spelling(value: Value) -> str:
    """A text of a table without blanks, line breaks and marks of footnotes, in half width."""
    text = unicodedata.normalize("NFKC", read_text(value))
    return _FOOTNOTE.sub("", "".join(text.split()))


def read_count(value: Value) -> int | None:
    """The number in a cell: 0 for a dash, None for signs that say there is none (…, x).

    Raises:
        WrongValue: it is neither.
    """
    text = in_one_spelling(value)
    if not text:
        raise WrongValue(_("The cell is empty. Write the number, 0 or -."))
    if set(text) <= _NOTHING:
        return 0
    if read_text(value).strip() in _NOT_GIVEN or text in _NOT_GIVEN:
        return None
    try:
        number = read_decimal(text.removesuffix("人"))
    except WrongValue as error:
        raise WrongValue(_("“%(text)s” is not a number.") % {"text": text[:60]}) from error
    if number != number.to_integral_value() or number < 0:
        raise WrongValue(_("“%(text)s” is not a number of people.") % {"text": text[:60]})
    return int(number)


def month_named(texts: Iterable[str]) -> str:
    """The first month that the texts name, `2027-01`; empty where they name none.

    The register is named by its year alone, and counts on 1 January.
    """
    found = ["".join(unicodedata.normalize("NFKC", text).split()) for text in texts]
    for text in found:
        if match := _MONTH.search(text):
            month = int(match[4])
            if 1 <= month <= 12:
                return f"{_year(match)}-{month:02}"
    for text in found:
        if match := _REGISTER.search(text):
            return f"{_year(match)}-01"
    return ""


def _year(match: re.Match[str]) -> int:
    if match[3]:
        return int(match[3])
    return _ERA[match[1]] + (1 if match[2] == "元" else int(match[2]))


@dataclass(frozen=True)
class Grid:
    """A table with its cells in reach by row and column, and how Excel names them."""

    table: Table
    is_turned: bool = False

    def turned(self) -> Grid:
        """The same with rows and columns exchanged; cells keep their names."""
        width = max((len(row.cells) for row in self.table.rows), default=0)
        last = max((row.number for row in self.table.rows), default=0)
        by_number = {row.number: row for row in self.table.rows}
        rows = [
            Row(
                column + 1,
                tuple(
                    by_number[number].cell(column) if number in by_number else None
                    for number in range(1, last + 1)
                ),
            )
            for column in range(width)
        ]
        return Grid(Table(self.table.name, rows, is_hidden=self.table.is_hidden), True)

    @property
    def rows(self) -> list[Row]:
        """The rows that hold anything."""
        return self.table.rows

    def place(self, row: int, column: int) -> tuple[int, str]:
        """Number of the row and letter of the column, with the sheet: 5, `総計!F`."""
        if self.is_turned:
            row, column = column + 1, row - 1
        name = self.table.name
        letter = get_column_letter(column + 1)
        return row, f"{name}!{letter}" if name else letter

    def cell_name(self, row: int, column: int) -> str:
        """How Excel names a cell: `総計!F5`."""
        number, letter = self.place(row, column)
        return f"{letter}{number}"

    def paths(self, first_record: int) -> dict[int, list[str]]:
        """Of each column its headings, widest first; titles of one cell alone are none."""
        heads = [
            row
            for row in self.rows
            if row.number < first_record and sum(cell is not None for cell in row.cells) > 1
        ]
        width = max((len(row.cells) for row in self.rows), default=0)
        paths: dict[int, list[str]] = {column: [] for column in range(width)}
        starts: set[int] = set()
        for row in heads:
            own = {
                column: text
                for column, cell in enumerate(row.cells)
                if (text := in_one_spelling(cell)) and not _BESIDE.search(text)
            }
            text = ""
            for column in range(width):
                if column in own:
                    text = own[column]
                elif column in starts:
                    text = ""
                if text and (not paths[column] or paths[column][-1] != text):
                    paths[column].append(text)
            starts |= set(own)
        return paths

    def texts_above(self, first_record: int) -> list[str]:
        """The sheet's name and what stands above the records."""
        return [
            self.table.name,
            *(
                read_text(cell)
                for row in self.rows
                if row.number < first_record
                for cell in row.cells
                if cell is not None
            ),
        ]

    def column_with(self, texts: Collection[str]) -> tuple[int, int]:
        """The column that has most of these texts, and how many of them it has."""
        counts: dict[int, int] = {}
        for row in self.rows:
            for column, cell in enumerate(row.cells):
                if in_one_spelling(cell) in texts:
                    counts[column] = counts.get(column, 0) + 1
        return max(counts.items(), key=lambda item: item[1], default=(0, 0))

    def has_numbers(self, row: Row, columns: Iterable[int]) -> bool:
        """Whether a row has a number in one of the columns."""
        return any(
            isinstance(row.cell(column), int | float)
            or in_one_spelling(row.cell(column)).replace(",", "").isdigit()
            for column in columns
        )


def first_day(month: str) -> datetime.date:
    """The day from which on a month is counted, for areas that existed then."""
    return datetime.date.fromisoformat(f"{month}-01")
