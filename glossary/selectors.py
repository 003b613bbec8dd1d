"""Reads of the glossary for pages."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language

from core.readings import is_plain
from core.visibility import publicly_visible
from glossary.terms import Explanation, Terms
from home.models import GlossaryPage
from page_cache.kept import kept
from taxonomy.models import GlossaryTerm

__all__ = ["Glossary", "current_glossary"]


@dataclass(frozen=True)
class Glossary:
    """The glossary as one reading of the site has it.

    Attributes:
        address: of the page with all terms; empty where there is none for the public.
    """

    language: str
    terms: Terms
    address: str


def current_glossary() -> Glossary:
    """The glossary of the active language and reading, kept; two queries after a change."""
    language = (get_language() or "ja").split("-")[0]
    return _glossary(language, "easy" if is_plain() else language)


@kept
def _glossary(language: str, reading: str) -> Glossary:
    """The terms that have an explanation in this reading; others are not looked for."""
    explanations = [
        Explanation(term.pk, name, text)
        for term in GlossaryTerm.objects.all()
        if (name := _name(term, language)) and (text := getattr(term, f"explanation_{reading}"))
    ]
    page = publicly_visible(GlossaryPage.objects.filter(locale__language_code=language)).first()
    address = (page.url or "") if page else ""
    return Glossary(language, Terms(explanations, is_japanese=language == "ja"), address)


def _name(term: GlossaryTerm, language: str) -> str:
    """The term as texts have it: without what is added in brackets."""
    name = term.term_ja if language == "ja" else term.term_en
    return name.partition("(")[0].partition("（")[0].strip()
