"""`manage.py alerts_send`: tell by mail of pages that are new."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.core.management.base import CommandError

from alerts.services import send_due
from core.mailing.command import CampaignCommand
from search.engines.base import EngineUnavailable


class Command(CampaignCommand):
    """Send the alerts that are due. Once a day is enough; more often does no harm."""

    help = "Send the mail alerts that are due."
    unit = "alert"

    def send(
        self, progress: Callable[[Iterable[Any], int], Iterable[Any]], options: dict[str, Any]
    ) -> tuple[str, int]:
        """Send what is new to everybody whose time has come."""
        try:
            done = send_due(progress, dry_run=options["dry_run"])
        except EngineUnavailable as error:
            raise CommandError(f"{error} No alert was lost; start again later.") from error
        would = "would be sent" if options["dry_run"] else "sent"
        return (
            f"{done.sent} alerts {would}, {done.nothing_new} had nothing new, "
            f"{done.confirmations} confirmations {would}, {done.forgotten} unconfirmed deleted."
        ), done.failed
