"""A document as index fields: the same words for every engine, which only stores and compares.

Text fields hold index words joined by spaces: `title`, `lead`, `body` and `other` (the page in
other languages, and the files that it links to) hold words, `*_grams` pairs of letters for quoted
text, `sound` how title and lead sound. `keys` are beginnings of names for suggestions, and what
these begin with while only few letters are typed. Keyword fields hold codes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from search.index.document import ContentDocument
from search.language.analysis import (
    ANALYSIS_VERSION,
    fold,
    forms,
    grams,
    name_key,
    sound_grams,
    sounds,
    words,
)
from search.language.readings import sound_key
from search.plan import Node, Prefix, Term

__all__ = ["FACETS", "INDEX_VERSION", "KEYWORD_FIELDS", "NUMBER_FIELDS", "TEXT_FIELDS",
           "IndexEntry", "IndexFields", "begins_with", "entry_of", "facet_field", "fields_of",
           "name_keys", "name_starts"]  # fmt: skip

FACETS = (
    "kind", "region", "theme", "actor", "role", "target", "lang", "evidence", "status", "programme",
    "year", "period", "uptake", "has", "municipality", "population", "share", "plan", "date",
    "outlet",
)  # fmt: skip
TEXT_FIELDS = ("title", "lead", "body", "other", "title_grams", "lead_grams", "body_grams", "sound")
NUMBER_FIELDS = ("published", "confirmed")
KEY_FIELD = "keys"
NAME_FIELD = "called"

_LONGEST_TEXT = 100_000
_LONGEST_KEY = 24
# Up to so many letters a beginning is a word of the index itself: so short ones begin too many
# names to be looked for among all of them at each letter.
_SHORT_KEY = 6
_MOST_STARTS = 10
_BRACKETED = re.compile(r"\A([^（(]+)[（(]([^（()）]+)[）)]")


def facet_field(name: str) -> str:
    """The keyword field of a facet."""
    return f"facet_{name}"


KEYWORD_FIELDS = (
    "audience",
    "locale",
    KEY_FIELD,
    NAME_FIELD,
    *(facet_field(name) for name in FACETS),
)

_FIELDS_VERSION = 14
INDEX_VERSION = f"{ANALYSIS_VERSION}-{_FIELDS_VERSION}"


@dataclass(frozen=True)
class IndexFields:
    """Values of a document by kind of field."""

    texts: dict[str, str]
    keywords: dict[str, tuple[str, ...]]
    numbers: dict[str, int]


@dataclass(frozen=True)
class IndexEntry:
    """A document as an engine stores it: made once, anywhere, and written by whoever may write.

    Attributes:
        key, version: of the document.
        card: the document as JSON, given back with a hit.
        published, number: for the order of equals; no other entry for the same readers has the
            same number.
        vector: what it means, where `search.language.embeddings` is on.
    """

    key: str
    version: str
    card: str
    published: int
    number: int
    fields: IndexFields
    vector: bytes | None = None


def entry_of(document: ContentDocument, vector: bytes | None = None) -> IndexEntry:
    """Analyse a document for an engine."""
    card = json.dumps(document.as_dict(), ensure_ascii=False)
    return IndexEntry(
        key=document.key,
        version=document.version,
        # Lone surrogates, which no engine can store, become question marks.
        card=card.encode("utf-8", "replace").decode(),
        published=document.published,
        number=document.page_id or document.number,
        fields=fields_of(document),
        vector=vector,
    )


def fields_of(document: ContentDocument) -> IndexFields:
    """Analyse a document. This is the slow part of indexing."""
    title, lead = fold(document.title), fold(document.lead[:_LONGEST_TEXT])
    body = fold(document.body[:_LONGEST_TEXT])
    linked = "\n".join(
        text
        for file in document.linked_documents
        for text in (file.title, *(text for _label, text in file.parts))
    )[:_LONGEST_TEXT]
    other = fold("\n".join([*document.translations, *document.names, linked]))
    sound = f"{sounds(title)} {sounds(fold(document.summary))} "
    sound += " ".join(sound_key(name) for name in document.names)
    return IndexFields(
        texts={
            "title": _joined(title),
            "lead": _joined(lead),
            "body": _joined(body),
            "other": _joined(other),
            "title_grams": " ".join(grams(title)),
            "lead_grams": " ".join(grams(lead)),
            "body_grams": " ".join(grams(f"{body}\n{fold(linked)}" if linked else body)),
            "sound": " ".join(gram for key in sound.split() for gram in sound_grams(key)),
        },
        keywords={
            "audience": document.audience,
            "locale": (document.locale,),
            KEY_FIELD: tuple(_with_beginnings(name_keys(document.title, *document.names))),
            NAME_FIELD: tuple(sorted({name_key(name) for name in _whole_names(document)} - {""})),
            **{facet_field(name): tuple(document.facets.get(name, ())) for name in FACETS},
        },
        numbers={"published": document.published, "confirmed": document.confirmed},
    )


def _whole_names(document: ContentDocument) -> Iterator[str]:
    """What the page is called: its title, other names, and what stands in and before brackets.

    A record that is no page has none: asked for by its name, it is offered above the hits.
    """
    if not document.page_id:
        return
    for name in (document.title, *document.names, *document.translations[:1]):
        yield name
        if parts := _BRACKETED.fullmatch(name.strip()):
            yield from parts.groups()


def name_keys(*names: str) -> set[str]:
    """Beginnings by which a name is suggested: of itself and of each of its words.

    Both as written (folded) and as it sounds, so that kanji, kana, Latin letters and half-typed
    input all lead to it.
    """
    return {key for name in names for key, _is_inner, _is_latin in name_starts(name)}


def begins_with(key: str) -> Node:
    """The query for pages of which a name begins so, as written or as it sounds."""
    return Term(KEY_FIELD, key) if len(key) <= _SHORT_KEY else Prefix(KEY_FIELD, key)


def _with_beginnings(keys: Iterable[str]) -> set[str]:
    return {key[:length] for key in keys for length in (*range(1, _SHORT_KEY + 1), len(key))}


def name_starts(name: str) -> Iterator[tuple[str, bool, bool]]:
    """The same of one name: each with whether it begins inside it, and whether it is Latin."""
    folded = fold(name)
    starts = [0, *(word.start for word in words(folded))][: _MOST_STARTS + 1]
    for start in dict.fromkeys(starts):
        rest = folded[start:]
        # Enough text for a whole key of sounds, without reading out a whole sentence.
        written, heard = rest[:_LONGEST_KEY], sounds(rest[:16])[:_LONGEST_KEY]
        for key in {written, heard} - {""}:
            yield key, start > 0, key != heard and written[0].isascii()


def _joined(text: str) -> str:
    return " ".join(forms(text))
