"""Places side by side: who can be compared, what the table says, what an address may hold."""

from __future__ import annotations

import csv
import datetime
import io
import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Site

from regions.models import Area
from surveys.models import ResidentCount

pytestmark = pytest.mark.django_db
GUNMA = {"105244": "大泉町", "105236": "千代田町", "105210": "板倉町", "105228": "明和町",
         "105252": "邑楽町"}  # fmt: skip


def place(code: str, name: str, kind: str = "town", **facts: Any) -> Area:
    return Area.objects.create(code=code, kind=kind, name_ja=name, name_en=name, **facts)


def counts(area: Area, *rows: tuple[str, int, int | None], series: str = "JUKI") -> None:
    ResidentCount.objects.bulk_create(
        ResidentCount(area=area, month=month, residents=residents, population=population,
                      series=series, dimension="total", category="総数", source=series)
        for month, residents, population in rows
    )  # fmt: skip


@pytest.fixture
def towns() -> dict[str, Area]:
    """A prefecture with five towns; the first three have numbers, the second very small ones."""
    gunma = place("10", "群馬県", "prefecture")
    found = {name: place(code, name, parent=gunma) for code, name in GUNMA.items()}
    counts(found["大泉町"], ("2020-01", 7_977, 41_987), ("2021-01", 7_860, 41_718),
           ("2025-01", 8_871, 41_653), ("2026-01", 9_011, None))  # fmt: skip
    counts(found["千代田町"], ("2020-01", 8, 1_000), ("2021-01", 9, 1_000),
           ("2025-01", 15, 1_000), ("2026-01", 18, None))  # fmt: skip
    counts(found["板倉町"], ("2025-01", 500, 10_000), ("2026-01", 450, None))
    # Another series, which counts other people.
    counts(found["大泉町"], ("2026-06", 99_999, None), series="ISA")
    counts(gunma, ("2025-01", 81_396, 1_907_976), ("2026-01", 87_538, None))
    return found


def page(client: Client, address: str) -> BeautifulSoup:
    response = client.get(address)
    assert response.status_code == 200, address
    return BeautifulSoup(response.content, "html.parser")


def table(found: BeautifulSoup) -> dict[str, list[str]]:
    return {
        row.th.text.strip(): [cell.text.strip() for cell in row.select("td")]
        for row in found.select(".compare-table tbody tr")
    }


def test_table_says_what_the_register_says(client: Client, towns: dict[str, Area]) -> None:
    found = page(client, "/en/compare/?places=105244,105236,105210")
    heads = [link.text for link in found.select(".compare-table thead a")]
    assert heads == ["大泉町", "千代田町", "板倉町"]
    said = table(found)
    assert said["All residents, 1 January 2025"] == ["41,653", "1,000", "10,000"]
    assert said["Foreign residents, 1 January 2026"] == ["9,011", "18", "450"]
    assert said["Share of foreign residents, 1 January 2025"] == ["21.3%", "1.5%", "5.0%"]
    assert said["Change in foreign residents, 2021 to 2026"] == ["+1,151", "+9", "not stated"]
    # 9,011 / 7,860; nine people are too few for a percentage or a share; no number of 2021.
    assert said["The same in percent"] == ["+14.6%", "too few people", "not stated"]
    assert said["Change in the share in points, 2020 to 2025"] == [
        "+2.3", "too few people", "not stated",
    ]  # fmt: skip
    assert said["Case studies on this site"] == ["0", "0", "0"]
    assert "shares end on 1 January 2025" in found.text
    assert "99,999" not in found.text
    assert not found.select(".notice--warning")


def test_files_hold_the_same_numbers_of_the_register_alone(
    client: Client, towns: dict[str, Area]
) -> None:
    found = page(client, "/en/compare/?places=105244,105236")
    for link in found.select("a[download]"):
        assert client.get(link["href"]).status_code == 200
    content = client.get("/en/compare/residents.csv?places=105244,105236").content
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert {row["Statistic"] for row in rows} == {"JUKI"}
    numbers = {(row["Local government code"], row["Month"]): row["Foreign residents"]
               for row in rows}  # fmt: skip
    assert numbers["105244", "2026-01"] == "9011"
    assert len(numbers) == 8
    framed = client.get("/en/compare/share/?places=105244,105236")
    assert "frame-ancestors *" in framed["Content-Security-Policy"]
    assert client.get("/compare/share.csv?places=105244").status_code == 404
    assert client.get("/compare/other.csv?places=105244,105236").status_code == 404


@pytest.mark.parametrize(
    ("places", "said", "shown"),
    [
        ("105244,000000", "「000000」というコードの地域はありません", 1),
        ("105244,105244,105236", "大泉町は2回選ばれた", 2),
        ("105244,105236,105210,105228,105252", "邑楽町は入れていません", 4),
        ("105244,10", "種類の違う地域です（町、都道府県）", 2),
        ("105244,10", "大泉町は群馬県の中にあります", 2),
        ("105244,kanto", "関東は比較できません", 1),
        ("105244,105201", "佐波町は2020年3月31日までありました", 1),
        ("", "", 0),
        (",,，、", "", 0),
        ("10524,10523", "", 2),
        ("<script>", "「&lt;script&gt;」というコードの地域はありません", 0),
        ("%00,' OR 1=1--", "というコードの地域はありません", 0),
        ("x" * 5000, "というコードの地域はありません", 0),
        (",".join(f"{n:06}" for n in range(500)), "というコードの地域はありません", 0),
    ],
)
def test_an_address_may_hold_anything(
    client: Client, towns: dict[str, Area], places: str, said: str, shown: int
) -> None:
    place("kanto", "関東", "block")
    ended = place("105201", "佐波町", valid_to=datetime.date(2020, 3, 31))
    ended.successors.add(towns["大泉町"])
    response = client.get("/compare/", {"places": places})
    assert response.status_code == 200
    assert said in response.content.decode()
    chips = BeautifulSoup(response.content, "html.parser").select(".compare-choice .chip")
    assert len(chips) == shown
    for suffix in (".csv", ".svg", "/"):
        answer = client.get(f"/compare/residents{suffix}", {"places": places})
        assert answer.status_code in {200, 404}


def test_a_place_that_ended_leads_to_what_it_became(client: Client, towns: dict[str, Area]) -> None:
    ended = place("105201", "佐波町", valid_to=datetime.date(2020, 3, 31))
    ended.successors.add(towns["大泉町"])
    notice = page(client, "/compare/?places=105236,105201").select_one(".notice--warning a")
    assert (notice.text, notice["href"]) == ("大泉町", "/compare/?places=105236,105244")


def test_names_are_added_one_by_one_without_script(client: Client, towns: dict[str, Area]) -> None:
    other = place("34", "広島県", "prefecture")
    place("345679", "大泉町", parent=other)
    place("109991", "消えた町", parent=towns["大泉町"].parent, valid_to=datetime.date(2010, 1, 1))
    # A name of one place is added at once, the address keeps the others.
    added = client.get("/compare/", {"places": "105236", "q": "板倉町"})
    assert (added.status_code, added["Location"]) == (302, "/compare/?places=105236,105210")
    english = client.get("/en/compare/", {"q": "群馬"})
    assert english["Location"] == "/en/compare/?places=10"
    # Of two places with that name one is chosen from a list.
    found = page(client, "/compare/?places=105236&q=大泉町")
    links = {link["href"] for link in found.select(".compare-options a")}
    assert links == {"/compare/?places=105236,105244", "/compare/?places=105236,345679"}
    assert {note.text for note in found.select(".compare-options small")} == {
        "群馬県 町",
        "広島県 町",
    }
    assert "ほかに見つかりません" in page(client, "/compare/?q=どこでもない").text
    # Who is chosen or has ended is not offered; nobody adds a fifth.
    assert "ほかに見つかりません" in page(client, "/compare/?places=105236&q=千代田町").text
    assert "ほかに見つかりません" in page(client, "/compare/?q=消えた町").text
    full = page(client, "/compare/?places=105244,105236,105210,105228&q=邑楽町")
    assert not full.select(".compare-choice form, .compare-options")


def test_suggestions_while_typing_keep_the_choice(client: Client, towns: dict[str, Area]) -> None:
    answer = client.get("/compare/suggest/", {"q": "大泉", "places": "105236"}).json()
    (group,) = answer["groups"]
    assert [(item["label"], item["url"]) for item in group["items"]] == [
        ("大泉町", "/compare/?places=105236,105244")
    ]
    assert client.get("/compare/suggest/").json() == {"groups": []}


def test_number_of_queries_is_the_same_for_two_and_four(
    client: Client, towns: dict[str, Area]
) -> None:
    def queries(places: str) -> int:
        client.get(f"/compare/?places={places}")
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/compare/?places={places}")
        return len(captured)

    assert queries("105244,105236,105210,10") == queries("105244,105236") <= 20


def test_the_map_numbers_the_places_and_can_be_taken_along(
    client: Client, towns: dict[str, Area]
) -> None:
    Area.objects.filter(code="10").update(viewbox="0 0 600 700", shape="M0,0h600v700z")
    Area.objects.filter(parent="10").update(shape="M10,20l30,0 0,40 -30,0z")
    towns["千代田町"].resident_counts.filter(month="2025-01").update(residents=9)
    chosen = "places=105244,105236,105228"
    found = page(client, f"/en/compare/?{chosen}").find(id="map")
    said = [place["data-reading"] for place in found.select(".chart__place")]
    assert said == ["板倉町: 5.0%", "千代田町: too few people", "大泉町: 21.3%"]
    # Places that have no number are not marked, and a share of few people is not said.
    assert [text.text for text in found.select("text.chart__label")] == [
        "大泉町: 21.3%", "千代田町: too few people",
    ]  # fmt: skip
    assert next((mark["cx"], mark["cy"]) for mark in found.select("svg svg circle")) == (
        "25.0", "40.0",
    )  # fmt: skip
    for link in found.select("a[download]"):
        assert client.get(link["href"]).status_code == 200
    picture = client.get(f"/en/compare/map.svg?{chosen}").content.decode()
    assert "M10,20l30,0 0,40 -30,0z" in picture
    assert "National Land Numerical Information" in picture
    assert client.get(f"/en/compare/map/?{chosen}").status_code == 200
    # Of places in several prefectures these are drawn, each once.
    place("09", "栃木県", "prefecture")
    counts(Area.objects.get(pk="09"), ("2025-01", 55_000, 1_900_000))
    utsunomiya = place("092011", "宇都宮市", "core-city", parent=Area.objects.get(pk="09"))
    counts(utsunomiya, ("2025-01", 12_000, 510_000))
    across = page(client, "/en/compare/?places=105244,092011").find(id="map")
    assert [text.text for text in across.select("text.chart__label")] == [
        "大泉町 (群馬県: 4.3%)", "宇都宮市 (栃木県: 2.9%)",
    ]  # fmt: skip
    assert across.select_one(".chart__place use")["href"].endswith("japan.svg#pref-09")
    framed = client.get("/en/compare/map.svg?places=105244,092011").content.decode()
    assert "<use" not in framed


def test_cases_are_those_that_the_search_finds(site: Site, client: Client) -> None:
    found = page(client, "/en/compare/?places=10,22,23")
    links = found.select(".compare-table td a")
    assert len(links) > 12
    for link in links[::3]:
        results = page(client, link["href"]).select_one("main").text
        assert re.search(rf"\b{link.text.strip()} results?\b", results), link["href"]
