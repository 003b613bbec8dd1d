"""Facets: labels, levels, chosen values, and codes that do not exist or not any more."""

from __future__ import annotations

import datetime

import pytest
from django.utils.translation import override

from regions.models import Area
from search.query.search_query import SearchQuery
from search.results import facets
from taxonomy.models import Theme


@pytest.fixture
def areas(db: None) -> None:
    kanto = Area.objects.create(code="kanto", kind="block", name_ja="関東", name_en="Kantō")
    tokyo = Area.objects.create(
        code="13", kind="prefecture", name_ja="東京都", name_en="Tokyo", parent=kanto
    )
    Area.objects.create(
        code="131041", kind="special-ward", name_ja="新宿区", name_en="Shinjuku", parent=tokyo
    )
    old = Area.objects.create(
        code="131067",
        kind="town",
        name_ja="旧町",
        name_en="Old",
        parent=tokyo,
        valid_to=datetime.date(2005, 1, 1),
    )
    old.successors.add("131041")


@pytest.fixture
def themes(db: None) -> None:
    broad = Theme.objects.create(code="1", label_ja="コミュニケーション", label_en="Communication")
    Theme.objects.create(code="1-1", label_ja="情報", label_en="Information", parent=broad, order=2)
    Theme.objects.create(code="1-2", label_ja="日本語", label_en="Japanese", parent=broad, order=1)


def test_values_have_labels_of_the_language(areas: None) -> None:
    region = facets.ALL["region"]
    assert region.values(["13"], "ja")["13"].label == "東京都"
    assert region.values(["13"], "en")["13"].label == "Tokyo"
    assert region.values(["99"], "en") == {}


def test_tree_has_counts_and_chosen_values_without_hits(themes: None) -> None:
    theme = facets.ALL["theme"]
    values = theme.values(["1", "1-1", "1-2"], "ja")
    result = facets.facet_result(theme, {"1": 3, "1-1": 3}, ("1-2",), values)
    (broad,) = result.values
    assert (broad.code, broad.count, broad.selected) == ("1", 3, False)
    assert [(v.code, v.count, v.selected) for v in broad.children] == [
        ("1-2", 0, True),
        ("1-1", 3, False),
    ]
    assert result.selected_count == 1
    assert result.is_open


def test_narrower_choice_takes_the_place_of_a_wider_one(areas: None) -> None:
    values = facets.ALL["region"].values(["kanto", "13", "131041"], "ja")
    assert facets.narrowed(("kanto", "13"), values) == ("13",)
    assert facets.narrowed(("kanto", "131041"), values) == ("131041",)
    assert facets.narrowed(("13",), values) == ("13",)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (("13",), ("13",)),
        (("13104",), ("131041",)),
        (("131067",), ("131041",)),
        (("131067", "131041"), ("131041",)),
        (("999999",), ()),
        (("13", "zz"), ("13",)),
    ],
)
def test_codes_of_places_are_completed_and_followed(
    areas: None, given: tuple[str, ...], kept: tuple[str, ...]
) -> None:
    assert facets.ALL["region"].known(given) == kept


def test_unknown_values_are_left_out_with_a_notice(areas: None, themes: None) -> None:
    query = SearchQuery(
        facets={"theme": ("9-9",), "kind": ("case", "spaceship"), "region": ("13",)}
    )
    cleaned = facets.clean(query)
    assert cleaned.facets == {"kind": ("case",), "region": ("13",)}
    assert len(cleaned.notices) == 2
    assert "9-9" in cleaned.notices[0]


def test_periods_are_five_years(db: None) -> None:
    period = facets.ALL["period"]
    with override("en"):
        values = period.values(["2015", "2016", "0000", "x"], "en")
    assert list(values) == ["2015"]
    assert values["2015"].label == "2015–2019"
