"""Terms of the glossary for those who ask the search for one by its name."""

from __future__ import annotations

import re

from django.db.models import Q
from django.utils.translation import gettext as _

from home.glossary_terms import addresses_of_terms, shown_term, visible_terms
from search.registry import AskedWords, OfferedRecord, OfferedRecords, register_offers

__all__ = ["connect", "terms_asked_for"]

# 技能実習とは, what is technical intern training?
_QUESTION = re.compile(
    r"\A(?:what (?:is|are) )?(.+?)(?:とは|って何|の意味)?(?:何|なに)?(?:ですか)?[?？]?\Z"
)


def connect() -> None:
    """Let the search offer terms."""
    register_offers(terms_asked_for)


def terms_asked_for(asked: AskedWords) -> OfferedRecords | None:
    """The terms that the whole query names, in one language or the other. One query."""
    match = _QUESTION.match(asked.text)
    name = match[1] if match else asked.text
    called = Q(term_ja__iexact=name) | Q(term_en__iexact=name) | Q(reading=name)
    terms = list(visible_terms().filter(called))
    if not terms:
        return None
    items = tuple(
        OfferedRecord(key=f"term:{term.pk}", url=url, title=said.title, summary=said.text)
        for term, url in zip(terms, addresses_of_terms(terms), strict=True)
        for said in (shown_term(term),)
    )
    return OfferedRecords(
        kind="term",
        label=_("From the glossary"),
        total=len(items),
        url=items[0].url.partition("#")[0],
        items=items,
    )
