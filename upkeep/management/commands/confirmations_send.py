"""`manage.py confirmations_send`: ask bodies whether their pages are still right."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from typing import Any

from core.mailing.command import CampaignCommand
from upkeep.services import send_due


class Command(CampaignCommand):
    """Send what is due. Once a day is enough; more often does no harm."""

    help = "Ask the bodies in charge whether their pages are still right, and remind them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add --limit."""
        super().add_arguments(parser)
        parser.add_argument(
            "--limit", type=int, metavar="N", help="Ask about N new pages at most in this run."
        )

    def send(
        self, progress: Callable[[Iterable[Any], int], Iterable[Any]], options: dict[str, Any]
    ) -> tuple[str, int]:
        """Ask, remind, and tell the curators, each when its time has come."""
        done = send_due(progress, dry_run=options["dry_run"], limit=options["limit"])
        would = "would be " if options["dry_run"] else ""
        return (
            f"{done.asked} pages {would}asked about, {done.reminded} {would}reminded of, "
            f"{done.told} {would}told to the curators."
        ), done.failed
