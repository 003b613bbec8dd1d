"""Marking what was found, on the original text: escaped first, then `<mark>`.

Words are compared as the index holds them, so 子供 marks こども, and 京都 marks nothing in 東京都.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from search.language.analysis import Folded, fold_with_map, words

__all__ = ["Marker"]

_SENTENCE = re.compile(r".*?(?:[。．！？!?](?![。．！？!?」』）)])|\. |\n|$)", re.DOTALL)
_LONGEST_SENTENCE = 110
_ELLIPSIS = "…"
# Two letters that belong to one word where words are written apart.
_IN_A_WORD = re.compile(r"[A-Za-z0-9\u00c0-\u024f]{2}")
# A passage is looked for in so much of a text; what comes later is rarely the best one.
_READ = 6_000
_ENOUGH = 6
# So many pages of a file are read word by word where no page has the words as they were typed.
_FIRST_PARTS = 5

Span = tuple[int, int]


class _Words(NamedTuple):
    """Index words of a folded text, and where each begins and ends."""

    forms: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]


@lru_cache(maxsize=10_000)
def _analysed(text: str) -> tuple[Folded, _Words]:
    """A sentence as it is compared, kept since the same pages are found again and again.

    The ten thousand last read take about 40 MB.
    """
    folded = fold_with_map(text)
    found = words(folded.text)
    return folded, _Words(
        tuple(word.form for word in found),
        tuple(word.start for word in found),
        tuple(word.end for word in found),
    )


class Marker:
    """Marks sequences of index words, or letters of quoted texts, in any number of texts."""

    def __init__(self, sequences: Sequence[tuple[str, ...]], literals: Sequence[str] = ()) -> None:
        """`sequences` are index words that must follow each other; `literals` are folded texts."""
        self._by_first: dict[str, list[tuple[str, ...]]] = {}
        for sequence in sequences:
            self._by_first.setdefault(sequence[0], []).append(sequence)
        self._literals = [letters for text in literals if len(letters := _letters(text)[0]) > 1]

    def mark(self, text: str) -> SafeString:
        """The whole text with everything found in it marked."""
        return _html(text, self._spans(text))

    def passage(self, text: str, count: int = 2) -> SafeString:
        """The best sentences of a text, at most `count`, in order; empty if none has a mark."""
        found: list[tuple[int, int, str, list[Span]]] = []
        for start, sentence in _sentences(text[:_READ]):
            spans = self._spans(sentence)
            if spans:
                weight = len({sentence[a:b] for a, b in spans}) * 100 + sum(b - a for a, b in spans)
                found.append((weight, start, sentence, spans))
            if len(found) >= _ENOUGH:
                break
        best = sorted(sorted(found, key=lambda f: (-f[0], f[1]))[:count], key=lambda f: f[1])
        pieces = [_html(*_shortened(sentence, spans)) for _, _, sentence, spans in best]
        return mark_safe(f" {_ELLIPSIS} ".join(pieces))  # noqa: S308 every piece is escaped

    def likely(self, parts: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        """Those of the labelled texts in which something is marked, as far as a quick look tells.

        Words are written in many ways, so the first few texts come last in any case.
        """
        looked_for = [*self._by_first, *self._literals]
        found = [part for part in parts if any(form in part[1].casefold() for form in looked_for)]
        yield from found
        yield from (part for part in parts[:_FIRST_PARTS] if part not in found)

    def _spans(self, text: str) -> list[Span]:
        """What to mark, as spans of the text that do not overlap."""
        folded, found_words = _analysed(text)
        found = [*self._word_spans(found_words), *self._literal_spans(folded)]
        merged: list[Span] = []
        for start, end in sorted(folded.original_span(a, b) for a, b in found):
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(merged[-1][1], end))
            else:
                merged.append((start, end))
        return merged

    def _word_spans(self, found: _Words) -> Iterator[Span]:
        for position, form in enumerate(found.forms):
            for sequence in self._by_first.get(form, ()):
                end = position + len(sequence)
                if found.forms[position:end] == sequence:
                    yield found.starts[position], found.ends[end - 1]

    def _literal_spans(self, folded: Folded) -> Iterator[Span]:
        if not self._literals:
            return
        letters, places = _letters(folded.text)
        for literal in self._literals:
            start = letters.find(literal)
            while start >= 0:
                yield places[start], places[start + len(literal) - 1] + 1
                start = letters.find(literal, start + len(literal))


def _letters(text: str) -> tuple[str, list[int]]:
    """Letters and digits of a text, and where each stands."""
    places = [i for i, c in enumerate(text) if unicodedata.category(c)[0] in "LNM"]
    return "".join(text[i] for i in places), places


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    for match in _SENTENCE.finditer(text):
        sentence = match.group().strip()
        if sentence:
            yield match.start(), sentence


def _shortened(sentence: str, spans: list[Span]) -> tuple[str, list[Span]]:
    """A long sentence around its first mark."""
    if len(sentence) <= _LONGEST_SENTENCE:
        return sentence, spans
    start = max(0, min(spans[0][0] - _LONGEST_SENTENCE // 3, len(sentence) - _LONGEST_SENTENCE))
    if start and " " in sentence[start : spans[0][0]]:
        start = sentence.index(" ", start) + 1
    end = min(len(sentence), max(start + _LONGEST_SENTENCE, spans[0][1]))
    if _IN_A_WORD.match(sentence, end - 1) and " " in sentence[spans[0][1] : end]:
        end = sentence.rindex(" ", 0, end)
    before = _ELLIPSIS if start else ""
    after = _ELLIPSIS if end < len(sentence) else ""
    shift = len(before) - start
    kept = [(a + shift, min(b, end) + shift) for a, b in spans if a < end]
    return before + sentence[start:end] + after, kept


def _html(text: str, spans: Iterable[Span]) -> SafeString:
    out: list[str] = []
    position = 0
    for start, end in spans:
        out += [escape(text[position:start]), "<mark>", escape(text[start:end]), "</mark>"]
        position = end
    out.append(escape(text[position:]))
    return mark_safe("".join(out))  # noqa: S308 every piece is escaped
