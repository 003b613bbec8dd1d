"""The outbox: pages that may have changed, from the editor's transaction to the index.

A row is written in the transaction that changes the page and delivered after it, so nothing is lost
when the index cannot be written just then: the row waits for the next delivery.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from search.engines.base import Change, Engine, EngineBusy, EngineUnavailable
from search.index import documents_of
from search.indexing import entry_of
from search.models import SearchOutbox
from search.registry import key_of

__all__ = ["announce", "changes_of", "deliver", "pending"]

logger = logging.getLogger(__name__)

_BATCH = 500
_MOST_ATTEMPTS = 5
_KEPT = datetime.timedelta(days=1)


def announce(page_ids: Iterable[int], event: str) -> None:
    """Write down that pages may have changed, and deliver once the transaction is committed."""
    rows = [SearchOutbox(page_id=page_id, event=event) for page_id in dict.fromkeys(page_ids)]
    if not rows:
        return
    SearchOutbox.objects.bulk_create(rows, batch_size=_BATCH)
    # After many changes in one transaction the first delivery takes all, the others find nothing.
    transaction.on_commit(_start_delivery)


def _start_delivery() -> None:
    from search.tasks import deliver_changes

    deliver_changes.enqueue()


def pending() -> int:
    """How many rows wait to be delivered."""
    return SearchOutbox.objects.filter(delivered_at=None, attempts__lt=_MOST_ATTEMPTS).count()


def deliver(engine: Engine) -> int:
    """Bring the index up to date with all waiting rows. Returns how many were delivered.

    When somebody else is writing, the rows are left to them: whoever holds the lock looks again
    after letting it go.
    """
    delivered = 0
    if not pending():
        return delivered
    if not engine.health().is_ready:
        # A rebuild reads every page, so nothing is lost.
        logger.info("Changes stay in the outbox until there is an index.")
        return delivered
    while rows := _waiting():
        try:
            engine.apply(changes_of(row.page_id for row in rows))
        except EngineBusy:
            return delivered
        except EngineUnavailable as error:
            # A rebuild reads every page, so nothing is lost.
            logger.info("Changes stay in the outbox: %s", error)
            return delivered
        except Exception:
            if len(rows) > 1:
                delivered += _deliver_one_by_one(engine, rows)
                continue
            logger.exception("Page %s could not be indexed", rows[0].page_id)
            _mark_failed(rows)
            continue
        _mark_delivered(rows)
        delivered += len(rows)
    SearchOutbox.objects.filter(delivered_at__lt=timezone.now() - _KEPT).delete()
    return delivered


def changes_of(page_ids: Iterable[int]) -> list[Change]:
    """What the index should hold for these pages now: their document, or nothing."""
    wanted = list(dict.fromkeys(page_ids))
    entries = {document.page_id: entry_of(document) for document in documents_of(wanted)}
    return [Change(key_of(page_id), entries.get(page_id)) for page_id in wanted]


def _deliver_soon() -> None:
    from search.tasks import deliver_changes

    deliver_changes.enqueue()


def _waiting() -> list[SearchOutbox]:
    return list(
        SearchOutbox.objects.filter(delivered_at=None, attempts__lt=_MOST_ATTEMPTS)[:_BATCH]
    )


def _deliver_one_by_one(engine: Engine, rows: Sequence[SearchOutbox]) -> int:
    """One page that cannot be projected must not keep the others waiting."""
    done = 0
    for row in rows:
        try:
            engine.apply(changes_of([row.page_id]))
        except (EngineBusy, EngineUnavailable):
            break
        except Exception:
            logger.exception("Page %s could not be indexed", row.page_id)
            _mark_failed([row])
        else:
            _mark_delivered([row])
            done += 1
    return done


def _mark_delivered(rows: Sequence[SearchOutbox]) -> None:
    SearchOutbox.objects.filter(pk__in=[row.pk for row in rows]).update(delivered_at=timezone.now())


def _mark_failed(rows: Sequence[SearchOutbox]) -> None:
    SearchOutbox.objects.filter(pk__in=[row.pk for row in rows]).update(attempts=F("attempts") + 1)
