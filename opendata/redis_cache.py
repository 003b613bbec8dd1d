"""A cache in Redis or Valkey, for several machines; it does without the server while that is away.

Counters are right however many processes count. Where they cannot count they raise OSError, so
that limits refuse (`opendata.rates`); what is only kept to save time is then made anew.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

__all__ = ["SharedRedisCache"]

logger = logging.getLogger(__name__)

# Seconds between two log lines about a server that is away, for each process.
_COMPLAIN_EVERY = 60


class SharedRedisCache(RedisCache):
    """Django's Redis cache that does without the server while it is away.

    Reading finds nothing and storing stores nothing then. Counting raises OSError.
    """

    _complained = float("-inf")

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """Read a value; the default also while the server is away."""
        try:
            return super().get(key, default, version)
        except RedisError as error:
            self._complain(error)
            return default

    def set(self, *args: Any, **kwargs: Any) -> None:
        """Store a value; nothing while the server is away."""
        try:
            super().set(*args, **kwargs)
        except RedisError as error:
            self._complain(error)

    def add(self, *args: Any, **kwargs: Any) -> bool:
        """Set a value unless there is one."""
        with _as_os_error():
            added: bool = super().add(*args, **kwargs)
        return added

    def incr(self, *args: Any, **kwargs: Any) -> int:
        """Count."""
        with _as_os_error():
            value: int = super().incr(*args, **kwargs)
        return value

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        """Forget a value."""
        with _as_os_error():
            deleted: bool = super().delete(*args, **kwargs)
        return deleted

    def _complain(self, error: RedisError) -> None:
        """Say in the log, now and then, that the server is away."""
        now = time.monotonic()
        if now - SharedRedisCache._complained > _COMPLAIN_EVERY:
            SharedRedisCache._complained = now
            logger.error("The shared cache (CACHE_URL) is away: %s", type(error).__name__)


@contextmanager
def _as_os_error() -> Iterator[None]:
    try:
        yield
    except RedisError as error:
        raise OSError(f"the shared cache is away: {type(error).__name__}") from error
