"""What every engine does in the same way: the contract of the port."""

from __future__ import annotations

import signal
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from search.engines.base import Change, Engine, EngineBusy, EngineUnavailable
from search.engines.embedded import EmbeddedEngine
from search.engines.ranking import name_of
from search.index.document import ContentDocument
from search.index.fields import begins_with, entry_of
from search.language.analysis import fold, forms
from search.language.readings import sound_key
from search.plan import (
    AllOf,
    AnyOf,
    Best,
    Boost,
    Constant,
    Everything,
    Fuzzy,
    Node,
    Phrase,
    Plan,
    Prefix,
    Since,
    Term,
)
from tests.search import processes
from tests.search.conftest import make_document, make_entry
from tests.search.processes import exit_code_of

Fill = Callable[[Sequence[ContentDocument]], Engine]

DOCUMENTS = [
    make_document(
        1,
        title="浜松市のプレスクール",
        lead="Hamamatsu",
        body="日本語教室がある。",
        facets={"region": ("chubu", "22"), "theme": ("1", "1-1"), "kind": ("case",)},
        published=1_700_000_000,
        confirmed=10,
    ),
    make_document(
        2,
        title="東京都の防災",
        body="日本語で学ぶ教室。",
        facets={"region": ("kanto", "13"), "theme": ("2", "2-1"), "kind": ("case",)},
        published=1_700_200_000,
    ),
    make_document(
        3,
        title="京都市の防災",
        body="浜松から学ぶ。",
        facets={"region": ("kinki", "26"), "theme": ("1", "1-1", "2"), "kind": ("organisation",)},
        published=1_700_100_000,
        confirmed=20,
        audience=("ja",),
    ),
]


def found(engine: Engine, query: Node, **options: Any) -> list[int]:
    answer = engine.search(Plan(query, options.pop("audience", "ja"), **options))
    return [hit.card["page_id"] for hit in answer.hits]


def test_search_without_an_index_is_refused_in_words(engine: Engine) -> None:
    with pytest.raises(EngineUnavailable, match="search_rebuild"):
        engine.search(Plan(Everything(), "ja"))
    with pytest.raises(EngineUnavailable, match="search_rebuild"):
        engine.apply([Change("page:1", entry_of(DOCUMENTS[0]))])
    assert not engine.health().is_ready


@pytest.mark.parametrize(
    ("node", "ids"),
    [
        (Everything(), {1, 2, 3}),
        (Term("title", "浜松"), {1}),
        (Term("title", "京都"), {3}),
        (Phrase("body", ("日本", "語", "教室")), {1}),
        (Phrase("body", ()), set()),
        (AllOf((Term("body", "日本"), Term("body", "教室"))), {1, 2}),
        (AllOf((Term("body", "日本"),), without=(Term("body", "学ぶ"),)), {1}),
        (AllOf((Term("body", "学ぶ"),), should=(Term("title", "防災"),)), {2, 3}),
        (AnyOf((Term("title", "浜松"), Term("body", "浜松"))), {1, 3}),
        (AnyOf((Term("body", "日本"), Term("body", "学ぶ"), Term("body", "浜松")), 2), {2, 3}),
        (Best((Boost(Term("title", "浜松"), 4.0), Term("body", "浜松"))), {1, 3}),
        (Constant(Term("title", "浜松"), 3.0), {1}),
        (Prefix("keys", "hamama"), {1}),
        (Fuzzy("lead", "hamamtsu", 1), {1}),
        (Phrase("title_grams", ("ース", "スク")), set()),
        (Since("confirmed", 0), {1, 2, 3}),
        (Since("confirmed", 10), {1, 3}),
        (Since("confirmed", 11), {3}),
        (Since("confirmed", 21), set()),
        (Since("published", 1_700_100_000), {2, 3}),
        (Phrase("title_grams", ("レス", "スク", "クー")), {1}),
    ],
)
def test_every_node_is_compiled(filled: Fill, node: Node, ids: set[int]) -> None:
    engine = filled(DOCUMENTS)
    assert set(found(engine, node)) == ids
    assert engine.count(Plan(node, "ja")) == len(ids)


def test_better_fields_come_first(filled: Fill) -> None:
    query = Best((Boost(Term("title", "浜松"), 4.0), Term("body", "浜松")))
    assert found(filled(DOCUMENTS), query) == [1, 3]


def test_what_was_confirmed_comes_first_by_the_same_score(filled: Fill) -> None:
    query = AllOf((Term("body", "学ぶ"),), should=(Constant(Since("confirmed", 15), 2.0),))
    engine = filled(DOCUMENTS)
    assert found(engine, query) == [3, 2]
    plain = {hit.key: hit.score for hit in engine.search(Plan(query.parts[0], "ja")).hits}
    better = {hit.key: hit.score for hit in engine.search(Plan(query, "ja")).hits}
    assert better["page:3"] == pytest.approx(plain["page:3"] + 2.0, abs=1e-4)
    assert better["page:2"] == pytest.approx(plain["page:2"], abs=1e-4)


def test_codes_that_are_left_out_are_neither_found_nor_counted(filled: Fill) -> None:
    engine = filled(DOCUMENTS)
    plan = Plan(
        Everything(),
        "ja",
        without={"region": ("22",), "kind": ()},
        filters={"kind": ("case",)},
        facets=("theme", "kind", "region"),
    )
    answer = engine.search(plan)
    assert [hit.key for hit in answer.hits] == ["page:2"]
    assert engine.count(plan) == answer.total == 1
    assert answer.counts["kind"] == {"case": 1, "organisation": 1}
    assert answer.counts["theme"] == {"2": 1, "2-1": 1}
    assert "22" not in answer.counts["region"]


def test_only_the_best_version_for_a_reader_is_found(filled: Fill) -> None:
    assert set(found(filled(DOCUMENTS), Everything(), audience="en")) == {1, 2}


def test_orders(filled: Fill) -> None:
    engine = filled(DOCUMENTS)
    assert found(engine, Everything(), sort="newest") == [2, 3, 1]
    assert found(engine, Everything(), sort="confirmed")[:2] == [3, 1]
    assert found(engine, Everything()) == [2, 3, 1], "equals are ordered by date"


def test_pages_of_hits(filled: Fill) -> None:
    engine = filled(DOCUMENTS)
    answer = engine.search(Plan(Everything(), "ja", sort="newest", offset=2, limit=2))
    assert answer.total == 3
    assert [hit.card["page_id"] for hit in answer.hits] == [1]


def test_counts_leave_out_their_own_filter(filled: Fill) -> None:
    engine = filled(DOCUMENTS)
    answer = engine.search(
        Plan(
            Everything(),
            "ja",
            filters={"region": ("22", "13"), "theme": ("1-1",)},
            facets=("region", "theme", "kind"),
        )
    )
    assert answer.total == 1
    assert answer.counts["region"] == {"chubu": 1, "22": 1, "kinki": 1, "26": 1}
    assert answer.counts["theme"] == {"1": 1, "1-1": 1, "2": 1, "2-1": 1}
    assert answer.counts["kind"] == {"case": 1}


def test_filter_with_unknown_value_finds_nothing(filled: Fill) -> None:
    assert found(filled(DOCUMENTS), Everything(), filters={"region": ("99",)}) == []


def test_changes_are_found_at_once_and_twice_does_no_harm(filled: Fill) -> None:
    engine = filled(DOCUMENTS)
    before = engine.revision()
    changed = make_document(1, title="豊橋市のプレスクール")
    for _ in range(2):
        engine.apply([Change("page:1", entry_of(changed)), Change("page:2", None)])
        assert found(engine, Term("title", "豊橋")) == [1]
        assert set(found(engine, Everything())) == {1, 3}
    assert engine.revision() != before
    assert dict(engine.versions())["page:1"] == changed.version


def test_card_holds_the_document(filled: Fill) -> None:
    engine = filled(DOCUMENTS)
    (hit,) = engine.search(Plan(Term("title", "浜松"), "ja")).hits
    assert hit.card == DOCUMENTS[0].as_dict()


def test_new_index_takes_the_place_of_the_old_one(filled: Fill) -> None:
    engine = filled(DOCUMENTS)
    build = engine.start_build()
    build.add([make_entry(7)])
    assert set(found(engine, Everything())) == {1, 2, 3}, "nobody sees it before it is published"
    build.publish(lambda: [Change("page:8", make_entry(8)), Change("page:7", None)])
    assert found(engine, Everything()) == [8]


def test_second_build_at_the_same_time_is_refused(engine: Engine) -> None:
    build = engine.start_build()
    with pytest.raises(EngineBusy):
        engine.start_build()
    build.abandon()
    engine.start_build().abandon()


def test_abandoned_build_leaves_the_index_in_use(filled: Fill) -> None:
    engine = filled(DOCUMENTS)
    build = engine.start_build()
    build.add([make_entry(7)])
    build.abandon()
    assert set(found(engine, Everything())) == {1, 2, 3}


def test_paused_build_is_taken_up_with_what_it_has(filled: Fill) -> None:
    engine = filled(DOCUMENTS)
    build = engine.start_build("first")
    build.add([make_entry(7), make_entry(8)])
    build.pause()
    assert set(found(engine, Everything())) == {1, 2, 3}
    build = engine.start_build("second")
    assert (build.stamp, build.keys()) == ("first", {"page:7", "page:8"})
    build.add([make_entry(9)])
    build.apply([Change("page:7", None), Change("page:8", make_entry(8, title="豊橋"))])
    build.publish(list)
    assert set(found(engine, Everything())) == {8, 9}
    assert found(engine, Term("title", "豊橋")) == [8]
    build = engine.start_build("third")
    assert (build.stamp, build.keys()) == ("third", set()), "a published one is not taken up"
    build.abandon()


def test_hostile_terms_match_nothing(filled: Fill) -> None:
    engine = filled(DOCUMENTS)
    for text in ["' OR 1=1 --", "*", "title:浜松", "(.*)+$", "\x00", "a" * 100_000, "\u202e"]:
        assert found(engine, Term("title", text)) == []
        assert found(engine, Prefix("keys", text)) == []


def test_unknown_fields_find_and_count_nothing(filled: Fill) -> None:
    engine = filled(DOCUMENTS)
    assert found(engine, Everything(), filters={"nonsense": ("x",)}) == []
    answer = engine.search(Plan(Everything(), "ja", facets=("nonsense", "kind")))
    assert answer.counts == {"nonsense": {}, "kind": {"case": 2, "organisation": 1}}


def test_codes_and_constants_score_what_they_say(filled: Fill) -> None:
    engine = filled(DOCUMENTS)

    def scores(node: Node) -> dict[int, float]:
        hits = engine.search(Plan(node, "ja")).hits
        return {hit.card["page_id"]: round(hit.score, 5) for hit in hits}

    assert scores(Everything()) == {1: 1.0, 2: 1.0, 3: 1.0}
    assert scores(Term("facet_region", "22")) == {1: 1.0}
    assert scores(AnyOf((Constant(Term("title", "浜松"), 3.5),))) == {1: 3.5}
    both = AnyOf((Boost(Term("facet_theme", "1"), 2.0), Constant(Prefix("keys", "東"), 1.5)))
    assert scores(both) == {1: 2.0, 2: 1.5, 3: 2.0}


def test_words_without_end_are_cut_alike(filled: Fill) -> None:
    """And strange spaces part words in both engines, or in none."""
    spaces = "".join(map(chr, [0x0B, 0x1C, 0x85, 0xA0, 0x2007, 0x200B, 0x2028, 0x3000]))
    endless = ["a" * 1_000, "ア" * 600, "한" * 400, "𝒳" * 300, "9" * 40_000]
    body = spaces.join(["防災", *endless, "浜松"])
    engine = filled([make_document(1, title=spaces, lead="\ud800", body=body)])
    first, *_, last = entry_of(make_document(1, body=body)).fields.texts["body"].split(" ")
    assert (first, last) == ("防災", "浜松")
    assert found(engine, Term("body", "防災")) == found(engine, Term("body", "浜松")) == [1]
    for word in endless:
        form, *more = forms(fold(word))
        assert not more
        assert found(engine, Term("body", form)) == [1]


def test_many_changes_at_once(filled: Fill) -> None:
    engine = filled(DOCUMENTS)
    engine.apply([Change(f"page:{n}", make_entry(n)) for n in range(10, 1_210)])
    assert engine.count(Plan(Everything(), "ja")) == 1_203
    engine.apply([Change(f"page:{n}", None) for n in range(10, 1_210)])
    engine.apply([])
    assert set(found(engine, Everything())) == {1, 2, 3}


def test_of_two_changes_of_a_page_the_last_one_counts(filled: Fill) -> None:
    engine = filled(DOCUMENTS)
    engine.apply([Change("page:1", None), Change("page:1", make_entry(1, title="豊橋市"))])
    assert found(engine, Term("title", "豊橋")) == [1]


@pytest.mark.parametrize("sort", ["relevance", "newest", "confirmed"])
@pytest.mark.parametrize(
    "query",
    [
        Everything(),
        Prefix("keys", "事"),
        Term("title", "事例"),
        AnyOf((Term("title", "事例"), Term("lead", "防災"), Prefix("keys", "事"))),
    ],
)
def test_pages_never_repeat_or_lose_a_hit(filled: Fill, query: Node, sort: str) -> None:
    """Of 130 equals, published on three days, in no order."""
    numbers = [(n * 37) % 130 + 1 for n in range(130)]
    engine = filled([make_document(n, title="事例", published=n % 3) for n in numbers])
    pages = [found(engine, query, sort=sort, offset=n, limit=7) for n in range(0, 140, 7)]
    by_day = sorted(numbers, key=lambda n: (n % 3 if sort != "confirmed" else 0, n), reverse=True)
    assert [number for page in pages for number in page] == by_day


def test_pages_reach_the_ten_thousandth_hit(filled: Fill) -> None:
    engine = filled([make_document(n, title="事例", published=n) for n in range(10_020)])
    for sort in ["newest", "relevance"]:
        hits = found(engine, Term("title", "事例"), sort=sort, offset=9_990)
        assert hits == list(range(29, 19, -1))


def test_nobody_else_writes_while_a_new_index_is_put_in_use(filled: Fill) -> None:
    engine = filled(DOCUMENTS)
    change = Change("page:9", make_entry(9))
    build = engine.start_build()

    def write_meanwhile() -> list[Change]:
        with pytest.raises(EngineBusy):
            engine.apply([change])
        return [Change("page:8", make_entry(8))]

    build.publish(write_meanwhile)
    assert found(engine, Everything()) == [8]
    engine.apply([change])
    assert set(found(engine, Everything())) == {8, 9}


def test_failed_publication_leaves_the_index_in_use(filled: Fill) -> None:
    engine = filled(DOCUMENTS)
    build = engine.start_build()

    def fail() -> list[Change]:
        raise OSError("No space left on device")

    with pytest.raises(OSError, match="No space"):
        build.publish(fail)
    build.abandon()
    engine.apply([Change("page:9", make_entry(9))])
    assert set(found(engine, Everything())) == {1, 2, 3, 9}


# With several processes


def test_readers_see_what_another_process_wrote(filled: Fill) -> None:
    engine = filled([])
    assert found(engine, Everything()) == []
    assert exit_code_of(processes.write, make_entry(1)) == 0
    assert found(engine, Everything()) == [1]


def test_killed_build_leaves_index_and_lock_usable(filled: Fill) -> None:
    engine = filled(DOCUMENTS)
    assert exit_code_of(processes.build_and_die, make_entry(1)) == -signal.SIGKILL
    assert set(found(engine, Everything())) == {1, 2, 3}
    build = engine.start_build()
    assert build.keys() <= {"page:1"}
    build.apply([Change("page:1", entry_of(DOCUMENTS[0]))])
    build.publish(list)
    assert found(engine, Everything()) == [1]


def test_killed_publication_lets_others_write_again(filled: Fill) -> None:
    engine = filled(DOCUMENTS)
    assert exit_code_of(processes.publish_and_die) == -signal.SIGKILL
    change = Change("page:9", make_entry(9))
    try:
        engine.apply([change])
    except EngineBusy:
        # The first one to be refused sees that nobody is there any more.
        engine.apply([change])
    assert set(found(engine, Everything())) == {1, 2, 3, 9}
    engine.start_build().publish(list)
    assert found(engine, Everything()) == []


def test_second_build_in_another_process_is_refused(filled: Fill) -> None:
    engine = filled([])
    build = engine.start_build()
    assert exit_code_of(processes.is_refused_to_build) == 0
    build.abandon()
    assert exit_code_of(processes.build_and_abandon) == 0


# The embedded engine alone


@pytest.mark.parametrize("engine", ["embedded"], indirect=True)
def test_writer_that_is_busy_refuses_others(filled: Fill) -> None:
    engine = filled([])
    assert isinstance(engine, EmbeddedEngine)
    with engine._lock("write.lock"), pytest.raises(EngineBusy):
        EmbeddedEngine(engine.folder).apply([Change("page:1", entry_of(DOCUMENTS[0]))])
    engine.apply([Change("page:1", entry_of(DOCUMENTS[0]))])


@pytest.mark.parametrize("engine", ["embedded"], indirect=True)
def test_old_indexes_are_removed(filled: Fill) -> None:
    engine = filled([])
    assert isinstance(engine, EmbeddedEngine)
    for _ in range(3):
        filled(DOCUMENTS)
    assert len([path for path in engine.folder.iterdir() if path.is_dir()]) <= 2


@pytest.mark.parametrize("typed", ["防災の手", "ぼうさいのてび", "手", "tebik", "zz"])
def test_first_hits_are_those_of_a_search(filled: Fill, typed: str) -> None:
    engine = filled(
        [make_document(n, title=f"防災の手引き{n}", published=1_700_000_000 + n) for n in range(9)]
    )
    plans = [
        Plan(AnyOf((begins_with(typed), begins_with(sound_key(typed)))), "ja", limit=limit)
        for limit in (4, 20)
    ]
    assert engine.first(plans) == [
        tuple(name_of(hit.card) for hit in engine.search(plan).hits) for plan in plans
    ]
    assert len(engine.first(plans)[1]) == (0 if typed == "zz" else 9)
