"""Standard pages, and the terms that stand on the page of the glossary, as search documents."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Exists, QuerySet
from django.utils.translation import get_language

from core.prose import plain_text
from core.readings import is_plain
from core.visibility import publicly_visible
from home.models import GlossaryPage, StandardPage
from search.index.document import ContentDocument
from search.records import RecordKind, ShownRecord, document_of_record, register_records
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


def public_terms() -> QuerySet[GlossaryTerm]:
    """The terms of the glossary, as long as the public may see its page."""
    return GlossaryTerm.objects.filter(Exists(publicly_visible(GlossaryPage.objects.all())))


def term_document(term: GlossaryTerm, language: str) -> ContentDocument:
    """What the public search knows of a term: in English, if it is explained in English."""
    title, text, is_english = _said_of(term, language)
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


def shown_term(term: GlossaryTerm) -> ShownRecord:
    """What a list of hits shows of a term: its explanation in the reading that is read."""
    title, text, _is_english = _said_of(term, get_language() or "ja")
    return ShownRecord(title=title, text=(is_plain() and term.explanation_easy) or text)


def _said_of(term: GlossaryTerm, language: str) -> tuple[str, str, bool]:
    """Name and explanation of a term for readers of a language, and whether they are English."""
    if language.startswith("en") and term.term_en and term.explanation_en:
        return term.term_en, term.explanation_en, True
    return term.term_ja, term.explanation_ja, False


def addresses_of_terms(terms: Sequence[GlossaryTerm]) -> list[str]:
    """Where the terms stand: on the glossary in the active language, else on the other."""
    language = (get_language() or "ja").split("-")[0]
    pages = list(publicly_visible(GlossaryPage.objects.select_related("locale")))
    pages.sort(key=lambda page: page.locale.language_code != language)
    url = (pages[0].get_url() or "") if pages else ""
    return [f"{url}#term-{term.pk}" for term in terms]


register(StandardPage, standard_page_document)
register_records(
    RecordKind(
        name="term",
        number=2,
        model=GlossaryTerm,
        public=public_terms,
        document=term_document,
        show=shown_term,
        addresses=addresses_of_terms,
        titles=("term_ja", "term_en", "reading"),
        stands_on=GlossaryPage,
    )
)
