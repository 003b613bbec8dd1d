"""Finding by meaning in every engine: vectors are compared exactly, and kept to the plan."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from search.engines.base import Change, Engine
from search.index.fields import IndexEntry
from search.language.embeddings import SIZE
from search.plan import AllOf, Everything, Phrase, Plan
from tests.search.conftest import make_entry

pytest.importorskip("numpy", reason="Search by meaning: install requirements-semantic.txt")


def vector(*parts: float) -> bytes:
    """A vector of length 1 with these first numbers in proportion."""
    length = sum(part * part for part in parts) ** 0.5
    numbers = [part / length for part in parts] + [0.0] * (SIZE - len(parts))
    return struct.pack(f"<{SIZE}f", *numbers)


def entry(number: int, *parts: float, **values: Any) -> IndexEntry:
    return replace(make_entry(number, **values), vector=vector(*parts) if parts else None)


@pytest.fixture
def stocked(engine: Engine) -> Callable[[Sequence[IndexEntry]], Engine]:
    """A function that puts entries in the engine."""

    def stock(entries: Sequence[IndexEntry]) -> Engine:
        build = engine.start_build()
        build.add(entries)
        build.publish(list)
        return engine

    return stock


def found(engine: Engine, plan: Plan, least: float = 0.0) -> list[int]:
    return [hit.card["page_id"] for hit in engine.near(vector(1, 0), plan, least)]


EVERYTHING = Plan(Everything(), "ja")


def test_nearest_come_first_with_their_cosine(stocked: Callable[..., Engine]) -> None:
    engine = stocked([entry(1, 1, 1), entry(2, 1, 0), entry(3, 0, 1), entry(4)])
    hits = engine.near(vector(1, 0), EVERYTHING, 0.1)
    assert [hit.card["page_id"] for hit in hits] == [2, 1]
    assert [hit.score for hit in hits] == pytest.approx([1.0, 0.5**0.5], abs=1e-4)


def test_equals_come_newest_first(stocked: Callable[..., Engine]) -> None:
    assert found(stocked([entry(n, 1, 0) for n in (2, 3, 1)]), EVERYTHING) == [3, 2, 1]


def test_words_filters_and_readers_of_the_plan_count(stocked: Callable[..., Engine]) -> None:
    engine = stocked(
        [
            entry(1, 1, 0, title="防災"),
            entry(2, 1, 0.1, facets={"kind": ("case",)}),
            entry(3, 1, 0.2, facets={"kind": ("page",)}),
            entry(4, 1, 0.3, audience=("en",)),
        ]
    )
    assert found(engine, EVERYTHING) == [1, 2, 3]
    assert found(engine, Plan(Everything(), "ja", {"kind": ("page",)})) == [3]
    assert found(engine, Plan(Phrase("title", ("防災",)), "ja")) == [1]
    others = AllOf((Everything(),), without=(Phrase("title", ("防災",)),))
    assert found(engine, Plan(others, "ja")) == [2, 3]
    assert found(engine, Plan(Everything(), "ja", limit=1)) == [1]


def test_a_narrow_plan_is_found_among_many(stocked: Callable[..., Engine]) -> None:
    many = [entry(n, 1, n / 1000) for n in range(1, 700)]
    engine = stocked([*many, entry(900, 1, 5, facets={"kind": ("page",)})])
    assert found(engine, Plan(Everything(), "ja", {"kind": ("page",)}, limit=3)) == [900]


def test_changes_take_the_place_of_vectors(stocked: Callable[..., Engine]) -> None:
    engine = stocked([entry(1, 1, 0), entry(2, 1, 0.1), entry(3, 1, 0.2)])
    assert found(engine, EVERYTHING, 0.5) == [1, 2, 3]
    engine.apply(
        [
            Change("page:1", entry(1, 1, 0.15)),
            Change("page:2", None),
            Change("page:3", entry(3)),
            Change("page:4", entry(4, 1, 0.3)),
        ]
    )
    assert found(engine, EVERYTHING, 0.5) == [1, 4]


def test_an_index_without_vectors_finds_nothing_by_meaning(stocked: Callable[..., Engine]) -> None:
    engine = stocked([entry(1), entry(2)])
    assert found(engine, EVERYTHING) == []
    assert engine.health().vectors == 0


def test_a_new_index_begins_with_its_own_vectors(stocked: Callable[..., Engine]) -> None:
    engine = stocked([entry(1, 1, 0), entry(2, 1, 0.1)])
    assert found(stocked([entry(1, 1, 0)]), EVERYTHING, 0.5) == [1]
    assert engine.search(EVERYTHING).total == 1


@pytest.mark.parametrize("engine", ["embedded"], indirect=True)
def test_what_a_killed_process_left_of_a_record_does_no_harm(
    stocked: Callable[..., Engine],
) -> None:
    engine = stocked([entry(1, 1, 0)])
    (path,) = Path(engine.health().detail).glob("vectors-*")
    with path.open("ab") as file:
        file.write(b"half a record")
    assert found(engine, EVERYTHING) == [1]
    engine.apply([Change("page:2", entry(2, 1, 0.1))])
    assert found(engine, EVERYTHING) == [1, 2]
