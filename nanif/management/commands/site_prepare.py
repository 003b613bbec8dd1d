"""`manage.py site_prepare`: all between installing the site and serving it."""

from __future__ import annotations

import errno
import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder

from nanif.releases import site_follows_address
from search.engines import current_engine

CONTENT_FOLDER = Path("content")


class Command(BaseCommand):
    """Bring database, content, translations and search index up to date, in this order.

    Each step is left out when it has nothing to do, so that a second start takes seconds. What
    content was loaded last is kept as a digest in `DATA_DIR/content.sha256`: pages that editors
    have changed since are not looked at again until a content file changes. In development an
    administrator is created as well.
    """

    help = "Prepare the site to be served: database, content, translations, search index."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the steps; a full disk or an unwritable folder is said in one line."""
        try:
            settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
            self.prepare()
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise CommandError("The disk is full. Free some space and start again.") from error
            raise CommandError(f"{error.filename}: {error.strerror}.") from error
        except DatabaseError as error:
            raise CommandError(f"The database says: {error}.") from error

    def prepare(self) -> None:
        """Run every step that has something to do."""
        is_new = not MigrationRecorder(connection).has_table()
        if is_new:
            self.say("Making the database (once) ...")
        call_command("migrate", verbosity=0, interactive=False)
        call_command("messages_compile")
        is_loaded = self.load_content(is_new=is_new)
        self.prepare_all()
        self.build_search_index(anew=is_loaded)
        self.say(f"The site: {settings.SITE_URL}/  in English: {settings.SITE_URL}/en/")
        self.say(f"Editing:  {settings.SITE_URL}/admin/")
        if settings.DEBUG:
            call_command("create_dev_admin", stdout=self.stdout)
        self.say("Stop with Ctrl-C.")

    def prepare_all(self) -> None:
        """Prepare roles and workflows, repair translations, and name the site by its address."""
        call_command("roles_prepare")
        call_command("workflows_prepare", stdout=self.stdout)
        call_command("translations_repair", verbosity=0, stdout=self.stdout)
        if site_follows_address():
            self.say(f"Wagtail's site has the address {settings.SITE_URL} now.")

    def load_content(self, *, is_new: bool) -> bool:
        """Load the content files unless they were the last to be loaded; whether they were not."""
        stamp = settings.DATA_DIR / "content.sha256"
        digest = _digest(settings.BASE_DIR / CONTENT_FOLDER)
        if not is_new and stamp.exists() and stamp.read_text() == digest:
            return False
        self.say("Loading the content files (once, a minute or two) ...")
        call_command("load_content", stdout=self.stdout)
        stamp.write_text(digest)
        return True

    def build_search_index(self, *, anew: bool) -> None:
        """Build the search index after a load, and when it is missing or made by other rules.

        What editors change is delivered as they change it; `search_check` compares page by page.
        """
        health = current_engine().health()
        if anew or not health.is_ready or health.needs_rebuild:
            self.say("Building the search index ...")
            call_command("search_rebuild", stdout=self.stdout)

    def say(self, line: str) -> None:
        """Print a line at once, also into a pipe."""
        self.stdout.write(line)
        self.stdout.flush()


def _digest(folder: Path) -> str:
    """One digest for all files of a folder, the code that loads them included."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(str(path.relative_to(folder)).encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
