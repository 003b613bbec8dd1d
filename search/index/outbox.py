"""The outbox: pages and records that may have changed, from the editor's transaction to the index.

A row is written in the transaction that changes them and delivered after it, so nothing is lost
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
from search.index.document import Item, by_source
from search.index.projection import entries_of, public_items
from search.models import SearchOutbox
from search.records import keys_of

__all__ = [
    "announce",
    "announce_records",
    "changes_of",
    "deliver",
    "items_by_row",
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
    SELECT DISTINCT source, item_id FROM search_searchoutbox AS waiting
    WHERE delivered_at IS NULL AND (source <> 'page' OR NOT EXISTS (
        SELECT 1 FROM wagtailcore_page AS page
        WHERE page.id = waiting.item_id AND alias_of_id IS NULL AND {PUBLICLY_VISIBLE_SQL}))
    ORDER BY source, item_id LIMIT {_MOST_WITHDRAWN}
"""  # noqa: S608
# A rebuild that began a day ago cannot be taken up any more: see `search.index.rebuild`.
KEPT = datetime.timedelta(days=1)


def announce(page_ids: Iterable[int], event: str) -> None:
    """Write down that pages may have changed, and deliver once the transaction is committed."""
    _announce(map(Item.page, page_ids), event)


def announce_records(kind: str, pks: Iterable[int], event: str) -> None:
    """The same of records of a kind: desks, terms of the glossary."""
    _announce((Item(kind, pk) for pk in pks), event)


def _announce(items: Iterable[Item], event: str) -> None:
    rows = [
        SearchOutbox(source=item.source, item_id=item.pk, event=event)
        for item in dict.fromkeys(items)
    ]
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
    """Keys of what must not be found any more, though the index may not know it yet.

    One query, which is quick as long as few changes wait, and one more for each kind of records of
    which some wait.
    """
    with connection.cursor() as cursor:
        cursor.execute(_WITHDRAWN)
        waiting = [Item(source, pk) for source, pk in cursor.fetchall()]
    public = public_items(item for item in waiting if not item.is_page)
    return tuple(key for item in waiting if item not in public for key in keys_of(item))


def deliver(engine: Engine) -> int:
    """Bring the index up to date with all waiting rows. Returns how many pages and records.

    When somebody else is writing, the rows are left to them: whoever holds the lock looks again
    after letting it go. Rows that were delivered more than `KEPT` ago are deleted.
    """
    written = 0
    # A rebuild reads every page, so nothing is lost where there is no index. Asked once: a busy
    # engine may take longer to tell how it is than to write.
    is_ready = _undelivered().exists() and engine.health().is_ready
    while is_ready and (items := _waiting_items()):
        try:
            _deliver_items(engine, items)
            written += len(items)
        except EngineBusy:
            return written
        except EngineUnavailable as error:
            logger.warning("Changes stay in the outbox: %s", error)
            return written
        except Exception:
            logger.exception("Some of %d pages or records could not be indexed", len(items))
            written += _deliver_one_by_one(engine, items)
    if written:
        logger.info("Changes of %d pages and records were delivered to the search index", written)
        SearchOutbox.objects.filter(delivered_at__lt=timezone.now() - KEPT).delete()
    return written


def changes_of(items: Iterable[Item]) -> list[Change]:
    """What the index should hold for these pages and records now: their entries, or nothing."""
    wanted = list(dict.fromkeys(items))
    entries = {entry.key: entry for entry in entries_of(wanted)}
    return [Change(key, entries.get(key)) for item in wanted for key in keys_of(item)]


def mark_delivered(row_ids: Iterable[int]) -> None:
    """Let rows wait no longer."""
    ids = list(row_ids)
    for start in range(0, len(ids), _BATCH):
        rows = SearchOutbox.objects.filter(pk__in=ids[start : start + _BATCH], delivered_at=None)
        rows.update(delivered_at=timezone.now())


def _undelivered() -> models.QuerySet[SearchOutbox]:
    return SearchOutbox.objects.filter(delivered_at=None, attempts__lt=_MOST_ATTEMPTS)


def _waiting_items() -> list[Item]:
    """`_BATCH` items at most with rows that wait, each once, however often it was changed."""
    rows = _undelivered().order_by("source", "item_id").values_list("source", "item_id")
    return [Item(source, pk) for source, pk in rows.distinct()[:_BATCH]]


def _of_items(items: Iterable[Item]) -> models.Q:
    """Condition that a row is about one of the items."""
    condition = models.Q(pk__in=())
    for source, pks in by_source(items).items():
        condition |= models.Q(source=source, item_id__in=pks)
    return condition


def _rows_of(items: Iterable[Item]) -> dict[int, Item]:
    """Item by row, delivered ones too."""
    return items_by_row(SearchOutbox.objects.filter(_of_items(items)))


def items_by_row(rows: models.QuerySet[SearchOutbox]) -> dict[int, Item]:
    """What each of the rows is about."""
    found = rows.values_list("pk", "source", "item_id")
    return {row: Item(source, pk) for row, source, pk in found}


def _deliver_items(engine: Engine, items: Collection[Item]) -> None:
    """Write what the items say now, again for those that were changed meanwhile.

    Two deliveries at once could write an older state over a newer one. The change that made it
    newer has a row of its own, so whoever wrote last sees that row and writes once more.
    """
    rows = _rows_of(items)
    changed = set(items)
    while changed:
        engine.apply(changes_of(sorted(changed)))
        now = _rows_of(items)
        changed = {item for row, item in now.items() if row not in rows}
        rows |= now
    mark_delivered(rows)


def _deliver_one_by_one(engine: Engine, items: Sequence[Item]) -> int:
    """Deliver each by itself: one that cannot be projected must not keep the others waiting.

    Stops when the engine is busy or down. Returns how many were written.
    """
    written = 0
    for item in items:
        try:
            _deliver_items(engine, [item])
        except (EngineBusy, EngineUnavailable):
            break
        except Exception:
            logger.exception("%s could not be indexed", item.key)
            failed = SearchOutbox.objects.filter(_of_items([item]), delivered_at=None)
            failed.update(attempts=F("attempts") + 1)
        else:
            written += 1
    return written
