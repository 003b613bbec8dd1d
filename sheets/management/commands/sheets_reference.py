"""Write the reference of all sheets and their columns, from their descriptions."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import override

from sheets.columns import Column
from sheets.registry import registered

HEAD = """# Sheets

What can be taken out and brought in as a spreadsheet, in the admin below *Spreadsheets*.
Headings may be in either language or be code names, in any order. `manage.py sheets_reference`
writes this page from the descriptions in each app's `sheets.py`; see [Add an
importer](../howto/add-an-importer.md) and [Work with
spreadsheets](../howto/work-with-spreadsheets.md).

How cells are read: an era year is the calendar year with the same number, a fiscal year (年度)
the calendar year in which it begins. Area codes of five digits get their check digit. Several
values are parted by `;`. Rows inside a cell stand in a line each, their parts parted by `|`;
`\\|`, `\\n` and `\\\\` stand for the sign itself, a line break and a backslash. Running text
has paragraphs parted by blank lines, `## ` and `### ` headings, `- ` and `1. ` lists, `> `
quotations, `**bold**`, `*italic*` and `[words](https://…)`.
"""


class Command(BaseCommand):
    """`manage.py sheets_reference`: Markdown on the standard output."""

    help = "Write the reference of all sheets and their columns, as Markdown."

    def handle(self, *args: Any, **options: Any) -> None:
        """A table for each importer."""
        self.stdout.write(HEAD, ending="")
        with override("en"):
            for name, importer_class in sorted(registered().items()):
                found = importer_class(None)
                self.stdout.write(f"\n## {name}\n\n{found.note}")
                self.stdout.write("")
                self.stdout.write(
                    "| Code name | 日本語 | English | What to write |\n|---|---|---|---|"
                )
                for column in found.all_columns:
                    self.stdout.write(_row(column))


def _row(column: Column) -> str:
    with override("ja"):
        japanese = str(column.label)
    parts = [
        "Required." if column.required else "",
        f"{column.kind.describe()}.",
        str(column.note),
    ]
    text = " ".join(part for part in parts if part).replace("|", "\\|")
    return f"| `{column.name}` | {japanese} | {column.label} | {text} |"
