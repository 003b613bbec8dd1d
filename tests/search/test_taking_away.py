"""Result lists as files and feeds, and what browsers need to search here."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Site

from casestudies.models import CaseStudyPage
from search.engines.base import Engine
from search.index.outbox import deliver
from search.query.search_query import SearchQuery
from search.results.answer import search
from search.web.exports import COLUMNS, FORMATS

ATOM = "{http://www.w3.org/2005/Atom}"
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"


def export(client: Client, params: str, prefix: str = "") -> bytes:
    response = client.get(f"{prefix}/search/export/?{params}")
    assert response.status_code == 200, response.content
    return bytes(response.getvalue())


def rows_of_csv(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def all_urls(text: str, **facets: tuple[str, ...]) -> list[str]:
    """Addresses of all hits, page by page, as the search page shows them."""
    query = SearchQuery(text=text, facets=facets, per_page=50)
    first = search(query)
    urls: list[str] = []
    for page in range(1, first.pages + 1):
        hits = search(SearchQuery(text=text, facets=facets, per_page=50, page=page)).hits
        urls += [f"http://127.0.0.1:8000{hit.url}" for hit in hits]
    return urls


def test_csv_opens_in_excel_and_has_the_whole_list(site: Site, client: Client) -> None:
    content = export(client, "format=csv&q=防災&kind=case")
    assert content.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in content
    rows = rows_of_csv(content)
    assert list(rows[0]) == list(COLUMNS)
    assert [row["url"] for row in rows] == all_urls("防災", kind=("case",))
    soja = next(row for row in rows if "soja-foreign-disaster-leaders" in row["url"])
    assert soja["title"] == "総社市の外国人防災リーダー"
    assert soja["region"] == "chugoku; 33; 332089"
    assert soja["region_en"] == "Chugoku; Okayama; Soja-shi"
    assert {row["licence"] for row in rows} == {"CC-BY-4.0"}
    assert all(re.fullmatch(r"20\d\d-\d\d-\d\d", row["retrieved"]) for row in rows)


def test_excel_has_the_same_rows_and_says_where_they_are_from(site: Site, client: Client) -> None:
    book = openpyxl.load_workbook(io.BytesIO(export(client, "format=xlsx&q=防災")))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert rows[0] == COLUMNS
    assert [row[0] for row in rows[1:]] == all_urls("防災")
    about = dict(book.worksheets[1].iter_rows(values_only=True))
    assert about["licence"].startswith("CC BY 4.0")
    assert about["date"]


def test_json_lines_have_codes_with_both_labels(site: Site, client: Client) -> None:
    lines = [json.loads(line) for line in export(client, "format=jsonl&q=防災").splitlines()]
    about, rows = lines[0]["about"], lines[1:]
    assert about["total"] == str(len(rows))
    assert [row["url"] for row in rows] == all_urls("防災")
    assert rows[0]["theme"][0].keys() == {"code", "ja", "en"}


def test_bibtex_has_an_entry_for_each_row(site: Site, client: Client) -> None:
    text = export(client, "format=bibtex&q=防災").decode()
    keys = re.findall(r"^@misc\{([^,]+),$", text, re.MULTILINE)
    assert len(keys) == len(set(keys)) == len(all_urls("防災"))
    assert "nanif-soja-foreign-disaster-leaders" in keys
    assert text.startswith("% source: NANIF")


def test_english_export_has_english_addresses(site: Site, client: Client) -> None:
    rows = rows_of_csv(export(client, "format=csv&q=disaster", prefix="/en"))
    assert rows
    assert all(row["url"].startswith("http://127.0.0.1:8000/en/") for row in rows)


def test_corrected_spelling_is_exported_as_the_page_shows_it(site: Site, client: Client) -> None:
    rows = rows_of_csv(export(client, "format=csv&q=医療通約"))
    assert [row["url"] for row in rows] == all_urls("医療通約")
    about = json.loads(export(client, "format=jsonl&q=医療通約").splitlines()[0])["about"]
    assert about["searched_for"] == "医療通訳"


def test_licence_of_a_row_is_that_of_the_case(site: Site, client: Client) -> None:
    CaseStudyPage.objects.filter(slug="soja-foreign-disaster-leaders").update(licence="CC0-1.0")
    rows = rows_of_csv(export(client, "format=csv&q=総社市の外国人防災リーダー"))
    licences = {row["url"].rsplit("/", 2)[1]: row["licence"] for row in rows}
    assert licences["soja-foreign-disaster-leaders"] == "CC0-1.0"


@pytest.mark.parametrize("name", FORMATS)
def test_queries_of_an_export_grow_by_batches_alone(
    site: Site, client: Client, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def number(params: str) -> int:
        export(client, params)
        with CaptureQueriesContext(connection) as captured:
            export(client, params)
        return len(captured)

    few = number(f"format={name}&q=防災")
    assert number(f"format={name}&kind=case") == few <= 25
    monkeypatch.setattr("search.web.exports._BATCH", 50)
    total = len(rows_of_csv(export(client, "format=csv&kind=case")))
    batches = -(-total // 50)
    assert number(f"format={name}&kind=case") <= few + (batches - 1) * 14


def test_long_lists_are_cut_and_say_so(
    site: Site, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.web.exports.MOST_ROWS", 7)
    lines = export(client, "format=jsonl").splitlines()
    assert len(lines) == 8
    assert json.loads(lines[0])["about"]["rows"] == "7"


def test_formula_in_a_title_stays_text_in_excel(own_index: Engine, client: Client) -> None:
    title = '=HYPERLINK("http://example.org","防災")'
    page = CaseStudyPage.objects.get(
        slug="soja-foreign-disaster-leaders", locale__language_code="ja"
    )
    page.title = title
    page.save_revision().publish()
    deliver(own_index)
    content = export(client, "format=xlsx&q=HYPERLINK")
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    cell = sheet.cell(row=2, column=COLUMNS.index("title") + 1)
    assert cell.value == title
    assert cell.data_type == "s"
    rows = rows_of_csv(export(client, "format=csv&q=HYPERLINK"))
    assert rows[0]["title"] == f"'{title}"


def test_unknown_format_names_those_there_are(site: Site, client: Client) -> None:
    response = client.get("/en/search/export/?format=pdf")
    assert response.status_code == 400
    assert "csv, xlsx, jsonl, bibtex" in response.content.decode()


def test_too_many_exports_are_refused_in_plain_words(
    site: Site, client: Client, settings: Any
) -> None:
    settings.RATES = {**settings.RATES, "export": "1/day"}
    export(client, "format=csv&q=防災")
    response = client.get("/en/search/export/?format=csv&q=防災")
    assert response.status_code == 429
    assert response["Retry-After"]
    assert b"Too many requests. Please try again in" in response.content


# --- Feed -------------------------------------------------------------------------------------


def feed(client: Client, params: str, prefix: str = "") -> ElementTree.Element:
    response = client.get(f"{prefix}/search/feed/?{params}")
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/atom+xml")
    return ElementTree.fromstring(response.content)


@pytest.mark.parametrize(("prefix", "language"), [("", "ja"), ("/en", "en")])
def test_feed_is_valid_and_newest_first(
    site: Site, client: Client, prefix: str, language: str
) -> None:
    root = feed(client, "q=防災", prefix)
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == language
    assert root.findtext(f"{ATOM}id", "").startswith("tag:127.0.0.1,2026:search:")
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert links["self"].startswith(f"http://127.0.0.1:8000{prefix}/search/feed/?q=")
    entries = root.findall(f"{ATOM}entry")
    assert 0 < len(entries) <= 50
    published = [entry.findtext(f"{ATOM}published", "") for entry in entries]
    assert published == sorted(published, reverse=True)
    identifiers = [entry.findtext(f"{ATOM}id", "") for entry in entries]
    assert len(set(identifiers)) == len(identifiers)
    for entry in entries:
        assert entry.findtext(f"{ATOM}id", "").startswith("tag:127.0.0.1,2026:page:")
        assert entry.findtext(f"{ATOM}title")
        assert entry.findtext(f"{ATOM}updated")


def test_identifiers_survive_a_new_title_and_address(own_index: Engine, client: Client) -> None:
    def entry_of(title: str) -> str:
        return next(
            entry.findtext(f"{ATOM}id", "")
            for entry in feed(client, "q=総社市").findall(f"{ATOM}entry")
            if entry.findtext(f"{ATOM}title") == title
        )

    before = entry_of("総社市の外国人防災リーダー")
    page = CaseStudyPage.objects.get(
        slug="soja-foreign-disaster-leaders", locale__language_code="ja"
    )
    page.title, page.slug = "総社市の新しい題名", "another-slug"
    page.save_revision().publish()
    deliver(own_index)
    assert entry_of("総社市の新しい題名") == before


def test_feed_of_wrong_parameters_is_valid_and_says_so(site: Site, client: Client) -> None:
    root = feed(client, "q=防災&region=nowhere&sort=best&page=-5&theme=%00", "/en")
    assert "nowhere" in root.findtext(f"{ATOM}subtitle", "")
    assert root.findall(f"{ATOM}entry")


def test_feed_without_entries_is_valid_and_stays_the_same(site: Site, client: Client) -> None:
    first = client.get("/search/feed/?q=qwxzqwxz")
    root = ElementTree.fromstring(first.content)
    assert not root.findall(f"{ATOM}entry")
    assert root.findtext(f"{ATOM}updated")
    again = client.get("/search/feed/?q=qwxzqwxz", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304


def test_search_page_names_its_feed_and_every_page_the_search(site: Site, client: Client) -> None:
    page = client.get("/search/?q=防災&region=23").content.decode()
    assert 'href="/search/feed/?q=%E9%98%B2%E7%81%BD&amp;region=23"' in page
    assert "/search/export/?format=csv&amp;q=%E9%98%B2%E7%81%BD&amp;region=23" in page
    for address, description in [
        ("/", "/search/opensearch.xml"),
        ("/en/", "/en/search/opensearch.xml"),
    ]:
        assert f'href="{description}"' in client.get(address).content.decode()


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_browsers_can_add_the_search(site: Site, client: Client, prefix: str) -> None:
    response = client.get(f"{prefix}/search/opensearch.xml")
    assert response["Content-Type"].startswith("application/opensearchdescription+xml")
    root = ElementTree.fromstring(response.content)
    assert len(root.findtext(f"{OPENSEARCH}ShortName", "")) <= 16
    urls = {url.get("type"): url.get("template", "") for url in root.findall(f"{OPENSEARCH}Url")}
    for kind in ["text/html", "application/x-suggestions+json", "application/atom+xml"]:
        address = urls[kind].removeprefix("http://127.0.0.1:8000").replace("{searchTerms}", "防災")
        assert address.startswith(f"{prefix}/search/")
        assert client.get(address).status_code == 200


def test_suggestions_for_browsers_are_four_lists(site: Site, client: Client) -> None:
    response = client.get("/search/suggest/?format=opensearch&q=ぼう")
    assert response["Content-Type"] == "application/x-suggestions+json"
    typed, labels, notes, urls = response.json()
    assert typed == "ぼう"
    assert "防災" in labels
    assert len(labels) == len(notes) == len(urls)
    assert all(url.startswith("http://127.0.0.1:8000/") for url in urls)
