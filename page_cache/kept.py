"""What a process keeps in its memory of the public content while it is right."""

from __future__ import annotations

import datetime
import functools
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.utils import timezone

from page_cache.control import do_not_cache, making_page
from page_cache.moments import next_moment
from page_cache.versions import State, current_state

__all__ = ["Period", "current_period", "kept", "kept_rows"]

Read = TypeVar("Read", bound=Callable[..., Any])

# So many results of one function are kept, for so many different arguments, and so many rows.
_MOST = 500
_MOST_ROWS = 2000


@dataclass(frozen=True, eq=False)
class Period:
    """A time in which the public content is the same: until a write, or a moment named before."""

    state: State
    since: datetime.datetime
    until: datetime.datetime


_latest: Period | None = None


def current_period() -> Period:
    """The period that this connection is in; a few queries when a new one begins."""
    global _latest
    state, now, known = current_state(), timezone.now(), _latest
    if known is not None and known.state == state and known.since <= now < known.until:
        return known
    _latest = period = Period(state, now, next_moment())
    return period


def kept(read: Read) -> Read:
    """Keep what a function tells of the public content, by its arguments, while it is right.

    It is read again after anything public was written, whoever did it and wherever, after a write
    was taken back, and when a moment has passed at which pages change by themselves. Of a request
    that costs one query, however many such functions it calls. What `do_not_cache` was said of is
    not kept.

    The function may depend on its arguments and on tables that are watched (`UNWATCHED` names the
    others), not on who asks, nor on the language, which must be an argument. Restricted pages may
    not be in what it returns, and nobody may change that: all requests of the process share it.
    """
    guard = threading.RLock()
    period: Period | None = None
    results: dict[Any, Any] = {}

    @functools.wraps(read)
    def reading(*arguments: Any) -> Any:
        nonlocal period, results
        current = current_period()
        # One thread reads for all: what takes long is not done twice.
        with guard:
            if period is not current:
                period, results = current, {}
            if arguments in results:
                return results[arguments]
            with making_page() as making:
                result = read(*arguments)
            if not making.is_complete:
                do_not_cache()
                return result
            if len(results) >= _MOST:
                results.pop(next(iter(results)))
            results[arguments] = result
            return result

    return reading  # type: ignore[return-value]


Key = TypeVar("Key")
Row = TypeVar("Row")


def kept_rows(
    read: Callable[[list[Key]], Mapping[Key, Row]],
) -> Callable[[Iterable[Key]], dict[Key, Row]]:
    """Keep rows that many pages show: of those asked for, only the ones not yet kept are read.

    As with `kept`, all requests share them. Who puts something on a row puts it on a copy.
    """
    guard = threading.RLock()
    period: Period | None = None
    rows: dict[Key, Row | None] = {}

    @functools.wraps(read)
    def reading(keys: Iterable[Key]) -> dict[Key, Row]:
        nonlocal period, rows
        wanted = list(dict.fromkeys(keys))
        current = current_period()
        with guard:
            if period is not current or len(rows) > _MOST_ROWS:
                period, rows = current, {}
            if missing := [key for key in wanted if key not in rows]:
                found = read(missing)
                rows.update((key, found.get(key)) for key in missing)
            return {key: row for key in wanted if (row := rows[key]) is not None}

    return reading
