"""Base of management commands that run a campaign."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from core.locks import Busy

__all__ = ["CampaignCommand"]

Item = TypeVar("Item")


class CampaignCommand(BaseCommand):
    """Checks that mail is set up, shows progress, and fails when a mail was not sent.

    Progress goes to standard error; `--no-progress` and `--verbosity 0` leave it out.
    """

    unit = "mail"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add --dry-run and --no-progress."""
        parser.add_argument(
            "--dry-run", action="store_true", help="Say what would be sent, and send nothing."
        )
        parser.add_argument("--no-progress", action="store_true", help="Show no progress bar.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the campaign and print its sums."""
        if not settings.MAIL_IS_SET_UP:
            raise CommandError("No mail can be sent. Set EMAIL_URL and DEFAULT_FROM_EMAIL.")
        is_quiet = options["verbosity"] == 0

        def progress(items: Iterable[Item], total: int) -> Iterable[Item]:
            shown: Iterable[Item] = tqdm(
                items,
                total=total,
                unit=self.unit,
                file=sys.stderr,
                disable=is_quiet or options["no_progress"],
            )
            return shown

        try:
            sums, failed = self.send(progress, options)
        except Busy as error:
            raise CommandError(f"{error} Wait until it is done.") from error
        if not is_quiet:
            self.stdout.write(sums)
        if failed:
            raise CommandError(f"{failed} mails could not be sent. The next run tries them again.")

    def send(
        self, progress: Callable[[Iterable[Any], int], Iterable[Any]], options: dict[str, Any]
    ) -> tuple[str, int]:
        """Send what is due. Returns a line with the sums, and the number of mails that failed."""
        raise NotImplementedError
