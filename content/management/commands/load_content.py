"""Load the real content from reviewable files."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from content.reading import ContentError
from content.services import load_content


class Command(BaseCommand):
    """`manage.py load_content [DIR]`: all or nothing; loading twice changes nothing."""

    help = __doc__

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Name the folder, and what to do about changes made on the site."""
        parser.add_argument(
            "directory",
            nargs="?",
            type=Path,
            default=settings.BASE_DIR / "content" / "data",
            help="Folder with the content files (default: content/data).",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="Check everything and store nothing."
        )
        parser.add_argument(
            "--overwrite",
            action="store_true",
            help="Also replace pages that editors changed on the site since they were loaded.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, with a progress bar, and say what changed."""
        directory: Path = options["directory"]
        if not directory.is_dir():
            raise CommandError(f"{directory} is not a folder. Name the folder with the files.")
        quiet = options["verbosity"] == 0
        with tqdm(
            desc="Loading content", unit=" pages", disable=None if not quiet else True
        ) as bar:

            def on_start(total: int) -> None:
                bar.total = total
                bar.refresh()

            try:
                report = load_content(
                    directory,
                    overwrite=options["overwrite"],
                    dry_run=options["dry_run"],
                    on_start=on_start,
                    on_page=lambda: bar.update(),
                )
            except ContentError as error:
                bar.close()
                raise CommandError(f"Nothing was loaded.\n{error}") from error
        for kept in report.kept:
            self.stdout.write(f"kept as edited on the site: {kept}")
        verb = "Would load" if options["dry_run"] else "Loaded"
        self.stdout.write(
            f"{verb}: {report.pages_changed} pages changed, {report.pages_unchanged} unchanged, "
            f"{report.records_changed} other records changed."
        )
