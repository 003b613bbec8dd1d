"""What surveys and figures add to pages of other sections, on the real content."""

from __future__ import annotations

import csv
import io

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from wagtail.models import Site

from regions.models import RegionalPlatformPage


def soup(client: Client, url: str) -> BeautifulSoup:
    response = client.get(url)
    assert response.status_code == 200, url
    return BeautifulSoup(response.content, "html.parser")


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_organisation_shows_the_surveys_that_it_takes(
    site: Site, client: Client, prefix: str
) -> None:
    page = soup(client, f"{prefix}/organisations/jcie/")
    links = [link["href"] for link in page.select("#surveys a")]
    assert links == [f"{prefix}/surveys/jcie-local-governments/"]
    back = soup(client, links[0])
    assert back.find("a", href=f"{prefix}/organisations/jcie/")


def test_area_shows_the_numbers_of_its_file(site: Site, client: Client) -> None:
    section = soup(client, "/areas/13/").find(id="figures")
    newest = section.select_one("table tbody tr")
    assert [cell.text.strip() for cell in newest.select("th, td")] == [
        "2026年1月1日",
        "783,702",
        "記載なし",
        "記載なし",
    ]
    address = section.find("a", string=lambda text: text and "CSV" in text) or section.select_one(
        "a[href$='.csv']"
    )
    content = b"".join(client.get(address["href"])).decode("utf-8-sig")
    rows = [
        row
        for row in csv.DictReader(io.StringIO(content))
        if (row["統計の種類"], row["年月"]) == ("JUKI", "2026-01")
    ]
    assert [(row["全国地方公共団体コード"], row["外国人住民数"]) for row in rows] == [
        ("130001", "783702")
    ]
    english = b"".join(client.get("/en/areas/13/foreign-residents.csv")).decode("utf-8-sig")
    assert english.startswith("Local government code,")


def test_platform_shows_its_areas_side_by_side(site: Site, client: Client) -> None:
    pages = RegionalPlatformPage.objects.filter(locale__language_code="ja", live=True)
    several = next(page for page in pages if page.areas.count() > 2)
    section = soup(client, several.get_url()).find(id="figures")
    assert len(section.select("tbody tr")) == several.areas.count()
    assert len(section.select("svg .chart__bar")) == several.areas.count()
