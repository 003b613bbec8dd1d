"""The outbox: pages that may have changed, from the editor's transaction to the index.

A row is written in the transaction that changes the page and delivered after it, so nothing is lost
when the index cannot be written just then: the row waits for the next delivery.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Collection, Iterable, Sequence

from django.db import connection, models, transaction
from django.db.models import F
from django.utils import timezone

from core.visibility import PUBLICLY_VISIBLE_SQL
from search.engines.base import Change, Engine, EngineBusy, EngineUnavailable
from search.index.projection import entries_of
from search.models import SearchOutbox
from search.registry import key_of

__all__ = [
    "announce",
    "changes_of",
    "deliver",
    "mark_delivered",
    "pending",
    "withdrawn",
]

logger = logging.getLogger(__name__)

_BATCH = 500
_MOST_ATTEMPTS = 5
# Elasticsearch takes so many keys in one query.
_MOST_WITHDRAWN = 60_000
_WITHDRAWN = f"""
    SELECT DISTINCT page_id FROM search_searchoutbox AS waiting
    WHERE delivered_at IS NULL AND NOT EXISTS (
        SELECT 1 FROM wagtailcore_page AS page
        WHERE page.id = waiting.page_id AND alias_of_id IS NULL AND {PUBLICLY_VISIBLE_SQL})
    ORDER BY page_id LIMIT {_MOST_WITHDRAWN}
"""  # noqa: S608
# A rebuild that began a day ago cannot be taken up any more: see `search.index.rebuild`.
KEPT = datetime.timedelta(days=1)


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

    if _undelivered().exists():
        deliver_changes.enqueue()


def pending() -> int:
    """How many rows wait to be delivered."""
    return _undelivered().count()


def withdrawn() -> tuple[str, ...]:
    """Keys of pages that must not be found any more, though the index may not know it yet.

    One query, which is quick as long as few changes wait.
    """
    with connection.cursor() as cursor:
        cursor.execute(_WITHDRAWN)
        return tuple(key_of(page_id) for (page_id,) in cursor.fetchall())


def deliver(engine: Engine) -> int:
    """Bring the index up to date with all waiting rows. Returns how many pages were written.

    When somebody else is writing, the rows are left to them: whoever holds the lock looks again
    after letting it go. Rows that were delivered more than `KEPT` ago are deleted.
    """
    written = 0
    # A rebuild reads every page, so nothing is lost where there is no index. Asked once: a busy
    # engine may take longer to tell how it is than to write.
    is_ready = _undelivered().exists() and engine.health().is_ready
    while is_ready and (page_ids := _waiting_pages()):
        try:
            _deliver_pages(engine, page_ids)
            written += len(page_ids)
        except EngineBusy:
            return written
        except EngineUnavailable as error:
            logger.warning("Changes stay in the outbox: %s", error)
            return written
        except Exception:
            logger.exception("Some of %d pages could not be indexed", len(page_ids))
            written += _deliver_one_by_one(engine, page_ids)
    if written:
        logger.info("Changes of %d pages were delivered to the search index", written)
        SearchOutbox.objects.filter(delivered_at__lt=timezone.now() - KEPT).delete()
    return written


def changes_of(page_ids: Iterable[int]) -> list[Change]:
    """What the index should hold for these pages now: their entry, or nothing."""
    wanted = list(dict.fromkeys(page_ids))
    entries = {entry.key: entry for entry in entries_of(wanted)}
    return [Change(key, entries.get(key)) for key in map(key_of, wanted)]


def mark_delivered(row_ids: Iterable[int]) -> None:
    """Let rows wait no longer."""
    ids = list(row_ids)
    for start in range(0, len(ids), _BATCH):
        rows = SearchOutbox.objects.filter(pk__in=ids[start : start + _BATCH], delivered_at=None)
        rows.update(delivered_at=timezone.now())


def _undelivered() -> models.QuerySet[SearchOutbox]:
    return SearchOutbox.objects.filter(delivered_at=None, attempts__lt=_MOST_ATTEMPTS)


def _waiting_pages() -> list[int]:
    """`_BATCH` pages at most with rows that wait, each once, however often it was changed."""
    pages = _undelivered().order_by("page_id").values_list("page_id", flat=True).distinct()
    return list(pages[:_BATCH])


def _rows_of(page_ids: Collection[int]) -> dict[int, int]:
    """Page by row, delivered ones too."""
    return dict(SearchOutbox.objects.filter(page_id__in=page_ids).values_list("pk", "page_id"))


def _deliver_pages(engine: Engine, page_ids: Collection[int]) -> None:
    """Write what the pages say now, again for those that were changed meanwhile.

    Two deliveries at once could write an older state of a page over a newer one. The change that
    made it newer has a row of its own, so whoever wrote last sees that row and writes once more.
    """
    rows = _rows_of(page_ids)
    changed = set(page_ids)
    while changed:
        engine.apply(changes_of(sorted(changed)))
        now = _rows_of(page_ids)
        changed = {page_id for pk, page_id in now.items() if pk not in rows}
        rows |= now
    mark_delivered(rows)


def _deliver_one_by_one(engine: Engine, page_ids: Sequence[int]) -> int:
    """Deliver each by itself: one that cannot be projected must not keep the others waiting.

    Stops when the engine is busy or down. Returns how many pages were written.
    """
    written = 0
    for page_id in page_ids:
        try:
            _deliver_pages(engine, [page_id])
        except (EngineBusy, EngineUnavailable):
            break
        except Exception:
            logger.exception("Page %s could not be indexed", page_id)
            failed = SearchOutbox.objects.filter(page_id=page_id, delivered_at=None)
            failed.update(attempts=F("attempts") + 1)
        else:
            written += 1
    return written
