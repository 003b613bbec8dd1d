"""Which pages and records can be found, and their documents and entries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from wagtail.models import Locale, Page

from core.visibility import publicly_visible
from search.index.document import ContentDocument, Item, by_source
from search.index.fields import IndexEntry, entry_of
from search.language.embeddings import embed_documents
from search.records import RecordKind, reader_languages, record_kind, record_kinds
from search.registry import fetch_related, findable_q, linked_documents_of, project

__all__ = [
    "documents_of",
    "documents_of_items",
    "entries_of",
    "findable_ids",
    "findable_items",
    "public_items",
    "public_records",
]

_BATCH = 200


def findable_ids() -> list[int]:
    """Ids of all pages that can be found: live, public, no alias, of a kind that is searched."""
    pages = publicly_visible(Page.objects.filter(findable_q())).filter(alias_of=None)
    # Translations next to each other, since each is needed for the documents of the others.
    return list(pages.order_by("translation_key", "pk").values_list("pk", flat=True))


def findable_items() -> list[Item]:
    """All pages and records that can be found."""
    return [
        *map(Item.page, findable_ids()),
        *(
            Item(kind.name, pk)
            for kind in record_kinds()
            for pk in kind.visible().order_by("pk").values_list("pk", flat=True)
        ),
    ]


def documents_of(page_ids: Iterable[int]) -> Iterator[ContentDocument]:
    """Documents of those of the pages that can be found now.

    A few queries for each batch, and what projections ask for each page.
    """
    wanted = list(page_ids)
    for start in range(0, len(wanted), _BATCH):
        yield from _documents(wanted[start : start + _BATCH])


def documents_of_items(items: Sequence[Item]) -> Iterator[ContentDocument]:
    """Documents of those of the pages and records that can be found now."""
    yield from documents_of(item.pk for item in items if item.is_page)
    for kind, record in public_records(item for item in items if not item.is_page):
        yield from _documents_of_record(kind, record)


def entries_of(items: Sequence[Item]) -> list[IndexEntry]:
    """Entries of those of the pages and records that can be found now.

    Meaning compares pages alone: what is said of a record is a name and a few facts.
    """
    documents = list(documents_of_items(items))
    pages = [document for document in documents if document.page_id]
    vectors = dict(zip((page.key for page in pages), embed_documents(pages), strict=True))
    return [entry_of(document, vectors.get(document.key)) for document in documents]


def public_records(items: Iterable[Item]) -> Iterator[tuple[RecordKind, Any]]:
    """Those of the records that the public may see now, each with its kind.

    A few queries for each kind of record that is asked for.
    """
    for kind, records in _public(items):
        for record in records:
            yield kind, record


def public_items(items: Iterable[Item]) -> set[Item]:
    """The same without reading the records. A query for each kind of record."""
    return {
        Item(kind.name, pk)
        for kind, records in _public(items)
        for pk in records.values_list("pk", flat=True)
    }


def _public(items: Iterable[Item]) -> Iterator[tuple[RecordKind, QuerySet[Any]]]:
    for name, pks in by_source(items).items():
        kind = record_kind(name)
        if kind is not None:
            yield kind, kind.visible().filter(pk__in=pks)


def _documents_of_record(kind: RecordKind, record: Any) -> Iterator[ContentDocument]:
    """A document for the readers of each language, with what those of the others say."""
    documents = [kind.document(record, language) for language in reader_languages()]
    for document in documents:
        yield replace(
            document,
            translations=tuple(
                text
                for other in documents
                if other.locale != document.locale
                for text in (other.title, f"{other.lead}\n{other.body}")
            ),
        )


def _documents(page_ids: list[int]) -> Iterator[ContentDocument]:
    """Documents of the pages, each with its readers' languages and what its translations say."""
    versions = _language_versions(page_ids)
    projected = {page.pk: project(page) for group in versions.values() for page in group}
    pages = {page.pk: page for group in versions.values() for page in group}
    locales = reader_languages()
    linked = linked_documents_of(page_ids)
    for page_id in page_ids:
        document = projected.get(page_id)
        if document is None:
            continue
        others = [o for o in versions[pages[page_id].translation_key] if o.pk != page_id]
        taken = {other.locale.language_code for other in others}
        # What a translation says is one more way to find the page.
        translations = [projected[other.pk] for other in others]
        yield replace(
            document,
            audience=tuple(
                code for code in locales if code == document.locale or code not in taken
            ),
            translations=tuple(
                text
                for other in translations
                if other
                for text in (other.title, f"{other.lead}\n{other.body}")
            ),
            linked_documents=linked.get(page_id, ()),
        )


def _language_versions(page_ids: list[int]) -> dict[object, list[Page]]:
    """By translation key the originals that can be found: the pages and their translations."""
    keys = Page.objects.filter(pk__in=page_ids).values("translation_key")
    found = list(
        publicly_visible(Page.objects.all())
        .filter(findable_q(), translation_key__in=keys, alias_of=None)
        .order_by("locale__language_code")
        .specific()
    )
    public = _with_locales(found)
    fetch_related(public)
    out: dict[object, list[Page]] = defaultdict(list)
    for page in public:
        out[page.translation_key].append(page)
    return out


def _with_locales(pages: list[Page]) -> list[Page]:
    """The pages with their locale at hand. One query."""
    locales = Locale.objects.in_bulk()
    for page in pages:
        page.locale = locales[page.locale_id]
    return pages
