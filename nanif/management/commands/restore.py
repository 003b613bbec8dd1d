"""`manage.py restore`: bring a backup back."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from nanif import backups
from nanif.folders import wrong_user
from nanif.releases import one_at_a_time
from page_cache.versions import record_change


class Command(BaseCommand):
    """Check a backup, put its database and files in place, migrate, and build the search index.

    Refuses where there is a database or an upload already, unless `--replace` says to take its
    place. Stop the services first.
    """

    help = "Bring a backup back; ends with a search index that agrees with it."
    # The database may not be there yet.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Which backup, the key, and whether it may take the place of something."""
        parser.add_argument("backup", type=Path, help="Folder of the backup.")
        parser.add_argument("--identity", type=Path, help="File with the secret key of age.")
        parser.add_argument(
            "--replace", action="store_true", help="Take the place of what is there: it is lost."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check everything first, then write."""
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        if problem := wrong_user():
            raise CommandError(problem)
        began = time.monotonic()
        try:
            manifest = backups.manifest_of(options["backup"])
            self._check(manifest, replace=options["replace"])
            key = options["identity"].read_text("utf-8") if options["identity"] else ""
            with backups.read(options["backup"], key, settings.DATA_DIR) as plain:
                with one_at_a_time(settings.DATA_DIR):
                    backups.restore_database(plain)
                count = backups.restore_files(plain)
        except backups.BackupError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}.") from error
        self.stdout.write(f"Database and {count} files of {manifest.made_at} are back.")
        call_command("migrate", verbosity=0, interactive=False)
        record_change()
        call_command("search_rebuild", no_progress=True, stdout=self.stdout)
        call_command("search_check", verbosity=0)
        self.stdout.write(
            f"The search index agrees. Done in {time.monotonic() - began:.1f} s. Now: release"
        )
        if manifest.key != backups.fingerprint():
            self.stdout.write(
                "SECRET_KEY is another one than in the backup: everybody must sign in again, and "
                "mailed links no longer open. Put the former key into SECRET_KEY_FALLBACKS."
            )

    def _check(self, manifest: backups.Manifest, *, replace: bool) -> None:
        if manifest.database != backups.connection.vendor:
            raise CommandError(
                f"The backup is of {manifest.database}, DATABASE_URL of "
                f"{backups.connection.vendor}: set it to such a database."
            )
        if not replace and not backups.is_empty():
            raise CommandError(
                "There is a database or an upload already. With --replace the backup takes its "
                "place, and what is there is lost."
            )
