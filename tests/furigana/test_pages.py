"""Furigana on the site: the switch, every kind of page, and editors' corrections."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Site

from furigana.models import ReadingCorrection
from furigana.selectors import current_reader
from page_cache.models import ContentChange
from tests.furigana.test_markup import without_readings
from tests.page_examples import address, kinds
from users.grants import grant_network_rights

pytestmark = pytest.mark.django_db

# What differs between two visits of the same page: the switch itself, and signed stamps.
_SWITCH = re.compile(r'<div class="site-header__furigana">.*?</div>', re.DOTALL)
_STAMP = re.compile(r'(name="(?:stamp|csrfmiddlewaretoken)" value=")[^"]*')


@pytest.fixture
def reading_client() -> Client:
    """Somebody who has switched furigana on."""
    client = Client()
    client.cookies["furigana"] = "1"
    return client


def same_part(page: str) -> str:
    return _STAMP.sub(r"\1", _SWITCH.sub("", page))


@pytest.mark.parametrize("kind", kinds())
def test_page_has_kana_and_is_otherwise_the_same(
    site: Site, client: Client, reading_client: Client, kind: str
) -> None:
    url = address(kind, "ja")
    usual = client.get(url).content.decode()
    assert "<rt" not in usual
    current_reader()
    with CaptureQueriesContext(connection) as captured:
        answer = reading_client.get(url)
    # Whatever the page holds, one query each asks whether anything has changed: of the readings,
    # the glossary, and the places that are compared.
    statements = [query["sql"] for query in captured]
    assert len([sql for sql in statements if ContentChange._meta.db_table in sql]) in {1, 2, 3}
    assert not [sql for sql in statements if ReadingCorrection._meta.db_table in sql]
    assert "Cookie" in answer["Vary"]
    page = answer.content.decode()
    assert same_part(without_readings(page)) == same_part(usual)
    # Every kanji of the main part that is read has kana: nothing is overlooked.
    soup = BeautifulSoup(page, "html.parser")
    for read in soup.select("ruby, code, pre, select, textarea, svg, [lang]:not([lang^=ja])"):
        read.decompose()
    words = re.findall(r"[一-鿿]+", soup.main.text)
    assert set(words) <= {"找工"}, words  # Chinese, as an example of what one may search for


def test_switch_stays_on_and_leads_nowhere_else(site: Site, client: Client) -> None:
    here = "/search/?q=%E9%98%B2%E7%81%BD&region=13"
    page = BeautifulSoup(client.get(here).content, "html.parser")
    switch = page.select_one("header a.furigana-switch")
    assert not switch.has_attr("aria-current")
    answer = client.get(switch["href"])
    assert answer.status_code == 302
    assert answer["Location"] == here
    cookie = answer.cookies["furigana"]
    assert (cookie.value, cookie["samesite"], cookie["httponly"]) == ("1", "Lax", True)
    page = BeautifulSoup(client.get("/about/").content, "html.parser")
    assert page.main.find("rt")
    switch = page.select_one("header a.furigana-switch")
    assert switch["aria-current"] == "true"
    client.get(switch["href"])
    assert not BeautifulSoup(client.get("/about/").content, "html.parser").find("rt")
    for path in ["//evil.example/", "/%2Fevil.example/", "/\\evil.example/"]:
        location = client.get(f"{path}?furigana=on&next=//evil.example")["Location"]
        assert re.match(r"/(?![/\\])", location), location
    assert client.get("/about/?furigana=maybe").status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/en/about/", "/api/v1/cases", "/feeds/cases.atom",
     "/robots.txt", "/search/export/?format=csv&q=防災", "/search/suggest/?q=防災", "/sitemap.xml"],
)  # fmt: skip
def test_nothing_but_japanese_pages_is_touched(
    site: Site, client: Client, reading_client: Client, path: str
) -> None:
    def answered(by: Client) -> bytes:
        answer = by.get(path)
        assert answer.status_code == 200, path
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        return _STAMP.sub(r"\1", content.decode()).encode()

    assert answered(reading_client) == answered(client)
    if path.startswith("/en/"):
        assert b"furigana-switch" not in client.get(path).content


# --- Corrections ------------------------------------------------------------------------------


def test_curator_corrects_a_reading_at_once(
    site: Site, reading_client: Client, client_of: Callable[[str], Client]
) -> None:
    grant_network_rights()
    curator = client_of("Curators")
    curator.cookies["furigana"] = "1"
    names = ReadingCorrection.snippet_viewset
    add = reverse(names.get_url_name("add"))
    assert "<rt" not in curator.get(add).content.decode(), "the admin stays as it is"
    assert "じれい</rt>" in reading_client.get("/about/").content.decode()

    def send(**values: str) -> str:
        return curator.post(add, {"context": "", "note": "", "is_active": "on", **values},
                            headers={"accept-language": "ja"}).content.decode()  # fmt: skip

    assert "漢字が含まれていません" in send(written="かな", reading="かな")
    assert "ひらがなで、空白を入れずに" in send(written="事例", reading="ジレイ")
    assert "「事例」を一度だけ含む文字列" in send(written="事例", reading="x", context="窓口")
    send(written="事例", reading="ためし")
    assert ReadingCorrection.objects.get(written="事例").loaded_reading == ""
    page = reading_client.get("/about/").content.decode()
    assert "ためし</rt>" in page
    assert "じれい</rt>" not in page
    ReadingCorrection.objects.filter(written="事例").delete()
    assert "じれい</rt>" in reading_client.get("/about/").content.decode()
    assert client_of("Translators").get(add).status_code == 302


def test_load_leaves_alone_what_editors_changed(site: Site) -> None:
    changed = ReadingCorrection.objects.get(written="日本", context="")
    changed.reading = "にっぽん"
    changed.save()
    ReadingCorrection.objects.filter(written="令和").update(is_active=False)
    ReadingCorrection.objects.filter(written="避難所").delete()
    before = ReadingCorrection.objects.count()
    call_command("load_content", verbosity=0)
    changed.refresh_from_db()
    assert changed.reading == "にっぽん"
    assert not ReadingCorrection.objects.get(written="令和").is_active
    assert ReadingCorrection.objects.count() == before + 1
