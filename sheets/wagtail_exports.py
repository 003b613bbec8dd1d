"""Wagtail's own downloads of lists, reports, snippets and form answers: guarded, in local time.

Wagtail writes CSV cells as they are, Excel headings as formulas and moments in UTC, in one mixin
that all of its listing views share and that has no setting for it. So the mixin itself is changed,
once, at start; `core.tabular` has the guard.
"""

from __future__ import annotations

import codecs
import datetime
from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from wagtail.admin.views.mixins import SpreadsheetExportMixin

from core.tabular import CONTENT_TYPES, guarded_value, set_text

__all__ = ["guard_wagtail_exports"]

_value = SpreadsheetExportMixin.preprocess_field_value
_heading = SpreadsheetExportMixin.get_heading
_cells = SpreadsheetExportMixin.generate_xlsx_row
_lines = SpreadsheetExportMixin.stream_csv
_response = SpreadsheetExportMixin.write_csv_response


def _guarded_field(self: Any, field: str, value: Any, export_format: str) -> Any:
    plain = _value(self, field, _local(value), export_format)
    return guarded_value(plain) if export_format == self.FORMAT_CSV else plain


def _local(value: Any) -> Any:
    """A moment as the admin shows it to whoever asks, to the second; other values stay.

    Wagtail itself writes moments in UTC: in Japan, what happened in the morning stood on the day
    before.
    """
    if isinstance(value, datetime.datetime) and timezone.is_aware(value):
        return timezone.localtime(value).replace(tzinfo=None, microsecond=0)
    return value


def _text_cells(self: Any, worksheet: Any, row: Any, date_format: Any = None) -> Iterator[Any]:
    """Cells with text as text; Wagtail itself knows only formulas that begin with `=`."""
    for cell in _cells(self, worksheet, row, date_format):
        yield set_text(cell, cell.value) if isinstance(cell.value, str) else cell


def _guarded_heading(self: Any, queryset: Any, field: str) -> Any:
    return guarded_value(_heading(self, queryset, field))


def _marked_lines(self: Any, queryset: Any) -> Iterator[bytes]:
    """The lines, after the mark by which Excel knows UTF-8."""
    yield codecs.BOM_UTF8
    yield from _lines(self, queryset)


def _typed_response(self: Any, queryset: Any) -> Any:
    response = _response(self, queryset)
    response["Content-Type"] = CONTENT_TYPES["csv"]
    return response


def guard_wagtail_exports() -> None:
    """Change Wagtail's mixin; calling it again changes nothing."""
    SpreadsheetExportMixin.preprocess_field_value = _guarded_field
    SpreadsheetExportMixin.get_heading = _guarded_heading
    SpreadsheetExportMixin.generate_xlsx_row = _text_cells
    SpreadsheetExportMixin.stream_csv = _marked_lines
    SpreadsheetExportMixin.write_csv_response = _typed_response
