"""Events over HTTP: lists, pages, calendars, feed and table, states, people, and who may write."""

from __future__ import annotations

import csv
import datetime
import io
import json
import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest
import vobject
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page, Site

from benchmarks.event_rows import bring_events_to
from core.services import PageContent
from events.models import EventIndexPage, EventPage
from events.open_data import COLUMNS
from events.services import publish_event
from people.models import Person
from regions.models import Area, Region, RegionalPlatformPage
from regions.services import provision_region
from search.index.document import Item
from search.index.outbox import changes_of
from search.models import SearchOutbox
from search.query.search_query import SearchQuery
from search.results import answer as search
from taxonomy.models import Language, Theme

SOON = (timezone.localdate() + datetime.timedelta(days=20)).isoformat()


@pytest.fixture
def index(site: Site) -> EventIndexPage:
    return EventIndexPage.objects.get(locale__language_code="ja")


@pytest.fixture
def announce(index: EventIndexPage) -> Callable[..., EventPage]:
    """A function that publishes an event; the same slug again changes it."""

    def publish(slug: str = "town-talk", parent: Page | None = None, **fields: Any) -> EventPage:
        choices = {name: fields.pop(name, []) for name in ("areas", "themes", "languages")}
        rows = {name: fields.pop(name, []) for name in ("organisers", "speakers", "sessions")}
        return publish_event(
            parent=parent or index,
            slug=slug,
            content=PageContent(
                fields={"title": "町の対話", "starts_on": SOON, **fields},
                choices=choices,
                rows=rows,
            ),
        )

    return publish


def soup(client: Client, url: str) -> BeautifulSoup:
    response = client.get(url)
    assert response.status_code == 200, url
    return BeautifulSoup(response.content, "html.parser")


def entries(client: Client, url: str) -> dict[str, Any]:
    """Entries of a calendar by UID, as a library reads them that did not write it."""
    response = client.get(url)
    assert response.status_code == 200, url
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    text = response.content.decode()
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    calendar = vobject.readOne(text)
    found = {entry.uid.value: entry for entry in calendar.contents.get("vevent", [])}
    assert len(found) == len(calendar.contents.get("vevent", []))
    return found


# --- Pages ------------------------------------------------------------------------------------


def test_real_events_stand_in_both_languages_with_their_sources(site: Site, client: Client) -> None:
    pages = EventPage.objects.live()
    assert pages.filter(locale__language_code="ja").count() == 24
    assert pages.filter(locale__language_code="en", alias_of=None).count() == 24
    for page in pages:
        assert page.sources.exists(), page
        assert all(source.accessed == "2026-11" for source in page.sources.all())
    page = soup(client, "/en/events/nanif-mie-2024/")
    assert "鈴鹿市" not in page.h1.text
    assert "Original title" in page.text
    assert page.find("a", string="Aidensha")["href"] == "/en/organisations/aidensha/"
    fukuoka = soup(client, "/events/roundtable-fukuoka-2019/")
    assert "2019年11月26日" in fukuoka.text
    assert "80名以上が参加しました" in fukuoka.text


def test_plan_that_nobody_confirmed_says_so_and_has_no_calendar(
    client: Client, announce: Callable[..., EventPage]
) -> None:
    page = announce(starts_on="2019-11", status="planned")
    planned = soup(client, page.url)
    calendar = re.compile(r"\.ics$")
    assert planned.select_one(".event-state").text.strip() == "終了"
    assert "2019年11月" in planned.text
    assert not planned.main.find("a", href=calendar)
    confirmed = soup(client, announce("confirmed").url)
    assert confirmed.main.find("a", href=calendar)
    # What is over is nothing to put into a calendar, though its file stays for those who have it.
    over = announce("over", starts_on="2019-11-26")
    assert not soup(client, over.url).main.find("a", href=calendar)
    assert entries(client, f"/feeds/events/event/{over.pk}.ics")


def test_list_tells_coming_from_past_and_narrows(
    client: Client, announce: Callable[..., EventPage]
) -> None:
    announce(
        areas=list(Area.objects.filter(code="221309")),
        themes=list(Theme.objects.filter(code="2-1")),
        languages=list(Language.objects.filter(code="vi")),
    )
    page = soup(client, "/events/")
    coming = page.find("section", attrs={"aria-labelledby": "coming-title"})
    past = page.find("section", attrs={"aria-labelledby": "past-title"})
    assert "町の対話" in coming.text
    assert "開催予定" in coming.text
    assert "町の対話" not in past.text
    assert "24件" in past.text
    for query in ("region=22", "theme=2", "theme=2-1", "lang=vi"):
        assert "町の対話" in soup(client, f"/events/?{query}").main.text, query
    for query in ("region=01", "theme=x-3", "lang=ne", "region=nonsense", "theme=%00x"):
        narrowed = soup(client, f"/events/?{query}").main
        assert "町の対話" not in narrowed.text, query
    # A NUL is dropped before any view reads it; nothing is left to filter by.
    assert "町の対話" in soup(client, "/events/?theme=%00").main.text
    links = soup(client, "/events/?region=22").main.find_all("a", href=re.compile(r"\.ics$"))
    assert [link["href"] for link in links] == [
        "/feeds/events.ics",
        "/feeds/events/region/22.ics",
    ]
    assert soup(client, "/events/?page=99").h1


def test_structured_data_is_a_schema_org_event(
    client: Client, announce: Callable[..., EventPage]
) -> None:
    announce(
        start_time=datetime.time(13, 30),
        end_time=datetime.time(15),
        status="cancelled",
        venue="見本会館",
        is_online=True,
    )
    page = soup(client, "/events/town-talk/")
    data = json.loads(page.find("script", type="application/ld+json").string)
    assert data["@type"] == "Event"
    assert data["startDate"] == f"{SOON}T13:30:00+09:00"
    assert data["endDate"] == f"{SOON}T15:00:00+09:00"
    assert data["eventStatus"] == "https://schema.org/EventCancelled"
    assert data["eventAttendanceMode"] == "https://schema.org/MixedEventAttendanceMode"
    assert [place["@type"] for place in data["location"]] == ["Place", "VirtualLocation"]
    assert "中止" in page.main.text


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"starts_on": ""}, "starts_on"),
        ({"starts_on": "2026-02-30"}, "starts_on"),
        ({"starts_on": "next week"}, "starts_on"),
        ({"starts_on": "2026-05-02", "ends_on": "2026-05-01"}, "ends_on"),
        ({"starts_on": "2026-05", "start_time": datetime.time(9)}, "start_time"),
        (
            {"starts_on": "2026-05-01", "ends_on": "2026-06", "end_time": datetime.time(9)},
            "end_time",
        ),
        (
            {
                "starts_on": "2026-05-01",
                "start_time": datetime.time(9),
                "end_time": datetime.time(8),
            },
            "end_time",
        ),
        ({"time_zone": "Mars/Base"}, "time_zone"),
        ({"join_url": "javascript:alert(1)"}, "join_url"),
    ],
)
def test_dates_that_cannot_be_are_refused_with_their_field(
    announce: Callable[..., EventPage], fields: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as error:
        announce(**fields)
    assert field in error.value.message_dict


# --- Calendars --------------------------------------------------------------------------------


def test_calendar_has_days_times_and_zones_right(
    client: Client, announce: Callable[..., EventPage]
) -> None:
    days = announce("days", starts_on="2031-05-01", ends_on="2031-05-03")
    timed = announce(
        "timed",
        starts_on="2031-06-01",
        start_time=datetime.time(13, 30),
        end_time=datetime.time(15),
        title="長い題名" * 30 + "; a, b\\c",
    )
    abroad = announce(
        "abroad",
        starts_on="2031-07-01",
        start_time=datetime.time(9),
        time_zone="America/New_York",
    )
    vague = announce("vague", starts_on="2031-08")
    found = entries(client, "/feeds/events.ics")
    assert str(vague.translation_key) not in found

    entry = found[str(days.translation_key)]
    assert (entry.dtstart.value, entry.dtend.value) == (
        datetime.date(2031, 5, 1),
        datetime.date(2031, 5, 4),
    )
    entry = found[str(timed.translation_key)]
    assert entry.dtstart.value.isoformat() == "2031-06-01T13:30:00+09:00"
    assert entry.dtend.value.isoformat() == "2031-06-01T15:00:00+09:00"
    assert entry.summary.value == timed.title
    assert entry.url.value == timed.public_url
    # The rules of summer time are in the file; vobject does not read all of them.
    entry = found[str(abroad.translation_key)]
    assert entry.dtstart.value.isoformat().startswith("2031-07-01T09:00")
    rules = client.get("/feeds/events.ics").content.decode().split("TZID:America/New_York")[1]
    assert "BEGIN:DAYLIGHT" in rules
    assert "TZOFFSETTO:-0400" in rules

    one = client.get(f"/feeds/events/event/{timed.pk}.ics")
    assert one["Content-Disposition"] == 'attachment; filename="timed.ics"'
    text = one.content.decode()
    assert text.index("END:VTIMEZONE") < text.index("BEGIN:VEVENT")
    assert "TZID:Asia/Tokyo" in text
    assert "DTSTART;TZID=Asia/Tokyo:20310601T133000" in text
    assert client.get(f"/feeds/events/event/{vague.pk}.ics").status_code == 404


def test_changes_and_cancellations_reach_calendars(
    client: Client, announce: Callable[..., EventPage]
) -> None:
    page = announce(starts_on="2031-05-01")
    uid, url = str(page.translation_key), f"/feeds/events/event/{page.pk}.ics"
    first = entries(client, url)[uid]
    assert (first.sequence.value, first.status.value) == ("0", "CONFIRMED")
    announced = page.latest_revision

    # What no calendar shows changes nothing there.
    announce(starts_on="2031-05-01", fee="無料", attendance="3人")
    assert entries(client, url)[uid].sequence.value == "0"

    announce(starts_on="2031-05-02")
    moved = entries(client, url)[uid]
    assert (moved.sequence.value, moved.dtstart.value) == ("1", datetime.date(2031, 5, 2))

    announce(starts_on="2031-05-02", status="cancelled", status_note="台風のため")
    off = entries(client, url)[uid]
    assert (off.sequence.value, off.status.value) == ("2", "CANCELLED")
    assert off.summary.value.startswith("【中止】")
    assert "台風のため" in off.description.value
    assert off.dtstamp.value >= moved.dtstamp.value  # in whole seconds

    # How to join and the note for readers are in the entry: a change of them is one of it.
    announce(starts_on="2031-05-02", join_text="電話で申し込む")
    assert entries(client, url)[uid].sequence.value == "3"
    announce(starts_on="2031-05-02", join_text="電話で申し込む", caveat="会場は未定")
    assert entries(client, url)[uid].sequence.value == "4"

    # Going back to the first version is one change more, not fewer.
    announced.publish()
    again = entries(client, url)[uid]
    assert (again.sequence.value, again.dtstart.value) == ("5", datetime.date(2031, 5, 1))
    assert again.status.value == "CONFIRMED"

    # The same event in English has the same name.
    assert str(
        EventPage.objects.get(slug="nanif-mie-2024", locale__language_code="ja").translation_key
    ) in (entries(client, "/en/feeds/events.ics"))


def test_calendars_of_regions_and_themes(
    client: Client, announce: Callable[..., EventPage]
) -> None:
    page = announce(
        areas=list(Area.objects.filter(code="221309")),
        themes=list(Theme.objects.filter(code="2-1")),
    )
    uid = str(page.translation_key)
    for inside in ("region/22", "region/221309", "theme/2", "theme/2-1"):
        assert uid in entries(client, f"/feeds/events/{inside}.ics"), inside
    for outside in ("region/01", "theme/1"):
        assert uid not in entries(client, f"/feeds/events/{outside}.ics"), outside
    for unknown in ("region/99", "theme/9-9", "event/0"):
        assert client.get(f"/feeds/events/{unknown}.ics").status_code == 404


def test_a_calendar_that_has_not_changed_is_not_sent_again(site: Site, client: Client) -> None:
    first = client.get("/feeds/events.ics")
    again = client.get("/feeds/events.ics", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert client.post("/feeds/events.ics").status_code == 405


def test_hidden_events_are_in_no_calendar(
    client: Client, announce: Callable[..., EventPage]
) -> None:
    page = announce()
    page.unpublish()
    uid = str(page.translation_key)
    assert uid not in entries(client, "/feeds/events.ics")
    assert client.get(f"/feeds/events/event/{page.pk}.ics").status_code == 404
    assert "町の対話" not in soup(client, "/events/").text


# --- Feed and table ---------------------------------------------------------------------------


def test_feed_and_table(client: Client, announce: Callable[..., EventPage]) -> None:
    announce(
        title='=HYPERLINK("x")',
        start_time=datetime.time(9, 5),
        areas=list(Area.objects.filter(code="13")),
        organisers=[{"name": "見本の会"}],
    )
    feed = client.get("/feeds/events.atom")
    assert feed.status_code == 200
    titles = ElementTree.fromstring(feed.content).iterfind("{*}entry/{*}title")
    assert '=HYPERLINK("x")' in [title.text for title in titles]

    table = client.get("/feeds/events.csv")
    assert table.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == 25
    ours = rows[0]
    assert ours["イベント名"] == '\'=HYPERLINK("x")'
    assert ours["都道府県コード又は市区町村コード"] == "130001"
    assert (ours["都道府県名"], ours["市区町村名"]) == ("東京都", "")
    assert (ours["開始日"], ours["終了日"], ours["開始時間"]) == (SOON, SOON, "09:05")
    assert ours["主催者"] == "見本の会"
    mie = next(row for row in rows if row["URL"].endswith("/nanif-mie-2024/"))
    assert (mie["都道府県名"], mie["市区町村名"]) == ("三重県", "鈴鹿市")
    assert mie["イベント名_英語"].startswith("Symposium")
    vague = next(row for row in rows if "tabunka-power" in row["URL"])
    assert vague["開始日"] == ""
    assert "2007" in vague["開始日時特記事項"]


# --- Elsewhere on the site --------------------------------------------------------------------


def test_pages_of_places_and_organisers_show_their_events(site: Site, client: Client) -> None:
    for url in (
        "/areas/24/",
        "/en/areas/242071/",
        "/organisations/aidensha/",
        "/regions/nanif-mie/",
    ):
        section = soup(client, url).find(id="events")
        assert section, url
        assert section.find("a", href=re.compile(r"/events/nanif-mie-2024/$")), url
    assert not soup(client, "/areas/01/").find(id="events")


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_search_finds_the_symposium_on_nepal_and_myanmar_first(site: Site, locale: str) -> None:
    results = search.search(SearchQuery(text="symposium Nepal Myanmar", locale=locale))
    assert results.hits[0].url.endswith("/events/safer-migration-2023/")


def test_events_are_filtered_by_kind_date_and_place(site: Site, client: Client) -> None:
    page = soup(client, "/search/?kind=event&date=2024-01&region=24")
    assert [hit.text.strip() for hit in page.select(".hit__title")] == [
        "シンポジウム「外国人との共生を考える三重の協働円卓会議」"
    ]
    assert "2024年1月" in page.text


def test_a_removed_person_is_in_no_version_of_an_event(
    client: Client, admin_client: Client, announce: Callable[..., EventPage]
) -> None:
    person = Person.objects.create(
        code="sato-jiro",
        name_ja="佐藤次郎",
        source_url="https://example.org/",
        source_accessed="2026-11",
    )
    row = {"person": person, "source_url": "https://example.org/", "source_accessed": "2026-11"}
    page = announce(speakers=[row])
    with_speaker = page.latest_revision
    assert "佐藤次郎" in soup(client, "/events/town-talk/").text
    assert "佐藤次郎" in str(changes_of([Item.page(page.pk)]))

    admin_client.post(f"/admin/people/delete/{person.pk}/")
    assert "佐藤次郎" not in soup(client, "/events/town-talk/").text
    assert "佐藤次郎" not in str(changes_of([Item.page(page.pk)]))
    assert SearchOutbox.objects.filter(item_id=page.pk, event="person removed").exists()
    with_speaker.refresh_from_db()
    with_speaker.publish()
    assert not EventPage.objects.get(pk=page.pk).speakers.exists()
    assert client.get("/events/town-talk/").status_code == 200


# --- Amounts and rights -----------------------------------------------------------------------


GROWING = [
    "/events/",
    "/events/?region=24&theme=5",
    "/events/nanif-mie-2024/",
    "/areas/24/",
    "/organisations/aidensha/",
    "/feeds/events.ics",
    "/feeds/events.csv",
]


def test_queries_stay_the_same_as_events_grow_to_hundreds(site: Site, client: Client) -> None:
    def queries(url: str) -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    bring_events_to(60)
    before = {url: queries(url) for url in GROWING}
    bring_events_to(400)
    assert {url: queries(url) for url in GROWING} == before


def test_events_may_stand_below_a_platform_and_begin_with_its_places(
    client: Client, admin_client: Client, announce: Callable[..., EventPage]
) -> None:
    platform = RegionalPlatformPage.objects.get(slug="nanif-mie", locale__language_code="ja")
    form = soup(admin_client, f"/admin/pages/add/events/eventpage/{platform.pk}/")
    chosen = form.select('select[name="areas"] option[selected]')
    assert [option["value"] for option in chosen] == ["24"]
    page = announce(parent=platform, areas=list(platform.areas.all()))
    assert page.get_url() == "/regions/nanif-mie/town-talk/"
    assert "町の対話" in soup(client, "/events/").text
    assert "町の対話" in soup(client, "/regions/nanif-mie/").find(id="events").text


def test_editors_of_a_region_add_events_below_their_own_platform_alone(
    site: Site, django_user_model: Any
) -> None:
    for code in ("24", "20"):
        provision_region(area=Area.objects.get(code=code))
    region = Region.objects.get(area="24")
    editor = django_user_model.objects.create_user("mie", "mie@example.org")
    editor.groups.add(region.editors)
    client = Client()
    client.force_login(editor)
    parents = {
        "own": region.platform,
        "other": Region.objects.get(area="20").platform,
        "network": EventIndexPage.objects.get(locale__language_code="ja"),
    }
    form: dict[str, Any] = {
        "title": "町の対話",
        "slug": "town-talk",
        "kind": "meeting",
        "status": "planned",
        "starts_on": SOON,
        "time_zone": "Asia/Tokyo",
        "body-count": 0,
    }
    for rows in ("organisers", "sessions", "speakers", "materials", "sources", "comments"):
        form |= {f"{rows}-TOTAL_FORMS": 0, f"{rows}-INITIAL_FORMS": 0}
    for whose, parent in parents.items():
        client.post(f"/admin/pages/add/events/eventpage/{parent.pk}/", form)
        added = EventPage.objects.child_of(parent).filter(slug="town-talk")
        assert added.exists() == (whose == "own"), whose
    assert not EventPage.objects.get(slug="town-talk", locale__language_code="ja").live
    assert client.get("/admin/people/new/").status_code == 302
