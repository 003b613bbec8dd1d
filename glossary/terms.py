"""Finds terms of the glossary in a text without cutting longer words apart."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from search.language.analysis import spoken_words

__all__ = ["Explanation", "Found", "Terms"]

# Scripts in which a word goes on without a sign of where it ends.
_SCRIPTS = [
    re.compile(r"[㐀-䶿一-鿿豈-﫿々〆]"),
    re.compile(r"[ァ-ヺー]"),
    re.compile(r"[^\W_ぁ-ヿ㐀-鿿]"),
]


class Explanation(NamedTuple):
    """A term as one reading of the page has it, and what it means there.

    Attributes:
        key: of the term, the same in all readings.
    """

    key: int
    name: str
    text: str


class Found(NamedTuple):
    """A term from start to end (exclusive) of a text."""

    start: int
    end: int
    explanation: Explanation


class Terms:
    """The terms of one reading, ready to be looked for."""

    def __init__(self, explanations: Iterable[Explanation], *, is_japanese: bool) -> None:
        """Keep the terms, the longest first, by the character with which they begin."""
        self._is_japanese = is_japanese
        self._by_begin: dict[str, list[tuple[re.Pattern[str], Explanation]]] = defaultdict(list)
        for explanation in sorted(explanations, key=lambda each: len(each.name), reverse=True):
            begin = explanation.name[0].lower()
            self._by_begin[begin].append((self._pattern(explanation.name), explanation))

    def found(self, text: str, known: Collection[int]) -> list[Found]:
        """The terms of a text from left to right, each once; a longer one hides those in it.

        Args:
            known: keys of terms that are explained already.
        """
        found: list[Found] = []
        seen = set(known)
        for each in self._all(text):
            if each.explanation.key not in seen:
                seen.add(each.explanation.key)
                found.append(each)
        return found

    def _pattern(self, name: str) -> re.Pattern[str]:
        if self._is_japanese:
            return re.compile(re.escape(name))
        words = r"\s+".join(map(re.escape, name.split()))
        return re.compile(rf"(?<![\w-]){words}(?:s|es)?(?![\w-])", re.IGNORECASE)

    def _all(self, text: str) -> Iterator[Found]:
        borders: set[int] | None = None
        done = 0
        for at, character in enumerate(text):
            if at < done:
                continue
            for pattern, explanation in self._by_begin.get(character.lower(), ()):
                match = pattern.match(text, at)
                if match is None:
                    continue
                if self._is_japanese and borders is None:
                    borders = _borders(text)
                if borders is None or all(
                    _ends_word(text, place, borders) for place in match.span()
                ):
                    done = match.end()
                    yield Found(at, done, explanation)
                    break


def _borders(text: str) -> set[int]:
    """Where the words of the dictionary begin and end, the longest that it has."""
    return {place for word in spoken_words(text) for place in (word.start, word.end)}


def _ends_word(text: str, place: int, borders: Collection[int]) -> bool:
    """Whether a word begins or ends here: the script changes, or the dictionary divides here.

    難民 is no part of 避難民, but it is of 難民支援.
    """
    if place in borders:
        return True
    around = text[max(0, place - 1) : place + 1]
    return len(around) < 2 or not any(
        script.match(around[0]) and script.match(around[1]) for script in _SCRIPTS
    )
