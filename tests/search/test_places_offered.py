"""Whoever types the name of a place is offered the page of that area, whatever else is found."""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Site

from places.search_card import place_card
from regions.models import Area
from regions.services import sync_areas
from search.query.places import forget_places, places_beginning, places_named

CASES = Path(__file__).resolve().parent.parent / "field_cases" / "S01_place_queries.tsv"
S01 = [
    (query, [f"/areas/{code}/" for code in re.findall(r"\d{6}", must_offer)])
    for query, must_offer in csv.reader(CASES.read_text("utf-8").splitlines()[1:], delimiter="\t")
]


@pytest.fixture(autouse=True)
def names_read_again() -> Iterator[None]:
    """The names that an earlier test changed, and took back with its transaction, are forgotten."""
    forget_places()
    yield
    forget_places()


def offered(client: Client, text: str, prefix: str = "") -> list[str]:
    response = client.get(f"{prefix}/search/", {"q": text})
    assert response.status_code == 200
    html = response.content.decode()
    urls = [place.url for place in response.context["results"].places]
    assert all(f'href="{url}"' in html for url in urls)
    return urls


def suggested(client: Client, text: str, prefix: str = "") -> list[dict[str, Any]]:
    groups = client.get(f"{prefix}/search/suggest/", {"q": text}).json()["groups"]
    if not groups or groups[0]["name"] != "areas":
        return []
    items: list[dict[str, Any]] = groups[0]["items"]
    return items


@pytest.mark.parametrize(("text", "urls"), S01)
def test_s01_search_page_offers_the_area(
    site: Site, client: Client, text: str, urls: list[str]
) -> None:
    assert set(urls) <= set(offered(client, text))
    assert {f"/en{url}" for url in urls} <= set(offered(client, text, "/en"))
    assert client.get(urls[0]).status_code == 200


@pytest.mark.parametrize(("text", "urls"), S01)
def test_s01_suggestions_begin_with_the_area(
    site: Site, client: Client, text: str, urls: list[str]
) -> None:
    assert set(urls) <= {item["url"] for item in suggested(client, text)}
    assert {f"/en{url}" for url in urls} <= {item["url"] for item in suggested(client, text, "/en")}


def test_every_name_of_an_area_is_offered(site: Site) -> None:
    rows = list(Area.objects.values_list("code", "name_ja", "kana", "name_en"))
    assert len(rows) > 1_900
    missing = [
        (code, name)
        for code, *names in rows
        for name in names
        # The block is the prefecture.
        if name and code != "hokkaido" and code not in [place.code for place in places_named(name)]
    ]
    assert not missing, missing[:20]


def test_every_kind_of_writing_leads_there(site: Site) -> None:
    for text, code in [
        ("りゅうがさき", "082082"), ("リュウガサキシ", "082082"), ("ryuugasaki", "082082"),
        ("Ryūgasaki-shi", "082082"), ("Ryugasaki City", "082082"), ("Minami-Alps", "192082"),
        ("はままつしはまなく", "221392"), ("Naka Ward, Yokohama", "141046"), ("沖縄", "47"),
        ("Osaka Prefecture", "27"), ("kanto", "kanto"), ("宮城県柴田郡川崎町", "043249"),
        ("「龍ケ崎市」", "082082"), (" 龍ケ崎　市 ", "082082"), ("津", "242012"), ("韓国", "KR"),
    ]:  # fmt: skip
        assert code in [place.code for place in places_named(text)], text


def test_other_words_are_not_places(site: Site) -> None:
    for text in ["", "市", "日本語教室", "support", "防災 浜松市", "の", "し"]:
        assert places_named(text) == (), text


def test_places_of_one_name_are_told_apart(site: Site, client: Client) -> None:
    html = client.get("/search/", {"q": "府中市"}).content.decode()
    assert "府中市（東京都）" in html
    assert "府中市（広島県）" in html
    labels = [item["label"] for item in suggested(client, "Fuchu", "/en")]
    assert {"Fuchu-shi (Tokyo)", "Fuchu-shi (Hiroshima)", "Fuchu-cho (Hiroshima)"} <= set(labels)


def test_an_ended_area_comes_with_its_successor(site: Site, client: Client) -> None:
    assert offered(client, "浜松市中区") == ["/areas/221317/", "/areas/221384/"]
    assert "2023年12月31日まで" in client.get("/search/", {"q": "浜松市中区"}).content.decode()


def test_page_does_not_claim_that_there_is_nothing(site: Site, client: Client) -> None:
    for prefix, nothing in [
        ("", "「七ヶ宿」に一致するページはありませんでした"),
        ("/en", "No results for"),
    ]:
        response = client.get(f"{prefix}/search/", {"q": "七ヶ宿"})
        assert response.context["results"].total == 0
        html = response.content.decode()
        assert f"{prefix}/areas/043028/" in html
        assert nothing not in html
        heading = re.search(r'id="list-count"[^>]*>\s*([^<]*?)\s*<', html)
        assert heading is not None
        assert heading[1] in {"地域のページ：1件", "1 page of a place"}


def test_only_the_first_page_offers_places(site: Site, client: Client) -> None:
    assert client.get("/search/?q=浜松市").context["results"].places
    assert client.get("/search/?q=浜松市&kind=case").context["results"].places
    assert not client.get("/search/?q=浜松市&page=2").context["results"].places


def test_places_are_offered_without_an_engine(
    site: Site, client: Client, settings: Any, tmp_path: Path
) -> None:
    settings.SEARCH_URL = ""
    settings.SEARCH_INDEX_DIR = tmp_path / "none"
    assert offered(client, "龍ケ崎市") == ["/areas/082082/"]
    assert suggested(client, "龍ケ崎市")[0]["url"] == "/areas/082082/"


def test_api_tells_places(site: Site, client: Client) -> None:
    (place,) = client.get("/api/v1/search", {"q": "龍ケ崎市"}).json()["places"]
    assert place["url"].startswith("http")
    assert place["url"].endswith("/areas/082082/")
    assert place["title"] == "龍ケ崎市"
    assert place["prefecture"] == "茨城県"


def test_beginnings_from_two_signs(site: Site, client: Client) -> None:
    for text, label in [("龍ケ", "龍ケ崎市（茨城県）"), ("りゅうが", "龍ケ崎市（茨城県）"),
                        ("ryuga", "龍ケ崎市（茨城県）"), ("はまm", "浜松市（静岡県）"),
                        ("hama", "浜松市（静岡県）"),
                        ("さいたま市見", "さいたま市見沼区（埼玉県）")]:  # fmt: skip
        items = suggested(client, text)
        assert label in [item["label"] for item in items], text
        assert len(items) <= 5
    assert places_beginning("浜", 5) == ()
    assert places_beginning("h", 5) == ()


def test_offered_suggestions_can_be_told_apart(site: Site, client: Client) -> None:
    names = list(Area.objects.values_list("name_ja", flat=True))
    for name in random.Random(1).sample(names, 40):
        labels = [item["label"] for item in suggested(client, name)]
        assert labels
        assert len(labels) == len(set(labels))


def test_names_are_kept_until_areas_change(site: Site) -> None:
    places_named("浜松市")
    with CaptureQueriesContext(connection) as queries:
        places_named("浜松市")
        places_beginning("はま", 5)
    assert len(queries) == 2  # whether areas were added or removed, and nothing else
    area = Area.objects.get(code="082082")
    area.name_ja = "試験ケ丘市"
    area.save()
    assert [place.code for place in places_named("試験ヶ丘市")] == ["082082"]
    Area.objects.create(code="089999", kind="town", name_ja="新町町", name_en="X", parent_id="08")
    assert [place.code for place in places_named("新町町")] == ["089999"]


def test_names_from_a_file_are_read_again(site: Site) -> None:
    assert not places_named("試験ケ丘市")
    sync_areas([{"code": "082082", "kind": "city", "name_ja": "試験ケ丘市"}])
    assert [place.code for place in places_named("試験ヶ丘市")] == ["082082"]


def test_the_number_of_queries_does_not_depend_on_places(site: Site, client: Client) -> None:
    counts = set()
    for text in ["府中市", "七ヶ宿", "中央区"]:
        client.get("/search/", {"q": text, "kind": "case"})
        with CaptureQueriesContext(connection) as queries:
            places_named(text)
        counts.add(len(queries))
    assert counts == {1}


def test_card_of_a_place_has_figures_cases_platform_and_desks(site: Site, client: Client) -> None:
    response = client.get("/search/", {"q": "浜松市"})
    card = response.context["results"].place_card
    html = response.content.decode()
    assert card.has_cases
    assert [group.heading for group in card.groups] == ["この地域の事例"]
    assert all(number in html and day in html for number, _what, day in card.figures)
    assert len(card.figures) == 2
    assert any(link.url == "/areas/221309/#desks" for link in card.links)
    for link in (*card.links, *card.groups[0].links):
        assert client.get(link.url.partition("#")[0]).status_code == 200
    assert response.context["results"].as_dict()["place_card"]["code"] == "221309"


def test_card_without_own_cases_says_whose_they_are(site: Site, client: Client) -> None:
    response = client.get("/search/", {"q": "七ヶ宿"})
    card = response.context["results"].place_card
    assert not card.has_cases
    assert card.groups[0].heading == "宮城県の事例"
    html = response.content.decode()
    assert "このサイトには、この地域の事例はまだありません。" in html
    assert "宮城県の事例" in html


def test_namesakes_are_asked_about_and_former_names_say_what_became(
    site: Site, client: Client
) -> None:
    html = client.get("/search/", {"q": "府中市"}).content.decode()
    assert "どの地域のことですか" in html
    assert client.get("/search/", {"q": "府中市"}).context["results"].place_card is None
    former = client.get("/search/", {"q": "浜松市中区"})
    assert "現在は浜松市中央区" in former.content.decode()
    assert former.context["results"].place_card.code == "221384"


def test_the_card_takes_the_same_number_of_queries_for_each_place(site: Site) -> None:
    counts = []
    for code in ["221309", "082082", "142077"]:
        place_card(code)
        with CaptureQueriesContext(connection) as queries:
            place_card(code)
        counts.append(len(queries))
    assert max(counts) <= 20
