"""Records that are no pages: what apps say that the search shall know of them.

A desk or a term of the glossary has no page of its own, but stands on one. An app's
`search_documents.py` describes the kind and registers it:

    def desk_document(desk: ConsultationDesk, language: str) -> ContentDocument:
        return document_of_record(desk, "desk", language, title=desk.name_ja)

    register_records(RecordKind(name="desk", model=ConsultationDesk, document=desk_document, …))

Each record has a document for the readers of each language, so that titles, passages and order are
made as for pages. What a list shows of a record comes from the database when it is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Model, QuerySet
from wagtail.models import Page

from search.index.document import ContentDocument, Item
from search.registry import Lookup, codes_of, distinct, seconds_of

__all__ = [
    "Call",
    "RecordKind",
    "ShownRecord",
    "document_of_record",
    "keys_of",
    "number_of_record",
    "reader_languages",
    "record_kind",
    "record_kinds",
    "register_records",
]

# Numbers of pages stay below the first, those of a kind's records below the second.
_RECORDS = 2**30
_OF_A_KIND = 2**26


@dataclass(frozen=True)
class Call:
    """A telephone number: as it is read, as it is dialled, and for whom it is."""

    number: str
    dialled: str
    whom: str = ""


@dataclass(frozen=True)
class ShownRecord:
    """A record as a list shows it, in the language and reading of the page.

    Attributes:
        title: what it is called.
        text: what is said of it.
        place: where it is, or for whom.
        facts: further facts, each with its label.
        calls: numbers that may be called.
        is_stale: whether what is said may be out of date.
    """

    title: str
    text: str = ""
    place: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    calls: tuple[Call, ...] = ()
    is_stale: bool = False


@dataclass(frozen=True)
class RecordKind:
    """Records of one model that are found beside the pages.

    Attributes:
        name: code of the facet `kind`, and beginning of the keys of their documents.
        number: from 1 to 15, another for each kind, and the same for ever: equals stand in the
            order of numbers.
        visible: the records that the public may see, with what `document` and `show` read.
        document: from a record and a language to the document for readers of that language.
        show: what a list shows of a record.
        addresses: where each of the records stands, in the active language.
        titles: names of the fields in which words are looked for while there is no engine.
        lookups: as for pages, see `search.registry.register`.
        stands_on: the model of the pages that show them, where they are public with these alone.
    """

    name: str
    number: int
    model: type[Model]
    visible: Callable[[], QuerySet[Any]]
    document: Callable[[Any, str], ContentDocument]
    show: Callable[[Any], ShownRecord]
    addresses: Callable[[Sequence[Any]], Sequence[str]]
    titles: tuple[str, ...]
    lookups: Mapping[str, Lookup] = field(default_factory=dict)
    stands_on: type[Page] | None = None


_kinds: dict[str, RecordKind] = {}


def register_records(kind: RecordKind) -> None:
    """Let records of this kind be found."""
    _kinds[kind.name] = kind


def record_kinds() -> tuple[RecordKind, ...]:
    """All kinds of records, in the order of their numbers."""
    return tuple(sorted(_kinds.values(), key=lambda kind: kind.number))


def record_kind(name: str) -> RecordKind | None:
    """The kind with that name; None for pages, and for what is no longer registered."""
    return _kinds.get(name)


def reader_languages() -> list[str]:
    """The languages for whose readers there are documents."""
    return [code for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES]


def keys_of(item: Item) -> tuple[str, ...]:
    """Keys of all documents of a page or a record."""
    if item.is_page:
        return (item.key,)
    return tuple(f"{item.key}:{language}" for language in reader_languages())


def number_of_record(key: str) -> int:
    """The number of a record's documents, by their key without the language of the readers."""
    kind, _, pk = key.partition(":")
    return _RECORDS + _kinds[kind].number * _OF_A_KIND + int(pk)


def document_of_record(
    record: Model,
    kind: str,
    readers: str,
    *,
    title: str,
    locale: str = "",
    summary: str = "",
    lead: str = "",
    body: str = "",
    names: Iterable[str] = (),
    facets: Mapping[str, Iterable[str]] | None = None,
    confirmed: Any = None,
) -> ContentDocument:
    """A document for the readers of one language, with what every record has and what is given.

    Args:
        locale: language of the text, where it is another than that of the readers.
    """
    return ContentDocument(
        key=f"{kind}:{record.pk}:{readers}",
        page_id=0,
        number=number_of_record(f"{kind}:{record.pk}"),
        kind=kind,
        locale=locale or readers,
        translation_key=f"{kind}:{record.pk}",
        title=title,
        lead=lead or summary,
        body=body,
        names=distinct(names),
        facets=codes_of(kind, facets),
        audience=(readers,),
        confirmed=seconds_of(confirmed),
        summary=summary,
    )
