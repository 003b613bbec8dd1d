"""Pages and files of surveys: what they show, what they hide, and what they cost."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from surveys.models import Comparison, Figure, Option, Question, ResidentCount, Wave

pytestmark = pytest.mark.django_db


def queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)
        assert response.status_code == 200
        b"".join(response) if response.streaming else None
    return len(captured)


def soup(client: Client, url: str) -> BeautifulSoup:
    response = client.get(url)
    assert response.status_code == 200, url
    return BeautifulSoup(response.content, "html.parser")


def table_of(response: Any) -> list[dict[str, str]]:
    content = b"".join(response)
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_queries_stay_the_same_with_a_thousand_answers(
    client: Client, add_wave: Callable[..., None], prefix: str
) -> None:
    add_wave(questions=11, options=2, groups=2)
    addresses = [f"{prefix}/surveys/{rest}" for rest in ("", "sample/", "sample/2020/")]
    files = [f"{prefix}/surveys/sample/2020/figures.{kind}" for kind in ("csv", "xlsx")]
    before = {url: queries(client, url) for url in [*addresses, *files]}
    add_wave(questions=20, options=10, groups=5)
    assert Figure.objects.count() == 1_000
    assert {url: queries(client, url) for url in [*addresses, *files]} == before
    assert max(before.values()) <= 60


def test_wave_shows_chart_and_table_with_the_same_figures(
    client: Client, add_wave: Callable[..., None]
) -> None:
    add_wave(questions=1, options=2, groups=2)
    page = soup(client, "/surveys/sample/2020/")
    chart = page.select_one("article svg[role=img]")
    title, description = (page.find(id=name) for name in chart["aria-labelledby"].split())
    assert title.name == "title"
    assert title.text == "設問0"
    assert description.name == "desc"
    widths = [bar["width"] for bar in chart.select(".chart__bar")]
    assert widths == ["10.0%", "10.0%", "11.0%", "11.0%"]
    assert all(bar["x"] == "0" for bar in chart.select(".chart__bar"))
    cells = [cell.text for cell in page.select("article td")]
    assert cells == ["10%（10）", "10%（10）", "11%（11）", "11%（11）"]
    assert "n=100" in page.select_one("article thead").text


def test_hidden_and_missing_figures_are_marked_and_in_no_file(
    client: Client, add_wave: Callable[..., None]
) -> None:
    add_wave(questions=1, options=3, groups=1)
    first, second, _third = Figure.objects.order_by("pk")
    Figure.objects.filter(pk=first.pk).update(count=None, percent=None, is_suppressed=True)
    Figure.objects.filter(pk=second.pk).update(count=None, percent=None)
    page = soup(client, "/surveys/sample/2020/")
    assert [cell.text for cell in page.select("article td")] == ["非公表*", "記載なし", "12%（12）"]
    assert len(page.select("article .chart__bar")) == 1
    rows = table_of(client.get("/surveys/sample/2020/figures.csv"))
    assert [(row["count"], row["percent"], row["mark"]) for row in rows] == [
        ("", "", "suppressed"),
        ("", "", "missing"),
        ("12", "12.0", ""),
    ]


def test_excel_and_csv_hold_the_same(client: Client, add_wave: Callable[..., None]) -> None:
    add_wave(questions=2, options=2, groups=2)
    rows = table_of(client.get("/surveys/sample/2020/figures.csv"))
    response = client.get("/surveys/sample/2020/figures.xlsx")
    book = load_workbook(io.BytesIO(response.content))
    head, *cells = book.worksheets[0].iter_rows(values_only=True)
    assert len(book.worksheets) == 2
    assert list(head) == list(rows[0])
    assert len(cells) == len(rows) == 8
    assert [row[head.index("count")] for row in cells] == [int(row["count"]) for row in rows]


def test_held_back_wave_shows_no_figure_anywhere(
    client: Client, add_wave: Callable[..., None]
) -> None:
    add_wave(questions=1, options=2, groups=2)
    Wave.objects.update(held_ja="確認中です。", held_en="Being checked.")
    page = soup(client, "/surveys/sample/2020/")
    assert "確認中です。" in page.text
    assert not page.select("article svg.chart, article td")
    assert client.get("/surveys/sample/2020/figures.csv").status_code == 404
    data = json.loads(page.find("script", type="application/ld+json").string)
    assert data["@type"] == "Dataset"
    assert "distribution" not in data


def test_structured_data_names_the_files(client: Client, add_wave: Callable[..., None]) -> None:
    add_wave(questions=1, options=2, groups=2)
    page = soup(client, "/en/surveys/sample/2020/")
    data = json.loads(page.find("script", type="application/ld+json").string)
    assert data["@type"] == "Dataset"
    files = [file["contentUrl"] for file in data["distribution"]]
    assert [client.get(url.partition("//")[2].partition("/")[2].join(["/", ""])).status_code
            for url in files] == [200, 200]  # fmt: skip


def compare(add_wave: Callable[..., None], *, is_comparable: bool) -> None:
    add_wave(questions=1, options=2, groups=1, code="2020")
    add_wave(questions=1, options=2, groups=1, code="2022")
    comparison = Comparison.objects.create(
        code="same", label_ja="同じ設問", is_comparable=is_comparable, reason_ja="文が同じ。"
    )
    comparison.questions.set(Question.objects.all())
    Figure.objects.filter(option__question__wave__code="2022").update(percent=55, count=55)


def test_waves_are_compared_only_where_the_material_allows_it(
    client: Client, add_wave: Callable[..., None]
) -> None:
    compare(add_wave, is_comparable=True)
    page = soup(client, "/surveys/sample/")
    assert "同じ設問" in page.text
    compared = page.select_one("#compare-same")
    assert [cell.text.strip() for cell in compared.select("td")] == [
        "10%（10）", "55%（55）", "11%（11）", "55%（55）",
    ]  # fmt: skip
    Comparison.objects.update(is_comparable=False, reason_ja="文が違う。")
    page = soup(client, "/surveys/sample/")
    assert "文が違う。" in page.text
    assert not page.select("#compare-same td, #compare-same svg.chart")


def test_a_comparison_is_given_out_only_while_it_is_allowed(
    client: Client, add_wave: Callable[..., None]
) -> None:
    compare(add_wave, is_comparable=True)
    page = soup(client, "/surveys/sample/")
    files = [link["href"] for link in page.select("#compare-same a[download]")]
    assert files[0] == "/surveys/sample/comparisons/same.csv"
    for address in (*files, "/surveys/sample/comparisons/same/"):
        assert client.get(address).status_code == 200
    rows = table_of(client.get(files[0]))
    assert {row["wave"] for row in rows} == {"2020", "2022"}
    assert client.get("/surveys/other/comparisons/same.csv").status_code == 404
    Comparison.objects.update(is_comparable=False)
    for address in (*files, "/surveys/sample/comparisons/same/"):
        assert client.get(address).status_code == 404


def test_only_the_same_answers_are_compared(client: Client, add_wave: Callable[..., None]) -> None:
    compare(add_wave, is_comparable=True)
    Option.objects.filter(question__wave__code="2022", code="o1").update(code="other")
    page = soup(client, "/surveys/sample/")
    rows = page.select("#compare-same tbody tr")
    assert [row.th.text.strip() for row in rows] == ["選択肢0"]


def test_series_of_residents_are_never_put_together(client: Client, db: None) -> None:
    from regions.models import Area

    block = Area.objects.create(code="kanto", kind="block", name_ja="関東", name_en="Kantō")
    area = Area.objects.create(
        code="13", kind="prefecture", name_ja="東京都", name_en="Tokyo", parent=block
    )
    for series, month, number in (
        ("JUKI", "2024-01", 600_000),
        ("JUKI", "2025-01", 700_000),
        ("ISA", "2024-12", 738_946),
        ("CENSUS", "2020-10", 560_000),
    ):
        ResidentCount.objects.create(
            area=area,
            month=month,
            series=series,
            dimension="total",
            category="総数",
            residents=number,
            source=series,
        )
    page = soup(client, "/areas/13/")
    section = page.find(id="figures")
    assert "738,946" in section.text
    register, *others = section.select("table")
    assert [row.td.text for row in register.select("tbody tr")] == ["700,000", "600,000"]
    assert [[row.td.text for row in table.select("tbody tr")] for table in others] == [
        ["738,946"],
        ["560,000"],
    ]
    assert len(section.select("svg .chart__bar")) == 2
    assert "比べられません" in section.text
    rows = table_of(client.get("/areas/13/foreign-residents.csv"))
    assert {row["全国地方公共団体コード"] for row in rows} == {"130001"}
    assert sorted(row["統計の種類"] for row in rows) == ["CENSUS", "ISA", "JUKI", "JUKI"]
    assert client.get("/areas/13/foreign-residents.xlsx").status_code == 200
    assert "700,000" in soup(client, "/areas/kanto/").find(id="figures").text
    assert client.get("/areas/99/foreign-residents.csv").status_code == 404
