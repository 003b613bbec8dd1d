"""Interpret a query: its clauses, and a ladder of ever looser plans for them.

The first rung wants every clause as a phrase, or what the lexicon says is the same. When it finds
too little, the next rungs loosen one thing each; the page says which rung was used.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import groupby

from django.utils import timezone

from core.models import STALE_AFTER
from search.index.fields import NAME_FIELD, facet_field
from search.language.analysis import (
    fold,
    grams,
    is_known_word,
    letters,
    name_key,
    parts_of_speech,
    readings,
    sound_grams,
    words,
)
from search.language.conversion import kanji_candidates, sentence
from search.language.readings import is_hiragana, is_kana, is_romaji, sound_key
from search.plan import (
    AllOf,
    AnyOf,
    Best,
    Boost,
    Constant,
    Everything,
    Fuzzy,
    Node,
    Phrase,
    Prefix,
    Since,
    Term,
)
from search.query.lexicon import Lexicon
from search.records import record_kinds

__all__ = ["Clause", "Interpretation", "Rung"]

_WEIGHTS = {"title": 3.0, "lead": 2.0, "body": 1.0, "other": 0.8}
_GRAM_WEIGHTS = {"title_grams": 4.0, "lead_grams": 2.0, "body_grams": 1.0}
_SYNONYM = 0.9
_SOUND = 0.6
_LITERAL_KANA = 0.5
_PHRASE_BONUS = 2.0
_CASE_BONUS = 8.0
_CASE_TITLE_BONUS = 20.0
# A page that is called as the query is what was meant, whatever else there is.
_NAME_BONUS = 60.0
_HERE_BONUS = 90.0
# Pages come before records that are no pages: what is asked for by its name or its place is offered
# above the hits, and pages say more.
_PAGE_BONUS = 100.0
# A body confirmed the page within eighteen months; others rank a little lower.
_CONFIRMED_BONUS = 2.0
_LONG_NAME = 5  # index words
_MOST_CHUNKS = 40
_SENTENCE_WORDS = 5
_SENTENCE_PARTICLES = 3
_LONGEST_RUN = 5
_SHORT_SOUND = 3  # groups of three letters

# Words that sentences are made of, and words that nearly every page of the site has.
_STOP_WORDS = """
    時 とき 際 所 ところ 前 後 先 中 間 方 方法 仕方 例 事例 場合 仕組み 何 誰 どこ いつ どう 人
    人々 皆 外国 外国人 外国籍 日本 日本人 地域 住民 市民 町 村 街 国 多文化 共生 支援 活動 取組
    相談 相談先 情報 生活 社会 行政 団体 お願い how when where who what which why can could do
    does did not no get find need want make take use there about cannot speak information any
    more other some them they you we i me my our us your if so than then example case way people
    person local community city town area japan japanese foreign foreigner resident support help
    work working
"""
_CONTENT_CLASSES = {"名詞", "形状詞"}

_PARTS = re.compile(r'(?P<minus>-)?(?:"(?P<exact>[^"]*)"?|(?P<plain>[^\s"]+))')
_ONLY_KANJI = re.compile(r"^[\u3400-\u9fff\uf900-\ufaff々]+$")


@dataclass(frozen=True)
class Clause:
    """A part of the query that stands for itself.

    Attributes:
        text: as folded.
        kind: `word`, `exact` (in quotes) or `without` (with a minus).
        alternatives: what the lexicon says is the same, and how kana would be written.
        converted: kana as they would most likely be written in kanji; empty for other text.
    """

    text: str
    kind: str = "word"
    alternatives: tuple[str, ...] = ()
    converted: str = ""


@dataclass(frozen=True)
class Rung:
    """A step of the ladder: its name and which documents it finds.

    `widens`: whether it is worth a look when the step before found only a few.
    """

    name: str
    query: Node
    widens: bool = False


class Interpretation:
    """A query text, understood with the help of a lexicon."""

    def __init__(
        self,
        text: str,
        lexicon: Lexicon,
        within: tuple[Node, ...] = (),
        here: Node | None = None,
    ) -> None:
        """Cut the text into clauses; nothing is looked up in the index.

        Args:
            within: what every hit must be besides, on all rungs.
            here: where the text is the name of a place and nothing else, what lies there.
        """
        self._lexicon = lexicon
        self._within = within
        self._here = here
        self.clauses = tuple(self._read(fold(text)))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to search for, so that everything is shown."""
        return not any(self._strict(c) for c in self.clauses) and not self._without

    @property
    def has_only_stop_words(self) -> bool:
        """Whether something was typed, but only symbols and function words."""
        return self.is_empty and any(clause.kind != "without" for clause in self.clauses)

    @cached_property
    def is_sentence(self) -> bool:
        """Whether the query is a sentence rather than key words."""
        if self._exact or self._without:
            return False
        text = " ".join(clause.converted or clause.text for clause in self.clauses)
        if all(letter < "ぁ" for letter in text):
            return len(text.split()) >= _SENTENCE_WORDS
        left_out = len("".join(text.split())) - len("".join(_forms(text)))
        return left_out >= _SENTENCE_PARTICLES

    @cached_property
    def may_match_in_part(self) -> bool:
        """Whether pages with some of the words are worth showing: at least two say something.

        Quotes and a minus say that somebody wants exactly this.
        """
        return not (self._exact or self._without) and len(self._telling_units) > 1

    @cached_property
    def homophones(self) -> tuple[str, ...]:
        """Other spellings with the same sound, likely ones first.

        All of it must be romaji, or Japanese without a gap that is no word of the dictionary:
        避難書 for 避難所 is what a keyboard offers second.
        """
        if any(clause.kind != "word" or is_kana(clause.text) for clause in self.clauses):
            return ()
        texts = [clause.text for clause in self.clauses]
        if all(map(str.isascii, texts)):
            return tuple(filter(None, [sentence(*texts)]))
        if len(texts) != 1 or self.is_sentence or is_known_word(texts[0]):
            return ()
        pieces = [reading for _, reading in readings(texts[0])]
        if not all(pieces):
            return ()  # NPOの事例 is not what の事例 sounds like.
        kana = "".join(pieces)
        return tuple(text for text in kanji_candidates(kana) if text != texts[0])

    @cached_property
    def rungs(self) -> tuple[Rung, ...]:
        """All rungs, strictest first, without those that could not find anything else."""
        strict = self._require([self._strict(c) for c in self._wanted])
        if strict is None:
            every = AllOf(self._within) if self._within else Everything()
            return (Rung("all", self._excluding(every)),)
        if self._here is not None:
            strict = Best((strict, Constant(self._here, 1.0)))
        rungs = [self._rung("phrase", strict)]
        content = [node for text, node in self._unit_nodes.items() if text in self._content_units]
        others = [
            node for text, node in self._unit_nodes.items() if text not in self._content_units
        ]
        should = (Boost(strict, _PHRASE_BONUS), *others)
        enough = len(content) if len(content) <= 4 else math.ceil(0.7 * len(content))
        if len(self._unit_nodes) > 1 or self._unit_clauses != self._wanted:
            loose = AllOf((AnyOf(tuple(content), enough),), should=should)
            rungs.append(self._rung("words", loose, widens=not self._is_one_name))
        # Not in a sentence: to look inside all its words takes longest of all, and finds nothing.
        contains = self._require([self._containing(c) for c in self._wanted])
        if contains is not None and contains != strict and not self.is_sentence:
            rungs.append(self._rung("contains", contains))
        if len(self._unit_nodes) == 1 and (parts := self._part_nodes):
            rungs.append(self._rung("words", AllOf(tuple(parts))))
        nearly = [] if self.is_sentence else [self._nearly(c) for c in self._wanted]
        if any(isinstance(n, Best) and any(_is_fuzzy(p) for p in n.parts) for n in nearly):
            rungs.append(self._rung("nearly", self._require(nearly) or strict))
        fewer = [n for n in (enough - 1, math.ceil(enough / 2), 2) if 1 < n < enough]
        for least in dict.fromkeys(fewer):
            rungs.append(self._rung("some", AllOf((AnyOf(tuple(content), least),), should=should)))
        # Single characters are in every text: 市 says nothing about 豊端市.
        names = [
            n
            for text, n in self._unit_nodes.items()
            if text in self._content_units and len(text) > 1
        ]
        if names and len(self._unit_nodes) > 1 and not self._exact:
            # The more of them a text has, the higher it stands.
            nearer = (AnyOf(tuple(content), n) for n in dict.fromkeys((enough, *fewer)) if n > 1)
            rungs.append(
                self._rung("any", AllOf((AnyOf(tuple(names)),), should=(*others, *nearer)))
            )
        if parts := self._content_parts:
            rungs.append(self._rung("any", AllOf((AnyOf(tuple(parts)),), should=tuple(others))))
        return tuple(rungs)

    @cached_property
    def marks(self) -> tuple[tuple[str, ...], ...]:
        """Sequences of index words to mark in hits: clauses, their alternatives, their words."""
        found: dict[tuple[str, ...], None] = {}
        texts = (
            text
            for clause in (*self._wanted, *self._unit_clauses)
            for text in (clause.text, *clause.alternatives)
        )
        for text in texts:
            if forms := _forms(text):
                found.setdefault(forms)
        return tuple(found)

    @cached_property
    def part_marks(self) -> tuple[tuple[str, ...], ...]:
        """Words inside the words that were typed, to mark where nothing longer can be."""
        found: dict[tuple[str, ...], None] = {}
        for clause in self._unit_clauses:
            text = clause.converted or clause.text
            for start, end in _dictionary_words(text):
                for form in _forms(text[start:end]):
                    if len(form) > 1 and form not in _stop_words():
                        found.setdefault((form,))
        return tuple(found)

    @cached_property
    def parts(self) -> tuple[Clause, ...]:
        """The clauses split into words, for title search in the database."""
        return (
            *self._unit_clauses,
            *(clause for clause in self.clauses if clause.kind == "without"),
        )

    @property
    def literals(self) -> tuple[str, ...]:
        """Texts to mark letter by letter: what stood in quotes, or was looked for inside words."""
        return tuple(clause.text for clause in self._wanted)

    @property
    def excluded(self) -> tuple[Node, ...]:
        """What must not be in a hit."""
        return self._without

    # Reading

    def _read(self, text: str) -> Iterator[Clause]:
        """Clauses of a query; what comes after `_MOST_CHUNKS` parts is passed over."""
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
        chunks = list(_join_hiragana_runs(chunks))
        while position < len(chunks):
            size = 1
            for count in range(min(_LONGEST_RUN, len(chunks) - position), 1, -1):
                if self._lexicon.match(" ".join(chunks[position : position + count])):
                    size = count
                    break
            yield self._clause(" ".join(chunks[position : position + size]))
            position += size

    def _clause(self, text: str) -> Clause:
        """A word or chunk. Kana are taken as the lexicon, else the dictionary, would write them.

        Katakana only as a lexicon's entry that merely sounds so: ハママツ, but not フォーラム.
        """
        alternatives = tuple(self._lexicon.alternatives(text))
        if not is_kana(text) or _is_stop_word(text):
            return Clause(text, "word", alternatives)
        if not is_hiragana(text) and self._lexicon.named(text):
            return Clause(text, "word", alternatives)
        known = [entry.label("ja") for entry in self._lexicon.match(text)]
        offers = [offer for offer in known or self._kanji_candidates(text) if offer != text]
        same = (word for offer in offers for word in self._lexicon.alternatives(offer))
        alternatives = tuple(dict.fromkeys((*offers, *alternatives, *same)))
        return Clause(text, "word", alternatives, offers[0] if offers else "")

    def _kanji_candidates(self, text: str) -> list[str]:
        """Kanji spellings of kana, those of the lexicon first: 大きい地震 before 大きい自信."""

        def known(offer: str) -> int:
            parts = (offer[start:end] for start, end in _dictionary_words(offer))
            return sum(bool(self._lexicon.named(part)) for part in parts)

        return sorted(kanji_candidates(text), key=known, reverse=True)

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
    def _unit_clauses(self) -> tuple[Clause, ...]:
        """Clauses cut into entries of the lexicon and words of the dictionary."""
        found: dict[str, Clause] = {}
        for clause in self._wanted:
            for unit in self._cut(clause):
                found.setdefault(unit.text, unit)
        return tuple(found.values())

    def _cut(self, clause: Clause) -> list[Clause]:
        """The clause cut into words that the lexicon or the dictionary knows, or as it is."""
        text = clause.converted or clause.text
        is_whole = clause.alternatives and not clause.converted
        if clause.kind == "exact" or is_whole or _is_only_sound(text):
            return [clause]
        if _ONLY_KANJI.match(text) and (chinese := self._lexicon.foreign_words(text)):
            return [self._word(word) for word in chinese]
        found = _dictionary_words(text)
        starts, ends = [s for s, _ in found], [e for _, e in found]
        units: list[str] = []
        position = 0
        for size in self._lexicon.spans(text, starts, ends):
            units.append(text[starts[position] : ends[position + size - 1]])
            position += size
        if len(units) == 1 and clause.converted:
            return [clause]
        return [self._word(unit) for unit in units]

    def _word(self, text: str) -> Clause:
        return Clause(text, "word", tuple(self._lexicon.alternatives(text)))

    def _word_nodes(self, texts: Iterable[str]) -> list[Node]:
        """A node for each different word that is no function word."""
        nodes = (self._strict(self._word(text)) for text in dict.fromkeys(texts))
        return [node for node in nodes if node is not None]

    @cached_property
    def _content_units(self) -> set[str]:
        """Units that a hit must have; the others only raise its score.

        In a sentence these are its nouns without stop words; all units where none is left. If the
        query holds a foreign word, words that the lexicon does not know do not count.
        """
        return self._telling_units or set(self._unit_nodes)

    @cached_property
    def _telling_units(self) -> set[str]:
        is_foreign = any(self._lexicon.is_foreign(clause.text) for clause in self._unit_clauses)
        return {
            clause.text
            for clause in self._unit_clauses
            if clause.text in self._unit_nodes
            and (
                clause.kind == "exact"
                or (
                    _is_content_word(clause.converted or clause.text)
                    and (clause.alternatives or not is_foreign)
                )
            )
        }

    @property
    def _is_one_name(self) -> bool:
        """Whether the query looks like the name of one thing: one clause, long and without gaps.

        It has at least `_LONG_NAME` index words. All of its letters but one must be in them; that
        one may be a particle such as の.
        """
        text = "".join(clause.converted or clause.text for clause in self.clauses)
        forms = _forms(text)
        is_gapless = len("".join(forms)) >= len(text) - 1
        return len(self.clauses) == 1 and len(forms) >= _LONG_NAME and is_gapless

    @property
    def _part_nodes(self) -> list[Node]:
        """Words of a name that is one lexicon entry, for when no page has the whole name."""
        (clause,) = (c for c in self._unit_clauses if c.text in self._unit_nodes)
        text = clause.converted or clause.text
        if clause.kind == "exact" or _is_only_sound(text):
            return []
        parts = [text[start:end] for start, end in _dictionary_words(text)]
        return self._word_nodes(parts) if len(parts) > 1 else []

    @property
    def _content_parts(self) -> list[Node]:
        """Words inside the units of a longer query, for when no page has the units."""
        if self._exact or len(self._unit_nodes) < 2:
            return []
        parts = (
            clause.text[start:end]
            for clause in self._unit_clauses
            if clause.text in self._content_units
            for start, end in _dictionary_words(clause.text)
        )
        return self._word_nodes(
            part
            for part in parts
            if part not in self._unit_nodes and len(part) > 1 and _is_content_word(part)
        )

    @cached_property
    def _unit_nodes(self) -> dict[str, Node]:
        nodes = {clause.text: self._strict(clause) for clause in self._unit_clauses}
        return {unit: node for unit, node in nodes.items() if node is not None}

    def _strict(self, clause: Clause) -> Node | None:
        """Match the clause as a phrase, by an alternative, or by its sound.

        None for what is to be left out, for stop words, and for what has no index words.
        """
        if clause.kind == "without":
            return None
        if clause.kind == "exact":
            return _bigrams(clause.text) or _single_letter(clause.text)
        if _is_stop_word(clause.text):
            return None
        parts: list[Node] = []
        if _is_only_sound(clause.text):
            if literal := _bigrams(clause.text):
                parts.append(Boost(literal, _LITERAL_KANA))
        elif (not clause.converted or is_known_word(clause.text)) and (
            node := _phrase_in_fields(_forms(clause.text))
        ):
            parts.append(node)
        for text in clause.alternatives:
            if node := _phrase_in_fields(_forms(text)):
                parts.append(Boost(node, _SYNONYM))
        sound = _sound_phrase(clause.text) if is_kana(clause.text) else None
        # そうおん alone sounds as a part of many names does.
        if sound and not (clause.converted and len(sound.words) <= _SHORT_SOUND):
            parts.append(Boost(sound, _SOUND))
        if not parts:
            return None
        return parts[0] if len(parts) == 1 else Best(tuple(parts))

    def _containing(self, clause: Clause) -> Node | None:
        """Match the clause inside words too; dictionary words in kanji only as whole words."""
        strict = self._strict(clause)
        if clause.kind == "word" and len(clause.text) == 1 and _ONLY_KANJI.match(clause.text):
            return Best((*([strict] if strict else []), _bigram_prefix(clause.text)))  # 寺 in 寺院
        if clause.kind != "word" or (_ONLY_KANJI.match(clause.text) and is_known_word(clause.text)):
            return strict
        parts = [strict, _bigrams(clause.text) if len(clause.text) > 2 else None]
        if len(clause.text) >= 5 and is_romaji(clause.text):
            parts.append(_sound_phrase(clause.text))
            parts += self._word_nodes(kanji_candidates(clause.text))
        found = tuple(dict.fromkeys(part for part in parts if part is not None))
        return Best(found) if len(found) > 1 else strict

    def _nearly(self, clause: Clause) -> Node | None:
        """Match the clause with typing errors in words of Latin letters."""
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

    @cached_property
    def _preferred(self) -> tuple[Node, ...]:
        """Clauses that raise the score on every rung."""
        case = Term(facet_field("kind"), "case")
        named = (Constant(Term(NAME_FIELD, key), _NAME_BONUS) for key in self._names)
        content = [
            node
            for clause in self._unit_clauses
            if clause.text in self._content_units
            if (node := _in_title(clause.text, *clause.alternatives))
        ]
        return (
            *named,
            # What was done counts more than who there is and is called so.
            Constant(case, _CASE_BONUS),
            # Who names a place asks what is done there, before who is called so.
            *([Constant(AllOf((case, self._here)), _HERE_BONUS)] if self._here else []),
            *([Constant(_is_page(), _PAGE_BONUS)] if record_kinds() else []),
            *([Constant(AllOf((case, *content)), _CASE_TITLE_BONUS)] if content else []),
            Constant(Since("confirmed", _confirmed_since()), _CONFIRMED_BONUS),
        )

    @property
    def _names(self) -> tuple[str, ...]:
        """The whole query, or what the lexicon says is the same, as the name of a page."""
        if self._without or self._here is not None:
            return ()
        alternatives = self._wanted[0].alternatives if len(self._wanted) == 1 else ()
        text = " ".join(clause.text for clause in self._wanted)
        return tuple(dict.fromkeys(name_key(name) for name in (text, *alternatives)))

    def _require(self, nodes: Sequence[Node | None]) -> Node | None:
        found = [node for node in nodes if node is not None]
        if not found:
            return None
        return found[0] if len(found) == 1 else AllOf(tuple(found))

    def _rung(self, name: str, node: Node, *, widens: bool = False) -> Rung:
        parts = (node, *self._within)
        return Rung(name, self._excluding(AllOf(parts, should=self._preferred)), widens)

    def _excluding(self, node: Node) -> Node:
        return AllOf((node,), without=self._without) if self._without else node


def _confirmed_since() -> int:
    """From when a confirmation is fresh, in seconds since 1970; the same all day."""
    day = datetime.datetime.combine(timezone.localdate() - STALE_AFTER, datetime.time())
    return int(timezone.make_aware(day).timestamp())


@lru_cache(maxsize=10_000)
def _is_content_word(unit: str) -> bool:
    """Whether a word carries content: a noun, or a name unknown to the dictionary, no stop word."""
    if set(_forms(unit)) <= _stop_words():
        return False
    kinds = [kind for _, kind in parts_of_speech(unit)]
    return not kinds or any(kind[0] in _CONTENT_CLASSES for kind in kinds)


@lru_cache(maxsize=1)
def _stop_words() -> set[str]:
    return {form for word in _STOP_WORDS.split() for form in _forms(word)}


@lru_cache(maxsize=20_000)
def _forms(text: str) -> tuple[str, ...]:
    """Kept, since each word is looked at for several rungs, and many are asked for again."""
    return tuple(word.form for word in words(fold(text)))


def _dictionary_words(text: str) -> list[tuple[int, int]]:
    """Spans of the words of the dictionary in a folded text."""
    spans: dict[int, tuple[int, int]] = {}
    for word in words(text):
        start, _ = spans.get(word.unit, (word.start, 0))
        spans[word.unit] = (start, word.end)
    return list(spans.values())


def _join_hiragana_runs(chunks: Sequence[str]) -> Iterator[str]:
    """Merge consecutive hiragana chunks: plain Japanese puts spaces between words."""
    for is_spoken, some in groupby(chunks, key=is_hiragana):
        if is_spoken:
            yield "".join(some)
        else:
            yield from some


def _is_stop_word(text: str) -> bool:
    """Whether the text is a function word in kana, such as こと or の."""
    return is_kana(text) and not _forms(text) and is_known_word(text)


def _is_only_sound(text: str) -> bool:
    """Whether kana are matched by sound alone: the dictionary would split はままつ wrongly."""
    return len(text) >= 4 and is_hiragana(text) and not is_known_word(text)


def _phrase_in_fields(forms: Sequence[str]) -> Node | None:
    if not forms:
        return None
    return Best(tuple(Boost(Phrase(f, tuple(forms)), w) for f, w in _WEIGHTS.items()))


def _single_letter(text: str) -> Node | None:
    """Match one letter in quotes as a word and, beside a symbol, at the start of a bigram."""
    node = _phrase_in_fields(_forms(text))
    letter = letters(text)
    if not letter or len(text) == 1:
        return node
    return Best((*([node] if node else []), _bigram_prefix(letter)))


def _bigram_prefix(letter: str) -> Node:
    """Match any bigram that starts with this letter."""
    return Best(tuple(Boost(Prefix(f, letter), w) for f, w in _GRAM_WEIGHTS.items()))


def _is_page() -> Node:
    """Match all but records."""
    kinds = (Term(facet_field("kind"), kind.name) for kind in record_kinds())
    return AllOf((Everything(),), without=tuple(kinds))


def _in_title(*texts: str) -> Node | None:
    """One of the texts in the title; None where they have no words."""
    found = tuple(Phrase("title", tuple(forms)) for text in texts if (forms := _forms(text)))
    return AnyOf(found) if found else None


def _bigrams(text: str) -> Node | None:
    pairs = tuple(grams(text))
    if not pairs:
        return None
    return Best(tuple(Boost(Phrase(f, pairs), w) for f, w in _GRAM_WEIGHTS.items()))


def _sound_phrase(text: str) -> Phrase | None:
    triples = tuple(sound_grams(sound_key(text)))
    return Phrase("sound", triples) if triples else None


def _is_fuzzy(node: Node) -> bool:
    return isinstance(node, Fuzzy)
