"""Reading a file as it comes from an office: bytes of CSV or Excel become tables of cells.

Nothing here knows what the columns mean. Everything is bounded: what a file claims to be, how large
it grows when it is unpacked, how many rows, columns and characters it has.
"""

from __future__ import annotations

import codecs
import csv
import datetime
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.utils.exceptions import InvalidFileException

__all__ = [
    "MOST_BYTES",
    "MOST_COLUMNS",
    "MOST_ROWS",
    "Row",
    "SheetDate",
    "Table",
    "UnreadableFile",
    "Value",
    "read",
]

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 5_000
MOST_COLUMNS = 200
# What an Excel file may grow to. Excel itself packs text about ten times.
_MOST_UNPACKED = 150 * 1024 * 1024
_MOST_MEMBERS = 1_000
_MOST_SHEETS = 20
# A cell of Excel holds no more; of CSV we take no more.
_LONGEST_CELL = 100_000

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_HALF_WIDTH_KANA = re.compile(r"[｡-ﾟ]")
_LITERALS = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')

Precision = Literal["year", "month", "day"]


@dataclass(frozen=True)
class SheetDate:
    """A cell that Excel keeps as a date, and how much of it the cell shows."""

    day: datetime.date
    precision: Precision = "day"

    def __str__(self) -> str:
        text = self.day.isoformat()
        return {"year": text[:4], "month": text[:7], "day": text}[self.precision]


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
    """

    name: str
    rows: list[Row]
    starts_1904: bool = False
    uncounted: frozenset[tuple[int, int]] = field(default_factory=frozenset)


class UnreadableFile(ValueError):
    """The file cannot be read as a table; the message says why and what to do."""


def read(content: bytes) -> list[Table]:
    """The tables of a file: one of a CSV file, each visible sheet of an Excel file.

    What the file is, is told by its content, never by its name.

    Raises:
        UnreadableFile: no table can be read from it.
    """
    if len(content) > MOST_BYTES:
        raise UnreadableFile(
            _("The file is larger than %(size)d MB. Divide it into smaller files.")
            % {"size": MOST_BYTES // 1024 // 1024}
        )
    if not content.strip():
        raise UnreadableFile(_("The file is empty."))
    if content.startswith(_OLE):
        raise UnreadableFile(
            _("The file is protected by a password. Save it without a password.")
            if _ENCRYPTED in content
            else _("This is the old Excel format (.xls). Save it in Excel as .xlsx or as CSV.")
        )
    if content.startswith(b"PK"):
        return _excel(content)
    return [_csv(content)]


# --- CSV --------------------------------------------------------------------------------------


def _csv(content: bytes) -> Table:
    text = _decoded(content)
    if re.match(r"\s*<(!doctype|html|\?xml|table)", text, re.IGNORECASE):
        raise UnreadableFile(
            _("This is a web page or XML, not a table. Open it in Excel and save it as .xlsx.")
        )
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    csv.field_size_limit(MOST_BYTES)
    rows: list[tuple[int, list[str]]] = []
    try:
        # Numbered as Excel would: a line break inside a cell makes no new row.
        for number, cells in enumerate(reader, start=1):
            rows.append((number, cells))
            if number > MOST_ROWS * 20:
                break
    except csv.Error as error:
        raise UnreadableFile(
            _("The CSV file cannot be read near line %(line)d: %(reason)s.")
            % {"line": reader.line_num, "reason": error}
        ) from error
    return Table("", list(_bounded(rows)))


def _decoded(content: bytes) -> str:
    """The text, by its mark or by trial: UTF-8 first, then what Japanese offices use."""
    for mark, encoding in [
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ]:
        if content.startswith(mark):
            return _strictly(content, encoding)
    if b"\x00" in content:
        # UTF-16 without a mark: every second byte of Latin letters and digits is zero.
        even, odd = content[::2].count(0), content[1::2].count(0)
        return _strictly(content, "utf-16-le" if odd > even else "utf-16-be")
    if b"\x1b$" in content:
        return _strictly(content, "iso2022_jp")
    for encoding in ["utf-8", "cp932", "euc_jp"]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "cp932" and _is_mistaken(text):
            continue
        return text
    raise UnreadableFile(
        _("The characters cannot be read. Save the file as .xlsx, or as CSV in UTF-8.")
    )


def _strictly(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            _("The file is not a table: it is neither Excel nor text in a known encoding.")
        ) from error
    if "\x00" in text:
        raise UnreadableFile(
            _("The file is not a table: it is neither Excel nor text in a known encoding.")
        )
    return text


def _is_mistaken(text: str) -> bool:
    """Whether text read as CP932 is rather EUC-JP, which then looks like half-width kana."""
    foreign = sum(ord(character) > 127 for character in text)
    return len(_HALF_WIDTH_KANA.findall(text)) * 2 > foreign


def _delimiter(text: str) -> str:
    """The sign between cells: the one that divides the first lines most often."""
    head = text[:20_000]

    def cells(sign: str) -> int:
        found = csv.reader(io.StringIO(head, newline=""), delimiter=sign)
        widths: list[int] = []
        with suppress(csv.Error):
            widths.extend(len(row) for row, _line in zip(found, range(20), strict=False))
        return max(widths, default=0)

    return max(",\t;", key=cells)


# --- Excel ------------------------------------------------------------------------------------


def _excel(content: bytes) -> list[Table]:
    has_formulas = _check_archive(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        formulas = (
            load_workbook(io.BytesIO(content), read_only=True, data_only=False)
            if has_formulas
            else None
        )
        tables = [
            _sheet(
                sheet,
                starts_1904=book.epoch == CALENDAR_MAC_1904,
                formulas=formulas[sheet.title] if formulas else None,
            )
            for sheet in book.worksheets[:_MOST_SHEETS]
            if sheet.sheet_state == "visible"
        ]
    except DefusedXmlException as error:
        raise UnreadableFile(
            _("The file holds definitions that no spreadsheet needs. It was not read.")
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
        NotImplementedError,
    ) as error:
        if isinstance(error, UnreadableFile):
            raise
        raise UnreadableFile(
            _("The Excel file is damaged. Open it in Excel, save it again, and try once more.")
        ) from error
    return tables


def _check_archive(content: bytes) -> bool:
    """Refuse what is no workbook or would grow too large; returns whether it has formulas."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
            if any(member.flag_bits & 1 for member in members):
                raise UnreadableFile(
                    _("The file is protected by a password. Save it without a password.")
                )
            if "mimetype" in names and "content.xml" in names:
                raise UnreadableFile(
                    _("This is an OpenDocument spreadsheet (.ods). Save it as .xlsx or as CSV.")
                )
            if "xl/workbook.xml" not in names:
                raise UnreadableFile(
                    _("The file is not an Excel workbook. Save it in Excel as .xlsx.")
                )
            # A member never yields more than it declares: zipfile stops there.
            if (
                len(members) > _MOST_MEMBERS
                or sum(member.file_size for member in members) > _MOST_UNPACKED
            ):
                raise UnreadableFile(
                    _("The file becomes too large when it is unpacked. It was not read.")
                )
            if any(_holds(archive, member, b"<!DOCTYPE") for member in members):
                raise UnreadableFile(
                    _("The file holds definitions that no spreadsheet needs. It was not read.")
                )
            return any(
                _holds(archive, member, b"<f")
                for member in members
                if member.filename.startswith("xl/worksheets/")
            )
    except (zipfile.BadZipFile, NotImplementedError, EOFError) as error:
        raise UnreadableFile(
            _("The Excel file is damaged. Open it in Excel, save it again, and try once more.")
        ) from error


def _holds(archive: zipfile.ZipFile, member: zipfile.ZipInfo, mark: bytes) -> bool:
    with archive.open(member) as file:
        rest = b""
        while piece := file.read(1 << 20):
            if mark in rest + piece:
                return True
            rest = piece[-len(mark) :]
    return False


def _sheet(sheet: Any, *, starts_1904: bool, formulas: Any | None) -> Table:
    rows = _bounded((number, [_value(cell) for cell in cells]) for number, cells in _cells(sheet))
    kept = list(rows)
    uncounted: set[tuple[int, int]] = set()
    if formulas is not None:
        values = {row.number: row for row in kept}
        for number, cells in _cells(formulas):
            for index, cell in enumerate(cells):
                if cell.value is None or getattr(cell, "data_type", "") != "f":
                    continue
                row = values.get(number)
                if row is None or row.cell(index) is None:
                    uncounted.add((number, index))
    return Table(sheet.title, kept, starts_1904, frozenset(uncounted))


def _cells(sheet: Any) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Rows as they are in the file: what it says about its size is not believed."""
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1), start=1):
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
    if isinstance(value, str | bool | int | float) or value is None:
        return value
    return str(value)


def _precision(number_format: str) -> Precision:
    """What the format of a date shows: 2023年4月 is kept by Excel as the first of April."""
    signs = _LITERALS.sub("", number_format or "").lower()
    if "d" in signs:
        return "day"
    return "month" if "m" in signs else "year" if "y" in signs or "e" in signs else "day"


# --- Bounds -----------------------------------------------------------------------------------


def _bounded(rows: Iterable[tuple[int, list[Any]]]) -> Iterator[Row]:
    """Rows that hold anything, as long as they are few and narrow enough."""
    count = 0
    for number, cells in rows:
        kept = [_tidied(cell, number) for cell in cells]
        while kept and kept[-1] is None:
            kept.pop()
        if not kept:
            continue
        if len(kept) > MOST_COLUMNS:
            raise UnreadableFile(
                _("Row %(row)d has more than %(count)d columns.")
                % {"row": number, "count": MOST_COLUMNS}
            )
        count += 1
        # The header and some rows of notes stand above the records.
        if count > MOST_ROWS + 50:
            raise UnreadableFile(
                _("The file has more than %(count)d rows. Divide it into smaller files.")
                % {"count": MOST_ROWS}
            )
        yield Row(number, tuple(kept))


def _tidied(value: Value, number: int) -> Value:
    """Text without line breaks of other systems, signs that no file may hold, and outer blanks."""
    if not isinstance(value, str):
        return value
    if len(value) > _LONGEST_CELL:
        raise UnreadableFile(
            _("Row %(row)d has a cell with more than %(count)d characters.")
            % {"row": number, "count": _LONGEST_CELL}
        )
    text = value.replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", "")
    text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ufffe\uffff]", "", text)
    return text.strip(" \t\n\u3000\u00a0") or None
