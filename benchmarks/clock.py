"""Times of many tries, and the patience that nobody's try may exceed."""

from __future__ import annotations

import signal
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

__all__ = ["Times", "TookTooLong", "at_most"]


class TookTooLong(KeyboardInterrupt):
    """A part of a benchmark was given up. What is measured may handle errors, but not Ctrl-C."""


@dataclass
class Times:
    """How long each of many tries took, in seconds."""

    seconds: list[float] = field(default_factory=list)

    @contextmanager
    def one(self) -> Iterator[None]:
        """Time what is done inside, if it does not fail."""
        start = time.perf_counter()
        yield
        self.seconds.append(time.perf_counter() - start)

    def ms(self, percent: int) -> float:
        """So many of a hundred tries took no longer, in milliseconds.

        Raises:
            ValueError: nothing was tried.
        """
        if not self.seconds:
            raise ValueError("Nothing was measured.")
        if len(self.seconds) == 1:
            return self.seconds[0] * 1000
        return statistics.quantiles(self.seconds, n=100, method="inclusive")[percent - 1] * 1000

    def figures(self, name: str, *percents: int) -> dict[str, float]:
        """Percentiles by the name of a figure: `search_p95` in milliseconds."""
        return {f"{name}_p{percent}": self.ms(percent) for percent in percents}


@contextmanager
def at_most(seconds: float, what: str) -> Iterator[None]:
    """Give up what is done inside after so many seconds. In the main thread only.

    Raises:
        TookTooLong: it was given up.
    """

    def give_up(number: int, frame: FrameType | None) -> None:
        raise TookTooLong(f"{what}: given up after {seconds:.0f} s")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
