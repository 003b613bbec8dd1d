"""`manage.py proposals_forget`: delete what is kept no longer."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from proposals.services import purge_expired


class Command(BaseCommand):
    """Delete old proposals, personal data and uploads. Once a day is enough."""

    help = "Delete declined proposals, contact data and forgotten uploads after their time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Looking without deleting."""
        parser.add_argument(
            "--dry-run", action="store_true", help="Say what would be done, and do nothing."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete, and say how much."""
        done = purge_expired(dry_run=options["dry_run"])
        if options["verbosity"]:
            would = "would be " if options["dry_run"] else ""
            self.stdout.write(
                f"{done.declined} declined proposals {would}deleted, contact data of "
                f"{done.contacts} {would}deleted, {done.uploads} uploads {would}deleted, "
                f"{done.receipts} receipts {would}sent."
            )
