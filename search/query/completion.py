"""Entries of the lexicon by how they begin, for suggestions while somebody types."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from heapq import nsmallest
from typing import NamedTuple

from search.index.fields import name_starts
from search.language.analysis import fold
from search.language.readings import sound_key

__all__ = ["Completion"]

_LAST = "\U0010ffff"


class _Start(NamedTuple):
    """A beginning of an entry. In this order the best come first among those that fit.

    `is_other` tells other words of an entry from its names, `is_inner` the second word of a name
    from its first.
    """

    is_other: bool
    is_inner: bool
    length: int
    number: int


class Completion:
    """Looks up what was typed so far, as written and as it sounds."""

    def __init__(self, entries: Iterable[tuple[str, Sequence[str], Sequence[str]]]) -> None:
        """`entries` are groups (facets) with names and other words, numbered from 0."""
        found: dict[str, list[tuple[str, _Start]]] = defaultdict(list)
        for number, (group, names, others) in enumerate(entries):
            length = len(names[0]) if names else 0
            for is_other, terms in enumerate((names, others)):
                for key, is_inner in _starts(tuple(terms)):
                    found[group].append((key, _Start(bool(is_other), is_inner, length, number)))
        self._starts = {group: sorted(starts) for group, starts in found.items()}

    def find(self, typed: str, group: str, limit: int) -> list[int]:
        """Numbers of entries that begin so, best first: as written, then as it sounds."""
        starts = self._starts.get(group, [])
        best: dict[int, tuple[bool, _Start]] = {}
        written = fold(typed).strip()
        for prefix in {written, sound_key(typed)} - {""}:
            first = bisect_left(starts, (prefix,))
            last = bisect_left(starts, (prefix + _LAST,))
            for _key, start in starts[first:last]:
                found = (prefix != written, start)
                if start.number not in best or found < best[start.number]:
                    best[start.number] = found
        return [start.number for _by_sound, start in nsmallest(limit, best.values())]


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
