"""Filters of a list in its address: chips take one away and keep the others."""

from __future__ import annotations

from urllib.parse import parse_qs

from django.http import QueryDict

from taxonomy.list_filters import Choice, ListFilter, list_tools, sort_of

SORTS = {"newest": "Newest", "oldest": "Oldest"}


def test_chips_and_orders_keep_the_rest_of_the_address() -> None:
    params = QueryDict("year=2024&lang=ja&sort=oldest&page=3")
    year = ListFilter("year", "Year", "All", "2024", [Choice("2024", "FY2024")])
    lang = ListFilter("lang", "Language", "All", "ja", [])
    tools = list_tools(params, [year, lang, ListFilter("theme", "Theme", "All")], SORTS)
    first, second = tools["chips"]
    assert (first["facet"], first["label"]) == ("Year", "FY2024")
    assert second["label"] == "ja", "a value that is no choice is named by its code"
    assert parse_qs(first["remove_url"][1:]) == {"lang": ["ja"], "sort": ["oldest"]}
    assert parse_qs(tools["clear_url"][1:]) == {"sort": ["oldest"]}
    assert [sort["name"] for sort in tools["sorts"] if sort["selected"]] == ["oldest"]
    assert sort_of(QueryDict("sort=nonsense"), SORTS) == "newest"


def test_choices_stand_below_their_headings() -> None:
    choices = [Choice("a", "A", group="First"), Choice("b", "B", group="First"), Choice("c", "C")]
    groups = ListFilter("region", "Region", "All", choices=choices).groups
    assert [(name, [one.code for one in them]) for name, them in groups] == [
        ("First", ["a", "b"]),
        ("", ["c"]),
    ]
