"""`manage.py uploads_move`: move uploads out of the folder that was public in former versions."""

from __future__ import annotations

import filecmp
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from nanif.upload_checks import former_media_folder


class Command(BaseCommand):
    """Moves files from `DATA_DIR/media` to `MEDIA_ROOT`. Rows of the database stay as they are.

    What is there already under the same name with other content is named and left where it is.
    Can be run again at any time.
    """

    help = "Move uploads from DATA_DIR/media, once public, to MEDIA_ROOT."
    # The check that asks for this command would stop it.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer --dry-run."""
        parser.add_argument("--dry-run", action="store_true", help="say what would be moved")

    def handle(self, *args: Any, **options: Any) -> None:
        """Move the files and delete the folders left empty."""
        old, new = former_media_folder(), Path(settings.MEDIA_ROOT)
        files = sorted(path for path in old.rglob("*") if path.is_file())
        if options["dry_run"]:
            self.stdout.write(f"{len(files)} files would be moved from {old} to {new}.")
            return
        left = []
        for path in files:
            target = new / path.relative_to(old)
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(path, target)
            elif filecmp.cmp(path, target, shallow=False):
                path.unlink()
            else:
                left.append(str(path.relative_to(old)))
        for folder in sorted((path for path in old.rglob("*") if path.is_dir()), reverse=True):
            if not any(folder.iterdir()):
                folder.rmdir()
        if old.is_dir() and not any(old.iterdir()):
            old.rmdir()
        if options["verbosity"]:
            self.stdout.write(f"{len(files) - len(left)} files moved from {old} to {new}.")
        if left:
            raise CommandError(
                f"Other files have these names in {new}; they stay in {old}: {', '.join(left)}"
            )
