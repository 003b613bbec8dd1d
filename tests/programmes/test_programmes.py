"""Each programme as a page in both languages, with real facts and their sources."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from icalendar import Calendar
from wagtail.models import Page, Site

from casestudies.models import CaseStudyPage
from programmes.models import ProgrammeCall, ProgrammePage
from taxonomy.models import ActorType
from tests.architecture.sources import ROOT

ROWS = [
    json.loads(line)
    for line in Path(ROOT / "content/data/programmes.jsonl").read_text("utf-8").splitlines()
]
BY_SLUG = {row["slug"]: row for row in ROWS}


def page(client: Client, url: str) -> BeautifulSoup:
    response = client.get(url)
    assert response.status_code == 200, url
    return BeautifulSoup(response.content, "html.parser")


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("slug", list(BY_SLUG))
def test_every_entry_stands_with_its_source(
    site: Site, client: Client, slug: str, language: str
) -> None:
    soup = page(client, f"{'' if language == 'ja' else '/en'}/programmes/{slug}/")
    row = BY_SLUG[slug]
    assert row[f"title_{language}"] in soup.h1.text
    text = " ".join(soup.select_one("main").text.split())
    addresses = {str(link["href"]) for link in soup.select("main a[href^=http]")}
    for entry in [*row["facts"], *row["bodies"], *row["calls"]]:
        for name in ("title", "text", "name"):
            words = entry.get(f"{name}_{language}") or entry.get(f"{name}_ja")
            assert not words or " ".join(words.split()) in text, words
        assert entry["sources"]
        for source in entry["sources"]:
            assert source in addresses or source in text, source
    assert len(soup.select(".entries__item")) == len(soup.select(".entries__item > .cited"))
    assert not soup.select_one("#unknown")
    assert row["internal_note"].split("\n")[0] not in text


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_comparison_has_a_source_in_every_cell_and_pairs_cases(
    site: Site, client: Client, prefix: str
) -> None:
    cells = page(client, f"{prefix}/programmes/japan-korea-exchange/").select(".comparison td")
    assert len(cells) == 16
    for cell in cells:
        assert cell.select_one(".cited__link[href^=http]")
        assert client.get(cell.select_one(".comparison__case a")["href"]).status_code == 200


def test_roundtable_shows_roles_by_sector_meetings_and_recommendations(
    site: Site, client: Client
) -> None:
    soup = page(client, "/programmes/migration-roundtable/")
    assert len(soup.select("#members .members__group")) == 8
    assert len(soup.select("#meetings .entries__item")) == 20
    recommendations = soup.select("#recommendations .entries__title a")
    assert len(recommendations) == 4
    assert all(link["href"].startswith("http") for link in recommendations)


def test_network_shows_platforms_on_a_map_and_how_to_start(site: Site, client: Client) -> None:
    soup = page(client, "/programmes/nanif/")
    assert len(soup.select("#platforms .map-japan__prefecture")) == 47
    toyama = soup.select_one(".platforms a[href$='/regions/nanif-toyama/']")
    assert "JICA北陸" in toyama.find_parent("li").text
    assert len(soup.select("#start .steps__item")) == 5
    assert soup.select_one("#start .contact a[href='https://www.jcie.or.jp/']")


def test_study_leads_by_roles_to_cases_and_synthesis_counts_them(
    site: Site, client: Client
) -> None:
    soup = page(client, "/programmes/multiethnic-communities/")
    roles = soup.select(".roles__item")
    assert len(roles) == 10
    hits = page(client, roles[0].select_one("h3 a")["href"])
    assert hits.select(".hit")
    synthesis = page(client, soup.select_one("#roles a[href$='/synthesis/']")["href"])
    total = CaseStudyPage.objects.live().filter(locale__language_code="ja").count()
    assert synthesis.select_one(".stat__number").text.strip() == f"{total:,}"
    charts = synthesis.select("table.bars")
    assert len(charts) == 3
    for chart in charts:
        assert chart.caption
        assert chart.select("tbody tr")
        assert not chart.select("[style]")
    places = {kind.pk: (kind.order, kind.pk) for kind in ActorType.objects.all()}
    actors = [
        (-int(row.select_one(".bars__number").text), places[row.a["href"].split("actor=")[1]])
        for row in charts[1].select("tbody tr")
    ]
    assert actors == sorted(actors), "what is equal stands in the order of the vocabulary"
    first = charts[0].select_one("tbody tr")
    count = int(first.select_one(".bars__number").text)
    coded = CaseStudyPage.objects.live().filter(locale__language_code="ja")
    role = first.a["href"].split("role=")[1]
    either = coded.filter(bridging_roles=role) | coded.filter(actors__bridging_role=role)
    assert count == either.distinct().count()


def test_aid_programme_says_what_is_given_and_leads_to_advice_desks(
    site: Site, client: Client
) -> None:
    aid = page(client, "/programmes/safor/").select_one("#aid")
    assert len(aid.select(".entries__item")) == 3
    desks = aid.select_one("a[href*='theme=1-1']")["href"]
    assert page(client, desks).select(".hit")


def test_timeline_is_in_order_and_can_be_leafed_through(site: Site, client: Client) -> None:
    soup = page(client, "/programmes/")
    years = [int(label.text.strip("\n 年")) for label in soup.select(".timeline__label")]
    assert years == sorted(years, reverse=True)
    assert len(soup.select(".timeline__entry")) == 40
    following = soup.select_one(".pagination a[rel=next]")["href"]
    assert page(client, f"/programmes/{following}").select(".timeline__entry")


def test_open_call_is_announced_and_stands_in_the_calendar(site: Site, client: Client) -> None:
    programme = ProgrammePage.objects.get(slug="hamis", locale__language_code="ja")
    programme.calls.add(
        ProgrammeCall(title="来年の公募", opens="2020-01-01", closes="2990-12-25", sources="x")
    )
    programme.save_revision().publish()
    soup = page(client, "/programmes/")
    assert "募集中（締切まであと" in soup.select_one(".call--open .call__state").text
    response = client.get("/feeds/calls.ics")
    assert response["Content-Type"].startswith("text/calendar")
    events = Calendar.from_ical(response.content).walk("VEVENT")
    found = next(event for event in events if "来年の公募" in event["SUMMARY"])
    assert found.decoded("DTSTART").isoformat() == "2990-12-25"
    uid, sequence = found["UID"], found["SEQUENCE"]
    # The day moves: the entry keeps its name and is newer.
    call = ProgrammeCall.objects.get(
        title="来年の公募", page=programme
    )  # its translation has it too
    programme = ProgrammePage.objects.get(pk=programme.pk)
    call.closes = "2990-12-26"
    programme.calls.add(call)
    programme.save_revision().publish()
    Page.objects.filter(pk=programme.pk).update(last_published_at="2991-01-01T00:00Z")
    events = Calendar.from_ical(client.get("/feeds/calls.ics").content).walk("VEVENT")
    moved = next(event for event in events if event["UID"] == uid)
    assert moved.decoded("DTSTART").isoformat() == "2990-12-26"
    assert moved["SEQUENCE"] > sequence


def test_facets_narrow_to_programmes(site: Site, client: Client) -> None:
    soup = page(client, "/search/?programme=hamis")
    assert [link["href"] for link in soup.select(".hit__link")] == ["/programmes/hamis/"]
    soup = page(client, "/search/?year=2018&kind=programme")
    found = {link["href"] for link in soup.select(".hit__link")}
    assert "/programmes/japan-korea-exchange/" in found
    assert "/programmes/hamis/" not in found
