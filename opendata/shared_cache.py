"""A cache in files whose counters are right however many processes of one machine count."""

from __future__ import annotations

import fcntl
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.cache.backends.filebased import FileBasedCache

__all__ = ["SharedFileCache"]

# One write of so many looks for what has expired; looking takes longer than writing.
_CLEAN_EVERY = 500


class SharedFileCache(FileBasedCache):
    """Django's file cache with a lock around what reads and writes again."""

    def __init__(self, folder: str, params: dict[str, Any]) -> None:
        """As Django's: `folder` is where the files lie."""
        super().__init__(folder, params)
        self._folder = Path(folder)

    def add(self, *args: Any, **kwargs: Any) -> bool:
        """Set a value unless there is one. Only one of several processes does."""
        with self._lock():
            added: bool = super().add(*args, **kwargs)
        return added

    def incr(self, *args: Any, **kwargs: Any) -> int:
        """Count. No count of another process is lost."""
        with self._lock():
            value: int = super().incr(*args, **kwargs)
        return value

    @contextmanager
    def _lock(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / ".lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _cull(self) -> None:
        """Remove what has expired, now and then; nothing that still counts."""
        if random.random() * _CLEAN_EVERY >= 1:  # noqa: S311
            return
        for path in self._folder.glob(f"*{self.cache_suffix}"):
            try:
                with path.open("rb") as file:
                    self._is_expired(file)  # type: ignore[attr-defined]  # removes it
            except FileNotFoundError:
                continue
