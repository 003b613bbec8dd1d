"""Import plans of local governments from a spreadsheet."""

from sheets.command import ImportCommand


class Command(ImportCommand):
    """`manage.py plans_import FILE`: all rows or none; the same file twice changes nothing."""

    help = __doc__
    importer_name = "plans"
