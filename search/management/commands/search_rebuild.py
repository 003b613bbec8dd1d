"""`manage.py search_rebuild`: build the search index anew."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm
from wagtail.models import Page

from search.engines import current_engine
from search.engines.base import EngineBusy, EngineUnavailable
from search.index.fields import IndexEntry
from search.index.rebuild import rebuild
from search.services import sync_vocabularies

# Below this, new processes take longer to start than they save.
_MANY_PAGES = 5_000


class Command(BaseCommand):
    """Bring the names of vocabularies into the lexicon and build a new index of pages and records.

    Searches and edits go on meanwhile; the new index takes the old one's place in one step.
    """

    help = "Build the search index anew."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One switch for scripts."""
        parser.add_argument("--no-progress", action="store_true", help="Show no progress bar.")
        parser.add_argument(
            "--workers",
            type=int,
            default=0,
            help="Processes that read and analyse pages; as a rule one for each core, "
            "and none of their own for few pages.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the rebuild and say how many documents can be found."""
        is_quiet = options["verbosity"] == 0

        def progress(entries: Iterable[IndexEntry], total: int, done: int) -> Iterable[IndexEntry]:
            if done and not is_quiet:
                self.stdout.write(f"Taking up a build that was left with {done} documents.")
            shown: Iterable[IndexEntry] = tqdm(
                entries,
                total=total,
                initial=done,
                unit="document",
                file=sys.stderr,
                disable=is_quiet or options["no_progress"],
            )
            return shown

        workers = options["workers"] or (
            os.cpu_count() or 1 if Page.objects.count() > _MANY_PAGES else 1
        )
        sync_vocabularies()
        try:
            total = rebuild(current_engine(), progress, workers=workers)
        except EngineBusy as error:
            raise CommandError(f"{error} Wait until it is done, then start again.") from error
        except EngineUnavailable as error:
            raise CommandError(str(error)) from error
        if not is_quiet:
            self.stdout.write(f"{total} documents can be found.")
