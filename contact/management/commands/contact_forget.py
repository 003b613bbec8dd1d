"""`manage.py contact_forget`: delete messages that are kept no longer."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from contact.services import purge_done


class Command(BaseCommand):
    """Delete messages that were done long ago, and send waiting mails. Once a day is enough."""

    help = "Delete messages 180 days after they were done, and send mails that could not be sent."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Looking without deleting."""
        parser.add_argument(
            "--dry-run", action="store_true", help="Say what would be done, and do nothing."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete, and say how much."""
        done = purge_done(dry_run=options["dry_run"])
        if options["verbosity"]:
            would = "would be " if options["dry_run"] else ""
            self.stdout.write(
                f"{done.deleted} messages {would}deleted, mails about {done.passed_on} "
                f"{would}tried again."
            )
