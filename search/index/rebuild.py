"""The index as a whole: what belongs in it, building it anew, and checking it for drift."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from itertools import chain
from typing import TypeAlias

from django.db.models import Q
from django.utils import timezone

from page_cache.versions import record_change
from search.engines.base import Build, Change, Engine, EngineUnavailable
from search.index.document import Item
from search.index.fields import IndexEntry
from search.index.outbox import KEPT, changes_of, deliver, items_by_row, mark_delivered
from search.index.projection import (
    documents_of,
    documents_of_items,
    entries_of,
    findable_ids,
    findable_items,
)
from search.index.workers import map_in_processes
from search.models import SearchOutbox
from search.records import keys_of

logger = logging.getLogger(__name__)

__all__ = ["Drift", "Progress", "check", "documents_of", "findable_ids", "rebuild", "repair"]

Progress: TypeAlias = Callable[[Iterable[IndexEntry], int, int], Iterable[IndexEntry]]

_BATCH = 200
# Clocks of web processes and of the one that rebuilds may differ by so much.
_CLOCKS_DIFFER = datetime.timedelta(minutes=5)


@dataclass(frozen=True)
class Drift:
    """Where the index differs from the pages and records, by key.

    Attributes:
        missing: what should be found and is not in the index.
        superfluous: documents of what should not be found.
        outdated: documents that do not say what the page or record says now.
    """

    missing: tuple[str, ...]
    superfluous: tuple[str, ...]
    outdated: tuple[str, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """All keys that differ."""
        return (*self.missing, *self.superfluous, *self.outdated)


def rebuild(engine: Engine, progress: Progress | None = None, *, workers: int = 1) -> int:
    """Build a new index and put it in use. Returns the number of documents.

    Searches and edits go on meanwhile. What is edited during the build is in the outbox, and
    applied to the new index before it takes the old one's place. A build that was killed is taken
    up where it stopped, if it began less than half a day ago.

    Args:
        progress: wraps the entries, with how many there are and how many of them were there from
            a build that was taken up, to show how far it is.
        workers: processes that read pages and analyse them.

    Raises:
        EngineBusy: another rebuild is under way, or a writer would not finish.
        EngineUnavailable: the engine went away; what was built so far is kept for the next time.
    """
    build, began = _start_build(engine)
    logger.info("Rebuild of the search index began (%s)", engine.name)
    caught_up: set[int] = set()
    try:
        there = build.keys()
        items = findable_items()
        keys = {key for item in items for key in keys_of(item)}
        missing = [item for item in items if not there.issuperset(keys_of(item))]
        batches = [missing[start : start + _BATCH] for start in range(0, len(missing), _BATCH)]
        made = chain.from_iterable(map_in_processes(entries_of, batches, workers))
        # Of a record the documents for some readers may be there already.
        entries: Iterable[IndexEntry] = (entry for entry in made if entry.key not in there)
        build.add(progress(entries, len(keys), len(keys & there)) if progress else entries)
        while len(rows := _rows_since(began, caught_up)) > _BATCH:
            # Many edits take time; the last few are caught up with while nobody else can write.
            build.apply(changes_of(rows.values()))
            caught_up |= rows.keys()

        def catch_up() -> list[Change]:
            rows = _rows_since(began, caught_up)
            caught_up.update(rows)
            return changes_of(rows.values())

        build.publish(catch_up)
    except (EngineUnavailable, KeyboardInterrupt, SystemExit):
        build.pause()
        raise
    except BaseException:
        build.abandon()
        raise
    mark_delivered(caught_up)
    # What came while the last step held the lock.
    deliver(engine)
    # Pages that ask the index, such as "similar cases", may change.
    record_change()
    logger.info("Rebuild of the search index ended: %d documents", len(keys))
    return len(keys)


def _start_build(engine: Engine) -> tuple[Build, datetime.datetime]:
    """A build and when it began."""
    stamp = (timezone.now() - _CLOCKS_DIFFER).isoformat()
    build = engine.start_build(stamp)
    if build.stamp < (timezone.now() - KEPT / 2).isoformat():
        build.abandon()
        build = engine.start_build(stamp)
    return build, datetime.datetime.fromisoformat(build.stamp)


def _rows_since(began: datetime.datetime, but: Collection[int]) -> dict[int, Item]:
    """What rows of the outbox are about that the index in use had not seen when a build began.

    Told by the moment of delivery, since numbers of rows do not follow the order of commits.
    """
    rows = SearchOutbox.objects.filter(Q(delivered_at=None) | Q(delivered_at__gte=began))
    return {row: item for row, item in items_by_row(rows).items() if row not in but}


def check(engine: Engine, *, only_keys: bool = False) -> Drift:
    """Compare the index with the pages and records, document by document.

    Args:
        only_keys: see only which documents there are, not what they say; takes no projection.
    """
    indexed = dict(engine.versions())
    items = findable_items()
    if only_keys:
        expected = {key: indexed.get(key, "") for item in items for key in keys_of(item)}
    else:
        expected = {document.key: document.version for document in documents_of_items(items)}
    return Drift(
        missing=tuple(sorted(expected.keys() - indexed.keys())),
        superfluous=tuple(sorted(indexed.keys() - expected.keys())),
        outdated=tuple(
            sorted(key for key in expected.keys() & indexed.keys() if expected[key] != indexed[key])
        ),
    )


def repair(engine: Engine, drift: Drift) -> None:
    """Write what the check found to differ."""
    items = list(dict.fromkeys(map(Item.of_key, drift.keys)))
    for start in range(0, len(items), _BATCH):
        engine.apply(changes_of(items[start : start + _BATCH]))
