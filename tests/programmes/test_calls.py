"""Calls of the network and of others: states, deadlines, and when the next one usually opens."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils.translation import override
from icalendar import Calendar
from wagtail.models import Site

from programmes.calls import usual_openings, with_state
from programmes.models import FunderCall, ProgrammeCall, ProgrammePage

TODAY = datetime.date(2026, 11, 30)


def funder_call(**values: Any) -> FunderCall:
    return FunderCall(
        **{
            "title_ja": "試験の公募",
            "title_en": "A trial call",
            "funder_ja": "試験財団",
            "url": "https://example.org/call",
            "sources": "https://example.org/call",
            "accessed": "2026-11-30",
            **values,
        }
    )


def rounds(openings: Sequence[str]) -> list[FunderCall]:
    """Rounds of one call, each after the one before."""
    return with_state(
        funder_call(pk=number, opens=opens, closes=opens, follows_id=number - 1 or None)
        for number, opens in enumerate(openings, 1)
    )


@pytest.mark.parametrize(
    ("openings", "month"),
    [
        (["2025-03-10", "2026-03-16"], "March"),
        (["2024-04-01", "2025-03-28", "2026-04-02"], "March or April"),
        (["2024-12-20", "2026-01-10"], "December or January"),
        (["2024-12", "2025-12"], "December"),
        (["2026-03-16"], None),  # one round says nothing
        (["2026-03-01", "2026-04-01"], None),  # two of one year say nothing of the next
        (["2024-03-01", "2025-09-01"], None),  # no month of its own
        (["2022-03-16", "2023-03-20"], None),  # there has been none for years
        (["2025", "2026"], None),  # the sources know no month
        (["2025-03-10", "2026-03-16", "2990-03-01"], None),  # the next is announced
    ],
)
def test_next_opening_is_told_only_where_the_past_supports_it(
    openings: list[str], month: str | None
) -> None:
    with override("en"):
        found = usual_openings(rounds(openings), {}, TODAY)
    assert [opening.month for opening in found] == ([month] if month else [])


@pytest.mark.django_db
def test_programmes_that_follow_each_other_are_one_series() -> None:
    first, second, other = (ProgrammePage(translation_key=uuid.uuid4()) for _ in range(3))
    calls = with_state(
        ProgrammeCall(page=page, title="x", opens=opens, closes=opens)
        for page, opens in ((first, "2025-03-01"), (second, "2026-03-02"), (other, "2026-03-03"))
    )
    before = {second.translation_key: first.translation_key}
    assert not usual_openings(calls, {}, TODAY)
    assert [one.rounds for one in usual_openings(calls, before, TODAY)] == [
        ["2026-03-02", "2025-03-01"]
    ]


@pytest.mark.django_db
def test_a_call_needs_a_day_and_the_day_of_the_check_and_no_circle() -> None:
    with pytest.raises(ValidationError) as wrong:
        funder_call(accessed="").full_clean()
    assert {"closes", "accessed"} <= set(wrong.value.message_dict)
    first = funder_call(closes="2025-01-31")
    first.save()
    second = funder_call(closes="2026-01-31", follows=first)
    second.full_clean()
    second.save()
    first.follows = second
    with pytest.raises(ValidationError, match="follows"):
        first.full_clean()


@pytest.mark.django_db
def test_page_of_calls_by_state_with_calendar(site: Site, client: Client) -> None:
    page = BeautifulSoup(client.get("/en/calls/").content, "html.parser")
    assert "No call is open now." in page.select_one("main").text
    assert "usually opens" not in page.text, "the last round of the loaded content is years ago"
    closed = len(page.select(".call--closed"))
    assert closed >= 4, "the calls of the loaded programmes"

    call = funder_call(opens="2020-01-01", closes="2990-12-25", eligibility_ja="NPO法人")
    call.save()
    funder_call(title_ja="来る公募", opens="2990-01-01").save()
    page = BeautifulSoup(client.get("/calls/").content, "html.parser")
    counts = [count.text for count in page.select(".chip__count")]
    assert counts == [str(closed + 2), "1", "1", str(closed)]
    shown = page.select_one(f"#call-{call.uid}")
    assert "call--open" in shown["class"]
    for text in ["試験の公募", "試験財団", "NPO法人", "締切まであと", "2026年11月30日"]:
        assert text in shown.text
    assert page.select_one("a[href='/alerts/?subject=calls']")

    for state, number in (("open", 1), ("upcoming", 1), ("closed", closed), ("?", closed + 2)):
        page = BeautifulSoup(client.get("/calls/", {"state": state}).content, "html.parser")
        assert len(page.select(".call")) == number, state

    link = shown.select_one("a[href$='.ics']")["href"]
    event = Calendar.from_ical(client.get(link).content).walk("VEVENT")[0]
    assert event.decoded("DTSTART").isoformat() == "2990-12-25"
    assert event["URL"] == "https://example.org/call"
    every = Calendar.from_ical(client.get("/feeds/calls.ics").content).walk("VEVENT")
    assert event["UID"] in {each["UID"] for each in every}
    assert client.get(f"/calls/{uuid.uuid4()}.ics").status_code == 404


@pytest.mark.django_db
def test_calls_of_a_withheld_programme_are_nowhere(site: Site, client: Client) -> None:
    programme = ProgrammePage.objects.get(slug="safor", locale__language_code="ja")
    uid = programme.calls.get().uid
    assert client.get(f"/calls/{uid}.ics").status_code == 200
    programme.unpublish()
    assert str(uid) not in client.get("/calls/").content.decode()
    assert client.get(f"/calls/{uid}.ics").status_code == 404
    assert str(uid) not in client.get("/feeds/calls.ics").content.decode()
