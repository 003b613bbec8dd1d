"""Maps of single prefectures: every municipality is drawn, inside its map, sharing its borders."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from regions.shapes import (
    HEIGHT,
    MARGIN,
    WIDTH,
    BrokenShapes,
    PrefectureShapes,
    neighbours,
    shapes_by_prefecture,
)

GEO = Path(__file__).parents[2] / "content" / "data" / "geo"
TOPO = GEO / "municipalities-2021.topo.json"

PATH = re.compile(r"(?:M-?[\d.]+,-?[\d.]+(?:l(?: ?-?[\d.]+,-?[\d.]+)+z|a[-\d., ]+a[-\d., ]+z))+")
SEGMENT = re.compile(r"M([-\d.]+),([-\d.]+)l([-\d., ]+)z")


@pytest.fixture(scope="module")
def municipalities() -> list[dict[str, str]]:
    with (GEO / "municipalities.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def offices(municipalities: list[dict[str, str]]) -> dict[str, tuple[float, float]]:
    return {
        row["code6"]: (float(row["lat"]), float(row["lon"]))
        for row in municipalities
        if not row["parent_code6"]
    }


@pytest.fixture(scope="module")
def shapes(offices: dict[str, tuple[float, float]]) -> dict[str, PrefectureShapes]:
    return shapes_by_prefecture(TOPO, offices)


def corners(path: str) -> list[list[tuple[int, int]]]:
    """Corners of each ring of a path, in tenths of a unit."""
    rings = []
    for x, y, steps in SEGMENT.findall(path):
        at = (round(float(x) * 10), round(float(y) * 10))
        ring = [at]
        for step in steps.split(" "):
            right, down = (round(float(part) * 10) for part in step.split(","))
            at = (at[0] + right, at[1] + down)
            ring.append(at)
        rings.append(ring)
    return rings


def size(shapes: PrefectureShapes) -> tuple[float, float]:
    left, top, width, height = map(float, shapes.viewbox.split(" "))
    assert (left, top) == (0, 0)
    return width, height


def test_all_prefectures_and_all_municipalities_are_drawn(
    shapes: dict[str, PrefectureShapes], offices: dict[str, tuple[float, float]]
) -> None:
    assert list(shapes) == [f"{number:02d}" for number in range(1, 48)]
    drawn = {code for prefecture in shapes.values() for code in prefecture.paths}
    assert drawn == set(offices)
    assert len(drawn) == 1741
    for prefecture, one in shapes.items():
        assert {code[:2] for code in one.paths} == {prefecture}


def test_every_path_is_path_data_inside_its_view_box(shapes: dict[str, PrefectureShapes]) -> None:
    for one in shapes.values():
        width, height = size(one)
        assert width <= WIDTH
        assert height <= HEIGHT
        for path in one.paths.values():
            assert PATH.fullmatch(path)
            for x, y in (corner for ring in corners(path) for corner in ring):
                assert MARGIN - 0.1 <= x / 10 <= width - MARGIN + 0.1
                assert MARGIN - 0.1 <= y / 10 <= height - MARGIN + 0.1


def test_every_office_is_inside_its_map(
    shapes: dict[str, PrefectureShapes], municipalities: list[dict[str, str]]
) -> None:
    for row in municipalities:
        one = shapes[row["pref_code"]]
        place = one.project(float(row["lat"]), float(row["lon"]))
        assert place is not None, row["name_ja"]
        width, height = size(one)
        assert 0 <= place[0] <= width, row["name_ja"]
        assert 0 <= place[1] <= height, row["name_ja"]


@pytest.mark.parametrize(
    ("first", "second"),
    [("221309", "222119"), ("131041", "131130"), ("011002", "012351"), ("231002", "232297")],
)
def test_neighbours_share_their_border(
    shapes: dict[str, PrefectureShapes], first: str, second: str
) -> None:
    paths = shapes[first[:2]].paths
    one, other = (
        {corner for ring in corners(paths[code]) for corner in ring} for code in (first, second)
    )
    assert len(one & other) >= 2


def test_office_lies_in_its_municipality(
    shapes: dict[str, PrefectureShapes], offices: dict[str, tuple[float, float]]
) -> None:
    """Simplified borders put a few town halls next door, and harbours into the sea."""
    inside = 0
    for code, (lat, lon) in offices.items():
        one = shapes[code[:2]]
        place = one.project(lat, lon)
        rings = corners(one.paths[code])
        inside += bool(place and sum(_surrounds(ring, place) for ring in rings) % 2)
    assert inside / len(offices) > 0.95


def _surrounds(ring: list[tuple[int, int]], place: tuple[float, float]) -> bool:
    x, y = place[0] * 10, place[1] * 10
    within = False
    for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            within = not within
    return within


def test_islands_too_small_for_the_file_get_a_dot(
    shapes: dict[str, PrefectureShapes], offices: dict[str, tuple[float, float]]
) -> None:
    aogashima, toshima = "134023", "133621"
    bare = shapes_by_prefecture(TOPO)["13"].paths
    for code in (aogashima, toshima):
        assert code not in bare
        assert "a4,4" in shapes["13"].paths[code]


def test_far_islands_stand_in_insets(shapes: dict[str, PrefectureShapes]) -> None:
    """The main part of the prefecture keeps most of the width of the map."""
    for prefecture, mainland in {"13": ("133086", "131237"), "47": ("472018", "473014")}.items():
        one = shapes[prefecture]
        assert len(one.panels) == 3
        xs = [x for code in mainland for ring in corners(one.paths[code]) for x, _ in ring]
        assert (max(xs) - min(xs)) / 10 > WIDTH / 6
        assert one.ground.count("M") >= 2
    assert len(shapes["46"].panels) == 2
    assert shapes["13"].project(24.78, 141.32) is None  # Iwo Jima


def test_northern_territories_are_ground_without_municipality(
    shapes: dict[str, PrefectureShapes],
) -> None:
    rings = corners(shapes["01"].ground)
    assert len(rings) >= 4
    etorofu = shapes["01"].project(45.23, 147.88)
    assert etorofu
    assert any(_surrounds(ring, etorofu) for ring in rings)


def test_maps_are_small(shapes: dict[str, PrefectureShapes]) -> None:
    """A page carries one of these; the largest is Hokkaido."""
    sizes = {code: sum(map(len, one.paths.values())) for code, one in shapes.items()}
    assert max(sizes.values()) < 45_000
    assert sorted(sizes.values())[23] < 7_000


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", '{"arcs": [], "objects": {"x": {"geometries": [{}]}}}'],
)
def test_another_file_is_refused_by_name(tmp_path: Path, text: str) -> None:
    broken = tmp_path / "broken.topo.json"
    broken.write_text(text, encoding="utf-8")
    with pytest.raises(BrokenShapes, match=r"broken\.topo\.json is not a TopoJSON"):
        shapes_by_prefecture(broken)


def test_a_wrong_code_is_refused(tmp_path: Path) -> None:
    topology = json.loads(TOPO.read_text(encoding="utf-8"))
    (collection,) = topology["objects"].values()
    collection["geometries"][0]["properties"]["N03_007"] = "13001"
    broken = tmp_path / "broken.topo.json"
    broken.write_text(json.dumps(topology), encoding="utf-8")
    with pytest.raises(BrokenShapes, match="13001"):
        shapes_by_prefecture(broken)


def test_neighbours_share_a_border_on_land(municipalities: list[dict[str, str]]) -> None:
    names = {row["code6"]: row["name_ja"] for row in municipalities}
    found = neighbours(TOPO)

    def of(code: str) -> set[str]:
        return {names[other] for other in found.get(code, ())}

    assert of("105244") == {"太田市", "千代田町", "邑楽町", "熊谷市"}  # one of another prefecture
    assert of("342084") == {"尾道市", "福山市", "三次市", "庄原市", "世羅町", "神石高原町"}
    assert {"国立市", "調布市", "多摩市"} <= of("132063")
    assert "三鷹市" not in of("132063")
    assert of("134023") == set()  # an island
    assert found["13"] == {"11", "12", "14", "19"}
    assert "01" not in found
    assert all(code in found[other] for code, others in found.items() for other in others)
