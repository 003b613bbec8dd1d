"""Which version of the public content there is, told by the database itself.

Whatever is written to a table that readers could see the content of adds a row in the same
transaction: a form of the admin, an import, a command, SQL of our own. There is no list of what
must be announced; there is a list of tables that need not be, and a new table is watched by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from page_cache.models import ContentChange

__all__ = [
    "State", "asked_once", "current_state", "current_version", "note_change", "record_change",
    "start_watching", "stop_watching", "watch",
]  # fmt: skip

State = tuple[str, int]

TABLE = ContentChange._meta.db_table
# Tables of which no cached page shows anything, by the beginning of their names. Pictures in
# other sizes are made while pages are read.
UNWATCHED = (
    TABLE,
    "alerts_",
    "auth_",
    "contact_message",
    "content_loadedrecord",
    "django_",
    "images_rendition",
    "nanif_workerbeat",
    "otp_",
    "proposals_",
    "reviews_",
    "search_querylog",
    "sheets_",
    "upkeep_linkcheck",
    "users_",
    "wagtailadmin_",
    *(
        f"wagtailcore_{name}"
        for name in ("comment", "modellogentry", "pagelogentry", "pagesubscription",
                     "referenceindex", "revision", "task", "uploadedfile", "workflow")
    ),
    "wagtailimages_",
    "wagtailsearch_",
    "wagtailusers_",
)  # fmt: skip
_WRITE = re.compile(
    r'(?:INSERT(?: OR \w+)? INTO|REPLACE INTO|UPDATE(?: OR \w+)?|DELETE FROM) "?(\w+)'
)
# Of what begins with these words it is not told to which table it writes.
_MAY_WRITE = ("WITH", "MERGE", "TRUNCATE", "COPY")
# So many rows are kept; their number is part of the version.
_KEPT = 1000

_VERSION = f"""
    SELECT id, token, (SELECT COUNT(*) FROM {TABLE}) FROM {TABLE} ORDER BY id DESC LIMIT 1
"""  # noqa: S608

# Off while migrations run, which may be about to make the table.
_is_watching = True
_own_writes = 0


def current_version() -> str:
    """Name the version of the public content that this connection sees; one query.

    Made of the newest row and the number of rows: of two transactions, that which began first
    may end last, and then its row is not the newest.
    """
    with connection.cursor() as cursor:
        cursor.execute(_VERSION)
        return ".".join(map(str, cursor.fetchone() or ["0"]))


class _Asked:
    """What was asked within a request: the state, and the transaction in which it was so."""

    state: State | None = None
    transaction: object = None
    is_atomic: bool = False


_asked: ContextVar[_Asked | None] = ContextVar("asked", default=None)


@contextmanager
def asked_once() -> Iterator[None]:
    """Ask for the state once in this block, as long as it writes nothing: for one request."""
    token = _asked.set(_Asked())
    try:
        yield
    finally:
        _asked.reset(token)


def current_state() -> State:
    """Name what this connection sees of the public content, also between its own writes.

    A transaction has one version, however often it writes: so the second part counts what this
    process wrote, and took back to a savepoint. What is kept in memory is right while both stay.
    One query, or one for a whole request.
    """
    asked = _asked.get()
    if asked is None:
        return current_version(), _own_writes
    # Django begins a new list when a transaction ends, or goes back to a savepoint.
    now, is_atomic = connection.run_on_commit, connection.in_atomic_block
    if (
        asked.state is None
        or asked.state[1] != _own_writes
        or asked.transaction is not now
        or asked.is_atomic != is_atomic
    ):
        asked.state = current_version(), _own_writes
        asked.transaction, asked.is_atomic = now, is_atomic
    return asked.state


def record_change() -> None:
    """Record a change of the public content.

    Called by hand where the database itself holds nothing of it, as after a rebuild of the index.
    """
    number = ContentChange.objects.create().pk
    if number % (_KEPT // 10) == 0:
        ContentChange.objects.filter(pk__lte=number - _KEPT).delete()


def watch(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Look at every statement of a new connection."""
    if _look not in connection.execute_wrappers:
        connection.execute_wrappers.append(_look)


def stop_watching(**kwargs: Any) -> None:
    """Look at nothing for a while."""
    global _is_watching
    _is_watching = False


def start_watching(**kwargs: Any) -> None:
    """Look again. What was written meanwhile counts as a change."""
    global _is_watching
    if not _is_watching:
        _is_watching = True
        record_change()


def _is_public_write(sql: str) -> bool:
    statement = sql.lstrip()
    if match := _WRITE.match(statement):
        return not match[1].startswith(UNWATCHED)
    if not statement.startswith(_MAY_WRITE):
        return False
    return not statement.startswith("WITH") or any(
        f"{word} " in statement for word in ("INSERT INTO", "UPDATE", "DELETE FROM")
    )


def _look(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    """Run a statement, and note in its transaction that it changed something public."""
    global _own_writes
    if not _is_watching:
        return execute(sql, params, many, context)
    is_write = _is_public_write(sql)
    if is_write or sql.startswith("ROLLBACK TO"):
        _own_writes += 1
    if not is_write:
        return execute(sql, params, many, context)
    connection = context["connection"]
    if not connection.in_atomic_block:
        # SQLite commits nothing while rows of a statement wait to be read; both are stored then.
        is_open = connection.vendor == "sqlite" and "RETURNING" in sql
        with nullcontext() if is_open else transaction.atomic():
            result = execute(sql, params, many, context)
            record_change()
        return result
    result = execute(sql, params, many, context)
    note_change()
    return result


def note_change() -> None:
    """Record a change once in the present transaction, or savepoint within it.

    A savepoint that is rolled back takes its row and its mark with it, and one that has ended may
    still be rolled back with what is around it. Who writes much calls this first, around it all.
    """
    here = set(connection.savepoint_ids)
    if not any(mark[1] is _noted and mark[0] <= here for mark in connection.run_on_commit):
        record_change()
        transaction.on_commit(_noted)


def _noted() -> None:
    """Mark of a transaction that has its row."""
