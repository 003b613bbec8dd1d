"""The process that reads one document: bytes on its input, its text as JSON on its output.

It limits itself before it reads anything, knows no settings and opens no database. Of a spreadsheet
the first columns are read, of everything so many letters as a page may bring into the search.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator

from core.text_encodings import decoded
from sheets.child_process import limit_this_process

__all__ = ["MOST_LETTERS", "PARTS", "PROBLEM"]

PARTS, PROBLEM = "parts", "problem"
MOST_LETTERS = 100_000
_MOST_PARTS = 500
_MOST_COLUMNS = 30
_MEMORY = 1024 * 1024 * 1024
_SECONDS = 30

Part = tuple[str, str]


def parts_of(content: bytes, suffix: str) -> list[Part]:
    """Label and text of each part of a document that has text, up to the limits.

    Raises:
        ValueError: files with this suffix are not read.
    """
    reader = _READERS.get(suffix)
    if reader is None:
        raise ValueError(f"files of the kind “{suffix}” are not read")
    parts: list[Part] = []
    room = MOST_LETTERS
    for label, text in reader(content):
        if line := "\n".join(filter(None, (" ".join(row.split()) for row in text.splitlines()))):
            parts.append((label, line[:room]))
            room -= len(line)
        if room <= 0 or len(parts) >= _MOST_PARTS:
            break
    return parts


def _pdf(content: bytes) -> Iterator[Part]:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(content), strict=False)
    if reader.is_encrypted:
        raise ValueError("it is protected by a password")
    for number, page in enumerate(reader.pages, 1):
        yield str(number), page.extract_text()


def _word(content: bytes) -> Iterator[Part]:
    from docx import Document

    document = Document(io.BytesIO(content))
    lines = [paragraph.text for paragraph in document.paragraphs]
    for table in document.tables:
        lines += [" ".join(dict.fromkeys(cell.text for cell in row.cells)) for row in table.rows]
    yield "", "\n".join(lines)


def _slides(content: bytes) -> Iterator[Part]:
    from pptx import Presentation

    for number, slide in enumerate(Presentation(io.BytesIO(content)).slides, 1):
        texts = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
        yield str(number), "\n".join(texts)


def _sheets(content: bytes) -> Iterator[Part]:
    from openpyxl import load_workbook

    for sheet in load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets:
        if sheet.sheet_state != "visible":
            continue
        lines, room = [], MOST_LETTERS
        for row in sheet.iter_rows(values_only=True, max_col=_MOST_COLUMNS):
            line = " ".join(str(cell) for cell in row if cell is not None)
            lines.append(line)
            room -= len(line)
            if room <= 0:
                break
        yield sheet.title, "\n".join(lines)


def _plain(content: bytes) -> Iterator[Part]:
    yield "", decoded(content)


_READERS: dict[str, Callable[[bytes], Iterator[Part]]] = {
    "pdf": _pdf,
    "docx": _word,
    "pptx": _slides,
    "xlsx": _sheets,
    "txt": _plain,
    "csv": _plain,
}


def main() -> None:
    """Read the document on the input, whose first line is its suffix, and write its text."""
    limit_this_process(memory=_MEMORY, seconds=_SECONDS)
    suffix, _newline, content = sys.stdin.buffer.read().partition(b"\n")
    try:
        answer: dict[str, object] = {PARTS: parts_of(content, suffix.decode())}
    except Exception as problem:  # noqa: BLE001 libraries raise anything at broken files
        answer = {PROBLEM: str(problem)[:300] or type(problem).__name__}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
