"""Text files of cells: CSV with commas, tabs or semicolons."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import suppress

from django.utils.translation import gettext_noop

from core.text_encodings import UnknownEncoding, decoded
from sheets.tables import MOST_BYTES, MOST_ROWS, Table, UnreadableFile, bounded

__all__ = ["read_delimited"]

_WEB_PAGE = re.compile(r"\A\s*<(!doctype|html|\?xml|table)", re.IGNORECASE)
# Blank rows count too; a file within the limits has no more.
_MOST_LINES = MOST_ROWS * 100


def read_delimited(content: bytes) -> Table:
    """The table in a text file.

    Raises:
        UnreadableFile: it is no table, or in an encoding that is not read.
    """
    try:
        text = decoded(content)
    except UnknownEncoding as error:
        raise UnreadableFile(
            gettext_noop(
                "The file is not a table: it is neither Excel nor text in a known encoding."
            )
            if b"\x00" in content
            else gettext_noop(
                "The characters cannot be read. Save the file as .xlsx, or as CSV in UTF-8."
            )
        ) from error
    if _WEB_PAGE.match(text):
        raise UnreadableFile(
            gettext_noop(
                "This is a web page or XML, not a table. Open it in Excel and save it as .xlsx."
            )
        )
    csv.field_size_limit(MOST_BYTES)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        return Table("", list(bounded(_numbered(reader))))
    except csv.Error as error:
        raise UnreadableFile(
            gettext_noop("The CSV file cannot be read near line %(line)d: %(reason)s."),
            {"line": reader.line_num, "reason": str(error)},
        ) from error


def _numbered(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Rows numbered as Excel would: a line break inside a cell makes no new row."""
    for number, cells in enumerate(reader, start=1):
        if number > _MOST_LINES:
            raise UnreadableFile(
                gettext_noop(
                    "The file has more than %(count)d rows. Divide it into smaller files."
                ),
                {"count": MOST_ROWS},
            )
        yield number, cells


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
