"""`manage.py backup`: write a backup of everything that cannot be made again."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from nanif import backups
from nanif.folders import wrong_user


class Command(BaseCommand):
    """Write database, uploads and private files to a folder, check it, and delete old backups.

    The site goes on meanwhile. The search index and static files are not in it: they are made
    again. Nor are values of settings: keep /etc/nanif.env, with SECRET_KEY, somewhere else.
    """

    help = "Back up database, uploads and private files into BACKUP_DIR."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to, and how long backups are kept."""
        parser.add_argument("--to", type=Path, help="Folder, in place of BACKUP_DIR.")
        parser.add_argument(
            "--keep-days", type=int, default=30, help="Delete older ones, but for the newest three."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write, check, delete old ones, and say what was done."""
        folder = options["to"] or (Path(settings.BACKUP_DIR) if settings.BACKUP_DIR else None)
        if folder is None:
            raise CommandError("Say where to: set BACKUP_DIR, or give --to FOLDER.")
        if problem := wrong_user():
            raise CommandError(problem)
        began = time.monotonic()
        try:
            backup = backups.write(folder, settings.BACKUP_RECIPIENT)
            manifest = backups.manifest_of(backup)
            gone = backups.prune(folder, options["keep_days"])
        except backups.BackupError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}.") from error
        size = sum(size for _digest, size in manifest.files.values()) / 1e6
        sealed = "encrypted" if settings.BACKUP_RECIPIENT else "not encrypted"
        self.stdout.write(
            f"{backup}: {size:.1f} MB, {manifest.uploads} files, {sealed}, "
            f"in {time.monotonic() - began:.1f} s"
        )
        if not settings.BACKUP_RECIPIENT:
            self.stdout.write("It holds personal data. Set BACKUP_RECIPIENT to encrypt the next.")
        if gone:
            self.stdout.write(f"Deleted: {', '.join(gone)}")
