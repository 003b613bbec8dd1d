"""`manage.py search_check`: whether the index says what the pages and records say."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from search.admin.query_log import forget_old_queries
from search.engines import current_engine
from search.engines.base import EngineBusy, EngineUnavailable
from search.index.outbox import deliver, pending
from search.index.rebuild import check, repair
from search.language import embeddings

_SHOWN = 10


class Command(BaseCommand):
    """Deliver what waits, then compare every page and record with its documents.

    Ends with an error when the index is missing, was made by other rules, or differs.
    """

    help = "Compare the search index with the pages and records, and repair it with --fix."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Two switches."""
        parser.add_argument("--fix", action="store_true", help="Write what differs.")
        parser.add_argument(
            "--quick", action="store_true", help="Only see which documents there are."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what differs; repair it when asked to."""
        forget_old_queries()
        engine = current_engine()
        health = engine.health()
        self._say(options, f"Engine: {health.engine}, {health.documents} documents")
        self._say(options, f"Meaning: {embeddings.status()}, {health.vectors} vectors")
        if embeddings.is_active() and health.is_ready and not health.vectors:
            self._say(options, "Nothing is found by meaning yet. Run: manage.py search_rebuild")
        if not health.is_ready:
            raise CommandError(health.detail)
        if health.needs_rebuild:
            raise CommandError(
                "The index was made by other rules than those in use. Run: manage.py search_rebuild"
            )
        deliver(engine)
        if waiting := pending():
            self._say(
                options,
                f"{waiting} changes wait: another process writes, or the index cannot be written.",
            )
        try:
            drift = check(engine, only_keys=options["quick"])
            for name in ("missing", "superfluous", "outdated"):
                keys = getattr(drift, name)
                listed = ", ".join(keys[:_SHOWN]) + (" …" if len(keys) > _SHOWN else "")
                self._say(options, f"{name}: {len(keys)} {listed}".rstrip())
            if drift.keys and options["fix"]:
                repair(engine, drift)
                self._say(options, f"{len(drift.keys)} documents were put right.")
            elif drift.keys:
                raise CommandError(
                    f"{len(drift.keys)} documents differ from what they are made from. "
                    "Run: manage.py search_check --fix"
                )
        except EngineBusy as error:
            raise CommandError(f"{error} Try again in a moment.") from error
        except EngineUnavailable as error:
            raise CommandError(str(error)) from error

    def _say(self, options: dict[str, Any], line: str) -> None:
        if options["verbosity"]:
            self.stdout.write(line)
