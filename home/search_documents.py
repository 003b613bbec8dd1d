"""Standard pages as search documents."""

from __future__ import annotations

from core.prose import plain_text
from home.models import StandardPage
from search.index.document import ContentDocument
from search.registry import document_of, register


def standard_page_document(page: StandardPage) -> ContentDocument:
    """What the public search knows of a page of text."""
    return document_of(
        page,
        kind="page",
        summary=page.summary,
        lead=page.summary,
        body=plain_text(page.body),
        facets={},
    )


register(StandardPage, standard_page_document)
