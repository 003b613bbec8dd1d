"""How a Japanese text is read: the words of editors, names by their own kana, the dictionary."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from furigana.numbers import counted
from search.language.analysis import SpokenWord, spoken_words
from search.language.readings import hiragana, is_hiragana

__all__ = ["Correction", "Reader", "Reading"]

_KANJI = r"[㐀-䶿一-鿿豈-﫿々〆]+"
_HAS_KANJI = re.compile(_KANJI)
# ヶ is read among kanji alone: 駒ヶ根.
_PIECES = re.compile(rf"({_KANJI}(?:[ヶケ](?={_KANJI}){_KANJI})*)")
_DIGIT = re.compile(r"[\d０-９]")
# A word that has one reading with its digits is read as a whole: 1人.
_ENDS = re.compile(rf"[\d０-９]|{_KANJI}")
# Longer ones are no words, and would be costly to divide.
_LONGEST_WORD = 30
_MOST_WAYS = 1_000
_NUMBER = r"[\d０-９,，.．〇一二三四五六七八九十百千万数何]+"
# How far in front of a word a correction looks.
_REACH = 30
# Texts of a page come again on others, and on the next visit. About 20 MB at most.
_KEPT_TEXTS = 8_000


class Reading(NamedTuple):
    """Kanji from start to end (exclusive) of a text, and the kana that belong above them."""

    start: int
    end: int
    kana: str


@dataclass(frozen=True, slots=True)
class Correction:
    """How a word is read, everywhere or only inside a longer text.

    Attributes:
        context: a longer text that holds the word once; `#` stands for a number. May be empty.
    """

    written: str
    kana: str
    context: str = ""


class Reader:
    """Reads texts by corrections first, then names, then numbers, then the dictionary."""

    def __init__(self, corrections: Iterable[Correction], names: Mapping[str, str]) -> None:
        """Keep the words, the longest first, by the character with which they begin."""
        self._corrections: dict[str, list[_Rule]] = defaultdict(list)
        for correction in corrections:
            self._corrections[correction.written[0]].append(_Rule.of(correction))
        for rules in self._corrections.values():
            rules.sort(key=lambda rule: (len(rule.written), rule.weight), reverse=True)
        self._names: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for name in sorted(names, key=len, reverse=True):
            self._names[name[0]].append((name, names[name]))
        self._begins = self._corrections.keys() | self._names.keys()
        self.read = lru_cache(maxsize=_KEPT_TEXTS)(self._read)

    def _read(self, text: str) -> tuple[Reading, ...]:
        """The kanji of a text with their readings, in order; they never overlap."""
        found: list[Reading] = []
        for start, end, kana in self._words(text):
            found.extend(_above(text[start:end], kana, start))
        return tuple(found)

    def _words(self, text: str) -> list[tuple[int, int, str]]:
        """Start, end and reading of the words of a text, in order."""
        spoken = list(_shortest(text))
        borders = {word.start for word in spoken} | {len(text)}
        borders |= {part.start for word in spoken for part in word.parts}
        # Where the dictionary agrees, its words are shorter: 東京/都, not 東京都.
        given = [
            word
            for word in self._given(text, borders)
            if _DIGIT.match(text, word[0]) or not _is_read_so(spoken, word)
        ]
        words = list(given)
        for word in spoken:
            words += _rest(text, word, given)
        return sorted(words)

    def _given(self, text: str, borders: set[int]) -> list[tuple[int, int, str]]:
        """What corrections, names and numbers say, from left to right, without overlaps."""
        by_number = {start: (end, kana) for start, end, kana in counted(text)}
        found: list[tuple[int, int, str]] = []
        done = 0
        for at, character in enumerate(text):
            if at < done or not (character in self._begins or at in by_number):
                continue
            word = self._corrected(text, at) or self._named(text, at, borders) or by_number.get(at)
            if word:
                found.append((at, *word))
                done = word[0]
        return found

    def _corrected(self, text: str, at: int) -> tuple[int, str] | None:
        for rule in self._corrections.get(text[at], ()):
            if text.startswith(rule.written, at) and rule.applies(text, at):
                return at + len(rule.written), rule.kana
        return None

    def _named(self, text: str, at: int, borders: set[int]) -> tuple[int, str] | None:
        """A name that begins and ends where words do: 東区 is no part of 関東区域."""
        if at not in borders:
            return None
        for name, kana in self._names.get(text[at], ()):
            if text.startswith(name, at) and at + len(name) in borders:
                return at + len(name), kana
        return None


@dataclass(frozen=True, slots=True)
class _Rule:
    """A correction made ready to be looked for."""

    written: str
    kana: str
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    weight: int

    @classmethod
    def of(cls, correction: Correction) -> _Rule:
        before, _written, after = correction.context.partition(correction.written)
        return cls(
            correction.written,
            correction.kana,
            re.compile(f"{_pattern(before)}$") if before else None,
            re.compile(_pattern(after)) if after else None,
            len(correction.context),
        )

    def applies(self, text: str, at: int) -> bool:
        """Whether the context stands around the word at this place."""
        if self.before and not self.before.search(text[max(0, at - _REACH) : at]):
            return False
        return not self.after or bool(self.after.match(text, at + len(self.written)))


def _pattern(context: str) -> str:
    return _NUMBER.join(re.escape(part) for part in context.split("#"))


def _shortest(text: str) -> Iterator[SpokenWord]:
    """The words of a text; compounds in parts, unless these are read otherwise in them."""
    for word in spoken_words(text):
        if "".join(part.reading for part in word.parts) == word.reading:
            yield from word.parts
        else:
            yield word


def _is_read_so(spoken: list[SpokenWord], given: tuple[int, int, str]) -> bool:
    """Whether whole words of the dictionary have the same reading together."""
    start, end, kana = given
    inside = [word for word in spoken if start <= word.start and word.end <= end]
    return bool(inside) and kana == "".join(word.reading for word in inside)


def _rest(
    text: str, word: SpokenWord, given: list[tuple[int, int, str]]
) -> Iterator[tuple[int, int, str]]:
    """What is left of a word of the dictionary where parts of it were given a reading."""
    taken = [(start, end) for start, end, _kana in given if start < word.end and end > word.start]
    if not taken:
        yield word.start, word.end, word.reading
    elif word.parts:
        for part in word.parts:
            yield from _rest(text, part, given)
    else:
        start = word.start
        for first, last in [*taken, (word.end, word.end)]:
            if start < first:
                for left in _shortest(text[start:first]):
                    yield start + left.start, start + left.end, left.reading
            start = max(start, last)


def _above(surface: str, kana: str, start: int) -> Iterator[Reading]:
    """The readings of one word: its own kana stay as they are, only kanji get their part."""
    if not (is_hiragana(kana) and _HAS_KANJI.search(surface)):
        return  # a word that the dictionary does not know comes as its own reading
    pieces = [piece for piece in _PIECES.split(surface) if piece]
    parts = _divided(pieces, kana) if len(surface) <= _LONGEST_WORD else None
    if parts is None:
        ends = [match.span() for match in _ENDS.finditer(surface)]
        yield Reading(start + ends[0][0], start + ends[-1][1], kana)
        return
    at = start
    for piece, part in zip(pieces, parts, strict=True):
        if _HAS_KANJI.search(piece):
            yield Reading(at, at + len(piece), part)
        at += len(piece)


def _divided(pieces: list[str], kana: str) -> list[str] | None:
    """The reading of each piece of a word; the most even one where there are several ways.

    橋渡し役 is はしわた・し・やく, not は・し・わたしやく. None where the kana do not fit.
    """
    ways = list(islice(_ways(pieces, kana), _MOST_WAYS))
    return min(ways, key=lambda parts: _unevenness(pieces, parts)) if ways else None


def _ways(pieces: list[str], kana: str) -> Iterator[list[str]]:
    if not pieces:
        if not kana:
            yield []
        return
    piece, rest = pieces[0], pieces[1:]
    if _HAS_KANJI.search(piece):
        # The last one takes all that is left.
        ends: Iterable[int] = range(1 if rest else max(1, len(kana)), len(kana) + 1)
    else:
        # 3ヶ月 is read かげつ.
        written = "か" if piece in {"ヶ", "ヵ"} else hiragana(piece)
        ends = [len(written)] if kana.startswith(written) else []
    for end in ends:
        for parts in _ways(rest, kana[end:]):
            yield [kana[:end], *parts]


def _unevenness(pieces: list[str], parts: list[str]) -> int:
    """How far a division is from two kana for each kanji."""
    return sum(
        abs(len(part) - 2 * len(piece))
        for piece, part in zip(pieces, parts, strict=True)
        if _HAS_KANJI.search(piece)
    )
