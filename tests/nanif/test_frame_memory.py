"""Calls find room at whatever depth they are made."""

from __future__ import annotations

import resource
from collections.abc import Callable
from itertools import repeat

from nanif.frame_memory import call_with_room

CALLS = 200


def _nothing() -> None:
    pass


def _faults_below(depth: int) -> int:
    """How often the system is asked for memory by a loop of calls below so many others."""
    if depth:
        return _faults_below(depth - 1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for call in repeat(_nothing, CALLS):
        call()
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def _worst(run: Callable[[int], int]) -> int:
    return max(run(depth) for depth in range(300))


def test_no_loop_asks_the_system_for_memory_at_each_call() -> None:
    assert _worst(_faults_below) >= CALLS, (
        "this Python keeps its chunks: nanif.frame_memory is not needed any more"
    )
    assert _worst(lambda depth: call_with_room(_faults_below, depth)) < CALLS / 4
