"""The search document: what the search knows of one page, in no engine's language."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class ContentDocument:
    """One page in one language.

    Attributes:
        key: the document's name in the index, `page:<id>`.
        page_id: primary key of the page.
        kind: what it is, in the words of the facet `kind`.
        locale: language of the text.
        translation_key: shared by the translations of a page.
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
        }
