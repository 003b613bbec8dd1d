"""Standard pages, and the terms that stand on the page of the glossary, as search documents."""

from __future__ import annotations

from core.prose import plain_text
from home.glossary_terms import addresses_of_terms, said_of, shown_term, visible_terms
from home.models import GlossaryPage, StandardPage
from search.index.document import ContentDocument
from search.records import RecordKind, document_of_record, register_records
from search.registry import document_of, register
from taxonomy.models import GlossaryTerm


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


def term_document(term: GlossaryTerm, language: str) -> ContentDocument:
    """What the public search knows of a term: in English, if it is explained in English."""
    title, text, is_english = said_of(term, language)
    return document_of_record(
        term,
        "term",
        language,
        locale="en" if is_english else "ja",
        title=title,
        summary=text,
        body=text if is_english else "\n".join(filter(None, [text, term.explanation_easy])),
        names=[term.term_ja, term.reading, term.term_en],
    )


register(StandardPage, standard_page_document)
register_records(
    RecordKind(
        name="term",
        number=2,
        model=GlossaryTerm,
        visible=visible_terms,
        document=term_document,
        show=shown_term,
        addresses=addresses_of_terms,
        titles=("term_ja", "term_en", "reading"),
        stands_on=GlossaryPage,
    )
)
