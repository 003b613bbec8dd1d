"""`manage.py confirmations_send`: ask bodies whether their pages are still right."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from core.locks import Busy
from upkeep.services import Batch, send_due


class Command(BaseCommand):
    """Send what is due. Once a day is enough; more often does no harm."""

    help = "Ask the bodies in charge whether their pages are still right, and remind them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Looking without sending, asking little at a time, and a switch for scripts."""
        parser.add_argument(
            "--dry-run", action="store_true", help="Say what would be sent, and send nothing."
        )
        parser.add_argument(
            "--limit", type=int, metavar="N", help="Ask about N new pages at most in this run."
        )
        parser.add_argument("--no-progress", action="store_true", help="Show no progress bar.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Send, and say how much."""
        if not settings.MAIL_IS_SET_UP:
            raise CommandError("No mail can be sent. Set EMAIL_URL and DEFAULT_FROM_EMAIL.")
        is_quiet = options["verbosity"] == 0

        def progress(batches: Iterable[Batch], total: int) -> Iterable[Batch]:
            shown: Iterable[Batch] = tqdm(
                batches,
                total=total,
                unit="mail",
                file=sys.stderr,
                disable=is_quiet or options["no_progress"],
            )
            return shown

        try:
            done = send_due(progress, dry_run=options["dry_run"], limit=options["limit"])
        except Busy as error:
            raise CommandError(f"{error} Wait until it is done.") from error
        if not is_quiet:
            would = "would be " if options["dry_run"] else ""
            self.stdout.write(
                f"{done.asked} pages {would}asked about, {done.reminded} {would}reminded of, "
                f"{done.told} {would}told to the curators."
            )
        if done.failed:
            raise CommandError(
                f"{done.failed} mails could not be sent. The next run tries them again."
            )
