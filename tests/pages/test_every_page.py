"""Every kind of page answers in both languages with its own content and standard head."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup
from django.http import HttpResponse
from django.test import Client
from wagtail.models import Site

from tests.page_examples import LANGUAGES, address, kinds

pytestmark = pytest.mark.django_db

Read = Callable[[str], tuple[HttpResponse, BeautifulSoup]]


# What search engines ask for, by type of thing.
NEEDED = {
    "Article": ["headline", "author", "publisher", "image", "datePublished", "dateModified",
                "identifier", "contentLocation", "license", "inLanguage"],
    "Event": ["name", "startDate", "location", "image", "description", "eventStatus",
              "eventAttendanceMode"],
    "Dataset": ["name", "description"],
    "DataDownload": ["encodingFormat", "contentUrl"],
    "Organization": ["name"],
    "BreadcrumbList": ["itemListElement"],
    "WebSite": ["name", "url", "publisher", "potentialAction"],
}  # fmt: skip


def _described(data: Any) -> Iterator[dict[str, Any]]:
    """Every thing that has a type, at any depth."""
    if isinstance(data, dict):
        if "@type" in data:
            yield data
        for value in data.values():
            yield from _described(value)
    elif isinstance(data, list):
        for value in data:
            yield from _described(value)


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def read() -> Read:
    """A function that asks for an address once for all tests: the answer, and its elements."""

    @functools.cache
    def ask(url: str) -> tuple[HttpResponse, BeautifulSoup]:
        response = Client().get(url)
        return response, BeautifulSoup(response.content, "html.parser")

    return ask


@pytest.mark.parametrize("kind", kinds())
def test_page_answers_with_a_complete_head(
    site: Site, read: Read, kind: str, language: str
) -> None:
    url = address(kind, language)
    response, page = read(url)
    assert response.status_code == (404 if kind == "not found" else 200), url
    assert page.html["lang"] == language
    assert page.title.text.strip().removesuffix("| NANIF").strip()
    assert len(page.find_all("h1")) == 1
    if kind.startswith("search") or kind in {"proposal sent", "error report", "casebook"}:
        # Our results, thanks and reports are not for other search engines: nothing points there.
        assert "noindex" in page.find("meta", attrs={"name": "robots"})["content"]
    elif kind != "not found":
        assert page.find("link", rel="canonical")["href"].startswith("http")
        alternates = {link["hreflang"] for link in page.select("link[rel=alternate][hreflang]")}
        assert set(LANGUAGES) <= alternates
        assert page.find("meta", property="og:title")["content"]
    assert page.find("form", role="search") or page.find(attrs={"data-search-box": True})


@pytest.mark.parametrize("kind", kinds())
def test_page_has_no_inline_script_or_style_and_no_frame_around_it(
    site: Site, read: Read, kind: str, language: str
) -> None:
    response, page = read(address(kind, language))
    policy = response["Content-Security-Policy"]
    assert "'unsafe-inline'" not in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert response["X-Frame-Options"] == "DENY"
    assert not page.find_all(style=True)
    assert not page.find_all("style")
    scripts = [s for s in page.find_all("script") if s.get("type") != "application/ld+json"]
    assert all(script.get("src") for script in scripts)
    assert not [tag for tag in page.find_all(True) if any(a.startswith("on") for a in tag.attrs)]


@pytest.mark.parametrize("kind", kinds())
def test_structured_data_is_json_of_schema_org(
    site: Site, read: Read, kind: str, language: str
) -> None:
    _response, page = read(address(kind, language))
    for script in page.find_all("script", type="application/ld+json"):
        data = json.loads(script.string)
        assert data["@context"] == "https://schema.org"
        for described in _described(data):
            assert re.match(r"[A-Z][A-Za-z]+$", described["@type"])
            lacking = [
                name for name in NEEDED.get(described["@type"], ()) if not described.get(name)
            ]
            assert not lacking, described
            if described["@type"] == "Dataset":
                assert 50 <= len(described["description"]) <= 5_000
            for name in ("url", "contentUrl", "image", "identifier"):
                values = described.get(name, [])
                for value in values if isinstance(values, list) else [values]:
                    assert name == "identifier" or value.startswith(("http://", "https://"))


@pytest.mark.parametrize("kind", kinds())
def test_page_tells_what_it_is_about(site: Site, read: Read, kind: str, language: str) -> None:
    _response, page = read(address(kind, language))
    robots = page.find("meta", attrs={"name": "robots"})
    if kind == "not found" or (robots and "noindex" in robots["content"]):
        return
    about = page.find("meta", attrs={"name": "description"})["content"]
    assert len(about) >= (15 if language == "ja" else 30), about
    assert page.find("meta", property="og:description")["content"] == about
    assert page.find("meta", property="og:image")["content"].startswith("http://127.0.0.1:8000/")


@pytest.mark.parametrize("kind", [kind for kind in kinds() if kind != "not found"])
def test_language_switch_leads_to_the_same_page(
    site: Site, read: Read, kind: str, language: str
) -> None:
    url = address(kind, language)
    other = "en" if language == "ja" else "ja"
    _response, page = read(url)
    answer, back = read(page.select_one(f"header a[hreflang={other}]")["href"])
    assert answer.status_code == 200
    assert back.html["lang"] == other
    returning = back.select_one(f"header a[hreflang={language}]")["href"]
    # Which part of a page somebody reads is not told to the site.
    assert unquote(returning) == unquote(url.partition("#")[0])
