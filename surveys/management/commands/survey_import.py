"""Import waves of surveys from a spreadsheet."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from sheets.reading import UnreadableFile
from sheets.registry import Options, Problem
from sheets.services import DeletionNotConfirmed, plan_of_file, store
from surveys.sheets import WaveImporter


class Command(BaseCommand):
    """`manage.py survey_import FILE`: all or nothing; the same file twice changes nothing."""

    help = __doc__

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Name the file."""
        parser.add_argument("file", type=Path, help="A spreadsheet (.xlsx) or CSV file.")
        parser.add_argument(
            "--dry-run", action="store_true", help="Check everything and store nothing."
        )

        parser.add_argument(
            "--delete",
            action="store_true",
            help="Also delete the stored figures of these waves that the file lacks.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, check, store, and say what happened."""
        path: Path = options["file"]
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        importer = WaveImporter(user=None)
        try:
            plan = plan_of_file(importer, content)
        except UnreadableFile as error:
            raise CommandError(f"Nothing was stored. {error}") from error
        for remark in plan.remarks:
            self.stdout.write(_line(remark))
        if plan.problems:
            problems = "\n".join(_line(problem) for problem in plan.problems)
            raise CommandError(f"Nothing was stored.\n{problems}")
        counts = (
            f"{len(plan.new)} figures new, {len(plan.changed)} changed, "
            f"{len(plan.unchanged)} unchanged"
        )
        for removal in plan.removed:
            self.stdout.write(f"to be deleted: {removal.title}")
        if options["dry_run"]:
            self.stdout.write(f"Would store: {counts}.")
            return
        try:
            said = store(importer, plan, Options(remove=options["delete"]))
        except DeletionNotConfirmed as error:
            raise CommandError(
                f"Nothing was stored. {error} Add them to the file, or use --delete."
            ) from error
        except ValidationError as error:
            raise CommandError(f"Nothing was stored. {' '.join(error.messages)}") from error
        for sentence in said:
            self.stdout.write(sentence)
        self.stdout.write(f"Stored: {counts}.")


def _line(problem: Problem) -> str:
    """`row 5, percent (V5): what is wrong`."""
    place = f"row {problem.row}" if problem.row else "file"
    column = f", {problem.column} ({problem.place})" if problem.column else ""
    return f"{place}{column}: {problem.message}"
