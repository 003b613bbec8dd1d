"""How good the search is: its answers beside what people judged to be right.

All measures are shares from 0 to 1, for one question; over many, they are the mean. A page is
*relevant* when its grade is 1 or more.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from search.judgements import Question
from search.query.search_query import SearchQuery
from search.records import number_of_record
from search.results.answer import search
from search.results.page import Hit

__all__ = [
    "CUT", "Answer", "Measures", "Report", "Verdict", "ask", "evaluate", "measure",
]  # fmt: skip

CUT = 10  # how far down a list people look
_TOP = 5  # what they see of it at first
_HEAD = 3  # what they judge the search by
_AT_ONCE = 100


@dataclass(frozen=True)
class Measures:
    """What is measured.

    Attributes:
        ndcg: gain of the first ten pages shown, 2^grade − 1 each, less the further down (divided by
            log₂(1 + place)), as a share of the best possible order of all judged pages.
        mrr: 1 divided by the place of the first relevant hit; 0 when it is not among the first ten.
        recall: relevant hits among the first ten, as a share of as many as could be there.
        f1: harmonic mean of precision and recall of the whole result set, on all its pages.
            Records that are no pages are left out unless they are judged.
        zero: 1 when nothing was found.
        precision: relevant pages among the first five shown, as a share of five.
        wrong: 1 when a page that is not relevant is among the first three shown.
        few: 1 when fewer than five are shown although more than that are relevant.
    """

    ndcg: float
    mrr: float
    recall: float
    f1: float
    zero: float
    precision: float
    wrong: float
    few: float


@dataclass(frozen=True)
class Answer:
    """Ids of pages, and numbers of records, that the search page gives for a question.

    Attributes:
        found: all hits on all pages of results, in order; None for records that nobody judged.
        beside: pages with some of the words that fill up a short first page, and below it pages
            near in meaning, where the extra `semantic` is on. They are seen, but not among the hits
            that are counted.
        above: judged records that are offered above the hits, and so not listed among them again.
    """

    found: tuple[int | None, ...]
    beside: tuple[int | None, ...] = ()
    above: tuple[int, ...] = ()

    @property
    def seen(self) -> tuple[int | None, ...]:
        """Pages and judged records in the order in which a reader sees them."""
        listed = tuple(hit for hit in self.found if hit not in self.above)
        return (*self.above, *listed[:CUT], *self.beside, *listed[CUT:])


@dataclass(frozen=True)
class Verdict:
    """A question, the answer to it, and how good that is."""

    question: Question
    answer: Answer
    measures: Measures


@dataclass(frozen=True)
class Report:
    """Verdicts on many questions."""

    verdicts: tuple[Verdict, ...]

    @property
    def total(self) -> Measures:
        """Mean over all questions."""
        return _mean(verdict.measures for verdict in self.verdicts)

    @property
    def kinds(self) -> dict[str, tuple[int, Measures]]:
        """Number of questions and mean by kind; questions without a kind are left out."""
        groups: dict[str, list[Measures]] = defaultdict(list)
        for verdict in self.verdicts:
            if verdict.question.kind:
                groups[verdict.question.kind].append(verdict.measures)
        return {kind: (len(some), _mean(some)) for kind, some in sorted(groups.items())}

    def worst(self, count: int = 10) -> list[Verdict]:
        """The questions that are answered worst: by order of hits, then by result set."""

        def quality(verdict: Verdict) -> float:
            return verdict.measures.ndcg + verdict.measures.f1

        return sorted(self.verdicts, key=quality)[:count]

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return {
            "total": asdict(self.total),
            "kinds": {
                kind: {"questions": number, **asdict(measures)}
                for kind, (number, measures) in self.kinds.items()
            },
            "questions": [
                {
                    "query": verdict.question.query,
                    "locale": verdict.question.locale,
                    "kind": verdict.question.kind,
                    "relevant": len(verdict.question.relevant),
                    "found": len(verdict.answer.found),
                    **asdict(verdict.measures),
                }
                for verdict in self.verdicts
            ],
        }


def measure(answer: Answer, grades: Mapping[int, int]) -> Measures:
    """Compare an answer with grades by page; pages without a grade have 0."""
    relevant = {page for page, grade in grades.items() if grade > 0}
    pages = [page for page in answer.found if page is not None]
    right = sum(page in relevant for page in pages)
    first = answer.seen[:CUT]
    places = [place for place, page in enumerate(first, 1) if page in relevant]
    ideal = _gain(sorted(grades.values(), reverse=True)[:CUT])
    return Measures(
        ndcg=_gain(grades.get(page or 0, 0) for page in first) / ideal if ideal else 0.0,
        mrr=1 / places[0] if places else 0.0,
        recall=len(places) / min(CUT, len(relevant)) if relevant else 0.0,
        f1=2 * right / (len(pages) + len(relevant)) if relevant else 0.0,
        zero=float(not answer.found),
        precision=sum(page in relevant for page in first[:_TOP]) / _TOP,
        wrong=float(any(page not in relevant for page in first[:_HEAD] if page is not None)),
        few=float(len(first) < min(_TOP, len(relevant))),
    )


def ask(question: Question) -> Answer:
    """What the search page gives for a question, on all its pages of results."""
    query = SearchQuery(text=question.query, locale=question.locale, per_page=_AT_ONCE)
    first = search(query)
    hits = list(first.hits)
    for number in range(2, first.pages + 1):
        hits += search(replace(query, page=number)).hits
    offered = [item.key for records in first.records for item in records.items]
    return Answer(
        found=tuple(_judged(hit, question) for hit in hits),
        beside=tuple(_judged(hit, question) for hit in (*first.some_hits, *first.by_meaning)),
        above=tuple(n for n in map(number_of_record, offered) if n in question.grades),
    )


def _judged(hit: Hit, question: Question) -> int | None:
    """What judgements call a hit; nothing for a record that the question does not judge."""
    if hit.page_id is not None:
        return hit.page_id
    number = number_of_record(hit.key)
    return number if number in question.grades else None


def evaluate(questions: Iterable[Question], answer: Callable[[Question], Answer] = ask) -> Report:
    """Ask all questions and judge the answers."""
    verdicts = []
    for question in questions:
        given = answer(question)
        verdicts.append(Verdict(question, given, measure(given, question.grades)))
    return Report(tuple(verdicts))


def _gain(grades: Iterable[int]) -> float:
    return sum((2.0**grade - 1) / math.log2(1 + place) for place, grade in enumerate(grades, 1))


def _mean(measures: Iterable[Measures]) -> Measures:
    many = list(measures)
    return Measures(
        **{
            field.name: sum(getattr(one, field.name) for one in many) / max(1, len(many))
            for field in fields(Measures)
        }
    )
