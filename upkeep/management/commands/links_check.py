"""`manage.py links_check`: ask whether the addresses of sources can still be opened."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from core.locks import Busy, only_one
from upkeep.links import LinkChecker, by_turns
from upkeep.services import forget_links, links_to_check, note_finding


class Command(BaseCommand):
    """Check what was not checked for a while. Pages are served meanwhile as ever."""

    help = "Ask whether the addresses that pages name as sources can still be opened."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How much, how often and how slowly."""
        parser.add_argument(
            "--days", type=int, default=30, metavar="N",
            help="Leave out what was checked less than N days ago (30).",
        )  # fmt: skip
        parser.add_argument("--limit", type=int, metavar="N", help="Check N addresses at most.")
        parser.add_argument(
            "--pause", type=float, default=1.0, metavar="SECONDS",
            help="Between two requests to one host (1).",
        )  # fmt: skip
        parser.add_argument("--no-progress", action="store_true", help="Show no progress bar.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Forget links that no page names, check those due, note each at once, say how many fail.

        Raises:
            CommandError: another process is checking.
        """
        is_quiet = options["verbosity"] == 0
        try:
            with only_one("links"):
                forget_links()
                wanted = list(by_turns(links_to_check(days=options["days"])))[: options["limit"]]
                checker = LinkChecker(pause=options["pause"])
                failing = 0
                for url in tqdm(
                    wanted,
                    unit="link",
                    file=sys.stderr,
                    disable=is_quiet or options["no_progress"],
                ):
                    finding = checker.look(url)
                    note_finding(url, status=finding.status, problem=finding.problem)
                    failing += bool(finding.problem)
        except Busy as error:
            raise CommandError(f"{error} Wait until it is done.") from error
        if not is_quiet:
            self.stdout.write(f"{len(wanted)} links checked, {failing} of them fail.")
