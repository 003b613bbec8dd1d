"""Readers choose plain Japanese once, and read the whole site in it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import get_language
from wagtail.models import Site

from casestudies.models import CaseStudyPage
from core.readings import is_plain
from home.models import StandardPage
from opendata.public_forms import stamp
from page_cache.models import ContentChange
from taxonomy.models import GlossaryTerm, Theme
from tests.page_examples import address, kinds

CASE = "/cases/hokkaido/higashikawa-care-scholarship/"


@pytest.fixture
def plain(client: Client) -> Client:
    """A browser in which plain Japanese was chosen."""
    client.get("/?reading=easy")
    return client


def read(client: Client, url: str) -> BeautifulSoup:
    return BeautifulSoup(client.get(url).content, "html.parser")


def words(page: BeautifulSoup, selector: str) -> list[str]:
    return [" ".join(found.get_text().split()) for found in page.select(selector)]


def chosen(page: BeautifulSoup) -> str:
    return words(page, "header .language-switch [aria-current]")[0]


# --- The switch -------------------------------------------------------------------------------


def test_choice_stays_on_until_another_is_made(site: Site, client: Client) -> None:
    page = read(client, "/search/?q=%E9%98%B2%E7%81%BD&kind=case")
    assert words(page, "header .language-switch a") == ["日本語", "やさしい日本語", "English"]
    assert chosen(page) == "日本語"
    to_plain = page.select("header .language-switch a")[1]["href"]

    answer = client.get(to_plain)
    assert (answer.status_code, answer["Location"]) == (
        302, "/search/?q=%E9%98%B2%E7%81%BD&kind=case",
    )  # fmt: skip
    cookie = answer.cookies["reading"]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == ("easy", True, "Lax")
    assert "no-store" in answer["Cache-Control"]

    for url in ["/search/?q=%E9%98%B2%E7%81%BD", "/", CASE]:
        page = read(client, url)
        assert chosen(page) == "やさしい日本語"
        assert page.html["lang"] == "ja"
    # English is a tree of its own; the way back from it is both.
    english = read(client, "/en/")
    assert chosen(english) == "English"
    assert words(english, "main") == words(read(Client(), "/en/"), "main")
    back = [link["href"] for link in english.select("header .language-switch a")]
    assert back == ["/?reading=standard", "/?reading=easy", "/en/"]

    ordinary = client.get(back[0])
    assert ordinary["Location"] == "/"
    assert not ordinary.cookies["reading"].value
    assert chosen(read(client, "/")) == "日本語"
    assert get_language() == "ja"
    assert not is_plain()


@pytest.mark.parametrize(
    "url",
    [
        "/cases/?reading=EASY", "/cases/?reading=", "/cases/?reading=%00", "/cases/?reading[]=easy",
        "/cases/?reading=easy%0d%0aSet-Cookie:x=1", "/cases/?reading=../../en/",
    ],
)  # fmt: skip
def test_other_values_choose_nothing(site: Site, client: Client, url: str) -> None:
    answer = client.get(url)
    assert answer.status_code in (200, 400)
    assert "reading" not in answer.cookies
    client.cookies["reading"] = "<script>"
    assert chosen(read(client, "/cases/")) == "日本語"


@pytest.mark.parametrize(
    ("path", "parameters", "led_to"),
    [
        ("//evil.example/", "reading=easy", "/%2Fevil.example/"),
        ("/\\evil.example/", "reading=easy", "/%5Cevil.example/"),
        ("/a?b#c/", "reading=easy", "/a%3Fb%23c/"),
        ("/cases/", "reading=easy&next=//evil.example", "/cases/?next=%2F%2Fevil.example"),
        ("/cases/", "reading=standard&page=2&reading=easy", "/cases/?page=2"),
    ],
)
def test_choice_never_leads_to_another_site(
    client: Client, path: str, parameters: str, led_to: str
) -> None:
    answer = client.get("/", PATH_INFO=path, QUERY_STRING=parameters)
    assert answer["Location"] == led_to


def test_form_that_is_sent_is_not_led_away(site: Site, plain: Client) -> None:
    """A choice in the address of a form must not lose what was typed; it is read as chosen."""
    answer = plain.post("/alerts/?reading=standard", {"email": "nobody"})
    assert answer.status_code in (200, 400)
    assert chosen(BeautifulSoup(answer.content, "html.parser")) == "やさしい日本語"


def test_pages_say_that_they_differ_by_cookie(site: Site, client: Client, plain: Client) -> None:
    for url in ["/", CASE, "/search/", "/en/", "/no-such-page/"]:
        assert "Cookie" in plain.get(url)["Vary"]


def test_address_of_a_page_is_the_ordinary_one(site: Site, client: Client, plain: Client) -> None:
    page = read(plain, CASE)
    assert page.find("link", rel="canonical")["href"].endswith(CASE)
    alternates = [link["href"] for link in page.select("link[rel=alternate][hreflang]")]
    assert len(alternates) == 2
    assert "reading=" not in "".join(alternates)


@pytest.mark.parametrize(
    "url",
    [
        "/api/v1/cases/higashikawa-care-scholarship?locale=ja", "/api/v1/vocabularies/themes",
        "/feeds/cases.atom", "/search/export/?format=csv&kind=case", "/search/feed/?kind=case",
        "/feeds/events.ics", "/grants/360giving.csv", "/sitemap.xml", "/admin/login/",
    ],
)  # fmt: skip
def test_what_is_for_programs_and_editors_stays_as_it_is(site: Site, url: str) -> None:
    def body(client: Client) -> list[str]:
        answer = client.get(url)
        assert answer.status_code == 200
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        lines = content.decode().splitlines()
        # Tokens and times differ anyway.
        return [line for line in lines if not re.search("(?i)csrf|updated|dtstamp", line)]

    ordinary, plain = Client(), Client()
    plain.cookies["reading"] = "easy"
    assert body(plain) == body(ordinary)


# --- What is read -----------------------------------------------------------------------------


def test_every_kind_of_page_is_read_in_plain_japanese(site: Site, plain: Client) -> None:
    """All answer, with as many queries as when they are read in ordinary Japanese."""
    ordinary = Client()
    counts = {}
    for kind in kinds():
        url = address(kind, "ja")
        status = 404 if kind == "not found" else 200
        of_kind = []
        for client in (ordinary, plain):
            client.get(url)
            with CaptureQueriesContext(connection) as captured:
                answer = client.get(url)
            assert answer.status_code == status, url
            # Furigana, which stand in this reading, ask once whether anything has changed.
            version = ContentChange._meta.db_table
            of_kind.append(len([query for query in captured if version not in query["sql"]]))
        page = BeautifulSoup(answer.content, "html.parser")
        assert chosen(page) == "やさしい日本語", url
        assert len(page.find_all("h1")) == 1
        counts[kind] = of_kind
    assert {kind: both for kind, both in counts.items() if both[0] != both[1]} == {}


def test_menus_labels_and_messages_are_plain(site: Site, plain: Client) -> None:
    home = read(plain, "/")
    menu = set(words(home, ".site-nav a"))
    assert {"活動の 例", "地域", "プロジェクト", "アンケート", "この サイトの 使い方"} <= menu
    assert "みんなで 一緒に 生きる" in words(home, "title")[0]
    assert "いろいろな 地域の 活動を 探せます" in words(home, ".hero__lead")[0]

    search = read(plain, "/search/?q=%E9%98%B2%E7%81%BD&kind=case")
    theme = Theme.objects.exclude(label_easy="").get(code="2-1")
    assert theme.label_easy in " ".join(words(search, ".facet, fieldset, details"))
    titles = set(CaseStudyPage.objects.values_list("easy_title", flat=True))
    found = words(search, ".hit__title")
    assert found
    assert set(found) <= {" ".join(title.split()) for title in titles}

    nothing = read(plain, "/search/?q=qwxzqwxz")
    assert "見つかりませんでした" in words(nothing, "main")[0]
    breadcrumbs = words(read(plain, CASE), ".breadcrumbs__item")
    assert breadcrumbs[:2] == ["最初の ページ", "活動の 例"]


def test_case_is_told_in_plain_japanese_with_its_facts(site: Site, plain: Client) -> None:
    case = CaseStudyPage.objects.get(url_path__endswith=CASE, locale__language_code="ja")
    plain.cookies["furigana"] = "0"
    page = read(plain, CASE)
    assert words(page, "h1") == [case.easy_title]
    assert words(page, ".page-head__summary") == [case.easy_summary]
    assert case.easy_body.splitlines()[0] in words(page, "#easy")[0]
    for anchor in ["steps", "results", "sources"]:
        assert page.select_one(f".case__story > #{anchor}"), anchor
    # The ordinary text is there for whoever opens it, and the navigation leads to nothing closed.
    assert case.overview[:20] in words(page, "details.case__ordinary")[0]
    anchors = {link["href"] for link in page.select(".section-nav a")}
    closed = {f"#{part['id']}" for part in page.select("details.case__ordinary section[id]")}
    assert anchors
    assert not anchors & closed
    assert [card for card in words(page, ".case-row__title") if card]


def test_pages_say_whether_they_are_in_plain_japanese(site: Site, plain: Client) -> None:
    for slug in ["about", "how-to-use", "criteria", "accessibility", "open-data"]:
        page = read(plain, f"/{slug}/")
        assert not page.select(".page-head__reading"), slug
        stored = StandardPage.objects.get(slug=slug, locale__language_code="ja")
        assert words(page, "h1") == [stored.easy_title]
        assert words(page, ".prose h2")
    term = GlossaryTerm.objects.exclude(explanation_easy="").first()
    glossary = read(plain, "/glossary/")
    assert words(glossary, f"#term-{term.pk} dd > p")[0] == " ".join(term.explanation_easy.split())

    for kind in ["programmes.ProgrammePage", "regions.RegionalPlatformPage"]:
        page = read(plain, address(kind, "ja"))
        said = words(page, ".page-head__reading")[0]
        assert said.startswith("正式な（正しい）名前：")
        assert said.endswith("ここから 下は、ふつうの 日本語です。")

    for kind in ["surveys.SurveyPage", "grant"]:
        page = read(plain, address(kind, "ja"))
        assert "まだ やさしい 日本語に なって いません" in words(page, ".page-head__reading")[0]
    assert not read(plain, address("prefecture", "ja")).select(".page-head__reading")
    assert not read(Client(), address("grant", "ja")).select(".page-head__reading")


def test_mail_is_written_in_ordinary_japanese(site: Site, plain: Client, settings: Any) -> None:
    """Whoever gets it may be another than the reader, and later mails know no reading."""
    settings.MAIL_IS_SET_UP = True
    values = {"address": "reader@example.org", "frequency": "weekly", "search": "q=防災"}
    answer = plain.post("/alerts/", {**values, "stamp": stamp("alerts"), "homepage": ""})
    assert answer.status_code == 302, answer.content.decode()
    assert mail.outbox[0].subject == "新着メールの登録を確認してください"
    assert "メールで お知らせ" not in mail.outbox[0].body


def test_editor_previews_both_readings(site: Site) -> None:
    page = StandardPage.objects.get(slug="about", locale__language_code="ja")
    for mode, title in [("", page.title), ("easy", page.easy_title)]:
        answer = page.make_preview_request(preview_mode=mode)
        assert words(BeautifulSoup(answer.content, "html.parser"), "h1") == [title]
