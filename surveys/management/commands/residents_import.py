"""Import numbers of foreign residents from the tables that the ministries publish."""

from __future__ import annotations

import argparse
from typing import Any

from sheets.command import ImportCommand


class Command(ImportCommand):
    """`manage.py residents_import register|statistics FILE`: all numbers or none."""

    help = __doc__

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Which of the two statistics, then what all imports take."""
        parser.add_argument(
            "statistics",
            choices=["register", "statistics"],
            help="register: the yearly resident register; statistics: the half-yearly statistics "
            "on foreign residents.",
        )
        super().add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Import by the importer of these statistics."""
        self.importer_name = f"residents-{options['statistics']}"
        super().handle(*args, **options)
