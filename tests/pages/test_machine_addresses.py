"""What machines read: sitemap, robots, feed, codes in addresses, headers."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from django.test import Client
from wagtail.models import Page, Site

from casestudies.models import CaseStudyPage
from organisations.own_pages import without_names_alone

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
    originals = Page.objects.live().public().filter(depth__gt=1, alias_of=None)
    # Bodies of which only the name is known are rows in the directory.
    with_page = without_names_alone(originals)
    assert 0 < len(with_page) < len(originals)
    lists = ("/desks/", "/plans/")
    pages = [url for url in entries if "/areas/" not in url and not url.endswith(lists)]
    assert len(pages) == len(with_page)
    assert "http://127.0.0.1:8000/en/areas/13/" in entries


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


@pytest.mark.parametrize("page", ["0", "-1", "99999999999999999999", "abc", "1e9", "%00", "１"])
@pytest.mark.parametrize("address", ["/cases/", "/organisations/", "/cases/hokkaido/"])
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
