"""Map a function over batches in several processes.

Imports no model: new processes start here.
"""

from __future__ import annotations

import gc
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

import django

__all__ = ["map_in_processes"]

Batch = TypeVar("Batch")
Result = TypeVar("Result")


def map_in_processes(
    function: Callable[[Batch], Result], batches: Iterable[Batch], workers: int
) -> Iterator[Result]:
    """Map a function over batches in several processes. Results come in the order of the batches.

    With one worker this process does it. Only a few batches are under way at a time, so memory does
    not grow with their number.
    """
    if workers <= 1:
        yield from map(function, batches)
        return
    # New processes, not forks: those would share connections and locks with this one.
    with ProcessPoolExecutor(workers, get_context("spawn"), initializer=_set_up) as pool:
        under_way: deque[Future[Result]] = deque()
        try:
            for batch in batches:
                under_way.append(pool.submit(function, batch))
                if len(under_way) > 2 * workers:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


def _set_up() -> None:
    """Prepare a new process. Ctrl-C is for the one that started it, which then ends this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    django.setup(set_prefix=False)
    # Pages make many objects that live for one batch: looking through all of them again and again
    # for what can be thrown away took a sixth of the time.
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)
