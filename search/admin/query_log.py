"""Counting what is asked and whether it helped, for editors, without anything about who asked.

Counting must never slow or stop a search: when the database cannot be written to at once, the
count is dropped.
"""

from __future__ import annotations

import datetime
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connections, router, transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from search.admin.personal_data import looks_personal
from search.language.analysis import fold
from search.models import QueryLog
from search.query.search_query import SearchQuery
from search.results.page import Results

__all__ = ["KEPT_QUERIES", "count_click", "count_query", "forget_old_queries", "is_by_a_program"]

logger = logging.getLogger(__name__)

_TABLE = QueryLog._meta.db_table
KEPT_QUERIES = datetime.timedelta(days=90)
_LONGEST_LOGGED = 60
# How long a count may wait for another process that is writing.
_PATIENCE_MS = 30
_PROGRAMS = re.compile(
    r"bot\b|bot[/ ;-]|crawl|spider|slurp|archiv|facebookexternalhit"
    r"|python-|curl/|wget/|libwww|go-http|java/|okhttp|scrapy",
    re.IGNORECASE,
)


class _Housekeeping:
    """The day on which this process last deleted what is too old."""

    done_on: datetime.date | None = None


def is_by_a_program(request: HttpRequest) -> bool:
    """Whether a robot asks that says so, or a browser that loads pages in advance."""
    headers = request.headers
    return bool(
        _PROGRAMS.search(headers.get("User-Agent", ""))
        or "prefetch" in headers.get("Sec-Purpose", headers.get("Purpose", ""))
    )


def count_query(query: SearchQuery, results: Results) -> None:
    """Count a search: its words, language and how it was answered. One statement.

    Only the first page without filters in the usual order counts, so that somebody who turns
    pages or filters is counted once. What looks personal is left out.
    """
    text = _logged_text(query)
    if not text or query.page > 1 or query.is_filtered or query.sort != "relevance":
        return
    if not results.is_available or results.rung == "all":
        return
    hits = 0 if results.corrected else results.total
    rung = "corrected" if results.corrected else results.rung if results.total else "none"
    today = timezone.localdate()
    _write(
        f"INSERT INTO {_TABLE} (day, locale, text, rung, hits, times, clicks, decision) "  # noqa: S608
        "VALUES (%s, %s, %s, %s, %s, 1, 0, '') "
        "ON CONFLICT (day, locale, text) "
        f"DO UPDATE SET times = {_TABLE}.times + 1, rung = excluded.rung, hits = excluded.hits",
        [today.isoformat(), query.locale, text, rung, hits],
    )
    _forget_once_a_day(today)


def count_click(query: SearchQuery) -> None:
    """Count a search of today or yesterday as one whose hits helped. Never more than searches."""
    text = _logged_text(query)
    if not text:
        return
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    latest = QueryLog.objects.filter(locale=query.locale, text=text, day__gte=yesterday)
    with _dropped_when_busy():
        newest = latest.order_by("-day").values("pk")[:1]
        QueryLog.objects.filter(pk__in=newest, clicks__lt=F("times")).update(clicks=F("clicks") + 1)


def forget_old_queries() -> int:
    """Delete counted searches that are older than ninety days. Returns how many."""
    return QueryLog.objects.filter(day__lt=timezone.localdate() - KEPT_QUERIES).delete()[0]


def _logged_text(query: SearchQuery) -> str:
    """The text under which a query is counted; empty when it is not."""
    text = " ".join(fold(query.asked).split())
    return "" if len(text) > _LONGEST_LOGGED or looks_personal(text) else text


def _forget_once_a_day(today: datetime.date) -> None:
    """Delete what is too old, though nobody may have set up the daily command."""
    if _Housekeeping.done_on == today:
        return
    with _dropped_when_busy():
        forget_old_queries()
        _Housekeeping.done_on = today


def _write(statement: str, values: list[str | int]) -> None:
    with _dropped_when_busy() as using, connections[using].cursor() as cursor:
        cursor.execute(statement, values)


@contextmanager
def _dropped_when_busy() -> Iterator[str]:
    """Write within a moment or not at all: a lock of another process is not waited for."""
    using = router.db_for_write(QueryLog)
    connection = connections[using]
    try:
        connection.ensure_connection()
        if connection.vendor == "sqlite":
            with _impatient_sqlite(using):
                yield using
        else:
            with transaction.atomic(using=using):
                with connection.cursor() as cursor:
                    cursor.execute(f"SET LOCAL lock_timeout = '{_PATIENCE_MS}ms'")
                yield using
    except DatabaseError as error:
        # The message of some databases quotes the statement, and with it what was asked.
        logger.warning("A search was not counted: %s", type(error).__name__)


@contextmanager
def _impatient_sqlite(using: str) -> Iterator[None]:
    """Let SQLite wait for locks a moment only, on this connection, for what is inside."""
    raw = connections[using].connection
    (usual,) = raw.execute("PRAGMA busy_timeout").fetchone()
    raw.execute(f"PRAGMA busy_timeout = {_PATIENCE_MS}")
    try:
        yield
    finally:
        raw.execute(f"PRAGMA busy_timeout = {usual}")
