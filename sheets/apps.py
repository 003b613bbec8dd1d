"""Spreadsheets in, spreadsheets out."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class SheetsConfig(AppConfig):
    """Finds the importers that apps offer in their `sheets.py`."""

    name = "sheets"
    verbose_name = _("Spreadsheets")

    def ready(self) -> None:
        """Guard Wagtail's downloads; import every app's `sheets`, which registers its importers."""
        from sheets.wagtail_exports import guard_wagtail_exports

        guard_wagtail_exports()
        autodiscover_modules("sheets")
