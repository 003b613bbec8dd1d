"""`manage.py newsletter_send`: send the issue of a month."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from core.mailing.command import CampaignCommand
from newsletter.selectors import JAPAN, month_before, sent_issues
from newsletter.services import send_issue


class Command(CampaignCommand):
    """Send the issue of the month that is over. Started again, it sends what failed."""

    help = "Send the newsletter of the month that is over."
    unit = "reader"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add --month to what every campaign has."""
        super().add_arguments(parser)
        parser.add_argument("--month", default="", help="Of which it tells, such as 2026-11.")

    def send(
        self, progress: Callable[[Iterable[Any], int], Iterable[Any]], options: dict[str, Any]
    ) -> tuple[str, int]:
        """Send the issue to everybody who signed up for it."""
        today = timezone.localdate(timezone=JAPAN)
        month = options["month"] or month_before(today)
        if not re.fullmatch(r"20\d{2}-(0[1-9]|1[0-2])", month):
            raise CommandError(f"--month is {month!r}. Write it as 2026-11.")
        if month >= f"{today:%Y-%m}":
            raise CommandError(f"--month: {month} is not over yet. Wait until it is.")
        if month < month_before(today) and not sent_issues().filter(month=month).exists():
            raise CommandError(
                f"--month: {month} was never sent. Only the last month can be begun."
            )
        done = send_issue(month, progress, dry_run=options["dry_run"])
        if done.is_empty:
            return f"{month} has nothing to tell: no newsletter.", 0
        would = "would be sent" if options["dry_run"] else "sent"
        return (
            f"{month}: {done.sent} newsletters {would}, {done.nothing_new} readers with nothing "
            "new for their area and theme."
        ), done.failed
