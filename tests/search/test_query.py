"""Queries from addresses: what is cleaned, what is said about it, and how they are written."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from search.query.search_query import LAST_PAGE, LONGEST_TEXT, SearchQuery


def parse(address: str) -> SearchQuery:
    return SearchQuery.from_params(QueryDict(address), "ja")


def test_query_reads_everything_from_an_address() -> None:
    query = parse("q=防災&region=13&region=22&theme=1-1&sort=newest&page=2")
    assert query.text == "防災"
    assert query.facets == {"region": ("13", "22"), "theme": ("1-1",)}
    assert (query.sort, query.page, query.notices) == ("newest", 2, ())


def test_lists_and_texts_are_read_alike() -> None:
    assert SearchQuery.from_params({"q": "防災", "region": ["13"]}, "ja") == parse(
        "q=防災&region=13"
    )


def test_address_gives_the_same_query_again() -> None:
    query = parse("q=防災&region=13&region=22&sort=confirmed&page=3")
    assert parse(query.address()[1:]) == query


def test_usual_values_are_left_out_of_the_address() -> None:
    assert parse("q=a&sort=relevance&page=1").address() == "?q=a"


@pytest.mark.parametrize(
    ("address", "text"),
    [("q=a%00b%0cc", "ab c"), ("q=%E2%80%AEabc%E2%80%8B", "abc"), ("q=%20%20a%09b%20", "a b")],
)
def test_control_and_invisible_characters_are_taken_out(address: str, text: str) -> None:
    assert parse(address).text == text


@pytest.mark.parametrize("length", [LONGEST_TEXT + 1, 10_000, 1_000_000])
def test_long_text_is_cut_with_a_notice(length: int) -> None:
    query = SearchQuery.from_params({"q": "防" * length}, "ja")
    assert len(query.text) == LONGEST_TEXT
    assert len(query.notices) == 1


@pytest.mark.parametrize(
    "address",
    ["theme=%3Cscript%3E", "region=" + "1" * 50, "sort=sideways", "page=0", "page=-1", "page=x",
     "page=" + "9" * 40, "&".join(f"region={n}" for n in range(40))],
)  # fmt: skip
def test_unusable_values_are_left_out_with_a_notice(address: str) -> None:
    query = parse(address)
    assert len(query.notices) == 1
    assert query.sort == "relevance"
    assert query.page == 1


def test_huge_pages_are_limited() -> None:
    assert parse("page=999999999").page == LAST_PAGE


def test_value_is_added_and_taken_away() -> None:
    query = parse("q=a&region=13&page=4")
    assert query.toggled("region", "22").facets == {"region": ("13", "22")}
    assert query.toggled("region", "13").facets == {}
    assert query.toggled("region", "13").page == 1
