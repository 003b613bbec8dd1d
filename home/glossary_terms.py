"""Terms of the glossary where they are found: which are public, what is said of them, and where."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Exists, QuerySet
from django.utils.translation import get_language

from core.readings import is_plain
from core.visibility import publicly_visible
from home.models import GlossaryPage
from search.records import ShownRecord
from taxonomy.models import GlossaryTerm

__all__ = ["addresses_of_terms", "said_of", "shown_term", "visible_terms"]


def visible_terms() -> QuerySet[GlossaryTerm]:
    """The terms of the glossary, as long as the public may see its page."""
    return GlossaryTerm.objects.filter(Exists(publicly_visible(GlossaryPage.objects.all())))


def shown_term(term: GlossaryTerm) -> ShownRecord:
    """What a list of hits shows of a term: its explanation in the reading that is read."""
    title, text, _is_english = said_of(term, get_language() or "ja")
    return ShownRecord(title=title, text=(is_plain() and term.explanation_easy) or text)


def said_of(term: GlossaryTerm, language: str) -> tuple[str, str, bool]:
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
