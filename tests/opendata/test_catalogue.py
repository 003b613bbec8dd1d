"""The catalogue names every file that the site gives out, and says of each table what is in it."""

from __future__ import annotations

import csv
import datetime
import io
import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from django.utils.translation import override
from wagtail.models import Site

from home.models import GlossaryPage
from opendata.catalogue import Column, DataFile, published
from surveys.models import Wave

AUTHORITY = "http://publications.europa.eu/resource/authority/"
FILE = re.compile(r"\.(csv|xlsx|json|jsonl|atom|ics|<figures:kind>)\Z")
# Files that hold no data of their own: single entries, descriptions, a search as browsers do it.
NO_DATA = {
    "events:event-calendar",
    "call-calendar",
    "api:document",
    "open-data-package",
    "embed-json",
}


def routes(patterns: Any = None, names: str = "", path: str = "") -> Iterator[tuple[str, str]]:
    """All addresses of the site with their names."""
    for pattern in patterns or get_resolver().url_patterns:
        here = path + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            space = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from routes(pattern.url_patterns, names + space, here)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield here, names + pattern.name


def test_every_file_of_the_site_is_in_it(site: Site) -> None:
    files = {name for path, name in routes() if FILE.search(path) and "admin/" not in path}
    assert {"desks-csv", "foreign-residents", "events:open-data", "grants-json"} <= files
    named = {file.route for _dataset, found in published() for file in found}
    assert files - NO_DATA <= named
    assert {"api:list_cases", "search:export"} <= named


def test_page_shows_every_dataset_with_its_files(site: Site, client: Client) -> None:
    for prefix in ("", "/en"):
        with CaptureQueriesContext(connection) as captured:
            page = BeautifulSoup(client.get(f"{prefix}/open-data/").content, "html.parser")
        assert len(captured) <= 60
        with override("en" if prefix else "ja"):
            for dataset, files in published():
                section = page.find(id=dataset.code)
                assert str(dataset.title) in section.get_text()
                links = [link["href"] for link in section.select(".catalogue__format")]
                assert len(links) == len(files)
                assert section.find("a", rel="license")["href"].startswith("https://creative")
        assert page.find("link", href="/open-data/catalog.jsonld")
    # The words of editors stay on the page, and the footer leads to it.
    assert "How to name the source" in page.get_text()
    assert page.select("footer a[href='/en/open-data/']")


# --- Data portals -----------------------------------------------------------------------------


def both(entry: dict[str, Any], name: str) -> dict[str, str]:
    return {text["@language"]: text["@value"] for text in entry[name]}


def is_address(node: dict[str, str]) -> bool:
    parts = urlsplit(node["@id"])
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and " " not in node["@id"]


def test_dcat_has_all_that_the_profile_demands(site: Site, client: Client) -> None:
    """The mandatory properties of DCAT-AP 3, and its lists of codes."""
    answer = client.get("/open-data/catalog.jsonld")
    assert answer["Content-Type"] == "application/ld+json"
    assert answer["Access-Control-Allow-Origin"] == "*"
    catalogue = json.loads(answer.content)
    assert catalogue["@type"] == "dcat:Catalog"
    assert set(both(catalogue, "dct:title")) == set(both(catalogue, "dct:description"))
    assert catalogue["dct:publisher"]["@type"] == "foaf:Agent"
    assert both(catalogue["dct:publisher"], "foaf:name")
    service = catalogue["dcat:service"]
    assert is_address(service["dcat:endpointURL"])

    datasets = catalogue["dcat:dataset"]
    assert len(datasets) == len(published())
    names = [node["@id"] for node in datasets]
    for dataset in datasets:
        assert dataset["@type"] == "dcat:Dataset"
        assert all(both(dataset, "dct:title")[language] for language in ("ja", "en"))
        assert all(both(dataset, "dct:description")[language] for language in ("ja", "en"))
        assert dataset["dcat:theme"]["@id"].startswith(f"{AUTHORITY}data-theme/")
        assert dataset["dct:publisher"]["@id"] == catalogue["dct:publisher"]["@id"]
        if modified := dataset.get("dct:modified"):
            assert modified["@type"] == "xsd:date"
            assert datetime.date.fromisoformat(modified["@value"]) <= timezone.localdate()
        assert dataset["dcat:distribution"]
        for distribution in dataset["dcat:distribution"]:
            names.append(distribution["@id"])
            assert distribution["@type"] == "dcat:Distribution"
            assert is_address(distribution["dcat:accessURL"])
            assert distribution["dct:license"]["@id"].startswith("https://creativecommons.org/")
            assert distribution["dct:format"]["@id"].startswith(f"{AUTHORITY}file-type/")
            assert is_address(distribution["dcat:mediaType"])
    assert len(set(names)) == len(names)
    assert client.get(
        "/open-data/catalog.jsonld", headers={"if-none-match": answer["ETag"]}
    ).status_code == 304  # fmt: skip


# --- Tables -----------------------------------------------------------------------------------

_INTEGER = re.compile(r"-?\d+")


def _parses(read: Callable[[str], object]) -> Callable[[str], bool]:
    def fits(text: str) -> bool:
        try:
            read(text)
        except ValueError:
            return False
        return True

    return fits


FITS: dict[str, Callable[[str], bool]] = {
    "string": lambda text: True,
    "integer": lambda text: bool(_INTEGER.fullmatch(text)),
    "number": _parses(float),
    "boolean": lambda text: text in {"true", "false"},
    "date": _parses(datetime.date.fromisoformat),
    "datetime": _parses(datetime.datetime.fromisoformat),
    "yearmonth": lambda text: bool(re.fullmatch(r"\d{4}-(0\d|1[0-2])", text)),
}


def rows_of(client: Client, url: str) -> list[list[str]]:
    parts = urlsplit(url)
    answer = client.get(f"{parts.path}?{parts.query}")
    assert answer.status_code == 200, url
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.mark.parametrize("language", ["ja", "en"])
def test_tables_are_as_they_are_described(site: Site, client: Client, language: str) -> None:
    prefix = "" if language == "ja" else "/en"
    package = client.get(f"{prefix}/open-data/datapackage.json").json()
    assert package["$schema"].startswith("https://datapackage.org/profiles/2")
    assert [licence["name"] for licence in package["licenses"]] == ["CC-BY-4.0"]
    names = [resource["name"] for resource in package["resources"]]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9._-]+", name) for name in names)
    assert {"cases", "desks", "grants", "foreign-residents", "glossary", "pages"} <= set(names)
    for resource in package["resources"]:
        heading, *rows = rows_of(client, resource["path"])
        fields = resource["schema"]["fields"]
        assert heading == [field["name"] for field in fields], resource["name"]
        assert rows, resource["name"]
        for row in rows[:200]:
            for field, text in zip(fields, row, strict=True):
                assert not text or FITS[field["type"]](text), (resource["name"], field, text)


def test_files_of_many_things_are_described_by_an_example(site: Site, client: Client) -> None:
    found: list[tuple[DataFile, tuple[Column, ...]]] = [
        (file, tuple(file.table))
        for _dataset, files in published()
        for file in files
        if file.stands_for
    ]
    assert {file.route for file, _columns in found} >= {"area-foreign-residents"}
    for file, columns in found:
        assert f"/{{{file.stands_for}}}" in file.pattern("en"), file
        path = urlsplit(file.url("en")).path
        assert client.get(path).status_code == 200, path
        if file.format == "csv":
            with override("en"):
                assert rows_of(client, path)[0] == [str(column.name) for column in columns]


def test_what_is_withheld_is_in_no_catalogue(site: Site, client: Client) -> None:
    def codes() -> set[str]:
        catalogue = json.loads(client.get("/open-data/catalog.jsonld").content)
        return {dataset["dct:identifier"] for dataset in catalogue["dcat:dataset"]}

    assert {"surveys", "glossary"} <= codes()
    Wave.objects.update(held_ja="確認中です。", held_en="Being checked.")
    for page in GlossaryPage.objects.all():
        page.unpublish()
    assert not {"surveys", "glossary"} & codes()
    assert client.get("/glossary/glossary.csv").status_code == 404
    assert 'id="surveys"' not in client.get("/open-data/").content.decode()


def test_files_count_against_the_limit_of_exports(
    site: Site, client: Client, settings: Any
) -> None:
    settings.RATES = {**settings.RATES, "export": "2/hour"}
    urls = ["/areas/13/foreign-residents.csv", "/glossary/glossary.csv", "/desks/desks.csv"]
    assert [client.get(url).status_code for url in urls] == [200, 200, 429]
