"""Did-you-mean on the real content: what is offered for misspelt words, and nothing for others.

A correction is right when the first word offered, or searched for at once, is one of those judged
right, or when the word was understood without one: found by its sound or in the lexicon.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from wagtail.models import Site

from search.language.analysis import surface_key
from search.query.lexicon import current_lexicon
from search.query.search_query import SearchQuery
from search.results.answer import search

FOLDER = Path(__file__).parent / "relevance"
HALVES = ["tuning", "reported"]


@dataclass(frozen=True)
class Case:
    """Something typed, and what it should be taken for; nothing for a word that is right."""

    typed: str
    locale: str
    right: frozenset[str]


def cases(half: str) -> Iterator[Case]:
    for line in (FOLDER / f"corrections_{half}.tsv").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            typed, locale, right, _kind = line.split("\t")
            words = frozenset(surface_key(word) for word in right.split("|") if word != "-")
            yield Case(typed, locale, words)


def offered(case: Case) -> tuple[str, ...]:
    results = search(SearchQuery(text=case.typed, locale=case.locale))
    return tuple(word for word in (results.corrected, *results.corrections) if word)


def is_understood(case: Case) -> bool:
    entries = current_lexicon().match(case.typed)
    return any(case.right & {surface_key(term) for term in entry.terms} for entry in entries)


@pytest.mark.parametrize("half", HALVES)
def test_misspelt_words_are_corrected(site: Site, half: str) -> None:
    misspelt = [case for case in cases(half) if case.right]
    wrong = {}
    for case in misspelt:
        words = offered(case)
        if not (words and surface_key(words[0]) in case.right) and not is_understood(case):
            wrong[case.typed] = words
    share = 1 - len(wrong) / len(misspelt)
    assert share >= 0.95, wrong if half == "tuning" else f"{share:.3f}"


@pytest.mark.parametrize("half", HALVES)
def test_nothing_is_offered_for_other_words(site: Site, half: str) -> None:
    others = [case for case in cases(half) if not case.right]
    wrong = {case.typed: words for case in others if (words := offered(case))}
    assert not wrong, wrong if half == "tuning" else len(wrong)


def test_set_is_large_enough() -> None:
    every = [case for half in HALVES for case in cases(half)]
    assert sum(bool(case.right) for case in every) >= 60
    assert sum(not case.right for case in every) >= 20
    assert len({(case.typed, case.locale) for case in every}) == len(every)
