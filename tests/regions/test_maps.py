"""The map components: names, links, shades and texts, without a query."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from regions.templatetags.map_tags import Step, map_scale, steps_up_to

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("highest", "expected"),
    [
        (0, [(0, 0)]),
        (1, [(0, 0), (1, 1)]),
        (2, [(0, 0), (1, 1), (2, 2)]),
        (4, [(0, 0), (1, 1), (2, 2), (3, 4)]),
        (19, [(0, 0), (1, 1), (2, 2), (3, 5), (6, 10), (11, 19)]),
        (37, [(0, 0), (1, 2), (3, 5), (6, 10), (11, 20), (21, 37)]),
        (1000, [(0, 0), (1, 50), (51, 100), (101, 200), (201, 500), (501, 1000)]),
    ],
)
def test_classes_are_round_and_end_at_the_highest_number(
    highest: int, expected: list[tuple[int, int]]
) -> None:
    assert [(step.low, step.high) for step in steps_up_to(highest)] == expected


@pytest.mark.parametrize("highest", [0, 1, 3, 7, 99, 100, 101, 12_345, 10**9])
def test_every_number_has_exactly_one_class_and_a_darker_shade_means_more(highest: int) -> None:
    steps = steps_up_to(highest)
    assert steps[-1].high == highest
    for before, after in itertools.pairwise(steps):
        assert after.low == before.high + 1
        assert after.level > before.level
    assert {step.level for step in steps} <= set(range(6))


def test_prefectures_get_the_level_of_their_class() -> None:
    scale = map_scale([{"code": "01", "count": 0}, {"code": "13", "count": 2}])
    assert scale.steps == [Step(0, 0, 0), Step(2, 1, 1), Step(4, 2, 2)]
    assert [row["level"] for row in scale.prefectures] == [0, 4]


@pytest.fixture
def japan() -> dict[str, Any]:
    return {
        "id": "cases-map",
        "title": "Cases by prefecture",
        "caption": "All of them",
        "prefectures": [
            {
                "code": f"{number:02d}",
                "name": f"Prefecture <{number}>",
                "block": f"Block {number // 8}",
                "count": number % 5,
                "url": f"/search/?region={number:02d}&q=a",
                "selected": number == 22,
            }
            for number in range(1, 48)
        ],
    }


def japan_html(context: dict[str, Any]) -> str:
    with translation.override("en"):
        return render_to_string("components/map_japan.html", {"map": context})


def test_map_and_list_have_the_same_47_links(japan: dict[str, Any]) -> None:
    html = japan_html(japan)
    drawing, listing = html.split("<details", 1)
    for row in japan["prefectures"]:
        url = row["url"].replace("&", "&amp;")
        for part in (drawing, listing):
            assert part.count(f'href="{url}"') == 1
        assert (
            f"<title>Prefecture &lt;{row['code'].lstrip('0')}&gt;: {row['count']}</title>" in html
        )
    assert drawing.count('<a class="map-japan__prefecture ') == 47
    assert listing.count('<a class="map-japan__link"') == 47


def test_a_chosen_prefecture_is_current_in_map_and_list(japan: dict[str, Any]) -> None:
    html = japan_html(japan)
    assert html.count('aria-current="true"') == 2
    assert re.search(r'data-code="22"\s+aria-current="true"', html)


def test_the_map_can_be_passed_over_and_says_its_source(japan: dict[str, Any]) -> None:
    html = japan_html(japan)
    assert 'href="#cases-map-list"' in html
    assert 'id="cases-map-list"' in html
    assert "National Land Numerical Information" in html
    assert " style=" not in html


def test_the_drawing_holds_the_outlines_of_the_content() -> None:
    """The drawing that pages refer to is the content's map without its labels."""
    pair = re.compile(r'id="(pref-\d\d)"[^>]*? d="([^"]+)"')
    content = (ROOT / "content/data/geo/japan-prefectures.svg").read_text(encoding="utf-8")
    drawing = (ROOT / "static/img/japan.svg").read_text(encoding="utf-8")
    assert len(pair.findall(drawing)) == 47
    assert pair.findall(drawing) == pair.findall(content)
    assert 'id="inset-frame"' in drawing
    assert "国土数値情報（行政区域データ）" in drawing
    assert "<script" not in drawing
    assert "fill=" not in drawing, "a colour in the file would win over the shades of the page"


def test_the_page_stays_small(japan: dict[str, Any]) -> None:
    assert len(japan_html(japan).encode()) < 40_000


def locator_html(**values: Any) -> str:
    context = {
        "viewbox": "0 0 600 400",
        "title": "Shizuoka",
        "areas": [
            {"code": "221309", "name": "Hamamatsu", "d": "M1,1l2,2 3,-1z", "highlighted": True,
             "url": "/areas/221309/"},
            {"code": "222119", "name": "Iwata", "d": "M5,5l2,2 3,-1z", "highlighted": False,
             "url": ""},
        ],
    }  # fmt: skip
    with translation.override("en"):
        return render_to_string("components/map_locator.html", {"locator": context | values})


def test_locator_names_what_it_marks() -> None:
    html = locator_html()
    assert 'aria-label="Map of Shizuoka, Hamamatsu"' in html
    assert '<a href="/areas/221309/">Hamamatsu</a>' in html
    assert "Iwata" not in html
    assert html.index("M5,5") < html.index("M1,1"), "marked areas lie on top"


def test_locator_shows_points_in_every_language() -> None:
    with translation.override("de"):
        html = locator_html(points=[{"x": 12.5, "y": 3.0, "label": "Shimizu"}])
    assert 'cx="12.5" cy="3.0"' in html
    assert 'aria-label="Map of Shizuoka, Hamamatsu, Shimizu"' in html
    assert '<li class="map-locator__name">Shimizu</li>' in html


def test_locator_links_the_prefecture_and_draws_its_ground() -> None:
    html = locator_html(
        prefecture={"name": "Shizuoka", "url": "/areas/22/"}, ground="M0,9h600", caption="Near"
    )
    assert '<a href="/areas/22/">Shizuoka</a>' in html
    assert 'd="M0,9h600"' in html
    assert "Near" in html


def test_locator_without_marks_is_a_plain_map() -> None:
    html = locator_html(areas=[])
    assert 'aria-label="Map of Shizuoka"' in html
    assert "National Land Numerical Information" in html
