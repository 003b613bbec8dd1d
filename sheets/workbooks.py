"""Excel workbooks: the package is checked and made plain, then openpyxl reads it.

Made plain means: Strict Open XML gets the names of the usual kind, which openpyxl alone knows, and
cells and rows without content are taken out, of which a sheet may have a million because somebody
once gave whole columns a colour.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from django.utils.translation import gettext_noop
from openpyxl import load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.utils.exceptions import InvalidFileException

from sheets.number_formats import unit_of_format
from sheets.tables import Precision, SheetDate, SheetNumber, Table, UnreadableFile, Value, bounded

__all__ = ["read_workbook"]

# What an Excel file may grow to. Excel itself packs text about ten times.
_MOST_UNPACKED = 150 * 1024 * 1024
_MOST_MEMBERS = 1_000
_MOST_SHEETS = 20
# Rows and cells with content of all sheets together; a file within the limits has fewer.
_MOST_ROWS = 60_000
_MOST_CELLS = 1_200_000

_STRICT = b"http://purl.oclc.org/ooxml/"
_STRICT_NAMES = [
    (b"http://purl.oclc.org/ooxml/spreadsheetml/main",
     b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"),
    (b"http://purl.oclc.org/ooxml/officeDocument/",
     b"http://schemas.openxmlformats.org/officeDocument/2006/"),
    (b"http://purl.oclc.org/ooxml/drawingml/",
     b"http://schemas.openxmlformats.org/drawingml/2006/"),
]  # fmt: skip
# A cell or row with its own number and nothing in it. Those without a number must stay: they count.
_ATTRIBUTES = rb'(?:\s+(?!r=)[\w:]+="[^"<>]*")*\s+r="[^"<>]*"(?:\s+[\w:]+="[^"<>]*")*\s*'
_BLANK_CELL = re.compile(
    rb"<(?:\w+:)?c" + _ATTRIBUTES + rb"(?:/>|>\s*</(?:\w+:)?c>)"
)  # fmt: skip
_BLANK_ROW = re.compile(rb"<(?:\w+:)?row" + _ATTRIBUTES + rb"(?:/>|>\s*</(?:\w+:)?row>)")
_ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_LITERALS = re.compile(r'"[^"]*"|\[[^\[\]]*\]|\\.')


def read_workbook(content: bytes) -> list[Table]:
    """Each sheet of a workbook.

    Raises:
        UnreadableFile: it is no workbook, is protected, damaged, or would grow too large.
    """
    try:
        plain, has_formulas = _made_plain(content)
        book = load_workbook(io.BytesIO(plain), read_only=True, data_only=True)
        formulas = (
            load_workbook(io.BytesIO(plain), read_only=True, data_only=False)
            if has_formulas
            else None
        )
        return [
            _sheet(
                sheet,
                starts_1904=book.epoch == CALENDAR_MAC_1904,
                formulas=formulas[sheet.title] if formulas else None,
            )
            for sheet in book.worksheets[:_MOST_SHEETS]
        ]
    except UnreadableFile:
        raise
    except DefusedXmlException as error:
        raise UnreadableFile(
            gettext_noop("The file holds definitions that no spreadsheet needs. It was not read.")
        ) from error
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        ParseError,
        EOFError,
        OSError,
        OverflowError,
        NotImplementedError,
        zipfile.LargeZipFile,
    ) as error:
        raise UnreadableFile(
            gettext_noop(
                "The Excel file is damaged. Open it in Excel, save it again, and try once more."
            )
        ) from error


# --- The package ------------------------------------------------------------------------------


def _made_plain(content: bytes) -> tuple[bytes, bool]:
    """The package without blank cells and in the usual names, and whether it has formulas.

    Raises:
        UnreadableFile: it is no workbook, has too many rows or cells, or holds definitions.
    """
    made = io.BytesIO()
    has_formulas, rows, cells = False, 0, 0
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = _checked(archive)
        with zipfile.ZipFile(made, "w") as plain:
            for member in members:
                data = archive.read(member)
                if b"<!DOCTYPE" in data:
                    raise UnreadableFile(
                        gettext_noop(
                            "The file holds definitions that no spreadsheet needs. It was not read."
                        )
                    )
                if _STRICT in data and member.filename.endswith((".xml", ".rels")):
                    for strict, usual in _STRICT_NAMES:
                        data = data.replace(strict, usual)
                if member.filename.startswith("xl/worksheets/"):
                    data = _BLANK_ROW.sub(b"", _BLANK_CELL.sub(b"", data))
                    has_formulas = has_formulas or bool(_FORMULA.search(data))
                    rows += sum(1 for _found in _ROW.finditer(data))
                    cells += sum(1 for _found in _CELL.finditer(data))
                    if rows > _MOST_ROWS or cells > _MOST_CELLS:
                        raise UnreadableFile(
                            gettext_noop(
                                "The file has too many rows or cells, many of them perhaps empty. "
                                "Copy the rows with content into a new file and save that."
                            )
                        )
                plain.writestr(member.filename, data)
    return made.getvalue(), has_formulas


def _checked(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The members of what can be a workbook. A member never yields more than it declares.

    Raises:
        UnreadableFile: it is no workbook, has a password, or is too large unpacked.
    """
    members = archive.infolist()
    names = {member.filename for member in members}
    if any(member.flag_bits & 1 for member in members):
        raise UnreadableFile(
            gettext_noop("The file is protected by a password. Save it without a password.")
        )
    if "mimetype" in names and "content.xml" in names:
        raise UnreadableFile(
            gettext_noop("This is an OpenDocument spreadsheet (.ods). Save it as .xlsx or as CSV.")
        )
    if "xl/workbook.bin" in names:
        raise UnreadableFile(
            gettext_noop("This is a binary Excel workbook (.xlsb). Save it in Excel as .xlsx.")
        )
    if "xl/workbook.xml" not in names:
        raise UnreadableFile(
            gettext_noop("The file is not an Excel workbook. Save it in Excel as .xlsx.")
        )
    if len(members) > _MOST_MEMBERS or sum(m.file_size for m in members) > _MOST_UNPACKED:
        raise UnreadableFile(
            gettext_noop("The file becomes too large when it is unpacked. It was not read.")
        )
    # Pictures, charts and macros are never asked for.
    return [m for m in members if m.filename.endswith((".xml", ".rels")) and not m.is_dir()]


# --- Sheets and cells -------------------------------------------------------------------------


def _sheet(sheet: Any, *, starts_1904: bool, formulas: Any | None) -> Table:
    """A sheet as a table that also knows which cells have a formula without a value."""
    kept = list(bounded((number, [_value(cell) for cell in row]) for number, row in _rows(sheet)))
    uncounted: set[tuple[int, int]] = set()
    if formulas is not None:
        values = {row.number: row for row in kept}
        for number, cells in _rows(formulas):
            for index, cell in enumerate(cells):
                if cell.value is None or getattr(cell, "data_type", "") != "f":
                    continue
                row = values.get(number)
                if row is None or row.cell(index) is None:
                    uncounted.add((number, index))
    return Table(
        sheet.title,
        kept,
        starts_1904,
        frozenset(uncounted),
        is_hidden=sheet.sheet_state != "visible",
    )


def _rows(sheet: Any) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Rows as they are in the file: what it says about its size is not believed."""
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        if cells:
            yield number, cells


def _value(cell: Any) -> Value:
    value = cell.value
    if isinstance(value, datetime.datetime):
        return SheetDate(value.date(), _precision(cell.number_format))
    if isinstance(value, datetime.date):
        return SheetDate(value, _precision(cell.number_format))
    if isinstance(value, datetime.time | datetime.timedelta):
        return str(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        unit = unit_of_format(cell.number_format or "", value)
        return SheetNumber(value, unit) if unit else value
    if isinstance(value, str | bool) or value is None:
        return value
    return str(value)


def _precision(number_format: str) -> Precision:
    """The finest part that the format of a date shows; the day where it shows none.

    2023年4月 is kept by Excel as the first of April.
    """
    signs = _LITERALS.sub("", number_format or "").lower()
    if "d" in signs:
        return "day"
    return "month" if "m" in signs else "year" if "y" in signs or "e" in signs else "day"
