"""Pages with some of the words stand behind those with all, in a list of their own."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from django.test import Client
from wagtail.models import Site

from home.models import StandardPage
from search.engines.base import Engine
from search.index.rebuild import rebuild
from search.query.search_query import SORTS, SearchQuery
from search.results.answer import search

QUERY = "通訳 高校進学 愛知"


@pytest.fixture
def pages(engine: Engine, add_page: Callable[..., StandardPage]) -> Engine:
    """Two pages with three words, seven with two of them, six with one, and one with none."""
    for number in range(2):
        add_page(f"愛知の高校進学と通訳 {number}", f"all-{number}")
    for number in range(7):
        add_page(f"愛知の通訳 {number}", f"two-{number}")
    for number in range(6):
        add_page(f"高校進学の説明会 {number}", f"one-{number}")
    add_page("防災訓練", "none")
    rebuild(engine)
    return engine


def titles(query: SearchQuery) -> list[str]:
    """Titles of all hits that are counted, on all pages of results."""
    found: list[str] = []
    for number in range(1, search(query).pages + 1):
        page = search(replace(query, page=number))
        some = page.some_hits if query.tier == "all" else ()
        found += [hit.title for hit in (*page.hits, *some)]
    return found


def test_what_has_all_words_comes_first_and_alone_counts(pages: Engine) -> None:
    results = search(SearchQuery(text=QUERY))
    assert {hit.title for hit in results.hits} == {
        "愛知の高校進学と通訳 0",
        "愛知の高校進学と通訳 1",
    }
    assert results.total == results.strict_total == 2
    assert results.counts("kind") == {"page": 2}
    # Filled up to ten, those with more of the words first.
    assert len(results.hits) + len(results.some_hits) == 10
    assert [hit.title[:5] for hit in results.some_hits] == ["愛知の通訳"] * 7 + ["高校進学の"]
    assert results.some_total == 13


def test_on_request_both_are_counted_in_one_list(pages: Engine) -> None:
    query = SearchQuery(text=QUERY, tier="all")
    results = search(query)
    assert results.total == 15
    assert (results.strict_total, results.some_total) == (2, 13)
    assert results.counts("kind") == {"page": 15}
    assert [len(results.hits), len(results.some_hits)] == [2, 8]
    listed = titles(query)
    assert len(listed) == len(set(listed)) == 15
    assert listed[:10] == [
        hit.title
        for results in [search(SearchQuery(text=QUERY))]
        for hit in (*results.hits, *results.some_hits)
    ]
    assert len(search(SearchQuery(text=QUERY, tier="all", page=2)).some_hits) == 5
    for sort in SORTS:
        assert sorted(titles(SearchQuery(text=QUERY, tier="all", sort=sort))) == sorted(listed)


@pytest.mark.parametrize("text", ['"愛知の高校進学"', "愛知 高校進学 -防災", "高校進学"])
def test_who_wants_exactly_this_gets_nothing_else(pages: Engine, text: str) -> None:
    assert search(SearchQuery(text=text)).some_hits == ()
    assert search(SearchQuery(text=text, tier="all")).some_total == 0


def test_page_tells_tiers_apart(pages: Engine, client: Client) -> None:
    html = client.get("/search/", {"q": QUERY}).content.decode()
    assert "一部の言葉が合うページ" in html
    assert "ほかに、一部の言葉だけが合うページが13件あります。上の件数には入っていません。" in html
    assert "tier=all" in html
    both = client.get("/search/", {"q": QUERY, "tier": "all"}).content.decode()
    assert "上の件数のうち13件は、一部の言葉だけが合うページです。" in both
    english = client.get("/en/search/", {"q": QUERY}).content.decode()
    assert "Pages that match some of the words" in english


def test_files_feeds_and_programs_count_the_tier_they_are_asked_for(
    pages: Engine, client: Client
) -> None:
    for tier, number in [("strict", 2), ("all", 15)]:
        params = {"q": QUERY, "tier": tier}
        file = client.get("/search/export/", {**params, "format": "csv"}).getvalue()
        rows = list(csv.DictReader(io.StringIO(file.decode("utf-8-sig"))))
        assert len(rows) == number
        assert [row["title"] for row in rows] == titles(SearchQuery(text=QUERY, tier=tier))
        about = client.get("/search/export/", {**params, "format": "jsonl"}).getvalue()
        assert f'"tier": "{tier}"' in about.decode().splitlines()[0]
        feed = ElementTree.fromstring(client.get("/search/feed/", params).content)
        assert len(feed.findall("{http://www.w3.org/2005/Atom}entry")) == number
        answer = client.get("/api/v1/search", params).json()
        assert answer["query"]["tier"] == tier
        assert answer["total"] == number
        assert answer["totals"] == {"strict": 2, "some": 13}
        assert len(answer["hits"]) == 2
        assert len(answer["some_hits"]) == 8


def test_counts_are_those_of_the_list_in_both_tiers(site: Site) -> None:
    for tier in ("strict", "all"):
        query = SearchQuery(text="愛知 高校進学 通訳", tier=tier)
        results = search(query)
        assert results.total
        for name in ("kind", "theme", "actor", "target", "region"):
            for code, count in list(results.counts(name).items())[:6]:
                assert search(query.with_facet(name, (code,))).total == count, (tier, name, code)
