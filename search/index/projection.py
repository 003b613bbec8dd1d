"""Which pages can be found, and their documents and entries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from django.conf import settings
from wagtail.models import Locale, Page

from core.visibility import publicly_visible
from search.index.document import ContentDocument
from search.index.fields import IndexEntry, entry_of
from search.language.embeddings import embed_documents
from search.registry import fetch_related, findable_q, project

__all__ = ["documents_of", "entries_of", "findable_ids"]

_BATCH = 200


def findable_ids() -> list[int]:
    """Ids of all pages that can be found: live, public, no alias, of a kind that is searched."""
    pages = publicly_visible(Page.objects.filter(findable_q())).filter(alias_of=None)
    # Translations next to each other, since each is needed for the documents of the others.
    return list(pages.order_by("translation_key", "pk").values_list("pk", flat=True))


def documents_of(page_ids: Iterable[int]) -> Iterator[ContentDocument]:
    """Documents of those of the pages that can be found now.

    A few queries for each batch, and what projections ask for each page.
    """
    wanted = list(page_ids)
    for start in range(0, len(wanted), _BATCH):
        yield from _documents(wanted[start : start + _BATCH])


def entries_of(page_ids: Sequence[int]) -> list[IndexEntry]:
    """Entries of those of the pages that can be found now."""
    documents = list(documents_of(page_ids))
    return [
        entry_of(document, vector)
        for document, vector in zip(documents, embed_documents(documents), strict=True)
    ]


def _documents(page_ids: list[int]) -> Iterator[ContentDocument]:
    """Documents of the pages, each with its readers' languages and what its translations say."""
    versions = _language_versions(page_ids)
    projected = {page.pk: project(page) for group in versions.values() for page in group}
    pages = {page.pk: page for group in versions.values() for page in group}
    locales = [code for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES]
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
