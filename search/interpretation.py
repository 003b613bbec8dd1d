"""What a query means: its clauses, and a ladder of ever looser plans for them.

The first rung wants every clause as a phrase, or what the lexicon says is the same. When it finds
too little, the next rungs loosen one thing each; the page says which rung was used.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from search.analysis import fold, grams, is_known_word, sound_grams, words
from search.lexicon import Lexicon
from search.plan import AllOf, AnyOf, Best, Boost, Everything, Fuzzy, Node, Phrase
from search.readings import is_hiragana, is_kana, is_romaji, sound_key

__all__ = ["Clause", "Interpretation", "Rung"]

_WEIGHTS = {"title": 4.0, "lead": 2.0, "body": 1.0, "other": 0.8}
_GRAM_WEIGHTS = {"title_grams": 4.0, "lead_grams": 2.0, "body_grams": 1.0}
_SYNONYM = 0.8
_SOUND = 0.6
_LITERAL_KANA = 0.5
_PHRASE_BONUS = 2.0
_MOST_CHUNKS = 40
_LONGEST_RUN = 5

_PARTS = re.compile(r'(?P<minus>-)?(?:"(?P<exact>[^"]*)"?|(?P<plain>[^\s"]+))')
_ONLY_KANJI = re.compile(r"^[\u3400-\u9fff\uf900-\ufaff々]+$")


@dataclass(frozen=True)
class Clause:
    """A part of the query that stands for itself.

    Attributes:
        text: as folded.
        kind: `word`, `exact` (in quotes) or `without` (with a minus).
        alternatives: what the lexicon says is the same.
    """

    text: str
    kind: str = "word"
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rung:
    """A step of the ladder: its name and which documents it finds."""

    name: str
    query: Node


class Interpretation:
    """A query text, understood with the help of a lexicon."""

    def __init__(self, text: str, lexicon: Lexicon) -> None:
        """Cut the text into clauses; nothing is looked up in the index."""
        self._lexicon = lexicon
        self.clauses = tuple(self._read(fold(text)))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to search for, so that everything is shown."""
        return not any(self._strict(c) for c in self.clauses) and not self._without

    @property
    def says_nothing(self) -> bool:
        """Whether something was typed that nothing can be searched for by: signs, or の alone."""
        return self.is_empty and any(clause.kind != "without" for clause in self.clauses)

    @cached_property
    def rungs(self) -> tuple[Rung, ...]:
        """The ladder, strictest first; rungs that could not differ are left out."""
        strict = self._require([self._strict(c) for c in self._wanted])
        if strict is None:
            return (Rung("all", self._excluding(Everything())),)
        rungs = [Rung("phrase", self._excluding(strict))]
        units = list(self._unit_nodes.values())
        if len(units) > 1:
            loose = (
                AllOf(tuple(units))
                if len(units) <= 4
                else AnyOf(tuple(units), math.ceil(0.7 * len(units)))
            )
            rungs.append(Rung("words", self._excluding(self._preferring(loose, strict))))
        contains = self._require([self._containing(c) for c in self._wanted])
        if contains is not None and contains != strict:
            rungs.append(Rung("contains", self._excluding(contains)))
        nearly = [self._nearly(c) for c in self._wanted]
        if any(isinstance(n, Best) and any(_is_fuzzy(p) for p in n.parts) for n in nearly):
            rungs.append(Rung("nearly", self._excluding(self._require(nearly) or strict)))
        if len(units) > 3:
            half = AnyOf(tuple(units), math.ceil(len(units) / 2))
            rungs.append(Rung("some", self._excluding(self._preferring(half, strict))))
        # Single characters are in every text: 市 says nothing about 豊端市.
        telling = [node for text, node in self._unit_nodes.items() if len(text) > 1]
        if len(units) > 1 and telling and not self._exact:
            rungs.append(Rung("any", self._excluding(AnyOf(tuple(telling)))))
        return tuple(rungs)

    @cached_property
    def marks(self) -> tuple[tuple[str, ...], ...]:
        """Sequences of index words to mark in hits: clauses, their alternatives, their words."""
        found: dict[tuple[str, ...], None] = {}
        for clause in self._wanted:
            for text in (clause.text, *clause.alternatives):
                if forms := tuple(_forms(text)):
                    found.setdefault(forms)
        for unit in self._units:
            for text in (unit, *self._lexicon.alternatives(unit)):
                if forms := tuple(_forms(text)):
                    found.setdefault(forms)
        return tuple(found)

    @property
    def literals(self) -> tuple[str, ...]:
        """Texts to mark letter by letter: what stood in quotes, or was looked for inside words."""
        return tuple(clause.text for clause in self._wanted)

    # Reading

    def _read(self, text: str) -> Iterator[Clause]:
        plain: list[str] = []
        for match in list(_PARTS.finditer(text))[:_MOST_CHUNKS]:
            minus, exact, word = match["minus"], match["exact"], match["plain"]
            if word is not None and not minus:
                plain.append(word)
                continue
            yield from self._clauses(plain)
            plain = []
            content = (exact if exact is not None else word) or ""
            if content.strip():
                yield Clause(content.strip(), "without" if minus else "exact")
        yield from self._clauses(plain)

    def _clauses(self, chunks: Sequence[str]) -> Iterator[Clause]:
        """Chunks between spaces; neighbours that the lexicon knows together become one."""
        position = 0
        while position < len(chunks):
            size = 1
            for count in range(min(_LONGEST_RUN, len(chunks) - position), 1, -1):
                if self._lexicon.match(" ".join(chunks[position : position + count])):
                    size = count
                    break
            text = " ".join(chunks[position : position + size])
            yield Clause(text, "word", tuple(self._lexicon.alternatives(text)))
            position += size

    @property
    def _wanted(self) -> tuple[Clause, ...]:
        return tuple(c for c in self.clauses if c.kind != "without")

    @property
    def _exact(self) -> tuple[Clause, ...]:
        return tuple(c for c in self.clauses if c.kind == "exact")

    @cached_property
    def _without(self) -> tuple[Node, ...]:
        nodes = (self._without_node(c.text) for c in self.clauses if c.kind == "without")
        return tuple(node for node in nodes if node is not None)

    def _without_node(self, text: str) -> Node | None:
        forms = _forms(text)
        if not forms:
            return None
        return AnyOf(tuple(Phrase(f, tuple(forms)) for f in ("title", "lead", "body")))

    # Nodes

    @cached_property
    def _units(self) -> list[str]:
        """Clauses cut into entries of the lexicon and words of the dictionary."""
        units: list[str] = []
        for clause in self._wanted:
            if clause.kind == "exact" or clause.alternatives or _is_only_sound(clause.text):
                units.append(clause.text)
                continue
            found = _dictionary_words(clause.text)
            starts, ends = [s for s, _ in found], [e for _, e in found]
            position = 0
            for size in self._lexicon.spans(clause.text, starts, ends):
                units.append(clause.text[starts[position] : ends[position + size - 1]])
                position += size
        return list(dict.fromkeys(units))

    @cached_property
    def _unit_nodes(self) -> dict[str, Node]:
        exact = {clause.text for clause in self._exact}
        nodes = {
            unit: self._strict(
                Clause(unit, "exact")
                if unit in exact
                else Clause(unit, "word", tuple(self._lexicon.alternatives(unit)))
            )
            for unit in self._units
        }
        return {unit: node for unit, node in nodes.items() if node is not None}

    def _strict(self, clause: Clause) -> Node | None:
        """The clause as a phrase, as an alternative, or as it sounds."""
        if clause.kind == "without":
            return None
        if clause.kind == "exact":
            return _inside(clause.text) or _over_fields(_forms(clause.text))
        parts: list[Node] = []
        if _is_only_sound(clause.text):
            if literal := _inside(clause.text):
                parts.append(Boost(literal, _LITERAL_KANA))
        elif node := _over_fields(_forms(clause.text)):
            parts.append(node)
        for text in clause.alternatives:
            if node := _over_fields(_forms(text)):
                parts.append(Boost(node, _SYNONYM))
        if is_kana(clause.text) and (sound := _sounding(clause.text)):
            parts.append(Boost(sound, _SOUND))
        if not parts:
            return None
        return parts[0] if len(parts) == 1 else Best(tuple(parts))

    def _containing(self, clause: Clause) -> Node | None:
        """The clause anywhere inside words; a known word in kanji only as the word it is."""
        strict = self._strict(clause)
        if clause.kind != "word" or (_ONLY_KANJI.match(clause.text) and is_known_word(clause.text)):
            return strict
        parts = [strict, _inside(clause.text) if len(clause.text) > 2 else None]
        if len(clause.text) >= 5 and is_romaji(clause.text):
            parts.append(_sounding(clause.text))
        found = tuple(dict.fromkeys(part for part in parts if part is not None))
        return Best(found) if len(found) > 1 else strict

    def _nearly(self, clause: Clause) -> Node | None:
        """The clause with typing errors in its Latin words."""
        strict = self._strict(clause)
        if clause.kind != "word" or not clause.text.isascii():
            return strict
        fuzzy = [
            Fuzzy(field, form, 2 if len(form) >= 8 else 1)
            for form in _forms(clause.text)
            if len(form) >= 4 and form.isalpha()
            for field in _WEIGHTS
        ]
        return Best((*((strict,) if strict else ()), *fuzzy)) if fuzzy else strict

    def _require(self, nodes: Sequence[Node | None]) -> Node | None:
        found = [node for node in nodes if node is not None]
        if not found:
            return None
        return found[0] if len(found) == 1 else AllOf(tuple(found))

    def _preferring(self, node: Node, strict: Node) -> Node:
        return AllOf((node,), better=(Boost(strict, _PHRASE_BONUS),))

    def _excluding(self, node: Node) -> Node:
        return AllOf((node,), without=self._without) if self._without else node


def _forms(text: str) -> list[str]:
    return [word.form for word in words(fold(text))]


def _dictionary_words(text: str) -> list[tuple[int, int]]:
    """Spans of the words of the dictionary in a folded text."""
    spans: dict[int, tuple[int, int]] = {}
    for word in words(text):
        start, _ = spans.get(word.unit, (word.start, 0))
        spans[word.unit] = (start, word.end)
    return list(spans.values())


def _is_only_sound(text: str) -> bool:
    """Whether kana are better taken as a sound: the dictionary would cut はままつ into nonsense."""
    return len(text) >= 4 and is_hiragana(text) and not is_known_word(text)


def _over_fields(forms: Sequence[str]) -> Node | None:
    if not forms:
        return None
    return Best(tuple(Boost(Phrase(f, tuple(forms)), w) for f, w in _WEIGHTS.items()))


def _inside(text: str) -> Node | None:
    pairs = tuple(grams(text))
    if not pairs:
        return None
    return Best(tuple(Boost(Phrase(f, pairs), w) for f, w in _GRAM_WEIGHTS.items()))


def _sounding(text: str) -> Node | None:
    triples = tuple(sound_grams(sound_key(text)))
    return Phrase("sound", triples) if triples else None


def _is_fuzzy(node: Node) -> bool:
    return isinstance(node, Fuzzy)
