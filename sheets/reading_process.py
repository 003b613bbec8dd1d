"""The process that reads one file: bytes on its input, tables as JSON on its output.

It limits itself before it reads anything, knows no settings and opens no database. What is wrong
with a file is said as a message in English with its values; the web process translates it.
"""

from __future__ import annotations

import datetime
import json
import sys
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_noop

from sheets.child_process import limit_this_process
from sheets.delimited import read_delimited
from sheets.tables import Row, SheetDate, SheetNumber, Table, UnreadableFile, Value

__all__ = ["PROBLEM", "TABLES", "read_here", "unpacked"]

TABLES, PROBLEM = "tables", "problem"
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def read_here(content: bytes) -> list[Table]:
    """The tables of a file, read in this process without any limits of the system.

    Raises:
        UnreadableFile: no table can be read from it.
    """
    if not content.strip(b" \t\r\n\x00"):
        raise UnreadableFile(gettext_noop("The file is empty."))
    if content.startswith(_OLE):
        raise UnreadableFile(
            gettext_noop("The file is protected by a password. Save it without a password.")
            if _ENCRYPTED in content
            else gettext_noop(
                "This is the old Excel format (.xls). Save it in Excel as .xlsx or as CSV."
            )
        )
    if content.startswith(b"PK"):
        # Loading openpyxl takes longer than reading most CSV files.
        from sheets.workbooks import read_workbook

        return read_workbook(content)
    return [read_delimited(content)]


# --- Between the processes --------------------------------------------------------------------


def packed(tables: Sequence[Table]) -> list[Any]:
    """Tables as what JSON can hold."""
    return [
        {
            "name": table.name,
            "rows": [[row.number, [_packed(cell) for cell in row.cells]] for row in table.rows],
            "starts_1904": table.starts_1904,
            "uncounted": sorted(table.uncounted),
            "is_hidden": table.is_hidden,
        }
        for table in tables
    ]


def unpacked(tables: Sequence[dict[str, Any]]) -> list[Table]:
    """The tables that `packed` packed."""
    return [
        Table(
            table["name"],
            [Row(number, tuple(map(_unpacked, cells))) for number, cells in table["rows"]],
            table["starts_1904"],
            frozenset((row, column) for row, column in table["uncounted"]),
            table["is_hidden"],
        )
        for table in tables
    ]


def _packed(cell: Value) -> Any:
    if isinstance(cell, SheetDate):
        return ["date", cell.day.isoformat(), cell.precision]
    if isinstance(cell, SheetNumber):
        return ["number", float(cell), cell.unit]
    return cell


def _unpacked(cell: Any) -> Value:
    if not isinstance(cell, list):
        plain: Value = cell
        return plain
    kind, value, more = cell
    if kind == "date":
        return SheetDate(datetime.date.fromisoformat(value), more)
    return SheetNumber(value, more)


def main() -> None:
    """Read the file on the input and write what it holds."""
    limit_this_process(memory=1024 * 1024 * 1024, seconds=10)
    # Messages are marked for translation by Django, which asks whether anything is translated.
    settings.configure(USE_I18N=False)
    # openpyxl loads it where it finds it, though nothing here needs it.
    sys.modules["numpy"] = None  # type: ignore[assignment]
    try:
        answer: dict[str, Any] = {TABLES: packed(read_here(sys.stdin.buffer.read()))}
    except UnreadableFile as problem:
        answer = {PROBLEM: [problem.message, problem.values]}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
