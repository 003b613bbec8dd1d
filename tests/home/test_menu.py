"""The menu of five sections, the footer with every page, and the way back on each page."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from django.conf import settings
from django.test import Client
from wagtail.models import Site

from home.models import StandardPage
from press.models import PressIndexPage
from tests.page_examples import LANGUAGES, address, kinds, prefix

pytestmark = pytest.mark.django_db


def read(client: Client, url: str) -> BeautifulSoup:
    return BeautifulSoup(client.get(url).content, "html.parser")


def section(page: BeautifulSoup) -> list[str]:
    """The sections that are marked as the reader's."""
    return [link.text.strip() for link in page.select(".site-nav__link[aria-current]")]


def way(page: BeautifulSoup) -> list[dict[str, object]]:
    """The breadcrumbs as programs read them."""
    lists = [json.loads(script.string) for script in page.select("script[type*='ld+json']")]
    found = [data for data in lists if data["@type"] == "BreadcrumbList"]
    assert len(found) == 1
    items = found[0]["itemListElement"]
    assert [item["position"] for item in items] == list(range(1, len(items) + 1))
    return items


def test_five_sections_lead_to_every_part_of_the_site(site: Site, client: Client) -> None:
    home = read(client, "/")
    sections = [link.text.strip() for link in home.select(".site-nav__link")[:5]]
    assert sections == ["事例を探す", "地域を見る", "相談先", "数字と調査", "活動と助成"]
    assert section(home) == []
    led = {urlsplit(link["href"]).path for link in home.select("footer a[href^='/']")}
    assert led >= {
        "/cases/", "/search/", "/regions/", "/compare/", "/plans/", "/desks/", "/organisations/",
        "/surveys/", "/open-data/", "/api/", "/programmes/", "/calls/", "/grants/", "/events/",
        "/press/", "/about/", "/how-to-use/", "/contact/", "/criteria/", "/privacy/",
        "/accessibility/", "/glossary/", "/alerts/", "/proposals/", "/embed/",
    }  # fmt: skip
    in_menu = {link["href"] for link in home.select(".site-nav a")}
    for path in in_menu | led:
        assert client.get(path, follow=True).status_code == 200, path


@pytest.mark.parametrize(
    ("path", "name", "page"),
    [
        ("/cases/hokkaido/higashikawa-care-scholarship/", "Find case studies", "Case studies"),
        ("/search/?q=NPO", "Find case studies", "Search everything"),
        ("/areas/221309/", "Explore places", None),
        ("/desks/", "Get advice", "Consultation desks"),
        ("/surveys/", "Figures and surveys", "Surveys and figures"),
        ("/grants/diverse-roots-2020-02/", "Activities and grants", "Grants"),
        ("/about/", "About NANIF", None),
        ("/alerts/", None, None),
    ],
)
def test_section_and_page_of_the_reader_are_marked(
    site: Site, client: Client, path: str, name: str | None, page: str | None
) -> None:
    shown = read(client, f"/en{path}")
    assert section(shown) == ([name] if name else [])
    marked = [link.text.strip() for link in shown.select(".site-nav__page[aria-current]")]
    assert marked == ([page] if page else [])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "kind", [kind for kind in kinds() if kind not in {"home.HomePage", "case not yet translated"}]
)
def test_every_page_says_the_way_to_it(
    site: Site, client: Client, kind: str, language: str
) -> None:
    page = read(client, address(kind, language))
    links = page.select(".breadcrumbs a")
    assert links[0]["href"] == f"{prefix(language)}/"
    here = page.select_one(".breadcrumbs [aria-current=page]")
    assert isinstance(here, Tag), "the page itself is named"
    items = way(page)
    assert [item["name"] for item in items] == [
        " ".join(link.text.split()) for link in [*links, here]
    ]
    assert [item["item"] for item in items[:-1]] == [
        f"{settings.SITE_URL}{link['href']}" for link in links
    ]
    assert "item" not in items[-1]


def test_way_to_a_place_names_what_it_lies_in(site: Site, client: Client) -> None:
    names = [item["name"] for item in way(read(client, "/en/areas/221309/"))]
    assert names == ["Home", "Explore places", "Tokai", "Shizuoka", "Hamamatsu-shi"]


def test_what_is_withheld_leaves_the_menu_and_what_editors_add_joins_it(
    site: Site, client: Client
) -> None:
    PressIndexPage.objects.get(locale__language_code="ja").unpublish()
    criteria = StandardPage.objects.get(slug="criteria", locale__language_code="ja")
    criteria.in_nav, criteria.short_title = True, "掲載の基準"
    criteria.save_revision().publish()
    home = read(client, "/")
    assert not home.select("a[href='/press/']")
    assert "掲載の基準" in home.select_one(".site-nav__item--extra:last-child").text
