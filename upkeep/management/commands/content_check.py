"""`manage.py content_check`: look whether published content follows the rules."""

from __future__ import annotations

import datetime
from argparse import ArgumentParser, ArgumentTypeError
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from upkeep.findings import ACCEPTED, UnreadableList, findings, read_accepted
from upkeep.record_counts import record_counts
from upkeep.rules import RULES


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no day; write it as 2026-11-30.") from error


class Command(BaseCommand):
    """Name what breaks a rule and is not accepted; with status 1 where there is any."""

    help = "Check published pages against the rules for content that stays right."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which rules, from which day, and what is accepted."""
        parser.add_argument(
            "--rule", action="append", default=[], choices=list(RULES), metavar="NAME",
            help=f"Only this rule; may be repeated. Rules: {', '.join(RULES)}.",
        )  # fmt: skip
        parser.add_argument(
            "--accepted", type=Path, default=ACCEPTED, metavar="FILE",
            help="CSV file of findings that may stay, with a reason each.",
        )  # fmt: skip
        parser.add_argument(
            "--day", type=_day, metavar="YYYY-MM-DD",
            help="Count what is long ago from this day (today).",
        )  # fmt: skip
        parser.add_argument(
            "--counts", action="store_true",
            help="Only say how many published cases have what.",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        """Each finding with its cure, then how many; accepted ones that occur no more.

        Raises:
            CommandError: something is found that nobody has accepted, or the list is unreadable.
        """
        if options["counts"]:
            self._count()
            return
        try:
            accepted = read_accepted(options["accepted"])
        except UnreadableList as error:
            raise CommandError(str(error)) from error
        left = dict(accepted)
        found: Counter[str] = Counter()
        rules = options["rule"] or list(RULES)
        for finding in findings(rules=rules, today=options["day"], accepted=accepted):
            left.pop(finding.key, None)
            if finding.accepted:
                continue
            name, kind, slug, field, words = finding.key
            found[name] += 1
            self.stdout.write(f"{name}: {kind} {slug}, {field}: {words}")
        for key in left:
            if key[0] in rules:
                self.stdout.write(f"accepted, but found no more: {', '.join(key)}")
        for name in found:
            self.stdout.write(f"{name}: {RULES[name].reason} {RULES[name].cure}")
        if found:
            raise CommandError(
                f"{found.total()} findings. Cure them, or write them into "
                f"{options['accepted']} with a reason."
            )
        if options["verbosity"]:
            self.stdout.write(f"No findings but {len(accepted) - len(left)} accepted ones.")

    def _count(self) -> None:
        counts = record_counts()
        self.stdout.write(f"published: {counts[0].total}")
        for count in counts:
            self.stdout.write(f"{count.code}: {count.number} ({count.percent}%)")
