"""How many of the judged queries a search answers at all: with a relevant case among the first ten.

Asked on the real content, without synthetic pages. How well they are answered is another question,
which `manage.py search_evaluate` puts to this site's own search.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.site import ROOT
from casestudies.models import CaseStudyPage
from search.judgements import Corpus, Question, read_questions
from search.query.search_query import SearchQuery
from search.results.answer import search

__all__ = ["HALVES", "Answered", "answered", "ask_site", "judged"]

HALVES = {"tuning": "Tuning half", "reported": "Reported half"}
_FOLDER = ROOT / "tests" / "search" / "relevance"


@dataclass(frozen=True)
class Answered:
    """How many of so many questions were answered, by kind and together."""

    kinds: dict[str, tuple[int, int]]

    @property
    def total(self) -> tuple[int, int]:
        """Over all kinds."""
        right, asked = zip(*self.kinds.values(), strict=True)
        return sum(right), sum(asked)


def judged() -> dict[str, list[Question]]:
    """By half, the judged queries for which some case study is relevant."""
    cases = set(CaseStudyPage.objects.live().filter(alias_of=None).values_list("pk", flat=True))
    corpus = Corpus.of_site()
    return {
        half: [q for q in read_questions(_FOLDER / f"{half}.tsv", corpus) if q.relevant & cases]
        for half in HALVES
    }


def answered(questions: Sequence[Question], ask: Callable[[str, str], Sequence[int]]) -> Answered:
    """Ask all questions; `ask` gives the first ten pages for a text and a reader's language."""
    kinds: dict[str, tuple[int, int]] = {}
    for question in questions:
        right, asked = kinds.get(question.kind, (0, 0))
        is_answered = bool(question.relevant & set(ask(question.query, question.locale)))
        kinds[question.kind] = (right + is_answered, asked + 1)
    return Answered(dict(sorted(kinds.items())))


def ask_site(text: str, locale: str) -> Sequence[int]:
    """The first ten case studies that this site's search finds."""
    query = SearchQuery.from_params({"q": text, "kind": "case"}, locale)
    return [hit.page_id or 0 for hit in search(query).hits]
