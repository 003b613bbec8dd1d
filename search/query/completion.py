"""Entries of the lexicon by how they begin, for suggestions while somebody types."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from heapq import nsmallest
from typing import NamedTuple

from search.index.fields import name_starts
from search.language.analysis import fold, half_typed_sounds
from search.language.readings import sound_key

__all__ = ["Completion"]

_LAST = "\U0010ffff"
_FEW = 2


class _Start(NamedTuple):
    """A beginning of an entry. In this order the best come first among those that fit.

    `is_other` tells other words of an entry from its names, `is_inner` the second word of a name
    from its first, `is_latin` what is written in Latin letters: AI is no way to write あい.
    """

    is_other: bool
    is_inner: bool
    length: int
    number: int
    is_latin: bool = False


class Completion:
    """Looks up what was typed so far, as written and as it sounds."""

    def __init__(self, entries: Iterable[tuple[str, Sequence[str], Sequence[str]]]) -> None:
        """`entries` are groups (facets) with names and other words, numbered from 0."""
        found: dict[str, list[tuple[str, _Start]]] = defaultdict(list)
        for number, (group, names, others) in enumerate(entries):
            length = len(names[0]) if names else 0
            for is_other, terms in enumerate((names, others)):
                for key, is_inner, is_latin in _starts(tuple(terms)):
                    start = _Start(bool(is_other), is_inner, length, number, is_latin)
                    found[group].append((key, start))
        self._starts = {group: sorted(starts) for group, starts in found.items()}

    def find(self, typed: str, group: str, limit: int) -> list[int]:
        """Numbers of entries that begin so, best first: as written, then as it sounds."""
        starts = self._starts.get(group, [])
        best: dict[int, tuple[bool, _Start]] = {}
        written = fold(typed).strip()
        heard = half_typed_sounds(typed)
        for prefix in {written, sound_key(typed), *heard} - {""}:
            first = bisect_left(starts, (prefix,))
            last = bisect_left(starts, (prefix + _LAST,))
            for _key, start in starts[first:last]:
                found = (prefix != written, start)
                # Of two letters that are only heard, many words have some that sound so.
                is_far = start.is_latin or (len(written) <= _FEW and start.is_other)
                if is_far and prefix != written and not written.isascii():
                    continue
                if start.number not in best or found < best[start.number]:
                    best[start.number] = found
        return [start.number for _by_sound, start in nsmallest(limit, best.values())]


@lru_cache(maxsize=20_000)
def _starts(terms: tuple[str, ...]) -> tuple[tuple[str, bool, bool], ...]:
    """Kept over changes of the lexicon, which concern few entries."""
    return tuple(_all_starts(terms))


def _all_starts(terms: Iterable[str]) -> Iterator[tuple[str, bool, bool]]:
    keys: dict[tuple[str, bool], bool] = {}
    for term in terms:
        for key, is_inner, is_latin in name_starts(term):
            keys[key, is_latin] = keys.get((key, is_latin), True) and is_inner
    for (key, is_latin), is_inner in keys.items():
        yield key, is_inner, is_latin
