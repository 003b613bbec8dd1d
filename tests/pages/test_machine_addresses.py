"""What machines read: sitemap, robots, feed, codes in addresses, headers."""

from __future__ import annotations

import datetime
import json
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from wagtail.models import Page, Site

from casestudies.models import CaseStudyPage
from organisations.own_pages import without_names_alone
from programmes.selectors import public_grants
from tests.architecture.sources import ROOT

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
ATOM = "{http://www.w3.org/2005/Atom}"


def test_sitemap_has_every_original_page_with_its_translations(site: Site, client: Client) -> None:
    tree = ElementTree.fromstring(client.get("/sitemap.xml").content)
    entries = {entry.find(f"{SITEMAP}loc").text: entry for entry in tree}
    case = "http://127.0.0.1:8000/cases/hokkaido/higashikawa-care-scholarship/"
    assert case in entries
    languages = {link.get("hreflang") for link in entries[case].findall(f"{XHTML}link")}
    assert languages >= {"ja", "en"}
    originals = Page.objects.live().public().filter(depth__gt=1, alias_of=None, casesfrompage=None)
    # Bodies of which only the name is known are rows in the directory.
    with_page = without_names_alone(originals)
    assert 0 < len(with_page) < len(originals)
    views = {
        f"http://127.0.0.1:8000{prefix}/{path}/"
        for prefix in ("", "/en")
        for path in (
            "desks",
            "plans",
            "compare",
            "calls",
            "grants",
            "embed",
            "api",
            "proposals",
            "accessibility/results",
            "newsletter",
        )
    }
    assert views <= entries.keys()
    assert len([url for url in entries if "/grants/" in url]) == 2 + 2 * public_grants().count()
    pages = [
        url for url in entries.keys() - views if "/areas/" not in url and "/grants/" not in url
    ]
    assert len(pages) == len(with_page)
    assert len(tree) == len(entries), "an address stands there twice"
    # The cases from a region are on the page of its place, here and abroad.
    assert "http://127.0.0.1:8000/en/areas/13/" in entries
    assert "http://127.0.0.1:8000/areas/KR/" in entries
    assert "http://127.0.0.1:8000/cases/hokkaido/" not in entries


def test_private_and_draft_pages_are_not_in_the_sitemap(site: Site, client: Client) -> None:
    page = CaseStudyPage.objects.get(
        slug="higashikawa-care-scholarship", locale__language_code="ja"
    )
    page.unpublish()
    assert "/cases/hokkaido/higashikawa-care-scholarship/" not in (
        client.get("/sitemap.xml").content.decode().replace("/en/cases", "")
    )


def test_robots_names_the_sitemap_and_keeps_crawlers_out_of_searches(
    site: Site, client: Client
) -> None:
    text = client.get("/robots.txt").content.decode()
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in text
    assert "Disallow: /search/" in text


def test_whoever_finds_a_weakness_is_told_whom_to_tell(site: Site, client: Client) -> None:
    response = client.get("/.well-known/security.txt", headers={"Accept-Language": "en"})
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    lines = [line.split(": ", 1) for line in response.content.decode().splitlines()]
    contacts = [value for name, value in lines if name == "Contact"]
    assert contacts == ["http://127.0.0.1:8000/contact/", "http://127.0.0.1:8000/en/contact/"]
    for contact in contacts:
        assert client.get(contact.removeprefix("http://127.0.0.1:8000")).status_code == 200
    told = dict(lines)
    assert told["Canonical"] == "http://127.0.0.1:8000/.well-known/security.txt"
    assert told["Preferred-Languages"] == "ja, en"
    # RFC 9116: a moment to come, less than a year away.
    remaining = datetime.datetime.fromisoformat(told["Expires"]) - datetime.datetime.now(
        datetime.UTC
    )
    assert datetime.timedelta(days=30) < remaining < datetime.timedelta(days=365)


def test_results_of_checks_are_published_and_claim_nothing(db: None, client: Client) -> None:
    found = json.loads((ROOT / "home" / "data" / "accessibility.json").read_text("utf-8"))
    for path, title in (("/accessibility/results/", "1.1.1 非テキストコンテンツ"),
                        ("/en/accessibility/results/", "1.1.1 Non-text content")):  # fmt: skip
        page = BeautifulSoup(client.get(path).content, "html.parser").main
        rows = page.select("tbody tr")
        assert len(rows) == 38  # the success criteria of levels A and AA
        assert rows[0].th.text == title
        assert page.time["datetime"] == found["day"]
        assert str(found["pages"]) in page.dl.text

        assert "準拠しています" not in page.text
    assert sum(criterion["violations"] for criterion in found["criteria"].values()) == 0


@pytest.mark.parametrize(("prefix", "language"), [("", "ja"), ("/en", "en")])
def test_feed_has_the_newest_cases(site: Site, client: Client, prefix: str, language: str) -> None:
    response = client.get(f"{prefix}/feeds/cases.atom")
    assert response["Content-Type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(response.content)
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 30
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == language
    for entry in entries:
        assert entry.find(f"{ATOM}title").text
        assert entry.find(f"{ATOM}link").get("href").startswith("http://127.0.0.1:8000/")
        assert entry.find(f"{ATOM}updated").text


@pytest.mark.parametrize(
    ("address", "target"),
    [("/areas/13104/", "/areas/131041/"), ("/en/areas/22130/", "/en/areas/221309/")],
)
def test_five_digit_codes_lead_to_the_full_code(
    site: Site, client: Client, address: str, target: str
) -> None:
    response = client.get(address)
    assert response.status_code == 301
    assert response["Location"] == target


@pytest.mark.parametrize(
    "address",
    [
        "/areas/131042/",
        "/areas/99/",
        "/areas/%F0%9F%98%80/",
        "/areas/abc/",
        "/areas/" + "1" * 3000 + "/",
        "/cases/nowhere/",
        "/cases/hokkaido/'%20OR%201=1--/",
    ],
)
def test_wrong_addresses_are_not_found_and_offer_the_search(
    site: Site, client: Client, address: str
) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert 'name="q"' in response.content.decode()


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("/cases/hokkaido/", "/areas/01/#cases"),
        ("/cases/hokkaido/?page=2", "/areas/01/#cases"),
        ("/en/cases/hokkaido/", "/en/areas/01/#cases"),
        ("/en/cases/republic-of-korea/", "/en/areas/KR/#cases"),
    ],
)
def test_a_regions_list_of_cases_leads_to_the_page_of_its_place(
    site: Site, client: Client, address: str, target: str
) -> None:
    response = client.get(address)
    assert (response.status_code, response["Location"]) == (301, target)
    assert 'id="cases"' in client.get(target).content.decode()


@pytest.mark.parametrize("page", ["0", "-1", "99999999999999999999", "abc", "1e9", "%00", "１"])
@pytest.mark.parametrize("address", ["/cases/", "/organisations/"])
def test_page_numbers_never_break_a_list(
    site: Site, client: Client, address: str, page: str
) -> None:
    assert client.get(f"{address}?page={page}").status_code == 200


@pytest.mark.parametrize(
    "query", ["actor=nonsense", "region=99", "actor=%27%3B--", "region=" + "x" * 5000, "actor=%00"]
)
def test_unknown_filters_of_the_directory_find_nothing_and_say_so(
    site: Site, client: Client, query: str
) -> None:
    response = client.get(f"/organisations/?{query}")
    assert response.status_code == 200


def test_public_pages_carry_secure_headers(site: Site, client: Client) -> None:
    response = client.get("/")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
    assert "Set-Cookie" not in response
