"""The search page without an engine to ask: the database filters, and the page says so."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale, PageViewRestriction, Site

from core.services import ensure_alias
from home.models import StandardPage
from page_cache.versions import asked_once
from search.engines import current_engine
from search.index.fields import FACETS
from search.plan import Everything, Plan
from search.query.search_query import SearchQuery
from search.registry import key_of
from search.results import facets
from search.results.answer import search
from search.results.fallback import (
    answer_from_database,
    pages_from_database,
    records_from_database,
)

AddPage = Callable[..., StandardPage]
ALL = 100_000


@pytest.fixture
def no_engine(db: None, settings: Any, tmp_path: Path) -> None:
    """An engine that has no index."""
    settings.SEARCH_URL = ""
    settings.SEARCH_INDEX_DIR = tmp_path / "none"
    Locale.objects.get_or_create(language_code="en")


def titles(text: str, locale: str = "ja") -> list[str]:
    results = search(SearchQuery(text=text, locale=locale))
    assert not results.is_available
    assert results.total == len(results.hits)
    return [hit.title for hit in results.hits]


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_database_finds_what_the_engine_finds_for_every_value_of_every_facet(
    site: Site, locale: str
) -> None:
    everything = current_engine().search(
        Plan(Everything(), locale, facets=FACETS, sort="newest", limit=ALL)
    )
    # Each value in one of the two languages, since a query takes long to put together.
    values = [
        (name, code)
        for name, counts in everything.counts.items()
        for code in counts
        if sum(code.encode()) % 2 == ["ja", "en"].index(locale)
    ]
    assert len(values) > 100
    for name, code in values:
        expected = [hit.key for hit in everything.hits if code in hit.card["facets"].get(name, ())]
        plan = Plan(Everything(), locale, {name: (code,)})
        found = [key_of(pk) for pk in pages_from_database(plan, ()).values_list("pk", flat=True)]
        found += [f"{record.key}:{locale}" for record in records_from_database(plan, ())]
        assert found == expected, (name, code)
        assert len(expected) == everything.counts[name][code]


def test_database_agrees_on_several_filters_at_once(site: Site) -> None:
    engine = current_engine()
    for filters in [
        {},
        {"kind": ("case", "region"), "region": ("kanto", "22")},
        {"kind": ("case",), "theme": ("1", "2-3"), "actor": ("npo",), "region": ("tokai",)},
        {"period": ("2010", "2015"), "status": ("continuing",), "lang": ("pt", "zh")},
        {"kind": ("page",), "theme": ("1",)},
        {"kind": ("desk", "term"), "lang": ("vi", "pt")},
    ]:
        plan = Plan(Everything(), "ja", filters, sort="newest", limit=ALL)
        expected, limited = engine.search(plan), answer_from_database(plan, ())
        assert [hit.key for hit in limited.hits] == [hit.key for hit in expected.hits]
        assert limited.total == expected.total


def test_every_value_that_finds_something_can_be_chosen(site: Site, no_engine: None) -> None:
    for code in ("ja", "en"):
        results = search(SearchQuery(locale=code, facets={"region": ("22",)}))
        for name in ("kind", "theme", "actor", "role", "target", "lang", "evidence", "status"):
            facet = results.facet(name)
            assert facet is not None
            assert {value.code for value in facet.walk()} >= set(facets.ALL[name].offered((), code))
        regions = {value.code: value for value in results.facet("region").walk()}  # type: ignore[union-attr]
        assert regions["22"].selected
        assert regions["221309"].count is None
        assert "131041" not in regions


def test_page_says_what_is_limited_and_still_filters(
    site: Site, no_engine: None, client: Client
) -> None:
    for address, said in [
        ("/search/?region=kanto&kind=case", "タイトルだけ"),
        ("/en/search/?region=kanto&kind=case", "only searched for in titles"),
    ]:
        response = client.get(address)
        content = response.content.decode()
        assert response.status_code == 200
        assert said in content
        assert 'value="13"' in content
        assert content.count('class="hits__item"') == 10
        assert "facet__count" not in content
        assert "page=2" in content
    for address in ["/search/?q=ない言葉", "/search/?q=の", "/search/suggest/?q=はま", "/"]:
        assert client.get(address).status_code == 200


def test_last_page_stands_for_those_beyond_it(site: Site, no_engine: None) -> None:
    results = search(SearchQuery(facets={"kind": ("case",)}, page=900))
    assert results.query.page == results.pages
    assert results.query.notices
    assert results.hits


def test_words_are_found_in_titles_however_they_are_written(
    no_engine: None, add_page: AddPage
) -> None:
    for number, title in enumerate(["ゴミ出しの手引き", "ＡＩ通訳", "Guide to ごみ", "Health"]):
        add_page(title, f"p{number}")
    assert titles("ごみ") == ["Guide to ごみ", "ゴミ出しの手引き"]
    assert titles("ai") == ["ＡＩ通訳"]
    assert titles("てびき") == ["ゴミ出しの手引き"]
    assert titles("ＨＥＡＬＴＨ") == ["Health"]
    assert titles("ごみ guide") == ["Guide to ごみ"]
    assert titles("ごみ -guide") == ["ゴミ出しの手引き"]
    assert titles('"100%"') == []
    results = search(SearchQuery(text="通訳"))
    assert results.hits[0].title_html == "ＡＩ<mark>通訳</mark>"


def test_only_what_everybody_may_see_is_listed(no_engine: None, add_page: AddPage) -> None:
    shown = add_page("防災", "a")
    private = add_page("防災の秘密", "b")
    add_page("防災の秘密の下", "c", private)
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    add_page("防災の昔", "d").unpublish()
    ensure_alias(shown, "en")
    assert titles("防災") == ["防災"]
    assert titles("防災", "en") == ["防災"]
    # Publishing made a stand-in in English, which becomes a translation.
    translated = add_page("介護", "e").get_translation(Locale.objects.get(language_code="en"))
    translated.alias_of = None
    translated.title = "Care"
    translated.save_revision().publish()
    assert titles("care", "en") == ["Care"]
    assert (titles("介護", "en"), titles("介護")) == ([], ["介護"])


def test_number_of_queries_does_not_grow_with_pages(no_engine: None, add_page: AddPage) -> None:
    add_page("防災", "first")
    search(SearchQuery(text="防災"))  # reads what this process keeps
    counted = []
    for number in range(3):
        for _ in range(number * 4 + 1):
            add_page("防災", f"p{StandardPage.objects.count()}")
        with CaptureQueriesContext(connection) as queries, asked_once():
            search(SearchQuery(text="防災"))
        counted.append(len(queries))
    assert len(set(counted)) == 1
    assert counted[0] < 50


def test_command_line_says_it_too(no_engine: None, add_page: AddPage) -> None:
    add_page("防災の手引き", "guide")
    out = io.StringIO()
    call_command("search_query", "防災", "--locale", "en", stdout=out)
    assert "only searched for in titles" in " ".join(out.getvalue().split())
    assert "1 hits, page 1 of 1" in out.getvalue()
    assert "Case studies [case]" in out.getvalue()
    out = io.StringIO()
    call_command("search_query", "防災", "--json", stdout=out)
    answer = json.loads(out.getvalue())
    assert (answer["is_available"], answer["total"], answer["rung"]) == (False, 1, "titles")
    assert answer["facets"][0]["values"][0]["count"] is None
