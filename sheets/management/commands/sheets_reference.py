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

Units: a unit of a heading, `助成額（千円）`, of a line beside the table, `（単位：千円）`, or of a
cell's format, `#,##0"千円"`, multiplies the numbers, and the preview says so. A unit that does not
fit the column, another currency, or two units that differ are refused. A cell that Excel shows as
`45.3%` is 45.3. Percentages are rounded half up.

Files: Excel (.xlsx, also Strict Open XML) and CSV in UTF-8, UTF-16, Shift_JIS, EUC-JP or
ISO-2022-JP; other encodings are refused. At most 10 MB, 5,000 rows and 200 columns. Of several
sheets with these headings one is read, never one that is hidden or named as an example; the others
are named. A process of its own reads the file, with at most 1 GB of memory and 10 seconds of a
processor.

Places are found under their name in any form of its signs (龍ヶ崎市, 竜ケ崎市), with prefecture and
district before it, and under former names.

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
