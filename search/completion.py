"""Entries of the lexicon by how they begin, for suggestions while somebody types."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from heapq import nsmallest
from typing import NamedTuple

from search.analysis import fold
from search.indexing import name_starts
from search.readings import sound_key

__all__ = ["Completion"]

_LAST = "\U0010ffff"


class _Start(NamedTuple):
    """A beginning of an entry. In this order the best come first among those that fit.

    `is_inner` tells the second word of an entry from its first.
    """

    is_inner: bool
    length: int
    number: int


class Completion:
    """Looks up what was typed so far, as written and as it sounds."""

    def __init__(self, entries: Iterable[tuple[str, Sequence[str]]]) -> None:
        """`entries` are groups (facets) with the words of an entry, numbered from 0."""
        found: dict[str, list[tuple[str, _Start]]] = defaultdict(list)
        for number, (group, terms) in enumerate(entries):
            length = len(terms[0]) if terms else 0
            for key, is_inner in _starts(tuple(terms)):
                found[group].append((key, _Start(is_inner, length, number)))
        self._starts = {group: sorted(starts) for group, starts in found.items()}

    def find(self, typed: str, group: str, limit: int) -> list[int]:
        """Numbers of entries of a group that begin so, best first."""
        starts = self._starts.get(group, [])
        best: dict[int, _Start] = {}
        for prefix in {fold(typed).strip(), sound_key(typed)} - {""}:
            first = bisect_left(starts, (prefix,))
            last = bisect_left(starts, (prefix + _LAST,))
            for _key, start in starts[first:last]:
                if start.number not in best or start < best[start.number]:
                    best[start.number] = start
        return [start.number for start in nsmallest(limit, best.values())]


@lru_cache(maxsize=20_000)
def _starts(terms: tuple[str, ...]) -> tuple[tuple[str, bool], ...]:
    """Kept over changes of the lexicon, which concern few entries."""
    return tuple(_all_starts(terms))


def _all_starts(terms: Iterable[str]) -> Iterator[tuple[str, bool]]:
    keys: dict[str, bool] = {}
    for term in terms:
        for key, is_inner in name_starts(term):
            keys[key] = keys.get(key, True) and is_inner
    yield from keys.items()
