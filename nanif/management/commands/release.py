"""`manage.py release`: all between new code on a machine and starting its services."""

from __future__ import annotations

import os
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from nanif.folders import wrong_user
from nanif.management.commands import site_prepare
from nanif.management.commands.messages_compile import stale_catalogues
from nanif.releases import one_at_a_time


class Command(site_prepare.Command):
    """Bring a server up to date: run it as the service's user with each release.

    Checks settings, migrates the database, collects static files, loads content files that have
    changed, prepares roles and workflows, repairs translations and brings the search index up to
    date. A step with nothing to do is left out, so that it can be run at any time. Of two that run
    at once, on whatever machines, the second waits and then finds nothing to do.
    """

    help = "Bring database, files, roles, workflows and search index to the state of this release."
    # Its own first step, which says more.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer to leave out the content files."""
        parser.add_argument(
            "--without-content",
            action="store_true",
            help="Do not load the content files, where all content is kept in the admin.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the steps; what cannot be done is said in one line."""
        self.without_content = options["without_content"]
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        if problem := wrong_user():
            raise CommandError(problem)
        super().handle(*args, **options)

    def prepare(self) -> None:
        """Run every step that has something to do, alone."""
        call_command("check", deploy=not settings.DEBUG, stdout=self.stdout, stderr=self.stderr)
        with one_at_a_time(settings.DATA_DIR):
            self.compile_messages()
            is_new = self.migrate()
            self.say("Collecting static files ...")
            call_command("collectstatic", interactive=False, verbosity=0)
            is_loaded = not self.without_content and self.load_content(is_new=is_new)
            self.prepare_all()
            self.build_search_index(anew=is_loaded)
            self.put_right_search_index()
        self.say("Ready. Start or restart the services: docs/howto/deploy.md.")

    def compile_messages(self) -> None:
        """Make the translations, which lie beside the code; name who can where this user cannot."""
        stale = stale_catalogues()
        if denied := [path for path in stale if not os.access(path.parent, os.W_OK)]:
            raise CommandError(
                f"{denied[0]} is missing or older than the code, and this user cannot write it. "
                "Run as the owner of the code: .venv/bin/python manage.py messages_compile"
            )
        if stale:
            call_command("messages_compile")

    def migrate(self) -> bool:
        """Bring the tables up to date, and say how many steps there were; whether all are new."""
        executor = MigrationExecutor(connection)
        steps = executor.migration_plan(executor.loader.graph.leaf_nodes())
        is_new = not executor.loader.applied_migrations
        if steps:
            self.say(f"Migrating the database: {len(steps)} steps ...")
            call_command("migrate", verbosity=0, interactive=False)
        return is_new

    def put_right_search_index(self) -> None:
        """Write what differs in the index, such as documents that a release makes otherwise."""
        self.say("Comparing the search index with the pages ...")
        call_command("search_check", fix=True, stdout=self.stdout)
