"""Bring in case studies from a spreadsheet, as drafts."""

from __future__ import annotations

from sheets.command import ImportCommand


class Command(ImportCommand):
    """`manage.py import_cases FILE [--dry-run]`: all rows or none, nothing twice."""

    help = "Bring in case studies from a spreadsheet, as drafts."
    importer_name = "cases"
