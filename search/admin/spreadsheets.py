"""Lists of the admin to download, named with the day."""

from __future__ import annotations

from django.utils import timezone
from wagtail.admin.views.mixins import SpreadsheetExportMixin

__all__ = ["SpreadsheetMixin"]


class SpreadsheetMixin(SpreadsheetExportMixin):
    """A list to download as CSV or Excel; `sheets.wagtail_exports` guards all of them."""

    def get_filename(self) -> str:
        """The name of the file, with the day."""
        return f"{self.export_filename}-{timezone.localdate():%Y%m%d}"
