"""Pages like a page: a plan of what it is, asked of the engine like any other query.

What two pages have in common counts the more the rarer it is among all pages of the kind, and text
counts by its words. `Likeness.shared` says what it was, so that a page can show why.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from page_cache.control import do_not_cache
from search.engines import current_engine
from search.engines.base import EngineUnavailable
from search.index.fields import facet_field
from search.index.visibility import public_pages
from search.language.analysis import fold, forms
from search.plan import AnyOf, Best, Boost, Constant, Everything, Found, Node, Phrase, Plan, Term
from search.query.lexicon import Lexicon, current_lexicon

__all__ = ["Likeness", "Sample", "Shared", "similar"]

# What the rarest code, name or phrase counts; one that every page has counts nothing.
_FACETS = {"theme": 4.0, "region": 2.0, "role": 1.5, "target": 1.5, "actor": 1.0}
_TEXTS = {"name": 3.0, "phrase": 3.0}
_WORD = 0.9
_WORD_FIELDS = {"title": 1.0, "lead": 0.8}
_PHRASE_FIELDS = ("title", "lead", "other")
# From here on the text itself is worth naming as a reason, beside names and phrases.
_SIMILAR_TEXT = 3.0
_MOST_WORDS = 60
_MOST_PHRASES = 12


@dataclass(frozen=True)
class Sample:
    """What a page is, for finding others like it.

    Attributes:
        translation_key: of the page; it and its translations are not found.
        kind: code of the facet `kind`; only such pages are found.
        text: title and summary.
        phrases: keywords, in any language.
        names: of bodies that take part.
        facets: codes by facet; for hierarchical facets the narrow ones, or the whole path where
            what lies above counts as well.
    """

    translation_key: str
    kind: str
    text: str
    phrases: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    facets: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True)
class Shared:
    """What two pages have in common in one respect, and how much it counts.

    Attributes:
        respect: a facet, `name`, `phrase`, or `text`.
        values: codes, names or phrases, those that count most first; none for `text`.
    """

    respect: str
    values: tuple[str, ...]
    points: float


@dataclass(frozen=True)
class Likeness:
    """A page that is like the sample, and in what; what counts most comes first."""

    page_id: int
    score: float
    shared: tuple[Shared, ...]


def similar(sample: Sample, locale: str, limit: int) -> list[Likeness]:
    """Live, public pages for readers of a language that are most like the sample, best first.

    Phrases come back in that language where the lexicon has them, and else as text that is alike.
    Nothing is found while there is no index. Three queries of the database; what the engine
    answered is kept until the index changes.
    """
    try:
        found = _found(current_engine().revision(), sample, locale, limit)
    except EngineUnavailable:
        do_not_cache()
        return []
    pages = public_pages([likeness.page_id for likeness in found], locale)
    lexicon = current_lexicon()
    return [
        Likeness(
            pages[likeness.page_id].pk,
            likeness.score,
            tuple(_in_language(part, locale, lexicon) for part in likeness.shared),
        )
        for likeness in found
        if likeness.page_id in pages
    ]


def _in_language(part: Shared, locale: str, lexicon: Lexicon) -> Shared:
    if part.respect != "phrase" or locale == "ja":
        return part
    entries = [next(iter(lexicon.match(phrase)), None) for phrase in part.values]
    labels = tuple(entry.en for entry in entries if entry is not None and entry.en)
    return replace(part, values=labels) if labels else Shared("text", (), part.points)


@lru_cache(maxsize=512)
def _found(revision: str, sample: Sample, locale: str, limit: int) -> tuple[Likeness, ...]:
    """The pages most like the sample, `limit` at most; none among fewer than two of its kind."""
    total, rarities = _rarities(revision, sample.kind, locale)
    if total < 2:
        return ()
    points: dict[tuple[str, str], float] = {}
    parts: list[Node] = []
    for facet, codes in sample.facets:
        for code in codes:
            points[facet, code] = _FACETS[facet] * rarities[facet].get(code, 0.0)
            parts.append(Constant(Term(facet_field(facet), code), points[facet, code]))
    filters = {"kind": (sample.kind,)}
    for respect, texts in (("name", sample.names), ("phrase", sample.phrases)):
        for text in texts[:_MOST_PHRASES]:
            if node := _anywhere(text):
                count = current_engine().count(Plan(node, locale, filters))
                points[respect, text] = _TEXTS[respect] * _rarity(count, total)
                parts.append(Constant(node, points[respect, text]))
    parts += _words(sample.text, _WORD / math.log(total))
    if not parts:
        return ()
    # The page itself and its translations are among the hits.
    plan = Plan(AnyOf(tuple(parts)), locale, filters, limit=limit + 3)
    hits = [
        hit
        for hit in current_engine().search(plan).hits
        if hit.card["translation_key"] != sample.translation_key
    ]
    return tuple(_likeness(hit, points) for hit in hits[:limit])


@lru_cache(maxsize=16)
def _rarities(revision: str, kind: str, locale: str) -> tuple[int, dict[str, dict[str, float]]]:
    """How many pages of a kind there are, and how rare each code is: 0 on all, 1 on one."""
    plan = Plan(Everything(), locale, filters={"kind": (kind,)}, facets=tuple(_FACETS), limit=1)
    answer = current_engine().search(plan)
    return answer.total, {
        facet: {code: _rarity(count, answer.total) for code, count in codes.items()}
        for facet, codes in answer.counts.items()
    }


def _rarity(count: int, total: int) -> float:
    return math.log(total / max(count, 1)) / math.log(max(total, 2))


def _anywhere(text: str) -> Node | None:
    """The text as a phrase, in the page or its translations; None where it has no words."""
    found = tuple(forms(fold(text)))
    return AnyOf(tuple(Phrase(field, found) for field in _PHRASE_FIELDS)) if found else None


def _words(text: str, weight: float) -> list[Node]:
    """The first `_MOST_WORDS` telling words; single Latin letters and numbers say nothing."""
    found = dict.fromkeys(forms(fold(text)))
    telling = [word for word in found if not (word.isdigit() or (word.isascii() and len(word) < 2))]
    return [
        Best(
            tuple(Boost(Term(field, word), weight * w) for field, w in _WORD_FIELDS.items()),
            tie=0.0,
        )
        for word in telling[:_MOST_WORDS]
    ]


def _likeness(hit: Found, points: Mapping[tuple[str, str], float]) -> Likeness:
    """The score taken apart again: what codes, names and phrases gave, and the rest by words."""
    card = hit.card
    text = fold("\n".join([card["title"], card["lead"], *card["translations"], *card["names"]]))
    codes = card["facets"]
    worth: dict[str, dict[str, float]] = {}
    for (respect, value), each in points.items():
        if fold(value) in text if respect in _TEXTS else value in codes.get(respect, ()):
            worth.setdefault(respect, {})[value] = each
    shared = [
        Shared(respect, tuple(sorted(each, key=lambda v: (-each[v], v))), sum(each.values()))
        for respect, each in worth.items()
    ]
    rest = hit.score - sum(part.points for part in shared)
    if rest >= _SIMILAR_TEXT:
        shared.append(Shared("text", (), rest))
    shared.sort(key=lambda part: -part.points)
    return Likeness(card["page_id"], hit.score, tuple(shared))
