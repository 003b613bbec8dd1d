"""What is asked: queries of every kind, drawn from the lexicon and from the texts of the site.

The same content gives the same queries. Nobody chose them by how they are answered.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import jaconv

from benchmarks.site import ROOT
from search.index.document import ContentDocument
from search.language.readings import is_hiragana, romaji
from search.query.lexicon import Entry, current_lexicon
from search.query.search_query import SearchQuery

__all__ = ["EACH", "Asked", "beginnings", "queries"]

EACH = 8
MISSPELT = ROOT / "tests" / "search" / "relevance" / "corrections_tuning.tsv"

_KANJI = re.compile(r"[\u4e00-\u9fff]")
_ONLY_KANJI = re.compile(r"[\u4e00-\u9fff]+")
_KATAKANA = re.compile(r"[ァ-ヺー]{3,}")
_SENTENCE_END = re.compile(r"(?<=[。！？\n])|(?<=[.!?])\s+")


@dataclass(frozen=True)
class Asked:
    """A query and what kind it is."""

    kind: str
    query: SearchQuery

    @property
    def text(self) -> str:
        """The words alone, which is all that other searches are asked."""
        return self.query.text


def queries(real: Sequence[ContentDocument], each: int = EACH) -> list[Asked]:
    """So many different queries of every kind, in an order that mixes the kinds."""
    draw = random.Random(4711)
    asked: list[Asked] = []
    for kind, locale, texts in _kinds(real):
        choice = sorted(set(texts))
        for text in draw.sample(choice, min(each, len(choice))):
            asked.append(Asked(kind, SearchQuery(text=text, locale=locale)))
    asked += _filtered(real, each, draw)
    asked = list({(one.query.text, one.query.address(), one.query.locale): one
                  for one in asked}.values())  # fmt: skip
    draw.shuffle(asked)
    return asked


def beginnings(count: int) -> list[str]:
    """What stands in the box letter by letter: kanji, kana, half-width kana, romaji, English."""
    draw = random.Random(4712)
    typed: set[str] = set()
    entries = [entry for entry in current_lexicon().entries if entry.ja]
    for entry in draw.sample(entries, min(len(entries), count)):
        forms = [entry.ja, entry.kana, romaji(entry.kana), _half_width(entry.kana), entry.en]
        text = draw.choice([form for form in forms if form])
        typed |= {text[:length] for length in range(1, min(len(text), 7))}
    everything = sorted(typed)
    return draw.sample(everything, min(count, len(everything)))


def _kinds(real: Sequence[ContentDocument]) -> Iterable[tuple[str, str, Iterable[str]]]:
    """Kinds of queries without filters: name, reader's language, what to draw from."""
    entries = current_lexicon().entries
    concepts = [entry for entry in entries if entry.kind in {"concept", "term"} and entry.ja]
    places = [entry for entry in entries if entry.kind == "place" and entry.ja]
    known = _known_places(places, real)
    japanese = [document for document in real if document.locale == "ja"]
    letters = Counter(_KANJI.findall("".join(d.title for d in japanese)))
    titles = [document.title for document in japanese]
    words = [entry.ja for entry in concepts]
    yield "one letter", "ja", [letter for letter, _ in letters.most_common(40)]
    yield "two letters", "ja", [t for t in words + known if len(t) == 2]
    yield "kana", "ja", [e.kana for e in concepts + places if e.ja in {*words, *known} and e.kana]
    yield "half-width kana", "ja", map(_half_width, _KATAKANA.findall(" ".join(words + titles)))
    yield "romaji", "ja", [romaji(e.kana) for e in concepts if is_hiragana(e.kana)]
    yield "compound", "ja", [t for t in words if len(t) >= 5 and _ONLY_KANJI.fullmatch(t)]
    yield "place and word", "ja", [f"{a} {b}" for a, b in zip(known, words * 9, strict=False)]
    yield "sentence", "ja", _sentences(japanese)
    yield "English", "en", [entry.en for entry in concepts if entry.en]
    yield (
        "English sentence",
        "en",
        _sentences([document for document in real if document.locale == "en"]),
    )
    yield "misspelt", "ja", [text for text in _misspelt() if not text.isascii()]
    yield "misspelt", "en", [text for text in _misspelt() if text.isascii()]
    yield "quoted", "ja", [f'"{_middle(title)}"' for title in titles if len(title) > 10]
    yield "excluding", "ja", [f"{a} -{b}" for a, b in zip(words, known * 9, strict=False)]


def _filtered(real: Sequence[ContentDocument], each: int, draw: random.Random) -> Iterable[Asked]:
    """A word and one or two filters that some page fits."""
    words = sorted({e.ja for e in current_lexicon().entries if e.kind in {"concept", "term"}})
    fitting = [d for d in real if d.facets.get("region") and d.facets.get("actor")]
    for number in range(each):
        facets: dict[str, tuple[str, ...]] = {}
        some = draw.choice(fitting)
        facets["region"] = (some.facets["region"][min(1, len(some.facets["region"]) - 1)],)
        if number % 2:
            facets["actor"] = tuple(some.facets["actor"][:2])
        text = draw.choice(words) if number else ""
        yield Asked("filtered", SearchQuery(text=text, locale="ja", facets=facets))


def _known_places(places: Sequence[Entry], real: Sequence[ContentDocument]) -> list[str]:
    """Names of places that the texts speak of."""
    text = "\n".join(document.title + document.lead for document in real)
    return sorted({entry.ja for entry in places if entry.ja in text})


def _sentences(documents: Iterable[ContentDocument]) -> list[str]:
    """Sentences of the texts that somebody could type."""
    return [
        sentence.rstrip("。.")
        for document in documents
        for sentence in map(str.strip, _SENTENCE_END.split(document.body))
        if (12 <= len(sentence) <= 40 if document.locale == "ja" else 30 <= len(sentence) <= 80)
    ]


def _misspelt() -> list[str]:
    lines = [line for line in MISSPELT.read_text("utf-8").splitlines() if line[:1] not in {"#", ""}]
    columns = [line.split("\t") for line in lines]
    return [cells[0] for cells in columns if cells[2] != "-"]


def _half_width(text: str) -> str:
    return str(jaconv.z2h(jaconv.hira2kata(text)))


def _middle(text: str) -> str:
    start = len(text) // 3
    return text[start : start + 5].strip()
