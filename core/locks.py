"""Only one process at a time, on this machine: for commands that timers start."""

from __future__ import annotations

import fcntl
import time
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


@contextmanager
def one_of(name: str, places: int, *, wait: float) -> Iterator[None]:
    """Hold one of so many places, counted over all processes of this machine.

    Args:
        wait: seconds to wait for a place.

    Raises:
        Busy: all places stayed taken.
        OSError: the folder of the locks cannot be written.
    """
    folder = Path(settings.DATA_DIR) / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + wait
    while True:
        for number in range(places):
            with (folder / f"{name}-{number}.lock").open("w") as handle:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
                yield
                return
        if time.monotonic() > until:
            raise Busy(f"All {places} places for {name} are taken.")
        time.sleep(0.05)
