"""The story of a spreadsheet: taken out, wrong first, then right, and stored."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from django.urls import reverse
from openpyxl import load_workbook

from tools.guides.review import TITLE
from tools.guides.stage import Stage
from users.rights import Role

# The column that is changed, in both languages.
HEADINGS = {"開始時期", "started"}


def work_with_a_spreadsheet(stage: Stage) -> None:
    """A region editor takes the region's cases out, changes them, and brings them back."""
    window = stage.window(Role.REGION_EDITOR)
    window.go(reverse("sheets:index"))
    window.picture("work-with-spreadsheets-choose", ["main"], most=460)
    window.go(reverse("sheets:upload", args=["cases"]))
    window.picture(
        "work-with-spreadsheets-upload",
        ["main"],
        mark=["input[type=file]", "main form button[type=submit]"],
        most=640,
    )
    answer = window.page.request.get(
        window.site + reverse("sheets:file", args=["cases", "export", "xlsx"])
    )
    with TemporaryDirectory() as folder:
        file = Path(folder) / "cases.xlsx"
        for name, started, most in [
            ("work-with-spreadsheets-mistake", "2024年13月", 420),
            ("work-with-spreadsheets-changes", "令和6年6月", 620),
        ]:
            file.write_bytes(answer.body())
            _change(file, started)
            window.go(reverse("sheets:upload", args=["cases"]))
            window.page.set_input_files("input[type=file]", file)
            window.follow("main form button[type=submit]")
            window.picture(name, ["main"], most=most)


def _change(file: Path, started: str) -> None:
    """Write another start into the record of the sample."""
    book = load_workbook(file)
    sheet = book.worksheets[0]
    rows = list(sheet.iter_rows())
    heads = next(row for row in rows if any(cell.value in HEADINGS for cell in row))
    column = next(cell.column for cell in heads if cell.value in HEADINGS)
    record = next(row for row in rows if any(cell.value == TITLE for cell in row))
    sheet.cell(record[0].row, column).value = started
    book.save(file)
