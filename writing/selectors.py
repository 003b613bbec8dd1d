"""Reads for writers: hard words with easier ones, measures of a page, translations to look at."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.conf import settings
from django.db.models import F, OuterRef, QuerySet, Subquery
from wagtail.models import Page

from core.numbers import round_half_up
from taxonomy.models import VOCABULARIES, GlossaryTerm
from writing.checks import Passage, passages
from writing.plain import sentences

__all__ = ["Measures", "hard_words", "measures", "outdated_translations", "untranslated_pages"]

# Characters that are read in a minute; a round number between those of several studies.
_CHARACTERS_A_MINUTE = 500
_KANJI = re.compile(r"[一-鿿]")


def hard_words() -> dict[str, str]:
    """Words of the vocabularies and the glossary that have plainer words, with these."""
    found: dict[str, str] = {}
    for entry in GlossaryTerm.objects.exclude(explanation_easy=""):
        found[entry.term_ja] = entry.explanation_easy
    for model in VOCABULARIES.values():
        for term in model._default_manager.exclude(label_easy=""):
            if term.label_easy != term.label_ja and _KANJI.search(term.label_ja):
                found[term.label_ja] = term.label_easy
    return found


@dataclass(frozen=True)
class Measures:
    """How much there is to read: what Wagtail's own measures cannot say of Japanese."""

    characters: int
    sentences: int
    longest: int
    minutes: int

    @property
    def average(self) -> int:
        """Characters of a sentence, on average."""
        if not self.sentences:
            return 0
        return int(round_half_up(self.characters / self.sentences))


def measures(page: Page) -> Measures:
    """How much there is to read on a Japanese page; plain Japanese is not counted."""
    texts: list[Passage] = [
        passage for passage in passages(page) if not passage.field.startswith("easy_")
    ]
    lengths = [
        len(re.sub(r"\s", "", sentence)) for text in texts for sentence in sentences(text.text)
    ]
    total = sum(lengths)
    return Measures(
        total,
        len(lengths),
        max(lengths, default=0),
        max(1, int(round_half_up(total / _CHARACTERS_A_MINUTE))),
    )


def outdated_translations() -> QuerySet[Page]:
    """Translations that were last written before their original was last published.

    Each has `original_id`, `original_title` and `original_published_at`. The one that has waited
    longest comes first.
    """
    original = Page.objects.filter(
        translation_key=OuterRef("translation_key"),
        locale__language_code=settings.LANGUAGE_CODE,
        live=True,
    )
    return (
        Page.objects.exclude(locale__language_code=settings.LANGUAGE_CODE)
        .filter(alias_of=None, depth__gt=1)
        .annotate(
            original_id=Subquery(original.values("pk")[:1]),
            original_title=Subquery(original.values("title")[:1]),
            original_published_at=Subquery(original.values("last_published_at")[:1]),
        )
        .filter(latest_revision_created_at__lt=F("original_published_at"))
        .select_related("locale")
        .order_by("original_published_at", "pk")
    )


def untranslated_pages() -> QuerySet[Page]:
    """Pages that stand in another language's tree with the words of the original."""
    return Page.objects.exclude(locale__language_code=settings.LANGUAGE_CODE).exclude(alias_of=None)
