"""`manage.py search_rebuild`: build the search index anew."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from search.document import ContentDocument
from search.engines import current_engine
from search.engines.base import EngineBusy, EngineUnavailable
from search.index import rebuild
from search.services import sync_vocabularies


class Command(BaseCommand):
    """Bring the names of vocabularies into the lexicon and build a new index of all pages.

    Searches and edits go on meanwhile; the new index takes the old one's place in one step.
    """

    help = "Build the search index anew."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One switch for scripts."""
        parser.add_argument("--no-progress", action="store_true", help="Show no progress bar.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the rebuild and say how many pages can be found."""
        is_quiet = options["verbosity"] == 0

        def progress(documents: Iterable[ContentDocument], total: int) -> Iterable[ContentDocument]:
            shown: Iterable[ContentDocument] = tqdm(
                documents,
                total=total,
                unit="page",
                file=sys.stderr,
                disable=is_quiet or options["no_progress"],
            )
            return shown

        sync_vocabularies()
        try:
            total = rebuild(current_engine(), progress)
        except EngineBusy as error:
            raise CommandError(f"{error} Wait until it is done, then start again.") from error
        except EngineUnavailable as error:
            raise CommandError(str(error)) from error
        if not is_quiet:
            self.stdout.write(f"{total} pages can be found.")
