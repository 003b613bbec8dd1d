"""Small counts stay hidden: no table of numbers that fits what is shown gives one of them away."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator

import pytest

from surveys.suppression import Cell, Column, hidden_cells, is_small

Counts = dict[Cell, int]


def tables_that_fit(
    shown: Counts,
    hidden: set[Cell],
    full: Counts,
    responses: dict[str, int],
    wholes: dict[str, list[list[str]]],
    *,
    one_answer: bool,
) -> Iterator[Counts]:
    """Every table of counts that a reader could believe in, who knows what is shown.

    Args:
        wholes: for each option the lists of groups that make the whole.
    """
    options = sorted({option for option, _group in full})
    groups = sorted({group for _option, group in full})
    columns = []
    for group in groups:
        unknown = [option for option in options if (option, group) in hidden]
        rest = responses[group] - sum(shown.get((option, group), 0) for option in options)
        columns.append(
            [
                dict(zip([(option, group) for option in unknown], values, strict=True))
                for values in itertools.product(range(rest + 1), repeat=len(unknown))
                if not one_answer or sum(values) == rest
            ]
        )
    for choice in itertools.product(*columns):
        table = dict(shown)
        for column in choice:
            table |= column
        if all(
            table[option, "total"] == sum(table[option, group] for group in parts)
            for option in options
            for parts in wholes["all"]
        ):
            yield table


def random_table(seed: int, *, dimensions: int) -> tuple[Counts, dict[str, Column], dict[str, int]]:
    """A table of people who each have a kind, a size and an answer, with all its margins."""
    drawn = random.Random(seed)
    counts: Counts = {}
    columns = {"total": Column("all", 0)}
    names = {0: ["k1", "k2"], 1: ["s1", "s2"]}
    for dimension in range(dimensions):
        for name in names[dimension]:
            columns[name] = Column(["kind", "size"][dimension], 0)
    options = ["a", "b", "c"][: drawn.choice([2, 3])]
    for option in options:
        for column in columns:
            counts[option, column] = 0
    for _person in range(drawn.randint(6, 13)):
        option = drawn.choices(options, weights=[5, 2, 1][: len(options)])[0]
        counts[option, "total"] += 1
        for dimension in range(dimensions):
            counts[option, drawn.choices(names[dimension], weights=[3, 1])[0]] += 1
    responses = {column: sum(counts[option, column] for option in options) for column in columns}
    columns = {name: Column(column.dimension, responses[name]) for name, column in columns.items()}
    return counts, columns, responses


@pytest.mark.parametrize("dimensions", [1, 2])
@pytest.mark.parametrize("seed", range(12))
def test_no_small_count_can_be_worked_out(seed: int, dimensions: int) -> None:
    counts, columns, responses = random_table(seed, dimensions=dimensions)
    hidden = hidden_cells(counts, columns, one_answer=True)
    small = {cell for cell, count in counts.items() if is_small(count)}
    assert small <= hidden
    shown = {cell: count for cell, count in counts.items() if cell not in hidden}
    wholes = {"all": [["k1", "k2"], ["s1", "s2"]][:dimensions]}
    believed: dict[Cell, set[int]] = {cell: set() for cell in small}
    for table in tables_that_fit(shown, hidden, counts, responses, wholes, one_answer=True):
        for cell in small:
            believed[cell].add(table[cell])
        if all(len(values) > 1 for values in believed.values()):
            break
    assert all(len(values) > 1 for values in believed.values()), (counts, hidden)


def test_whole_is_hidden_so_that_groups_cannot_be_taken_away_from_it() -> None:
    counts = {("a", "total"): 40, ("a", "k1"): 37, ("a", "k2"): 3}
    columns = {"total": Column("all", 67), "k1": Column("kind", 47), "k2": Column("kind", 20)}
    assert hidden_cells(counts, columns, one_answer=False) == {("a", "k2"), ("a", "total")}


def test_second_answer_is_hidden_where_answers_add_up() -> None:
    counts = {("a", "total"): 20, ("b", "total"): 6, ("c", "total"): 2}
    columns = {"total": Column("all", 28)}
    assert hidden_cells(counts, columns, one_answer=True) == {("b", "total"), ("c", "total")}
    assert hidden_cells(counts, columns, one_answer=False) == {("c", "total")}


def test_few_without_an_answer_cannot_be_counted_either() -> None:
    counts = {("a", "total"): 20, ("b", "total"): 6}
    columns = {"total": Column("all", 28)}
    assert hidden_cells(counts, columns, one_answer=True) == {("b", "total")}


def test_nothing_is_hidden_without_need() -> None:
    counts = {("a", "total"): 20, ("b", "total"): 8, ("c", "total"): 0}
    assert not hidden_cells(counts, {"total": Column("all", 28)}, one_answer=True)


def test_group_of_few_respondents_is_hidden_with_its_zeros() -> None:
    counts = {("a", "k1"): 0, ("b", "k1"): 3, ("a", "k2"): 20, ("b", "k2"): 20}
    columns = {"k1": Column("kind", 3), "k2": Column("kind", 40)}
    assert {("a", "k1"), ("b", "k1")} <= hidden_cells(counts, columns, one_answer=True)
