"""The tables as files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from core.tabular import CONTENT_TYPES, csv_pieces, excel_file

__all__ = ["asked_format", "table_file"]


def asked_format(request: HttpRequest) -> str:
    """`csv` or `xlsx`; empty when a page is asked for."""
    asked = request.GET.get("export", "")
    return asked if asked in CONTENT_TYPES else ""


def table_file(
    file_format: str,
    columns: Iterable[Any],
    rows: Iterable[Sequence[Any]],
    *,
    name: str,
    title: str,
) -> HttpResponse:
    """A table to download, guarded against formulas, named with the day."""
    if file_format == "csv":
        content = b"".join(csv_pieces(columns, rows))
    else:
        content = excel_file(columns, rows, title=title)
    response = HttpResponse(content, content_type=CONTENT_TYPES[file_format])
    file_name = f"{name}-{timezone.localdate():%Y%m%d}.{file_format}"
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response
