"""The page of one place: every number against its source, and what else must stand there."""

from __future__ import annotations

import csv
import json
import random
import re
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from regions.models import Area
from regions.services import merge_areas

pytestmark = pytest.mark.usefixtures("site")

GEO = Path(__file__).parents[2] / "content" / "data" / "geo"
FEWEST = 10  # below it shares, changes in percent and ranks are not shown
WARDS = "行政区"
Counts = dict[str, tuple[int, int | None]]


def soup(client: Client, url: str) -> BeautifulSoup:
    response = client.get(url)
    assert response.status_code == 200, url
    return BeautifulSoup(response.content, "html.parser")


# --- The source, read without the code of the site -----------------------------------------------


@cache
def rows_of(name: str) -> list[dict[str, str]]:
    with (GEO / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def short(row: dict[str, str]) -> str:
    """The code in addresses: two digits for prefectures, JP for the country."""
    code = row["area_code6"]
    return {"national": "JP", "prefecture": code[:2]}.get(row["area_level"], code)


@cache
def register() -> dict[str, Counts]:
    """By place and month: foreign residents, all residents."""
    found: dict[str, Counts] = defaultdict(dict)
    for row in rows_of("foreign_residents.csv"):
        if row["source_id"].startswith("JUKI") and row["area_level"] != "unknown":
            everybody = int(row["total_population"]) if row["total_population"] else None
            found[short(row)][row["year_month"]] = (int(row["foreign_residents"]), everybody)
    return dict(found)


@cache
def kinds() -> dict[str, str]:
    """By place: its kind; of wards with their city."""
    found = {row["code"]: "都道府県" for row in rows_of("prefectures.csv")}
    for row in rows_of("municipalities.csv"):
        found[row["code6"]] = row["kind"] + row["parent_code6"]
    return found


def drawn() -> list[str]:
    """Two places of each kind, two of any, a village of nobody from abroad, and a new ward."""
    by_kind: dict[str, list[str]] = defaultdict(list)
    for code, kind in sorted(kinds().items()):
        by_kind[WARDS if kind.startswith(WARDS) else kind].append(code)
    chance = random.Random(15)
    places = [code for kind in sorted(by_kind) for code in chance.sample(by_kind[kind], 2)]
    return [*places, *chance.sample(sorted(kinds()), 2), "134023", "221392"]


def rounded(number: Fraction) -> str:
    exact = Decimal(number.numerator) / Decimal(number.denominator)
    return f"{exact.quantize(Decimal('0.1'), ROUND_HALF_UP):,}"


def signed(text: str) -> str:
    bare = text.removeprefix("-")
    return f"{'±' if not bare.strip('0.') else '−' if bare != text else '+'}{bare}"


def day(month: str) -> str:
    last = {"01": "1", "06": "30", "12": "31"}[month[5:]]
    return f"{month[:4]}年{int(month[5:])}月{last}日"


def share(place: str, month: str) -> Fraction:
    residents, everybody = register()[place][month]
    assert everybody
    return Fraction(100 * residents, everybody)


def position(place: str, month: str, value: Any) -> tuple[int, int]:
    """How many of the same kind are ahead, and how many there are."""
    alike = [
        value(other, month)
        for other, kind in kinds().items()
        if kind == kinds()[place] and month in register()[other]
    ]
    return sum(one > value(place, month) for one in alike) + 1, len(alike)


def expected(place: str) -> dict[str, list[str]]:
    """What the head of a page must say, by label."""
    counts = register()[place]
    latest = max(counts)
    counted = max(month for month, (_few, everybody) in counts.items() if everybody)
    residents = counts[latest][0]
    found = {"外国人住民数": [f"{residents:,}", day(latest)], "総人口": []}
    before = f"{int(latest[:4]) - 5}{latest[4:]}"
    if before in counts:
        change = residents - counts[before][0]
        text = signed(f"{change:,}")
        if min(residents, counts[before][0]) >= FEWEST:
            text += f" ({signed(rounded(Fraction(100 * change, counts[before][0])))}%)"
        found["外国人住民数"] += [f"{text} {day(before)}から"]
    if counts[counted][0] >= FEWEST:
        found["総人口に占める割合"] = [f"{rounded(share(place, counted))}%", day(counted)]
        before = f"{int(counted[:4]) - 5}{counted[4:]}"
        if before in counts and counts[before][0] >= FEWEST:
            points = signed(rounded(share(place, counted) - share(place, before)))
            found["総人口に占める割合"] += [f"{points}ポイント {day(before)}から"]
    found["総人口"] = [f"{counts[counted][1]:,}", day(counted)]
    ranks = []
    if residents >= FEWEST and counts[counted][0] >= FEWEST:
        ranks += [(*position(place, counted, share), f"割合、{day(counted)}")]
    if residents >= FEWEST:
        by_number = position(place, latest, lambda other, month: register()[other][month][0])
        ranks += [(*by_number, f"人数、{day(latest)}")]
    for rank, total, by in ranks:
        found.setdefault("同じ種類の中の順位", []).extend([f"{rank}位 … {total}", by])
    return found


def words(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())


def shown(page: BeautifulSoup) -> dict[str, list[str]]:
    """What the head of a page says, by label."""
    found: dict[str, list[str]] = {}
    for item in page.select(".headline__item"):
        label = item.select_one("dt")
        assert label
        texts = [
            words(part)
            for value in item.select("dd")
            for part in value.find_all("span", recursive=False)
        ]
        # 6位 政令指定都市20市中 → 6位 … 20
        texts = [re.sub(r"^(\d+位) \D*(\d+)\D*中$", r"\1 … \2", text) for text in texts]
        found[words(label)] = texts
    return found


def test_every_number_at_the_head_of_twenty_pages_is_that_of_the_source(client: Client) -> None:
    places = drawn()
    assert len(places) == 20
    for place in places:
        page = soup(client, f"/areas/{place}/")
        assert shown(page) == expected(place), place
        notes = page.select_one(".headline__notes")
        assert notes
        counted = max(month for month, (_few, all_) in register()[place].items() if all_)
        wider = [*([place[:2]] if len(place) == 6 else []), "JP"]
        shares = [f"{rounded(share(other, counted))}%" for other in wider]
        is_shown = register()[place][counted][0] >= FEWEST
        assert re.findall(r"[\d.]+%", words(notes)) == (shares if is_shown else []), place
        description = page.find("meta", {"name": "description"})["content"]
        assert f"{register()[place][max(register()[place])][0]:,}人" in description


def test_every_number_in_the_figures_of_twenty_pages_is_that_of_the_source(client: Client) -> None:
    rows: dict[str, set[str]] = defaultdict(set)
    for row in rows_of("foreign_residents.csv"):
        rows[short(row)[:2]] |= {row["foreign_residents"], row["total_population"]}
        if int(row["total_population"] or 0):
            exact = Fraction(100 * int(row["foreign_residents"]), int(row["total_population"]))
            rows[short(row)[:2]].add(f"{rounded(exact)}%")
    read = 0
    for place in drawn():
        for cell in soup(client, f"/areas/{place}/").select("#figures td"):
            text = words(cell).replace(",", "")
            if text[:1].isdigit():
                assert text in rows[place[:2]], f"{place}: {text}"
                read += 1
    assert read > 400


def test_nationalities_and_statuses_stand_on_the_page_of_their_prefecture_alone(
    client: Client,
) -> None:
    by_size: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for row in rows_of("foreign_residents.csv"):
        if (short(row), row["source_id"], row["year_month"]) == ("02", "ISA-2025-06", "2025-06"):
            by_size[row["dimension"]].append((int(row["foreign_residents"]), row["category"]))
    notes = words(soup(client, "/areas/02/").select_one(".headline__notes"))
    for dimension in ("nationality", "residence_status"):
        named = [
            (number, name)
            for number, name in sorted(by_size[dimension], reverse=True)
            if name not in {"その他", "中長期在留者（計）"}
        ]
        for number, name in named[:5]:
            assert f"{name} {number:,}" in notes
    assert "2025年6月30日" in notes
    city = soup(client, "/areas/022012/").select_one(".headline__notes")
    assert not re.search(r"ベトナム|永住者", words(city))
    assert city.find("a", href="/areas/02/#figures")


# --- What else stands there ----------------------------------------------------------------------


def test_sections_stand_in_one_order_and_are_named_at_the_top(client: Client) -> None:
    page = soup(client, "/areas/221309/")
    order = [section["id"] for section in page.select("section.dossier")]
    wanted = ["cases", "platforms", "desks", "organisations", "events", "grants", "figures"]
    assert [name for name in order if name in wanted] == [name for name in wanted if name in order]
    assert {"cases", "platforms", "desks", "figures"} <= set(order)
    assert [link["href"] for link in page.select(".place-nav a")] == [f"#{name}" for name in order]
    assert page.select_one(".headline").sourceline < page.select_one(".dossier").sourceline


def test_cases_of_the_prefecture_are_said_to_be_of_the_prefecture(client: Client) -> None:
    """青ヶ島村 has no case; 東京都 has."""
    section = soup(client, "/areas/134023/").find(id="cases")
    assert "青ヶ島村の事例" not in section.h2.text
    assert "青ヶ島村そのものの事例" in section.text
    beyond = section.find("h3", class_="dossier__beyond")
    assert "東京都" in beyond.text
    assert not beyond.find_previous("article", class_="card--case")
    assert section.select("a[href$='kind=case&region=13']")


def test_neighbours_wards_and_map_are_links(client: Client) -> None:
    page = soup(client, "/areas/105244/")
    neighbours = [link.text for link in page.select("[aria-labelledby=neighbours-title] a")]
    assert sorted(neighbours) == ["千代田町", "太田市", "熊谷市", "邑楽町"]
    drawn_places = {link["data-code"]: link["href"] for link in page.select("svg a")}
    listed = {link["data-code"]: link["href"] for link in page.select("#map-places-list a")}
    assert drawn_places == listed
    assert len(listed) == 35
    assert [link["data-code"] for link in page.select("svg a[aria-current]")] == ["105244"]
    ward = soup(client, "/areas/041050/")
    parts = ward.select("[aria-labelledby=parts-title] a")
    assert len(parts) == 5
    assert [link.text for link in parts if link.get("aria-current")] == ["仙台市泉区"]
    assert [link["data-code"] for link in ward.select("svg a[aria-current]")] == ["041009"]
    assert ward.select_one(".breadcrumbs a[href='/areas/041009/']")


def test_two_places_of_one_name_are_told_apart(client: Client) -> None:
    titles = {soup(client, f"/areas/{code}/").title.text.split("|")[0].strip()
              for code in ("132063", "342084")}  # fmt: skip
    assert titles == {"東京都 府中市", "広島県 府中市"}


def test_ended_places_lead_on_also_over_two_steps(client: Client) -> None:
    page = soup(client, "/areas/221317/")
    assert "浜松市中区は2023年12月31日までありました" in words(page.main)
    assert [link["href"] for link in page.select(".area__changes a")] == ["/areas/221384/"]
    assert not page.select(".headline")
    assert page.find("h2", string=re.compile("前身")) is None
    before = soup(client, "/areas/221384/").select_one("[aria-labelledby=before-title]")
    assert before.select("a[href='/areas/221317/']")
    last_day = Area.objects.get(pk="221317").valid_to.replace(year=2025)
    merge_areas(["221384"], ["221392"], last_day)
    page = soup(client, "/areas/221317/")
    assert [link["href"] for link in page.select(".area__changes a")] == ["/areas/221392/"]


def test_programs_read_the_place_with_its_figures(client: Client) -> None:
    for prefix, name in (("", "浜松市"), ("/en", "Hamamatsu-shi")):
        page = soup(client, f"{prefix}/areas/221309/")
        data = json.loads(page.find("script", type="application/ld+json").string)
        assert data["@type"] == "AdministrativeArea"
        assert data["name"] == name
        file = data["subjectOf"]["distribution"][0]["contentUrl"]
        assert file.endswith(f"{prefix}/areas/221309/foreign-residents.csv")
        assert client.get(file.removeprefix("http://127.0.0.1:8000")).status_code == 200


def test_sitemap_has_every_place_of_today_in_both_languages(client: Client) -> None:
    text = client.get("/sitemap.xml").content.decode()
    found = re.findall(r"<loc>[^<]*?(/en)?/areas/(\w+)/</loc>", text)
    codes = {row["code"] for row in rows_of("prefectures.csv")}
    codes |= {row["code6"] for row in rows_of("municipalities.csv")}
    assert len(codes) == 47 + 1912
    # Abroad, the places from which a list of cases comes.
    codes |= {"method", "KR"}
    for prefix in ("", "/en"):
        assert {code for place, code in found if place == prefix} == codes


def test_pages_need_few_queries(client: Client) -> None:
    """The largest prefecture and a village; more of anything adds none (test_query_counts)."""
    counts = {}
    for code in ("13", "221309", "041050", "134023"):
        client.get(f"/areas/{code}/")
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/areas/{code}/")
        counts[code] = len(captured)
    most = {"13": 47, "221309": 46, "041050": 34, "134023": 33}
    assert {code: n for code, n in counts.items() if n > most[code]} == {}
