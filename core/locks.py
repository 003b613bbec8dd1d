"""Only one process at a time, on this machine: for commands that timers start."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings


class Busy(Exception):
    """Another process is doing the same just now."""


@contextmanager
def only_one(name: str) -> Iterator[None]:
    """Hold a lock that the system frees when the process ends, however it ends.

    Raises:
        Busy: another process holds it.
    """
    folder = Path(settings.DATA_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy("Another process is doing this just now.") from error
        yield
