"""Asking bodies to confirm chosen pages, and reminding reviewers: who may, and how often."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry, TaskState

from casestudies.models import CaseStudyPage
from regions.models import Region
from tests.overview.test_regions_table import draft_in
from upkeep.models import Confirmation
from users.rights import CURATORS

CONFIRM = "unconfirmed"


@pytest.fixture
def cases(region: Region) -> list[CaseStudyPage]:
    """Two cases that nobody confirmed, one of them with an address."""
    found = list(CaseStudyPage.objects.child_of(region.cases_page).filter(alias_of=None)[:2])
    CaseStudyPage.objects.update(last_confirmed_at=timezone.localdate(), desk_email="")
    ids = [page.pk for page in found]
    CaseStudyPage.objects.filter(pk__in=ids).update(last_confirmed_at=None, contact_email="")
    CaseStudyPage.objects.filter(pk=ids[0]).update(desk_email="desk@example.org")
    return found


@pytest.fixture
def curator(region: Region, member: Any, signed_in: Any) -> Client:
    return signed_in(member("curator", CURATORS))


def ask(client: Client, capture: Any, code: str = "16", section: str = CONFIRM, **data: Any) -> str:
    """What the page says after pressing a button."""
    address = reverse("overview:ask", args=[code])
    with capture(execute=True):
        response = client.post(address, {"list": section, **data})
    if response.status_code != 302:
        return str(response.status_code)
    said = client.get(response["Location"]).content.decode()
    return said


def test_ticked_pages_are_asked_about_once(
    curator: Client, cases: list[CaseStudyPage], django_capture_on_commit_callbacks: Any
) -> None:
    capture = django_capture_on_commit_callbacks
    pages = [page.pk for page in cases]
    said = ask(curator, capture, page=pages)
    assert "1件のページについて、実施団体に確認依頼のメールを送ります。" in said
    assert "1件は確認先の登録がないため、送れません。" in said
    assert [message.to for message in mail.outbox] == [["desk@example.org"]]
    assert cases[0].title in mail.outbox[0].body
    question = Confirmation.objects.get()
    assert (question.page_id, question.mails) == (cases[0].pk, 1)
    assert PageLogEntry.objects.get(action="upkeep.asked").user.username == "curator"
    said = ask(curator, capture, page=pages)
    assert "この14日間に依頼済みか回答済みのため" in said
    assert len(mail.outbox) == 1


def test_after_some_days_they_are_asked_anew(
    curator: Client, cases: list[CaseStudyPage], django_capture_on_commit_callbacks: Any
) -> None:
    capture = django_capture_on_commit_callbacks
    ask(curator, capture, page=[cases[0].pk])
    past = timezone.now() - datetime.timedelta(days=15)
    Confirmation.objects.update(asked_at=past, mailed_at=past)
    ask(curator, capture, page=[cases[0].pk])
    assert len(mail.outbox) == 2
    assert Confirmation.objects.filter(closed_at=None).count() == 1


def test_all_of_a_list_are_asked_about_and_nothing_else(
    curator: Client, cases: list[CaseStudyPage], django_capture_on_commit_callbacks: Any
) -> None:
    CaseStudyPage.objects.filter(pk=cases[1].pk).update(desk_email="desk@example.org")
    ask(curator, django_capture_on_commit_callbacks, all="1")
    asked = set(Confirmation.objects.values_list("page_id", flat=True))
    assert {page.pk for page in cases} <= asked
    assert [message.to for message in mail.outbox].count(["desk@example.org"]) == 1


def test_an_answer_that_waits_is_not_asked_for_again(
    curator: Client, cases: list[CaseStudyPage], django_capture_on_commit_callbacks: Any
) -> None:
    past = timezone.now() - datetime.timedelta(days=100)
    Confirmation.objects.create(
        page=cases[0], address="desk@example.org", language="ja", asked_at=past, mailed_at=past,
        answered_at=past, answer="changed",
    )  # fmt: skip
    said = ask(curator, django_capture_on_commit_callbacks, page=[cases[0].pk])
    assert "1件は回答が届いています。" in said
    assert not mail.outbox


@pytest.mark.parametrize("pages", [[], ["x", "-1", "９" * 30], ["999999"], ["9" * 30]])
def test_nothing_ticked_sends_nothing(
    curator: Client, cases: list[CaseStudyPage], pages: list[str],
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    said = ask(curator, django_capture_on_commit_callbacks, page=pages)
    assert "先にページを選んでください" in said
    assert not mail.outbox


def test_pages_of_other_regions_are_not_asked_about(
    cases: list[CaseStudyPage], region: Region, other_region: Region, member: Any, signed_in: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    capture = django_capture_on_commit_callbacks
    editor = signed_in(member("editor", region.editors))
    publisher = signed_in(member("publisher", region.publishers))
    stranger = signed_in(member("stranger", other_region.publishers))
    ask(editor, capture, page=[cases[0].pk])
    assert not mail.outbox
    assert ask(stranger, capture, page=[cases[0].pk]) == "404"
    ask(stranger, capture, code="10", page=[cases[0].pk])
    assert not mail.outbox
    ask(publisher, capture, page=[cases[0].pk])
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("section", ["drafts", "sent_back", "nonsense", ""])
def test_other_lists_ask_for_nothing(
    curator: Client, section: str, django_capture_on_commit_callbacks: Any
) -> None:
    assert ask(curator, django_capture_on_commit_callbacks, section=section, all="1") == "404"


def test_reviewers_are_reminded_once(
    curator: Client, region: Region, member: Any, django_capture_on_commit_callbacks: Any
) -> None:
    capture = django_capture_on_commit_callbacks
    writer, _publisher = member("w", region.editors), member("publisher", region.publishers)
    page = draft_in(region, "waits", owner=writer)
    page.get_workflow().start(page, writer)
    mail.outbox.clear()
    said = ask(curator, capture, section="waiting", page=[page.pk])
    assert "この3日間に知らせたばかりのため" in said
    past = timezone.now() - datetime.timedelta(days=8)
    TaskState.objects.update(started_at=past)
    said = ask(curator, capture, section="waiting", all="1")
    assert "確認できる人に催促のメールを送ります" in said
    assert [message.to for message in mail.outbox] == [["publisher@example.org"]]
    assert mail.outbox[0].subject == "確認をお待ちしています：waits"
    assert "あなたの確認を待っているページ" in mail.outbox[0].body
    said = ask(curator, capture, section="waiting", all="1")
    assert "この3日間に知らせたばかりのため" in said
    assert len(mail.outbox) == 1


def test_nobody_is_reminded_of_what_only_one_can_decide_oneself(
    curator: Client, region: Region, member: Any, django_capture_on_commit_callbacks: Any
) -> None:
    writer = member("w", region.editors)
    page = draft_in(region, "waits", owner=writer)
    page.get_workflow().start(page, writer)
    TaskState.objects.update(started_at=timezone.now() - datetime.timedelta(days=8))
    mail.outbox.clear()
    said = ask(curator, django_capture_on_commit_callbacks, section="waiting", all="1")
    assert "確認できる人がほかにいないか" in said
    assert not mail.outbox


def test_buttons_are_offered_to_those_who_may(
    curator: Client, cases: list[CaseStudyPage], region: Region, member: Any, signed_in: Any
) -> None:
    address = reverse("overview:region", args=["16"])
    editor = signed_in(member("editor", region.editors))
    assert "選んだページの確認を依頼する" in curator.get(address).content.decode()
    assert "選んだページの確認を依頼する" not in editor.get(address).content.decode()


def test_whole_regions_are_asked_after_a_look(
    curator: Client, cases: list[CaseStudyPage], django_capture_on_commit_callbacks: Any
) -> None:
    address = reverse("overview:ask_regions")
    response = curator.post(address, {"region": ["16", "99"]})
    said = response.content.decode()
    assert "1件のページについて、実施団体に確認を依頼します。" in said
    assert "富山県" in said
    assert "確認先の登録がないため" in said
    assert not Confirmation.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        response = curator.post(address, {"region": ["16"], "sure": "1"})
    said = curator.get(response["Location"]).content.decode()
    assert "1件のページについて、実施団体に確認依頼のメールを送ります。" in said
    assert len(mail.outbox) == 1
    again = curator.post(address, {"region": ["16"]}).content.decode()
    assert "メールを送る" not in again
    assert "確認を依頼できるページはありません。" in again
    assert "この14日間に依頼済みか回答済みのため" in again


def test_regions_are_asked_by_those_who_may(
    cases: list[CaseStudyPage], region: Region, other_region: Region, member: Any, signed_in: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    address = reverse("overview:ask_regions")
    values = {"region": ["16"], "sure": "1"}
    for name, group in [("editor", region.editors), ("stranger", other_region.publishers)]:
        with django_capture_on_commit_callbacks(execute=True):
            assert signed_in(member(name, group)).post(address, values).status_code == 302
        assert not mail.outbox
    with django_capture_on_commit_callbacks(execute=True):
        signed_in(member("publisher", region.publishers)).post(address, values)
    assert len(mail.outbox) == 1


def test_no_region_ticked_asks_nobody(curator: Client, cases: list[CaseStudyPage]) -> None:
    for regions in ([], ["nonsense"], ["99"]):
        response = curator.post(reverse("overview:ask_regions"), {"region": regions, "sure": "1"})
        assert "先に地域を選んでください" in curator.get(response["Location"]).content.decode()
    assert not mail.outbox
