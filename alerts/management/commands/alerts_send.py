"""`manage.py alerts_send`: tell by mail of pages that are new."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from alerts.models import Alert
from alerts.services import send_due
from core.locks import Busy
from search.engines.base import EngineUnavailable


class Command(BaseCommand):
    """Send the alerts that are due. Once a day is enough; more often does no harm."""

    help = "Send the mail alerts that are due."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Looking without sending, and a switch for scripts."""
        parser.add_argument(
            "--dry-run", action="store_true", help="Say what would be sent, and send nothing."
        )
        parser.add_argument("--no-progress", action="store_true", help="Show no progress bar.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Send, and say how much."""
        if not settings.MAIL_IS_SET_UP:
            raise CommandError("No mail can be sent. Set EMAIL_URL and DEFAULT_FROM_EMAIL.")
        is_quiet = options["verbosity"] == 0

        def progress(alerts: Iterable[Alert], total: int) -> Iterable[Alert]:
            shown: Iterable[Alert] = tqdm(
                alerts,
                total=total,
                unit="alert",
                file=sys.stderr,
                disable=is_quiet or options["no_progress"],
            )
            return shown

        try:
            done = send_due(progress, dry_run=options["dry_run"])
        except Busy as error:
            raise CommandError(f"{error} Wait until it is done.") from error
        except EngineUnavailable as error:
            raise CommandError(f"{error} No alert was lost; start again later.") from error
        if not is_quiet:
            would = "would be sent" if options["dry_run"] else "sent"
            self.stdout.write(
                f"{done.sent} alerts {would}, {done.nothing_new} had nothing new, "
                f"{done.confirmations} confirmations {would}, {done.forgotten} unconfirmed deleted."
            )
        if done.failed:
            raise CommandError(
                f"{done.failed} mails could not be sent. The next run tries them again."
            )
