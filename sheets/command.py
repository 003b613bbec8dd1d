"""What commands that bring in a file of one importer share: reading, progress, messages."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override
from tqdm import tqdm

from sheets.reading import UnreadableFile
from sheets.registry import Importer, Options, Problem, importer
from sheets.services import Plan, plan_of_file, store

__all__ = ["ImportCommand"]


class ImportCommand(BaseCommand):
    """Base of import commands: all rows or none, in the name of a user and with that user's rights.

    Set `importer_name`.
    """

    importer_name: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The file, in whose name, and whether to store."""
        parser.add_argument("file", type=Path, help="Excel (.xlsx) or CSV file.")
        parser.add_argument(
            "--user",
            help="User name in whose name, and with whose rights, rows are stored. "
            "Default: the first active administrator.",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="Check everything and store nothing."
        )
        parser.add_argument(
            "--delete",
            action="store_true",
            help="Also delete stored records that the file lacks, where sheets do that.",
        )
        parser.add_argument(
            "--accept",
            action="store_true",
            help="Also store numbers that are named as doubtful, because they were checked.",
        )
        parser.add_argument(
            "--submit", action="store_true", help="Also send complete drafts to review."
        )
        parser.add_argument(
            "--language",
            choices=["ja", "en"],
            default="en",
            help="Language of the messages about rows.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Show what would change and store it; what is wrong is named with its place."""
        try:
            content = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from error
        found = self._importer(options["user"])
        with override(options["language"]):
            try:
                plan = plan_of_file(found, content)
            except UnreadableFile as error:
                raise CommandError(f"Nothing was stored. {error}") from error
            self._tell(plan, options["verbosity"])
            for doubt in plan.doubts:
                self.stdout.write(f"To be checked: {_line(doubt)}")
            if options["dry_run"] or not plan.has_effect:
                return
            if plan.doubts and not options["accept"]:
                raise CommandError(
                    f"Nothing was stored. {len(plan.doubts)} numbers are doubtful; compare them "
                    "with the source, then use --accept."
                )
            if plan.removed and not options["delete"]:
                raise CommandError(
                    f"Nothing was stored. {len(plan.removed)} stored records are not in the file; "
                    "--delete deletes them."
                )
            quiet = options["verbosity"] == 0 or None
            with tqdm(total=len(plan.to_write), unit=" rows", disable=quiet) as bar:
                said = store(
                    found,
                    plan,
                    Options(
                        submit=options["submit"] and found.has_review,
                        remove=options["delete"],
                        accept=options["accept"],
                        on_record=lambda: bar.update(),
                    ),
                )
        for sentence in said:
            self.stdout.write(sentence)
        self.stdout.write("Stored.")

    def _importer(self, name: str | None) -> Importer:
        """The importer for the user of that name, else for the first active superuser.

        Raises:
            CommandError: there is no such user, or they may not use it.
        """
        users = get_user_model()._default_manager.filter(is_active=True)
        user = (
            users.filter(username=name).first()
            if name
            else users.filter(is_superuser=True).order_by("pk").first()
        )
        if user is None:
            raise CommandError("There is no such active user. Name one with --user.")
        found = importer(self.importer_name, user)
        if found is None:
            raise CommandError(f"{user.get_username()} may not use these sheets.")
        return found

    def _tell(self, plan: Plan, verbosity: int) -> None:
        """Problems as errors; counts, and with --verbosity 2 remarks and every change."""
        if plan.problems:
            lines = [_line(problem) for problem in plan.problems]
            raise CommandError("Nothing was stored.\n" + "\n".join(lines))
        if verbosity > 1:
            for remark in plan.remarks:
                self.stdout.write(_line(remark))
            for change in plan.changed:
                for each in change.fields:
                    name = f"{change.stored.title}, {each.column.name}"
                    self.stdout.write(f"{name}: {each.old!r} -> {each.new!r}")
        if verbosity:
            self.stdout.write(
                f"{len(plan.new)} new, {len(plan.changed)} changed, "
                f"{len(plan.unchanged)} unchanged."
            )


def _line(problem: Problem) -> str:
    place = f"row {problem.row}" if problem.row else "file"
    if problem.letter:
        place = f"{place}, column {problem.letter} ({problem.column})"
    return f"{place}: {problem.message}"
