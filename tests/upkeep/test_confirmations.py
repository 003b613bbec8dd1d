"""From the question to a body in charge to what becomes of its answer, over mail and HTTP."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupPagePermission, PageLogEntry, Site

from casestudies.models import CasesFromPage, CaseStudyPage
from core.locks import only_one
from organisations.models import OrganisationPage
from search.index.projection import documents_of
from search.models import SearchOutbox
from upkeep.models import Confirmation
from users.roles import CURATORS

DESK = "kokusai@city.example.jp"


@pytest.fixture(autouse=True)
def mail_server(settings: Any, tmp_path: Any) -> None:
    """A site that can send mail, with a lock and counts of its own."""
    settings.MAIL_IS_SET_UP = True
    settings.DATA_DIR = tmp_path


@pytest.fixture
def case(site: Site) -> CaseStudyPage:
    """A case whose body can be asked; the only page of the site with an address."""
    page = CaseStudyPage.objects.live().filter(locale__language_code="ja", alias_of=None).first()
    assert page is not None
    page.desk_email = DESK
    page.save_revision().publish()
    return page


@pytest.fixture
def person(django_user_model: Any) -> Callable[..., Any]:
    """A function that makes somebody who may edit or publish below a page, or everywhere."""

    def make(name: str, *, below: Any = None, group: str = "", rights: str = "") -> Any:
        user = django_user_model.objects.create_user(name, email=f"{name}@example.org")
        if group:
            user.groups.add(Group.objects.get_or_create(name=group)[0])
        if below is not None:
            own = Group.objects.create(name=f"group of {name}")
            own.permissions.add(Permission.objects.get(codename="access_admin"))
            for right in rights.split():
                GroupPagePermission.objects.create(
                    group=own,
                    page=below,
                    permission=Permission.objects.get(codename=f"{right}_page"),
                )
            user.groups.add(own)
        return user

    return make


def send(**options: Any) -> None:
    call_command("confirmations_send", no_progress=True, verbosity=0, **options)


def later(days: int) -> None:
    """Move the past of all questions back."""
    for question in Confirmation.objects.all():
        for name in ["asked_at", "mailed_at", "told_at", "answered_at"]:
            if moment := getattr(question, name):
                setattr(question, name, moment - datetime.timedelta(days=days))
        question.save()


def links(message: Any | None = None) -> list[str]:
    text = (message or mail.outbox[-1]).body
    return re.findall(r"http://127\.0\.0\.1:8000(\S*/confirm/\S+)", text)


def ask() -> str:
    """Send what is due, and return the link of the mail."""
    send()
    return links()[0]


def history(page: Any) -> list[str]:
    return list(PageLogEntry.objects.filter(page=page.pk).values_list("action", flat=True))


def text_of(response: Any) -> str:
    return str(response.content.decode())


# --- Asking -----------------------------------------------------------------------------------


def test_body_is_asked_once_a_year_and_running_again_sends_nothing(case: CaseStudyPage) -> None:
    send(dry_run=True)
    assert not mail.outbox
    assert not Confirmation.objects.exists()

    send()
    send()
    (message,) = mail.outbox
    assert message.to == [DESK]
    assert case.title in message.body
    assert case.public_url in message.body
    assert message.extra_headers["Content-Language"] == "ja"
    assert len(links()) == 1
    assert "upkeep.asked" in history(case)

    Client().post(links()[0], {"answer": "right"})
    later(364)
    send()
    assert len(mail.outbox) == 1
    CaseStudyPage.objects.filter(pk=case.pk).update(
        last_confirmed_at=timezone.localdate() - datetime.timedelta(days=366)
    )
    later(2)
    send()
    assert len(mail.outbox) == 2


def test_desk_with_many_pages_gets_one_mail_in_its_language(case: CaseStudyPage) -> None:
    body = OrganisationPage.objects.live().filter(alias_of=None).first()
    assert body is not None
    for page in (case, body):
        page.desk_email, page.desk_language = DESK, "en"
        page.save_revision().publish()
    send()
    (message,) = mail.outbox
    assert message.subject.startswith("Please check your 2 pages")
    assert len(links()) == 2
    assert all(link.startswith("/en/confirm/") for link in links())


def test_reminders_come_after_30_and_60_days_then_curators_are_told(
    case: CaseStudyPage, person: Callable[..., Any]
) -> None:
    curator = person("curator", group=CURATORS)
    ask()
    for days, mails in [(29, 1), (1, 2), (29, 2), (1, 3), (29, 3), (1, 4), (1, 4), (200, 4)]:
        later(days)
        send()
        assert len(mail.outbox) == mails, (days, mails)
    reminders = [message for message in mail.outbox if message.subject.startswith("再")]
    assert len(reminders) == 2
    assert all(message.to == [DESK] for message in reminders)
    assert mail.outbox[-1].to == [curator.email]
    assert case.title in mail.outbox[-1].body


def test_what_ended_or_was_confirmed_by_an_editor_is_not_asked_about(case: CaseStudyPage) -> None:
    ask()
    later(31)
    case.refresh_from_db()
    case.last_confirmed_at = timezone.localdate()
    case.save_revision().publish()
    send()
    assert len(mail.outbox) == 1
    assert Confirmation.objects.get().closed_at is not None

    case.last_confirmed_at = None
    case.status_id = "ended"
    case.save_revision().publish()
    Confirmation.objects.all().delete()
    send()
    assert len(mail.outbox) == 1


def test_server_that_fails_is_tried_again_and_refusing_address_is_told(
    case: CaseStudyPage, person: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    person("curator", group=CURATORS)
    real = EmailBackend.send_messages

    def down(self: Any, messages: Any) -> int:
        raise ConnectionRefusedError

    monkeypatch.setattr(EmailBackend, "send_messages", down)
    with pytest.raises(CommandError, match="1 mails could not be sent"):
        send()
    monkeypatch.setattr(EmailBackend, "send_messages", real)
    send()
    assert len(mail.outbox) == 1

    def refusing(self: Any, messages: Any) -> int:
        if messages[0].to == [DESK]:
            raise SMTPRecipientsRefused({DESK: (550, b"no such user")})
        return int(real(self, messages))

    later(30)
    monkeypatch.setattr(EmailBackend, "send_messages", refusing)
    for _ in range(3):
        with pytest.raises(CommandError):
            send()
    send()
    assert mail.outbox[-1].to == ["curator@example.org"]


def test_command_says_what_stops_it(settings: Any, site: Site) -> None:
    with only_one("confirmations"), pytest.raises(CommandError, match="Another process"):
        send()
    settings.MAIL_IS_SET_UP = False
    with pytest.raises(CommandError, match="EMAIL_URL"):
        send()


# --- Answering --------------------------------------------------------------------------------


def test_looking_does_nothing_and_right_is_seen_at_once_everywhere(case: CaseStudyPage) -> None:
    link = ask()
    visitor = Client(enforce_csrf_checks=True)
    for _ in range(3):
        shown = visitor.get(link)
        assert visitor.head(link).status_code == 200
    assert shown.status_code == 200
    assert case.title in text_of(shown)
    assert shown["Referrer-Policy"] == "no-referrer"
    assert shown["X-Robots-Tag"] == "noindex"
    assert "no-store" in shown["Cache-Control"]
    assert Confirmation.objects.get().answered_at is None

    answered = visitor.post(link, {"answer": "right"}, follow=True)
    assert answered.redirect_chain[-1][0].endswith("/confirm/thanks/right/")
    today = timezone.localdate()
    versions = CaseStudyPage.objects.filter(translation_key=case.translation_key)
    assert {version.last_confirmed_at for version in versions} == {today}
    assert all(version.last_confirmed_by for version in versions)
    assert "upkeep.right" in history(case)
    assert DESK not in text_of(visitor.get(case.url))
    assert SearchOutbox.objects.filter(item_id=case.pk, delivered_at=None).exists()
    (document,) = documents_of([case.pk])
    assert (
        timezone.localdate(datetime.datetime.fromtimestamp(document.confirmed, datetime.UTC))
        == today
    )


def test_confirmation_leaves_a_draft_a_draft_and_is_not_lost_with_it(case: CaseStudyPage) -> None:
    link = ask()
    title = case.title
    case.refresh_from_db()
    case.title = "まだ書いているところ"
    draft = case.save_revision()
    Client().post(link, {"answer": "right"})
    live = CaseStudyPage.objects.get(pk=case.pk)
    assert live.title == title
    assert live.has_unpublished_changes
    draft.refresh_from_db()
    draft.publish()
    live.refresh_from_db()
    assert live.title == "まだ書いているところ"
    assert live.last_confirmed_at == timezone.localdate()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "選んで"),
        ({"answer": "perhaps"}, "選んで"),
        ({"answer": "changed", "words": " "}, "何が変わったか"),
        ({"answer": "ended", "words": "長" * 4001}, "4,000"),
    ],
)
def test_answer_that_says_too_little_is_asked_again(
    case: CaseStudyPage, data: dict[str, str], said: str
) -> None:
    link = ask()
    response = Client().post(link, data)
    assert response.status_code == 400
    assert said in text_of(response)
    (focused,) = re.findall(r"<(?:input|textarea)[^>]*\sautofocus[^>]*>", response.content.decode())
    assert 'name="words"' in focused if data.get("words") else 'name="answer"' in focused
    assert Confirmation.objects.get().answered_at is None


def test_forged_expired_reused_and_closed_links_are_refused_in_words(case: CaseStudyPage) -> None:
    link = ask()
    token = link.rstrip("/").rpartition("/")[2]
    changed = "A" if token[5] != "A" else "B"
    forged = link.replace(token, token[:5] + changed + token[6:])
    visitor = Client()
    for address in [forged, link.replace(token, "x"), link.replace(token, token + "=")]:
        response = visitor.post(address, {"answer": "right"})
        assert response.status_code == 404
        assert "リンク" in text_of(response)

    later(61)
    response = visitor.post(link, {"answer": "right"})
    assert response.status_code == 410
    assert "60日" in text_of(response)
    send()  # the reminder makes it valid again
    assert visitor.get(link).status_code == 200

    visitor.post(link, {"answer": "changed", "words": "電話番号が変わりました。"})
    for again in [visitor.get(link), visitor.post(link, {"answer": "right"})]:
        assert again.status_code == 410
        assert "回答済み" in text_of(again)
    question = Confirmation.objects.get()
    assert question.answer == "changed"
    case.refresh_from_db()
    assert case.last_confirmed_at is None or case.last_confirmed_at != timezone.localdate()

    Confirmation.objects.update(answered_at=None, answer="", words="")
    case.unpublish()
    assert visitor.get(link).status_code == 410


def test_client_that_asks_too_often_is_told_when_to_come_back(
    case: CaseStudyPage, settings: Any
) -> None:
    settings.RATES = {**settings.RATES, "answer": "3/day"}
    link = ask()
    visitor = Client(REMOTE_ADDR="203.0.113.9")
    codes = [visitor.get(link).status_code for _ in range(3)]
    refused = visitor.post(link, {"answer": "right"})
    assert codes == [200] * 3
    assert refused.status_code == 429
    assert refused["Retry-After"]
    assert Confirmation.objects.get().answered_at is None


# --- What follows -----------------------------------------------------------------------------


def test_change_is_a_task_for_those_of_the_region_alone(
    case: CaseStudyPage, person: Callable[..., Any]
) -> None:
    own = case.get_parent().specific
    other = CasesFromPage.objects.exclude(pk=own.pk).filter(locale=own.locale, alias_of=None)
    here = Client()
    here.force_login(person("here", below=own, rights="add change"))
    there = Client()
    there.force_login(person("there", below=other[0], rights="add change publish"))
    Client().post(ask(), {"answer": "changed", "words": "=窓口の名前が変わりました。"})

    address = reverse("confirmations:index")
    shown = here.get(address)
    assert "窓口の名前が変わりました。" in text_of(shown)
    assert case.title in text_of(here.get(reverse("wagtailadmin_home")))
    csv = b"".join(here.get(address, {"export": "csv"}).streaming_content).decode("utf-8-sig")
    assert "'=窓口の名前が変わりました。" in csv
    assert DESK not in csv
    assert here.get(address, {"export": "xlsx"}).status_code == 200

    assert case.title not in text_of(there.get(address))
    assert case.title not in text_of(there.get(reverse("wagtailadmin_home")))
    question = Confirmation.objects.get()
    finish = reverse("confirmations:finish", args=[question.pk])
    assert there.post(finish, {"action": "done"}).status_code == 404
    assert Client().post(finish, {"action": "done"}).status_code == 302
    question.refresh_from_db()
    assert question.is_task

    here.post(finish, {"action": "done"})
    question.refresh_from_db()
    assert not question.is_task
    assert question.done_by.username == "here"
    here.get(address)  # says that it is done
    assert case.title not in text_of(here.get(address))
    assert case.title in text_of(here.get(address, {"state": "done"}))


def test_end_changes_the_page_only_after_somebody_who_may_publish_looked(
    case: CaseStudyPage, person: Callable[..., Any]
) -> None:
    own = case.get_parent()
    Client().post(ask(), {"answer": "ended", "words": "補助が終わりました。"})
    case.refresh_from_db()
    assert case.status_id != "ended"
    finish = reverse("confirmations:finish", args=[Confirmation.objects.get().pk])

    editor = Client()
    editor.force_login(person("editor", below=own, rights="add change"))
    shown = text_of(editor.get(reverse("confirmations:index")))
    assert 'value="done"' in shown
    assert 'name="action" value="ended"' not in " ".join(shown.split())

    publisher = Client()
    publisher.force_login(person("publisher", below=own, rights="add change publish"))
    shown = text_of(publisher.get(reverse("confirmations:index")))
    assert 'name="action" value="ended"' in " ".join(shown.split())
    publisher.post(finish, {"action": "ended"})
    publisher.post(finish, {"action": "ended"})  # a second press does no harm
    versions = CaseStudyPage.objects.filter(translation_key=case.translation_key)
    assert {version.status_id for version in versions} == {"ended"}
    assert "upkeep.marked_ended" in history(case)
    record = publisher.get(reverse("wagtailadmin_pages:history", args=[case.pk]))
    assert record.status_code == 200
    (document,) = documents_of([case.pk])
    assert document.facets["status"] == ("ended",)
