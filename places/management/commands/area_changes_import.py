"""Record mergers and other changes of areas from a spreadsheet."""

from sheets.command import ImportCommand


class Command(ImportCommand):
    """`manage.py area_changes_import FILE`: all changes or none."""

    help = __doc__
    importer_name = "area-changes"
