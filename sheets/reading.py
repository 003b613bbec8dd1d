"""Reading a file as it comes from an office: bytes of CSV or Excel become tables of cells.

Nothing here knows what the columns mean. A file is read by a process of its own
(`sheets.reading_process`), whose memory, seconds and open files are limited: whatever a file does
to the libraries that read it, the site goes on. Columns, rows, cells and bytes are bounded, too.
"""

from __future__ import annotations

import json
import logging
import threading
from typing import Any

from django.utils.translation import gettext_noop

from sheets.child_process import ChildFailed, run_module
from sheets.reading_process import PROBLEM, TABLES, unpacked
from sheets.tables import (
    MOST_BYTES,
    MOST_COLUMNS,
    MOST_ROWS,
    Row,
    SheetDate,
    SheetNumber,
    Table,
    UnreadableFile,
    Value,
)

__all__ = [
    "MOST_BYTES",
    "MOST_COLUMNS",
    "MOST_ROWS",
    "Row",
    "SheetDate",
    "SheetNumber",
    "Table",
    "UnreadableFile",
    "Value",
    "read",
]

# Less than the web server gives a request (deploy/gunicorn.conf.py).
_MOST_SECONDS = 20
_PROCESS = "sheets.reading_process"
# Files that are read at once by one web process; others wait their turn, or are told to come back.
_slots = threading.BoundedSemaphore(2)
_log = logging.getLogger(__name__)


def read(content: bytes) -> list[Table]:
    """The tables of a file: one of a CSV file, each sheet of an Excel file.

    What the file is, is told by its content, never by its name.

    Raises:
        UnreadableFile: no table can be read from it.
    """
    if len(content) > MOST_BYTES:
        raise UnreadableFile(
            gettext_noop("The file is larger than %(size)d MB. Divide it into smaller files."),
            {"size": MOST_BYTES // 1024 // 1024},
        )
    if not _slots.acquire(timeout=_MOST_SECONDS / 2):
        raise UnreadableFile(
            gettext_noop("Several files are being read just now. Try again in a minute.")
        )
    try:
        answer = _answer(content)
    finally:
        _slots.release()
    if PROBLEM in answer:
        message, values = answer[PROBLEM]
        raise UnreadableFile(message, values)
    return unpacked(answer[TABLES])


def _answer(content: bytes) -> dict[str, Any]:
    """What the process says; it gets the file alone, and none of this process's secrets.

    Raises:
        UnreadableFile: it took too long or failed.
    """
    try:
        # Libraries for numbers otherwise take memory for each core.
        said = run_module(_PROCESS, content, seconds=_MOST_SECONDS, OPENBLAS_NUM_THREADS="1")
    except ChildFailed as failure:
        _log.warning("A spreadsheet of %d bytes was not read: %s", len(content), failure)
        raise UnreadableFile(
            gettext_noop(
                "The file takes too long or too much memory to read, or is damaged. Copy the rows "
                "with content into a new file and save that."
            )
        ) from failure
    answer: dict[str, Any] = json.loads(said)
    return answer
