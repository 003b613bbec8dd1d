"""Tables as CSV and Excel: the one writer for downloads, and the one guard against formulas.

A cell whose text begins like a formula would be calculated by the program that opens the file
(CWE-1236). In CSV an apostrophe in front makes it text; reading takes exactly that apostrophe away
again, so that an export that comes back is unchanged. Cells of Excel are typed: there the cell is
marked as text, and as typed with an apostrophe, so that editing it makes no formula either.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

__all__ = [
    "CONTENT_TYPES",
    "LEFT_OUT",
    "LONGEST_CELL",
    "csv_line",
    "csv_pieces",
    "excel_file",
    "guarded",
    "guarded_value",
    "needs_guard",
    "set_text",
    "unguarded",
]

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# Excel keeps no more in a cell.
LONGEST_CELL = 32_767
# Stands in Excel files for a longer text; reading it leaves the stored text as it is.
LEFT_OUT = "[…]"
_PIECE = 50_000

# Blanks and invisible signs before the sign do not help: Excel and LibreOffice skip some of them.
# Signs of full width are read alike by Japanese Excel.
_FORMULA = r"'*[\s\x00\ufeff\u200b-\u200f\u2060]*[=+\-@＝＋－＠﹦﹢﹣﹫\t\r]"
_NEEDS_GUARD = re.compile(rf"\A{_FORMULA}")
_HAS_GUARD = re.compile(rf"\A'{_FORMULA}")


def guarded(text: str) -> str:
    """The text as a cell that no program takes for a formula, without illegal characters."""
    text = ILLEGAL_CHARACTERS_RE.sub("", text)
    return f"'{text}" if needs_guard(text) else text


def needs_guard(text: str) -> bool:
    """Whether a program might take a cell with this text for a formula."""
    return bool(_NEEDS_GUARD.match(text))


def unguarded(text: str) -> str:
    """The text of a cell that `guarded` may have made."""
    return text[1:] if _HAS_GUARD.match(text) else text


def guarded_value(value: Any) -> Any:
    """A value for a cell: text is guarded, lists are joined, numbers and dates stay."""
    if isinstance(value, list | tuple):
        value = _joined(value)
    return guarded(value) if isinstance(value, str) else value


def _joined(values: Iterable[Any]) -> str:
    return "; ".join(str(value) for value in values)


# --- CSV --------------------------------------------------------------------------------------


def csv_line(cells: Iterable[Any]) -> str:
    """One line with its CRLF (RFC 4180), every cell guarded."""
    line = io.StringIO()
    csv.writer(line).writerow([guarded_value(cell) for cell in cells])
    return line.getvalue()


def csv_pieces(columns: Iterable[Any], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """A CSV file in pieces: UTF-8 with the mark by which Excel knows it, headings, rows."""
    yield codecs.BOM_UTF8
    waiting = csv_line(str(column) for column in columns)
    for row in rows:
        waiting += csv_line(row)
        if len(waiting) > _PIECE:
            yield waiting.encode("utf-8", "replace")
            waiting = ""
    yield waiting.encode("utf-8", "replace")


# --- Excel ------------------------------------------------------------------------------------


def set_text(cell: Cell, text: str) -> Cell:
    """Put text into a cell: no formula, and no number or date that Excel would make of it."""
    cell.value = _excel_text(text)[:LONGEST_CELL]
    if text:
        cell.data_type = "s"
    if needs_guard(text):
        cell.quotePrefix = True
    return cell


def _excel_text(text: str) -> str:
    """The text as a value of a cell; an apostrophe that reading would take away is doubled."""
    return guarded(text) if text.startswith("'") else ILLEGAL_CHARACTERS_RE.sub("", text)


def excel_file(
    columns: Iterable[Any],
    rows: Iterable[Sequence[Any]],
    *,
    title: str,
    about: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    about_title: str = "",
) -> bytes:
    """An Excel file: the rows below their headings, and a second sheet that tells about them.

    Args:
        title: name of the sheet with the rows.
        about: names and texts of the second sheet; without any there is none.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    sheet.append([_cell(sheet, str(column), bold=True) for column in columns])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    lines = list(about.items() if isinstance(about, Mapping) else about)
    if lines:
        notes = book.create_sheet(about_title)
        for name, text in lines:
            notes.append([_cell(notes, name, bold=True), _cell(notes, text)])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _cell(sheet: Any, value: Any, *, bold: bool = False) -> Any:
    if isinstance(value, list | tuple):
        value = _joined(value)
    if isinstance(value, str):
        cell = set_text(WriteOnlyCell(sheet), value) if value else WriteOnlyCell(sheet)
    else:
        cell = WriteOnlyCell(sheet, value=value)
    if bold:
        cell.font = Font(bold=True)
    return cell
