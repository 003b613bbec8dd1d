"""The arithmetic of the evaluation on cases small enough for pencil and paper."""

from __future__ import annotations

import math

import pytest

from search.evaluation import Answer, Measures, Report, Verdict, evaluate, measure
from search.judgements import Question


def measured(found: list[int], grades: dict[int, int]) -> Measures:
    return measure(Answer(tuple(found)), grades)


def question(grades: dict[int, int], kind: str = "", query: str = "q") -> Question:
    return Question(query=query, locale="ja", grades=grades, kind=kind)


def test_perfect_order_is_one() -> None:
    assert measured([1, 2, 3], {1: 3, 2: 2, 3: 1}) == Measures(1, 1, 1, 1, 0, 0.6, 0, 0)


def test_nothing_found_is_nought() -> None:
    assert measured([], {1: 3}) == Measures(0, 0, 0, 0, 1, 0, 0, 1)


def test_gain_falls_with_the_place_and_doubles_with_the_grade() -> None:
    # 2^3 − 1 = 7 on place 1 and 2^1 − 1 = 1 on place 2 would be best.
    best = 7 / math.log2(2) + 1 / math.log2(3)
    swapped = 1 / math.log2(2) + 7 / math.log2(3)
    assert measured([2, 1], {1: 3, 2: 1}).ndcg == pytest.approx(swapped / best)


def test_ideal_order_is_that_of_all_judged_pages() -> None:
    assert measured([1], {1: 3, 2: 3}).ndcg == pytest.approx(1 / (1 + 1 / math.log2(3)))


def test_reciprocal_rank_is_that_of_the_first_relevant_hit() -> None:
    assert measured([9, 8, 1], {1: 1}).mrr == pytest.approx(1 / 3)
    assert measured([*range(100, 110), 1], {1: 3}).mrr == 0


def test_grade_nought_is_not_relevant() -> None:
    found = measured([1, 2], {1: 0, 2: 3})
    assert found.mrr == 0.5
    assert found.f1 == pytest.approx(2 / 3)


def test_recall_is_of_what_ten_places_can_hold() -> None:
    grades = dict.fromkeys(range(20), 1)
    assert measured(list(range(10)), grades).recall == 1
    assert measured([0, 1, 2, 3, 4, 90, 91, 92, 93, 94], grades).recall == 0.5
    assert measured([0], {0: 1, 1: 1}).recall == 0.5


def test_f1_looks_at_all_hits() -> None:
    # 12 right of 16 found, 12 of 20 relevant found: precision 0.75, recall 0.6.
    found = [*range(12), 101, 102, 103, 104]
    assert measured(found, dict.fromkeys(range(20), 1)).f1 == pytest.approx(2 * 0.75 * 0.6 / 1.35)


def test_precision_is_that_of_five_places() -> None:
    grades = dict.fromkeys(range(20), 1)
    assert measured([0, 1, 90, 2, 91, 3], grades).precision == 0.6
    assert measured([0], {0: 3}).precision == 0.2


def test_wrong_is_an_irrelevant_page_among_the_first_three() -> None:
    grades = {1: 3, 2: 1, 3: 1, 4: 0}
    assert measured([1, 2, 3, 4], grades).wrong == 0
    assert measured([1, 2, 4, 3], grades).wrong == 1
    assert measure(Answer(found=(1,), beside=(9,)), grades).wrong == 1
    assert measure(Answer(found=(None, 1, 2, 9)), grades).wrong == 0  # a record is not judged


def test_few_are_shown_though_more_are_relevant() -> None:
    grades = dict.fromkeys(range(20), 1)
    assert measured([0, 1, 2, 3], grades).few == 1
    assert measure(Answer(found=(0, 1, 2, 3), beside=(4,)), grades).few == 0
    assert measured([0, 1], {0: 1, 1: 1}).few == 0


def test_pages_by_meaning_are_seen_but_not_counted() -> None:
    beside = measure(Answer(found=(9,), beside=(1,)), {1: 3})
    assert (beside.mrr, beside.f1) == (0.5, 0)
    assert Answer(tuple(range(12)), beside=(99,)).seen == (*range(10), 99, 10, 11)


def test_judged_records_above_the_hits_are_seen_first_and_once() -> None:
    answer = Answer(found=(1, 91, 2), beside=(3,), above=(91,))
    assert answer.seen == (91, 1, 2, 3)
    assert measure(answer, {91: 3, 1: 2, 2: 1}).ndcg == 1


def test_report_means_over_queries_not_hits() -> None:
    many, one = question(dict.fromkeys(range(50), 1), "broad"), question({1: 3}, "narrow")
    report = evaluate([many, one], lambda q: Answer(tuple(range(50)) if q is many else ()))
    assert report.total.f1 == 0.5
    assert report.total.zero == 0.5
    assert {kind: number for kind, (number, _) in report.kinds.items()} == {"broad": 1, "narrow": 1}
    assert [v.question for v in report.worst(1)] == [one]


def test_report_as_plain_values() -> None:
    measures = Measures(1, 1, 1, 1, 0, 1, 0, 0)
    report = Report((Verdict(question({1: 3}, "word"), Answer((1,)), measures),))
    plain = report.as_dict()
    assert plain["total"]["ndcg"] == 1
    assert plain["kinds"]["word"]["questions"] == 1
    assert plain["questions"][0]["relevant"] == 1
