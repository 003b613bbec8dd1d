"""Which places are like a place: order, ties, reasons and limits, on places that are made up."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import pytest
from django.utils.translation import override

from places.peers import FAR, FEATURES, MOST_PEERS, Peer, PeerTable, PlaceFigures, Shares, overlap
from places.reasons import reason_of

SAME: Mapping[str, Mapping[str, Shares]] = {
    "nationalities": {"10": {"A": 0.5, "B": 0.5}, "20": {"A": 0.5, "B": 0.5}},
    "statuses": {"10": {"X": 1.0}, "20": {"X": 1.0}},
}


def place(
    code: str, population: int = 20_000, residents: int = 400, kind: str = "town", **before: int
) -> PlaceFigures:
    """A place that did not change, unless something is said of what it was before."""
    return PlaceFigures(
        code=code,
        kind=kind,
        prefecture=code[:2],
        residents=residents,
        population=population,
        residents_before=before.get("residents_before", residents),
        population_before=before.get("population_before", population),
    )


def codes(table: PeerTable, code: str) -> list[str]:
    return [peer.code for peer in table.of(code)]


def crowd(number: int = 40) -> Iterable[PlaceFigures]:
    """Towns of many sizes and shares, so many that a quarter of the others is a list of nine."""
    return (
        place(f"10{step:03}", 3_000 + 997 * step, 30 + 100 * (step * 37 % 11))
        for step in range(number)
    )


def test_nearest_come_first_whatever_the_order_of_reading() -> None:
    places = [*crowd(), place("20001", 20_000, 400), place("20002", 20_200, 404)]
    there_and_back = [PeerTable(places, SAME), PeerTable(reversed(places), SAME)]
    for table in there_and_back:
        peers = table.of("20001")
        assert peers[0].code == "20002"
        assert [peer.distance for peer in peers] == sorted(peer.distance for peer in peers)
        assert codes(table, "20001") == table.ranked("20001")[:MOST_PEERS]
        assert "20001" not in table.ranked("20001")
    assert there_and_back[0].of("20001") == there_and_back[1].of("20001")


def test_equals_stand_in_the_order_of_their_codes() -> None:
    twins = [place(code, 20_000, 400) for code in ("20009", "20003", "20007")]
    table = PeerTable([*crowd(), place("20001", 20_000, 400), *twins], SAME)
    assert codes(table, "20001")[:3] == ["20003", "20007", "20009"]
    assert {peer.distance for peer in table.of("20001")[:3]} == {0.0}


def test_only_places_of_one_kind_are_compared() -> None:
    village = place("20001", 20_000, 400, kind="village")
    table = PeerTable([*crowd(), village, place("20002", 20_000, 400)], SAME)
    assert codes(table, "20001") == []
    assert "20001" not in table.ranked("20002")
    assert table.sizes == {"town": 41, "village": 1}


@pytest.mark.parametrize(("others", "peers"), [(3, 0), (4, 1), (19, 4), (39, 9), (60, 10)])
def test_no_more_than_a_quarter_of_the_others_are_peers(others: int, peers: int) -> None:
    table = PeerTable(crowd(others + 1), SAME)
    assert len(table.of("10000")) == peers


def test_a_place_that_is_not_compared_has_no_peers() -> None:
    table = PeerTable([*crowd(), place("30001")], SAME)  # no mix is known of its prefecture
    assert codes(table, "30001") == codes(table, "99999") == table.ranked("30001") == []
    assert "30001" not in table
    assert all("30001" not in codes(table, code) for code in table.codes)


def test_a_mix_that_is_not_known_at_all_is_left_out() -> None:
    table = PeerTable([*crowd(), place("30001")], {"nationalities": {}, "statuses": {}})
    assert len(table.of("30001")) == MOST_PEERS
    names = [step.name for step in table.steps("30001", codes(table, "30001")[0])]
    assert names == ["population", "share", "share_change", "population_change"]


def test_mix_of_the_prefecture_decides_between_places_with_equal_figures() -> None:
    mixes = {
        "nationalities": {
            "10": {"A": 0.5, "B": 0.5}, "20": {"A": 0.9, "B": 0.1}, "30": {"A": 0.8, "B": 0.2},
        },
        "statuses": {"10": {"X": 1.0}, "20": {"X": 1.0}, "30": {"X": 1.0}},
    }  # fmt: skip
    table = PeerTable([*crowd(), place("20001"), place("30001"), place("10999")], mixes)
    assert codes(table, "20001")[0] == "30001"
    steps = {step.name: step for step in table.steps("20001", "30001")}
    assert steps["nationalities"].difference == pytest.approx(0.1)


def test_two_places_drawn_by_lot_are_one_apart() -> None:
    table = PeerTable(
        [
            place(
                f"{('10', '20')[step % 2]}{step:03}",
                3_000 + (step * 7919) % 50_000,
                30 + (step * 104_729) % 2_000,
                residents_before=30 + (step * 1_299_709) % 2_000,
                population_before=3_000 + (step * 15_485_863) % 50_000,
            )
            for step in range(60)
        ],
        {name: {"10": {"A": 1.0}, "20": {"B": 1.0}} for name in ("nationalities", "statuses")},
    )
    squares = [
        sum(step.part for step in table.steps(one, other))
        for one in table.codes
        for other in table.codes
        if one != other
    ]
    assert math.fsum(squares) / len(squares) == pytest.approx(1.0)
    peer = table.of("10000")[0]
    parts = [step.part for step in table.steps("10000", peer.code)]
    assert peer.distance == pytest.approx(math.sqrt(sum(parts)))


def test_reasons_name_what_is_near_and_nothing_else() -> None:
    near = place("20002", 20_300, 700)
    table = PeerTable([*crowd(), place("20001"), near], SAME)
    peer = next(peer for peer in table.of("20001") if peer.code == "20002")
    assert "population" in peer.near
    assert "share" not in peer.near
    # Of one prefecture the mix is the same by itself.
    assert not {"nationalities", "statuses"} & set(peer.near)


def test_reasons_are_told_in_words() -> None:
    two = Peer("1", 0.3, ("population", "share"))
    many = Peer("1", 0.3, ("population", "share", "population_change", "statuses"))
    with override("ja"):
        assert reason_of(two) == "人口と外国人の割合が近い"
        assert reason_of(many) == "人口、外国人の割合と人口の変化が近い"
        assert "全体として" in reason_of(Peer("1", 0.6, ()))
        assert "似ているとは言えない" in reason_of(Peer("1", FAR, ("population",)))
    with override("en"):
        assert reason_of(two) == "Near in population and share of foreign residents"


def test_a_place_without_its_like_says_so() -> None:
    table = PeerTable([*crowd(), place("20001", 9_000_000, 4_000_000)], SAME)
    assert all(peer.is_far for peer in table.of("20001"))


def test_places_without_foreign_residents_or_change_are_compared() -> None:
    table = PeerTable([place(f"10{step:03}", 500, 0) for step in range(12)], SAME)
    assert codes(table, "10005") == ["10000", "10001"]
    assert table.of("10005")[0].distance == 0


def test_overlap_is_the_average_part_in_common() -> None:
    before = PeerTable(crowd(), SAME)
    after = PeerTable([p for p in crowd() if p.code != "10001"], SAME)
    assert overlap(before, before, before.codes) == 1
    kept = set(codes(before, "10000")) & set(codes(after, "10000"))
    assert len(codes(before, "10000")) == len(codes(after, "10000")) == 9
    assert overlap(before, after, ["10000", "10001"]) == len(kept) / 9
    assert overlap(before, after, ["10001"]) is None


def test_population_and_share_count_most() -> None:
    weights = {feature.name: feature.weight for feature in FEATURES}
    assert sum(weights.values()) == 100
    assert (
        weights["population"]
        == weights["share"]
        > 2 * max(weight for name, weight in weights.items() if name not in {"population", "share"})
    )
