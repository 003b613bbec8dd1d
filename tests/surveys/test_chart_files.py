"""What is given out of a chart: its tables, its drawing, its page for frames; maps of shares."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from regions.models import Area
from surveys.models import Figure, ResidentCount, Wave

pytestmark = pytest.mark.django_db
SVG = "{http://www.w3.org/2000/svg}"


def count(area: Area | None, month: str, residents: int, population: int | None = None,
          **others: str) -> None:  # fmt: skip
    ResidentCount.objects.create(
        area=area,
        month=month,
        residents=residents,
        population=population,
        **{"series": "JUKI", "dimension": "total", "category": "総数", "source": "T", **others},
    )


@pytest.fixture
def prefecture() -> Area:
    """A prefecture with two towns, numbers of the register, and nationalities of another series."""
    area = Area.objects.create(
        code="10", kind="prefecture", name_ja="群馬県", name_en="Gunma", viewbox="0 0 600 700"
    )
    for code, name, share in (("105244", "大泉町", 20), ("104485", "昭和村", 0)):
        town = Area.objects.create(
            code=code, kind="town", name_ja=name, name_en=name, parent=area, shape="M0,0h9v9z"
        )
        count(town, "2025-01", share, 100)
        count(town, "2026-01", share)
    count(area, "2024-01", 3, 1_000)
    count(area, "2025-01", 43, 1_000)
    count(area, "2026-01", 50)
    nationality = {"series": "ISA", "dimension": "nationality"}
    count(area, "2025-06", 31, category="ベトナム", **nationality)
    count(area, "2025-06", 12, category="=1+1", **nationality)
    return area


def rows_of(client: Client, address: str) -> list[list[str]]:
    response = client.get(address)
    assert response.status_code == 200, address
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_each_table_holds_one_series(client: Client, prefecture: Area) -> None:
    _head, *residents = rows_of(client, "/en/figures/10/residents.csv")
    assert [(row[3], row[4], row[7]) for row in residents] == [
        ("2024-01", "JUKI", "3"),
        ("2025-01", "JUKI", "43"),
        ("2026-01", "JUKI", "50"),
    ]
    head, *shares = rows_of(client, "/en/figures/10/share.csv")
    place = head.index("Share in percent")
    assert [(row[3], row[place]) for row in shares] == [("2024-01", "0.3"), ("2025-01", "4.3")]
    _head, *nationalities = rows_of(client, "/en/figures/10/nationalities.csv")
    assert {row[4] for row in nationalities} == {"ISA"}
    # No program takes a cell for a formula.
    assert [row[6] for row in nationalities] == ["ベトナム", "'=1+1"]
    book = load_workbook(io.BytesIO(client.get("/en/figures/10/nationalities.xlsx").content))
    figures, about = book.worksheets
    assert [row[6].data_type for row in figures.iter_rows(min_row=2)] == ["s", "s"]
    assert "Immigration Services Agency" in str(list(about.values))


def test_drawing_says_what_it_shows_whence_and_under_which_licence(
    client: Client, prefecture: Area
) -> None:
    response = client.get("/en/figures/10/share.svg")
    assert response["Content-Type"].startswith("image/svg+xml")
    assert 'filename="nanif-10-share.svg"' in response["Content-Disposition"]
    drawing = ElementTree.fromstring(response.content)
    assert drawing.find(f"{SVG}title").text.startswith("Gunma: share of foreign residents")
    text = " ".join(each.text or "" for each in drawing.iter(f"{SVG}text"))
    for said in ("Gunma", "Ministry of Internal Affairs", "CC BY 4.0", "/en/areas/10/", "4.3%",
                 "shares end on 1 January 2025"):  # fmt: skip
        assert said in text, said
    # It carries its look, since no style sheet reaches it.
    assert all(rect.get("fill") for rect in drawing.iter(f"{SVG}rect"))


def test_frames_are_allowed_on_the_page_for_frames_alone(
    client: Client, prefecture: Area, add_wave: Callable[..., None]
) -> None:
    add_wave(questions=1, options=2, groups=1)
    for address in ("/figures/10/share/", "/surveys/sample/2020/questions/q0/"):
        framed = client.get(address)
        assert "X-Frame-Options" not in framed
        assert "frame-ancestors *" in framed["Content-Security-Policy"]
        assert "script-src 'self'" in framed["Content-Security-Policy"]
        assert not framed.cookies
        page = BeautifulSoup(framed.content, "html.parser")
        assert page.select_one("svg.chart")
        assert page.select_one("table")
        assert not page.select("header, footer, nav, form")
    for address in ("/areas/10/", "/surveys/sample/2020/", "/figures/10/share.svg"):
        other = client.get(address)
        assert other["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in other["Content-Security-Policy"]


def test_the_page_offers_each_chart_with_code_for_other_sites(
    client: Client, prefecture: Area
) -> None:
    section = BeautifulSoup(client.get("/areas/10/").content, "html.parser").find(id="figures")
    for box in section.select(".chart-files"):
        for link in box.select("a[download]"):
            assert client.get(link["href"]).status_code == 200, link["href"]
        code = BeautifulSoup(box.select_one("pre").text, "html.parser").iframe
        assert client.get(code["src"].removeprefix("http://127.0.0.1:8000")).status_code == 200
        assert code["title"]
    assert len(section.select(".chart-files")) == 4  # three charts and the map
    assert section.select_one("a[href='/compare/?places=10']")
    assert "shares" not in section.text
    assert "割合は2025年1月1日までです" in section.text


@pytest.mark.parametrize(
    "address",
    ["/figures/10/nothing.svg", "/figures/99/share/", "/figures/japan/share.csv",
     "/figures/10/share.exe"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(client: Client, prefecture: Area, address: str) -> None:
    assert client.get(address).status_code == 404


def test_a_question_is_given_out_only_while_its_figures_are_shown(
    client: Client, add_wave: Callable[..., None]
) -> None:
    add_wave(questions=2, options=2, groups=2)
    address = "/surveys/sample/2020/questions/q0"
    head, *rows = rows_of(client, f"{address}.csv")
    assert {row[head.index("question")] for row in rows} == {"q0"}
    assert len(rows) == 4
    assert "見本の調査2020" in client.get(f"{address}.svg").content.decode()
    Figure.objects.filter(option__question__code="q1").update(
        count=None, percent=None, is_suppressed=True
    )
    page = BeautifulSoup(client.get("/surveys/sample/2020/").content, "html.parser")
    assert len(page.select("svg.chart")) == len(page.select(".chart-files")) == 1
    assert client.get("/surveys/sample/2020/questions/q1.svg").status_code == 404
    Wave.objects.update(held_ja="確認中です。", held_en="Being checked.")
    for ending in (".csv", ".svg", "/"):
        assert client.get(f"{address}{ending}").status_code == 404


def test_maps_show_shares_and_on_request_numbers(
    client: Client, prefecture: Area, add_wave: Callable[..., None]
) -> None:
    count(None, "2025-01", 43, 1_000)
    count(None, "2026-01", 50)

    def prefecture_on(address: str) -> tuple[str, str, list[str]]:
        shown = BeautifulSoup(client.get(address).content, "html.parser").select_one(".map-japan")
        classes = [step.text.strip() for step in shown.select(".map-japan__step")]
        title = shown.select_one("[data-map-drawing] [data-code='10'] title").text
        chosen = shown.select_one(".map-japan__choices [aria-current]").text
        return title, chosen, classes

    title, chosen, classes = prefecture_on("/en/surveys/")
    assert (title, chosen) == ("Gunma: 4.3%", "Share")
    assert classes[0] == "less than 1%"
    assert classes[-1] == "4% and more"
    title, chosen, _classes = prefecture_on("/en/surveys/?map=number")
    assert (title, chosen) == ("Gunma: 50", "Number of people")
    # The municipalities of a prefecture, each with its outline, its share and its link.
    page = BeautifulSoup(client.get("/areas/10/").content, "html.parser")
    places = page.select("#figures [data-map-drawing] [data-code]")
    assert [place.title.text for place in places] == [
        "昭和村：人数が少ないため計算なし",
        "大泉町：20.0%",
    ]
    assert all(place.path["d"] for place in places)
    listed = [link["href"] for link in page.select("#figures .map-japan__link")]
    assert listed == [place["href"] for place in places]


def test_number_of_queries_does_not_grow(client: Client, prefecture: Area) -> None:
    addresses = ["/figures/10/nationalities.csv", "/figures/10/share.svg", "/areas/10/"]

    def queries() -> list[int]:
        numbers = []
        for address in addresses:
            client.get(address)
            with CaptureQueriesContext(connection) as captured:
                client.get(address)
            numbers.append(len(captured))
        return numbers

    before = queries()
    for number in range(20):
        count(prefecture, "2025-06", number, category=f"国{number}", series="ISA",
              dimension="nationality")  # fmt: skip
        count(prefecture, f"20{number:02}-02", number, 100)
    assert queries() == before
