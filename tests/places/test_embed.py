"""The widget for other websites: what it shows, in which reading, and what it leaves behind."""

from __future__ import annotations

import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction, Site

from casestudies.models import CaseStudyPage
from casestudies.selectors import cases_by_areas
from events.models import EventPage
from regions.models import Area, ConsultationDesk, RegionalPlatformPage
from regions.services import provision_region
from users.models import User

WIDGET = "/embed/region/23/"


def read(client: Client, url: str) -> BeautifulSoup:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return BeautifulSoup(answer.content, "html.parser")


def titles(page: BeautifulSoup, part: str) -> list[str]:
    links = page.select(f"section[aria-labelledby={part}] .embed__link")
    return [link.get_text(strip=True) for link in links]


def test_widget_alone_may_stand_in_foreign_frames(site: Site, client: Client) -> None:
    """That all other pages refuse frames: tests/pages/test_every_page.py."""
    answer = client.get(WIDGET)
    policy = dict(part.split(" ", 1) for part in answer["Content-Security-Policy"].split("; "))
    assert policy["frame-ancestors"] == "*"
    assert policy["script-src"] == policy["form-action"] == "'none'"
    assert "X-Frame-Options" not in answer
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    for other in ("/embed/", "/areas/23/", "/embed/region/999999/", f"{WIDGET}news.json"):
        strict = client.get(other)
        assert strict["X-Frame-Options"] == "DENY", other
        assert "frame-ancestors 'none'" in strict["Content-Security-Policy"], other


@pytest.mark.parametrize(
    "query", ["", "?reading=easy", "?reading=standard", "?furigana=on", "?furigana=off"]
)
def test_widget_keeps_and_reads_no_cookie(site: Site, client: Client, query: str) -> None:
    plain = client.get(WIDGET + query)
    assert plain.status_code == 200
    assert not plain.cookies
    client.cookies["reading"], client.cookies["furigana"] = "easy", "1"
    assert client.get(WIDGET + query).content == plain.content
    page = BeautifulSoup(plain.content, "html.parser")
    assert not page.find_all(["script", "form", "style", "ruby"])
    assert page.find("base")["target"] == "_top"


def test_address_says_the_reading(site: Site, client: Client) -> None:
    japanese = read(client, WIDGET)
    assert japanese.html["lang"] == "ja"
    assert japanese.find(id="cases").get_text(strip=True) == "新しい事例"
    plain = read(client, "/embed/easy/region/23/")
    assert plain.find("ruby")
    for kana in plain.find_all(["rt", "rp"]):
        kana.decompose()
    assert " ".join(plain.find(id="cases").get_text().split()) == "新しい 活動の 例"
    english = read(client, "/en/embed/region/23/")
    assert english.html["lang"] == "en"
    assert "Aichi" in english.h1.get_text()
    assert client.get("/en/embed/easy/region/23/").status_code == 404


def test_it_shows_the_newest_that_the_public_may_see(site: Site, client: Client) -> None:
    aichi = [Area.objects.get(code="23")]
    expected = list(cases_by_areas(aichi, "ja")[:4])
    page = read(client, "/embed/region/23/cases-desks-3/")
    assert titles(page, "cases") == [case.title for case in expected[:3]]
    assert titles(page, "desks")
    assert not page.find(id="events")

    expected[0].unpublish()
    PageViewRestriction.objects.create(page=expected[1], restriction_type=PageViewRestriction.LOGIN)
    desk = ConsultationDesk.objects.get(name_ja=titles(page, "desks")[0])
    ConsultationDesk.objects.filter(pk=desk.pk).update(is_public=False)
    page = read(client, "/embed/region/23/cases-desks-3/")
    assert expected[0].title not in str(page)
    assert expected[1].title not in str(page)
    assert titles(page, "cases")[0] == expected[2].title
    assert desk.name_ja not in str(page)
    as_json = client.get("/embed/region/23/cases-desks-3/news.json").json()
    assert [case["title"] for case in as_json["cases"]] == titles(page, "cases")
    assert [found["name"] for found in as_json["desks"]] == titles(page, "desks")
    assert "events" not in as_json


def test_events_to_come_are_shown_and_those_that_are_over_are_not(
    site: Site, client: Client
) -> None:
    event = EventPage.objects.filter(locale__language_code="ja", live=True).first()
    event.areas.set([Area.objects.get(code="231002")])
    event.starts_on = event.ends_on = "2099-05-01"
    event.save_revision().publish()
    for place in ("23", "231002"):
        assert event.title in titles(read(client, f"/embed/region/{place}/"), "events")
    assert event.title not in titles(read(client, "/embed/region/22/"), "events")
    event.starts_on = event.ends_on = "2020-05-01"
    event.save_revision().publish()
    page = read(client, WIDGET)
    assert not titles(page, "events")
    assert "予定されている催しは" in page.get_text()


def test_platforms_and_municipalities_have_a_widget(site: Site, client: Client) -> None:
    platform = RegionalPlatformPage.objects.live().filter(locale__language_code="ja").first()
    page = read(client, f"/embed/region/{platform.slug}/")
    assert platform.title in page.h1.get_text()
    assert page.h1.a["href"] == platform.url
    page = read(client, "/embed/region/232114/cases-1/")
    assert "豊田市" in page.h1.get_text()
    platform.unpublish()
    assert client.get(f"/embed/region/{platform.slug}/").status_code == 404


@pytest.mark.parametrize(
    "address",
    ["kanto/", "KR/", "nowhere/"]
    + [f"23/{wrong}/" for wrong in ("cases-0", "cases-11", "desks-cases-3", "3", "cases")],
)
def test_other_addresses_are_not_found(site: Site, client: Client, address: str) -> None:
    assert client.get(f"/embed/region/{address}").status_code == 404


def test_queries_do_not_grow_and_the_page_cache_answers(
    site: Site, client: Client, settings: Any
) -> None:
    def count(url: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    count(WIDGET)
    assert count("/embed/region/23/cases-events-desks-10/") == count(WIDGET) <= 20
    settings.PAGE_CACHE = True
    caches["pages"].clear()
    for url in (WIDGET, f"{WIDGET}news.json", "/embed/easy/region/23/cases-5/"):
        first = client.get(url)
        assert count(url) <= 2, url
        again = client.get(url)
        assert again.content == first.content
        assert again.headers.get("X-Frame-Options") == first.headers.get("X-Frame-Options")
        assert again["Content-Security-Policy"] == first["Content-Security-Policy"]
    case = CaseStudyPage.objects.get(pk=cases_by_areas([Area(code="23")], "ja")[0].pk)
    case.title = "愛知の新しい題名"
    case.save_revision().publish()
    assert case.title in client.get(WIDGET).content.decode()


# --- The code ---------------------------------------------------------------------------------


def code_on(page: BeautifulSoup) -> Any:
    return BeautifulSoup(page.select_one("#embed-code-text").get_text(), "html.parser").iframe


def test_code_is_written_for_what_was_chosen(site: Site, client: Client) -> None:
    assert not read(client, "/embed/").select("iframe, #embed-code-text")
    frame = code_on(read(client, "/embed/?place=232114"))
    assert frame["src"] == "http://127.0.0.1:8000/embed/region/232114/"
    assert "豊田市" in frame["title"]
    chosen = "place=23&show=cases&show=desks&number=5&language="
    page = read(client, f"/embed/?{chosen}easy")
    frame = code_on(page)
    assert frame["src"] == "http://127.0.0.1:8000/embed/easy/region/23/cases-desks-5/"
    assert page.select_one("iframe.embed-code__frame")["src"] in frame["src"]
    assert client.get(page.select_one("iframe.embed-code__frame")["src"]).status_code == 200
    english = code_on(read(client, f"/en/embed/?{chosen}en"))
    assert english["src"] == "http://127.0.0.1:8000/en/embed/region/23/cases-desks-5/"
    assert re.search(r"Aichi", english["title"])


@pytest.mark.parametrize(
    "query",
    [
        "place=999999",
        "place=%22%3E%3Cscript%3E",
        "place=23&number=5&language=ja",
        "place=23&show=cases&number=99&language=ja",
        "place=23&show=cases&number=3&language=xx",
    ],
)
def test_wrong_choices_are_named(site: Site, client: Client, query: str) -> None:
    page = read(client, f"/embed/?{query}")
    assert not page.select("#embed-code-text")
    assert page.select(".form-field__error")
    assert not page.select("main script:not([type='application/ld+json'])")


def test_members_of_a_region_begin_with_their_own(site: Site, client: Client) -> None:
    region = provision_region(area=Area.objects.get(code="16"))
    member = User.objects.create_user("member", "member@example.org", "pass-member")
    member.groups.add(region.editors)
    client.force_login(member)
    place = region.platform.slug if region.platform else region.area_id
    assert f"/embed/region/{place}/" in code_on(read(client, "/embed/"))["src"]
