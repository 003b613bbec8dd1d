"""Tables that open in a spreadsheet program as they are."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone
from wagtail.admin.views.mixins import SpreadsheetExportMixin

__all__ = ["FORMULA_SIGNS", "SpreadsheetMixin", "unguarded"]

# A cell that begins so is taken for a formula; an apostrophe in front makes it text.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def guarded(value: str) -> str:
    """The text as a cell that no program takes for a formula."""
    return f"'{value}" if value.startswith(FORMULA_SIGNS) else value


def unguarded(value: str) -> str:
    """The text of a cell that `guarded` made."""
    return value[1:] if value.startswith("'") and value[1:].startswith(FORMULA_SIGNS) else value


class SpreadsheetMixin(SpreadsheetExportMixin):
    """A list to download: as CSV that opens in Excel with its Japanese intact, and as Excel."""

    def get_filename(self) -> str:
        """The name of the file, with the day."""
        return f"{self.export_filename}-{timezone.localdate():%Y%m%d}"

    def stream_csv(self, queryset: Any) -> Iterator[bytes]:
        """The lines, after the mark by which Excel knows UTF-8."""
        yield codecs.BOM_UTF8
        yield from super().stream_csv(queryset)

    def write_csv_row(self, writer: Any, row_dict: Mapping[str, Any]) -> Any:
        """One line."""
        cells = {
            name: self.preprocess_field_value(name, value, self.FORMAT_CSV)
            for name, value in row_dict.items()
        }
        return writer.writerow(
            {name: guarded(cell) if isinstance(cell, str) else cell for name, cell in cells.items()}
        )

    def write_csv_response(self, queryset: Any) -> StreamingHttpResponse:
        """The file."""
        response: StreamingHttpResponse = super().write_csv_response(queryset)
        response["Content-Type"] = "text/csv; charset=utf-8"
        return response
