"""Media coverage over HTTP: real pieces, filters, the limits of quotation, people, and rights."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Site

from core.services import PageContent
from people.models import Person
from press.models import CoveragePage, Outlet, PressIndexPage
from press.services import publish_coverage
from search.index.document import Item
from search.index.outbox import changes_of
from search.models import SearchOutbox
from search.query.search_query import SearchQuery
from search.results import answer as search
from taxonomy.models import Language

MAINICHI = "/press/mainichi-2024-05/"


def soup(client: Client, url: str) -> BeautifulSoup:
    response = client.get(url)
    assert response.status_code == 200, url
    return BeautifulSoup(response.content, "html.parser")


@pytest.fixture
def press(site: Site) -> PressIndexPage:
    return PressIndexPage.objects.get(locale__language_code="ja")


def publish(press: PressIndexPage, slug: str, **rows: Any) -> CoveragePage:
    return publish_coverage(
        parent=press,
        slug=slug,
        content=PageContent(
            fields={
                "title": "見本の記事",
                "summary": "見本の説明。",
                "outlet": Outlet.objects.get(code="kyodo"),
                "language": Language.objects.get(code="ja"),
                "published_on": "2025-01",
            },
            rows=rows,
        ),
    )


def quote(**values: Any) -> dict[str, Any]:
    return {
        "text": "短い言葉。",
        "language": Language.objects.get(code="ja"),
        "speaker": "見本市長",
        "source": "見本新聞",
        "source_url": "https://example.org/",
        "source_accessed": "2026-11",
        **values,
    }


def test_real_coverage_stands_in_both_languages_with_sources(site: Site, client: Client) -> None:
    for language in ("ja", "en"):
        pages = CoveragePage.objects.filter(locale__language_code=language)
        assert pages.filter(live=True).count() == 11
        # One outlet is left for a curator to decide on.
        held = pages.filter(live=False)
        assert held.count() == 3
        assert {page.outlet_id for page in held} == {"portal-worlds"}
        assert all(page.sources.exists() for page in pages)
    assert client.get("/press/portal-worlds-toyama/").status_code == 404


def test_piece_has_own_summary_short_quotation_and_its_way_on(site: Site, client: Client) -> None:
    page = soup(client, MAINICHI)
    assert page.h1["lang"] == "en"
    words = page.find("blockquote")
    assert words["lang"] == "en"
    assert "treat immigration as taboo" in words.text
    assert "毛受敏浩" in page.find("figcaption").text
    assert "JCIE, In the media" in page.find("figcaption").text
    assert page.find("a", href=re.compile("^https://jcie.org/analysis/in-the-media/mainichi"))
    assert page.find("a", href="/organisations/jcie/")
    kyodo = soup(client, "/en/press/kyodo-2018-11/")
    assert "This is a description by the editors" in kyodo.text
    assert kyodo.select_one("aside a.button")["href"] == "https://this.kiji.is/433603507908658273"
    # The title leads to the original, on its page and in the list, and says its language there.
    assert kyodo.h1.a["href"] == kyodo.select_one("aside a.button")["href"]
    listed = soup(client, "/press/")
    cards = {card.h3.text.strip(): card for card in listed.select("article.coverage")}
    card = next(card for card in cards.values() if card.find("a", href="/press/kyodo-2018-11/"))
    assert card.h3.a["href"] == kyodo.h1.a["href"]
    assert cards[page.h1.text.strip()].h3["lang"] == "en"
    (here,) = page.select(".breadcrumbs [aria-current]")
    assert here.span["lang"] == "en"
    data = json.loads(page.find("script", type="application/ld+json").string)
    assert data["about"]["publisher"]["name"] == "毎日新聞"
    assert (
        "headline"
        not in json.loads(kyodo.find("script", type="application/ld+json").string)["about"]
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 11),
        ("outlet=kyodo", 1),
        ("lang=en", 5),
        ("lang=ja&year=2018", 3),
        ("theme=x", 1),
        ("outlet=unknown", 0),
        ("year=20%00", 11),
        ("page=99", 11),
    ],
)
def test_list_is_narrowed(site: Site, client: Client, query: str, found: int) -> None:
    page = soup(client, f"/press/?{query}")
    assert len(page.select(".coverage")) == found


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"text": "あ" * 121}, "120"),
        ({"text": "a" * 301}, "300"),
        ({"speaker": " "}, "speaker"),
        ({"source": ""}, "source"),
        ({"source_url": "paper"}, "source_url"),
        ({"source_accessed": ""}, "source_accessed"),
    ],
)
def test_quotations_are_short_and_have_their_source(
    press: PressIndexPage, change: dict[str, str], message: str
) -> None:
    with pytest.raises(ValidationError) as error:
        publish(press, "sample", quotes=[quote(**change)])
    assert message in str(error.value)
    publish(press, "sample", quotes=[quote(text="あ" * 120)])


def test_admin_asks_for_a_summary_and_a_way_to_read_on(
    press: PressIndexPage, admin_client: Client
) -> None:
    form: dict[str, Any] = {
        "title": "見本",
        "slug": "by-hand",
        "summary": "",
        "outlet": "kyodo",
        "kind": "article",
        "language": "ja",
        "action-publish": "1",
    }
    for rows in ("quotes", "people", "organisations", "sources", "comments"):
        form |= {f"{rows}-TOTAL_FORMS": 0, f"{rows}-INITIAL_FORMS": 0}
    url = f"/admin/pages/add/press/coveragepage/{press.pk}/"
    errors = admin_client.post(url, form).context["form"].errors
    assert set(errors) == {"summary", "original_url"}
    assert not CoveragePage.objects.filter(slug="by-hand").exists()
    form |= {"summary": "自分の言葉。", "original_url": "https://example.org/"}
    assert admin_client.post(url, form).status_code == 302
    assert CoveragePage.objects.get(slug="by-hand", locale__language_code="ja").live


def test_coverage_stands_on_the_page_of_its_organisation(site: Site, client: Client) -> None:
    section = soup(client, "/organisations/jcie/").find(id="press")
    assert section.find("a", href=MAINICHI)


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_search_finds_coverage_by_outlet_and_person(site: Site, locale: str) -> None:
    results = search.search(SearchQuery(text="毛受敏浩 毎日新聞", locale=locale))
    assert any(hit.url.endswith(MAINICHI) for hit in results.hits[:3])
    only = search.search(SearchQuery(locale=locale, facets={"outlet": ("nhk-world",)}))
    assert [hit.title for hit in only.hits] == [
        "Over 23,000 Complaints Received from Foreign Technical Trainees in Japan"
    ]


def test_removing_a_person_takes_the_quotation_along(
    site: Site, client: Client, admin_client: Client
) -> None:
    person = Person.objects.get(code="menju-toshihiro")
    piece = CoveragePage.objects.get(slug="mainichi-2024-05", locale__language_code="ja")
    assert "毛受敏浩" in str(changes_of([Item.page(piece.pk)]))
    admin_client.post(f"/admin/people/delete/{person.pk}/")
    page = soup(client, MAINICHI)
    assert "毛受敏浩" not in page.text
    assert not page.find("blockquote")
    assert "毛受敏浩" not in str(changes_of([Item.page(piece.pk)]))
    assert SearchOutbox.objects.filter(item_id=piece.pk, event="person removed").exists()


def test_queries_stay_the_same_as_coverage_grows(press: PressIndexPage, client: Client) -> None:
    def queries(url: str) -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        return len(captured)

    before = queries("/press/")
    for number in range(8):
        publish(press, f"more-{number}", quotes=[quote()])
    assert queries("/press/") == before
