"""The search document: what the search knows of a page or a record, in no engine's language."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

_PAGE = "page"


class Item(NamedTuple):
    """What documents are made from: a page, or a record that is no page.

    Attributes:
        source: `page`, or the name of the kind of records.
        pk: its primary key.
    """

    source: str
    pk: int

    @classmethod
    def page(cls, pk: int) -> Item:
        """A page."""
        return cls(_PAGE, pk)

    @classmethod
    def of_key(cls, key: str) -> Item:
        """What a document was made from, by the document's key."""
        source, pk, *_readers = key.split(":")
        return cls(source, int(pk))

    @property
    def is_page(self) -> bool:
        """Whether it is a page."""
        return self.source == _PAGE

    @property
    def key(self) -> str:
        """The key of a page's document, and the beginning of the keys of a record's documents."""
        return f"{self.source}:{self.pk}"


def by_source(items: Iterable[Item]) -> dict[str, list[int]]:
    """Primary keys of pages and records, by what they are."""
    found: dict[str, list[int]] = {}
    for item in items:
        found.setdefault(item.source, []).append(item.pk)
    return found


@dataclass(frozen=True)
class LinkedDocument:
    """A file that a page links to: its primary key, title, address, and text by page of the file.

    Attributes:
        parts: pairs of a label, such as the number of a page, and the text that stands there.
    """

    pk: int
    title: str
    url: str
    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ContentDocument:
    """One page, or one record that is no page, in one language.

    Attributes:
        key: the document's name in the index, `page:<id>`; of a record `<kind>:<id>:<language>`,
            one for the readers of each language.
        page_id: primary key of the page; 0 for a record.
        kind: what it is, in the words of the facet `kind`.
        locale: language of the text.
        translation_key: shared by the translations of a page, and by the documents of a record.
        title: weighs most.
        lead: summary, names of places and actors, labels of the page's terms in every language.
        body: the whole text; passages for hits are taken from it.
        names: other names and readings in kana, found by suggestions.
        translations: title and text of the page in other languages, by turns, so that a question in
            one language finds a page in another. Filled while indexing.
        facets: codes by facet; for hierarchical facets with the codes of everything above.
        audience: languages for whose readers this page is the best version there is: its own, and
            each without a live translation. Filled while indexing.
        published, confirmed: seconds since 1970 of the first publication and of the last
            confirmation; 0 for never.
        year: year of the start, for the facet `period`.
        summary: one line for lists.
        number: of a record, a number that nothing else has for the same readers; pages have their
            id for that.
        linked_documents: documents that the page links to. Filled while indexing.
    """

    key: str
    page_id: int
    kind: str
    locale: str
    translation_key: str
    title: str
    lead: str = ""
    body: str = ""
    names: tuple[str, ...] = ()
    translations: tuple[str, ...] = ()
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    audience: tuple[str, ...] = ()
    published: int = 0
    confirmed: int = 0
    year: int | None = None
    summary: str = ""
    number: int = 0
    linked_documents: tuple[LinkedDocument, ...] = ()

    @cached_property
    def version(self) -> str:
        """A digest of everything in the document: two documents with the same one are equal."""
        content = json.dumps(self.as_dict(), sort_keys=True, ensure_ascii=False)
        return hashlib.blake2b(content.encode("utf-8", "replace"), digest_size=8).hexdigest()

    def as_dict(self) -> dict[str, Any]:
        """All attributes as plain values, ready for JSON."""
        return {
            "key": self.key,
            "page_id": self.page_id,
            "kind": self.kind,
            "locale": self.locale,
            "translation_key": self.translation_key,
            "title": self.title,
            "lead": self.lead,
            "body": self.body,
            "names": list(self.names),
            "translations": list(self.translations),
            "facets": {name: list(codes) for name, codes in sorted(self.facets.items())},
            "audience": list(self.audience),
            "published": self.published,
            "confirmed": self.confirmed,
            "year": self.year,
            "summary": self.summary,
            "linked_documents": [
                [file.pk, file.title, file.url, [list(part) for part in file.parts]]
                for file in self.linked_documents
            ],
        }
