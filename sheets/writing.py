"""Templates and exports, as Excel and as CSV, made from the description of the columns.

Above the records stand: the headings, the code names, what to write, and an example. All but the
headings are marked with `#` in the first column, and passed over when the file comes back.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from core.tabular import LEFT_OUT, LONGEST_CELL, csv_line, set_text
from sheets.columns import MARK, Column
from sheets.kinds import Choice, Date, Day, Flag, Many, Number, Prose, Rows, Text, Year
from sheets.registry import Importer

__all__ = ["file_name", "write_csv", "write_excel"]

_HEAD_ROWS = 4
# Rows of a template that offer lists to choose from.
_PREPARED_ROWS = 500
_HEADING = PatternFill("solid", fgColor="1A3A6B")
_REQUIRED = PatternFill("solid", fgColor="8A1F11")
_QUIET = PatternFill("solid", fgColor="F1F1F4")
_GREY = "545454"

Values = Mapping[str, str]


def file_name(importer: Importer, purpose: str, extension: str) -> str:
    """Name for the saved file, with the day."""
    return f"nanif-{importer.name}-{purpose}-{timezone.localdate():%Y%m%d}.{extension}"


def write_csv(importer: Importer, records: Iterable[Values] | None = None) -> Iterator[bytes]:
    """The sheet as CSV that opens in Excel with its Japanese intact; without records a template."""
    columns = importer.all_columns
    yield codecs.BOM_UTF8
    rows = _head(columns) if records is None else _head(columns)[:2]
    for row in rows:
        yield csv_line(row).encode()
    for values in records or ():
        yield csv_line(["", *(_shown(column, values) for column in columns)]).encode()


def write_excel(importer: Importer, records: Iterable[Values] | None = None) -> bytes:
    """The sheet as an Excel workbook with all lists; without records a template."""
    book = Workbook()
    sheet = book.active
    sheet.title = str(importer.label)[:31]
    columns = importer.all_columns
    head = _head(columns)
    for number, texts in enumerate(head if records is None else head[:2], start=1):
        for index, text in enumerate(texts, start=1):
            _style(
                _set(sheet, number, index, text), number, columns[index - 2] if index > 1 else None
            )
    first = _HEAD_ROWS + 1 if records is None else 3
    last = first - 1
    for last, values in enumerate(records or (), start=first):
        for index, column in enumerate(columns, start=2):
            text = _shown(column, values)
            _set(sheet, last, index, text if len(text) <= LONGEST_CELL else LEFT_OUT)
    sheet.freeze_panes = f"C{first}"
    sheet.column_dimensions["A"].width = 8
    for index, column in enumerate(columns, start=2):
        letter = get_column_letter(index)
        sheet.column_dimensions[letter].width = _width(column)
    if records is None:
        sheet.row_dimensions[3].height = 90
    _lists(book, sheet, columns, first, max(last, first + _PREPARED_ROWS))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


# --- Rows above the records -------------------------------------------------------------------


def _head(columns: Sequence[Column]) -> list[list[str]]:
    """Headings, code names, what to write, and an example."""
    return [
        [MARK, *(str(column.label) for column in columns)],
        [f"{MARK}code", *(column.name for column in columns)],
        [f"{MARK}{_('Explanation')}", *(_note(column) for column in columns)],
        [f"{MARK}{_('Example')}", *(column.example for column in columns)],
    ]


def _note(column: Column) -> str:
    parts = [
        _("Required.") if column.required else "",
        f"{column.kind.describe()}{_('.')}",
        str(column.note),
    ]
    return " ".join(part for part in parts if part)


def _shown(column: Column, values: Values) -> str:
    text = values.get(column.name, "")
    return column.kind.show(text) if text else ""


# --- Excel ------------------------------------------------------------------------------------


def _set(sheet: Worksheet, row: int, column: int, text: str) -> Cell:
    """A cell of text: no formula, and no number or date that Excel would make of it."""
    cell = set_text(sheet.cell(row, column), text)
    cell.number_format = "@"
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    return cell


def _style(cell: Cell, row: int, column: Column | None) -> None:
    if row == 1:
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = _REQUIRED if column and column.required else _HEADING
        if column:
            cell.comment = Comment(_note(column), "NANIF", width=320, height=160)
        return
    cell.font = Font(color=_GREY, italic=row == _HEAD_ROWS, size=9)
    cell.fill = _QUIET


def _width(column: Column) -> int:
    if isinstance(column.kind, Prose | Rows) or (
        isinstance(column.kind, Text) and column.kind.lines
    ):
        return 48
    if isinstance(column.kind, Number | Flag | Date | Day | Year):
        return 14
    return 28


def _lists(
    book: Workbook, sheet: Worksheet, columns: Sequence[Column], first: int, last: int
) -> None:
    """A sheet with every list, and in the cells the choice of one value where one is meant."""
    lists = book.create_sheet(_("Lists"))
    position = 0
    for index, column in enumerate(columns, start=2):
        kind = column.kind
        area = f"{get_column_letter(index)}{first}:{get_column_letter(index)}{last}"
        if isinstance(kind, Flag):
            check = DataValidation("list", formula1=f'"{kind.show("yes")},{kind.show("no")}"')
            _add(sheet, check, area, column)
            continue
        offered = [option for option in kind.options() if option.is_offered]
        if not offered:
            continue
        position += 1
        letter = get_column_letter(position)
        heading = _set(lists, 1, position, str(column.label))
        heading.font = Font(bold=True)
        lists.column_dimensions[letter].width = 36
        one = kind.of if isinstance(kind, Many) else kind
        for row, option in enumerate(offered, start=2):
            _set(lists, row, position, one.show(option.code))
        if isinstance(kind, Choice):
            source = f"'{lists.title}'!${letter}$2:${letter}${len(offered) + 1}"
            check = DataValidation("list", formula1=source)
            _add(sheet, check, area, column)
    if not position:
        book.remove(lists)
    else:
        lists.freeze_panes = "A2"


def _add(sheet: Worksheet, check: DataValidation, area: str, column: Column) -> None:
    check.allow_blank = True
    check.showErrorMessage = True
    check.errorTitle = str(column.label)[:32]
    check.error = _("Choose a value of the list.")
    check.showInputMessage = bool(column.note)
    check.promptTitle = str(column.label)[:32]
    check.prompt = str(column.note)[:250]
    sheet.add_data_validation(check)
    check.add(area)
