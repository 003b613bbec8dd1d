"""Mail alerts from the form to the last mail, over HTTP and Django's outbox."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.test import Client
from wagtail.models import Locale, PageViewRestriction

from alerts.models import Alert
from core.locks import only_one
from home.models import HomePage, StandardPage
from opendata.public_forms import stamp
from programmes.models import FunderCall
from search.engines import current_engine
from search.engines.base import Engine
from search.index.outbox import deliver
from search.index.rebuild import rebuild

ADDRESS = "hanako@example.org"


@pytest.fixture
def index(settings: Any, tmp_path: Any, db: None) -> Engine:
    """An index of the pages there are, in a folder of its own."""
    settings.SEARCH_INDEX_DIR = tmp_path / "search"
    settings.DATA_DIR = tmp_path
    Locale.objects.get_or_create(language_code="en")
    engine = current_engine()
    rebuild(engine)
    return engine


@pytest.fixture
def publish(index: Engine) -> Callable[..., StandardPage]:
    """A function that publishes a page and brings it into the index."""

    def add(title: str, slug: str, **values: Any) -> StandardPage:
        home = HomePage.objects.get(locale__language_code="ja")
        page = StandardPage(title=title, slug=slug, locale=home.locale, live=False, **values)
        home.add_child(instance=page)
        page.save_revision().publish()
        deliver(index)
        return page

    return add


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """A function that moves the alerts' past back by some days."""

    def move(days: int) -> None:
        for alert in Alert.objects.all():
            for name in ["asked_at", "confirmed_at", "sent_at"]:
                if moment := getattr(alert, name):
                    setattr(alert, name, moment - datetime.timedelta(days=days))
            alert.save()

    return move


def ask(client: Client, prefix: str = "", **values: str) -> Any:
    marks = {"stamp": stamp("alerts"), "homepage": ""}
    data = {"address": ADDRESS, "frequency": "weekly", "search": "q=防災", **marks, **values}
    return client.post(f"{prefix}/alerts/", data)


def link(word: str, message: Any | None = None) -> str:
    found = re.search(
        rf"http://127\.0\.0\.1:8000(\S*/alerts/{word}/\S+)", (message or mail.outbox[-1]).body
    )
    assert found
    return found[1]


def subscribe(client: Client, prefix: str = "", **values: str) -> Alert:
    ask(client, prefix, **values)
    assert client.post(link("confirm")).status_code == 200
    mail.outbox.clear()
    return Alert.objects.latest("pk")


def send(**options: Any) -> None:
    call_command("alerts_send", no_progress=True, verbosity=0, **options)


def test_form_asks_and_the_mail_confirms(client: Client, index: Engine) -> None:
    response = ask(client)
    assert response.status_code == 302
    assert client.get(response["Location"]).status_code == 200
    message = mail.outbox[0]
    assert message.to == [ADDRESS]
    assert message.subject == "新着メールの登録を確認してください"
    assert "「防災」" in message.body
    assert "&amp;" not in message.body
    assert message.alternatives[0].mimetype == "text/html"
    assert Alert.objects.get().confirmed_at is None
    confirm = link("confirm")
    assert client.get(confirm).status_code == 200
    assert Alert.objects.get().confirmed_at is None, "looking at the link confirms nothing"
    assert client.post(confirm).status_code == 200
    assert Alert.objects.get().confirmed_at is not None
    assert "Set-Cookie" not in client.get("/search/?q=防災")


def test_new_page_is_sent_once(
    client: Client, publish: Callable[..., StandardPage], later: Callable[[int], None]
) -> None:
    publish("防災の集い", "before")
    subscribe(client)
    later(8)
    send()
    assert not mail.outbox, "what was there before is not new"
    publish("外国人住民と防災訓練", "drill")
    publish("日本語教室", "class")
    send()
    message = mail.outbox[0]
    assert message.subject == "新しいページが1件あります – NANIF：「防災」"
    assert "外国人住民と防災訓練\n  http://127.0.0.1:8000/drill/" in message.body
    assert "防災の集い" not in message.body
    assert "日本語教室" not in message.body
    later(8)
    send()
    assert len(mail.outbox) == 1


def test_frequency_is_kept(
    client: Client, publish: Callable[..., StandardPage], later: Callable[[int], None]
) -> None:
    subscribe(client, frequency="weekly")
    subscribe(client, frequency="daily", address="taro@example.org")
    publish("防災訓練", "one")
    later(1)
    send()
    assert [message.to for message in mail.outbox] == [["taro@example.org"]]
    later(6)
    send()
    assert [message.to for message in mail.outbox][1:] == [[ADDRESS]]


def test_page_that_comes_back_is_not_new_and_one_made_public_is(
    client: Client,
    publish: Callable[..., StandardPage],
    later: Callable[[int], None],
    index: Engine,
) -> None:
    old = publish("防災の集い", "old")
    hidden = publish("防災の秘密", "hidden")
    restriction = PageViewRestriction.objects.create(page=hidden, restriction_type="login")
    deliver(index)
    # Nobody was told of it while it was private, but it had been public before the first alert:
    # only what no run has seen is new.
    subscribe(client, frequency="daily")
    old.unpublish()
    deliver(index)
    later(1)
    send()
    old.save_revision().publish()
    deliver(index)
    restriction.delete()
    deliver(index)
    later(1)
    send()
    titles = [message.body for message in mail.outbox]
    assert len(titles) == 1
    assert "防災の秘密" in titles[0]
    assert "防災の集い" not in titles[0]


def test_edit_that_the_index_does_not_have_yet_is_told_later(
    client: Client, publish: Callable[..., StandardPage], later: Callable[[int], None],
    index: Engine, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    subscribe(client, frequency="daily")
    later(1)
    monkeypatch.setattr("alerts.services.deliver", lambda engine: 0)
    home = HomePage.objects.get(locale__language_code="ja")
    page = StandardPage(title="防災訓練", slug="drill", locale=home.locale, live=False)
    home.add_child(instance=page)
    page.save_revision().publish()
    send()
    assert not mail.outbox
    monkeypatch.undo()
    send()
    assert len(mail.outbox) == 1


def test_translation_of_a_known_page_is_not_new(
    client: Client,
    publish: Callable[..., StandardPage],
    later: Callable[[int], None],
    index: Engine,
) -> None:
    page = publish("防災 disaster drill", "drill")
    english = Locale.objects.get(language_code="en")
    home = HomePage.objects.get(locale__language_code="ja")
    if not home.has_translation(english):
        home.copy_for_translation(english).save_revision().publish()
    subscribe(client, "/en", search="q=drill", frequency="daily")
    copy = page.copy_for_translation(english)
    copy.save_revision().publish()
    deliver(index)
    later(1)
    send()
    assert not mail.outbox


@pytest.mark.parametrize("data", [{}, {"List-Unsubscribe": "One-Click"}])
def test_one_click_stops_and_deletes(
    client: Client, publish: Callable[..., StandardPage], later: Callable[[int], None],
    data: dict[str, str],
) -> None:  # fmt: skip
    subscribe(client, frequency="daily")
    publish("防災訓練", "drill")
    later(1)
    send()
    message = mail.outbox[0]
    headers = message.message()
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stop = link("stop")
    assert headers["List-Unsubscribe"].strip() == f"<http://127.0.0.1:8000{stop}>"
    assert headers["Auto-Submitted"] == "auto-generated"
    assert client.get(stop).status_code == 200
    assert Alert.objects.exists(), "mail programs look at links"
    assert Client(enforce_csrf_checks=True).post(stop, data).status_code == 200
    assert not Alert.objects.exists()
    assert client.post(stop).status_code == 200, "stopping twice does no harm"


def test_english_readers_get_english_mails(
    client: Client, publish: Callable[..., StandardPage], later: Callable[[int], None]
) -> None:
    subscribe(client, "/en", frequency="daily")
    publish("防災訓練", "drill")
    later(1)
    send()
    message = mail.outbox[0]
    assert message.subject == "1 new page – NANIF: “防災”"
    assert "/en/alerts/stop/" in message.body
    assert "Stop this alert" in message.body


def test_links_that_expired_or_were_changed_do_nothing(
    client: Client, index: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(client)
    confirm = link("confirm")
    assert client.post(confirm[:-3] + "x/").status_code == 410
    assert client.post("/alerts/confirm/nonsense/").status_code == 410
    assert client.post("/alerts/stop/nonsense/").status_code == 404
    monkeypatch.setattr("alerts.tokens.CONFIRM_WITHIN", datetime.timedelta(seconds=-1))
    assert client.post(confirm).status_code == 410
    assert Alert.objects.get().confirmed_at is None


def test_unconfirmed_addresses_are_deleted(
    client: Client, index: Engine, later: Callable[[int], None]
) -> None:
    ask(client)
    later(2)
    send()
    assert Alert.objects.exists()
    later(2)
    send()
    assert not Alert.objects.exists()


def test_answer_is_the_same_for_known_and_unknown_addresses(client: Client, index: Engine) -> None:
    first = ask(client)
    client.post(link("confirm"))
    again, other = ask(client), ask(client, address="nobody@example.org")
    answers = {(r.status_code, r["Location"], r.content) for r in (first, again, other)}
    assert len(answers) == 1
    assert Alert.objects.filter(address=ADDRESS).count() == 1


def test_a_double_click_sends_one_mail(client: Client, index: Engine) -> None:
    answers = {ask(client)["Location"] for _ in range(2)}
    assert len(answers) == 1
    assert len(mail.outbox) == 1
    ask(client, frequency="daily")
    assert len(mail.outbox) == 2, "another wish is no double click"


def test_one_address_is_not_flooded(client: Client, index: Engine, settings: Any) -> None:
    settings.RATES = {**settings.RATES, "address": "2/day"}
    # Searches that differ: the same one sent again at once is a double click, and sends nothing.
    statuses = {
        ask(client, address="flooded@example.org", search=f"q=防災{number}").status_code
        for number in range(5)
    }
    assert statuses == {302}
    assert len(mail.outbox) == 2


def test_one_client_cannot_ask_for_ever(client: Client, index: Engine, settings: Any) -> None:
    settings.RATES = {**settings.RATES, "alert": "2/day"}
    answers = [ask(client, address=f"{number}@example.org") for number in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert answers[2]["Retry-After"]
    assert "もう一度お試しください" in answers[2].content.decode()


@pytest.mark.parametrize("address", ["", "no address", "a@b", "x\r\nBcc: y@example.org", "@" * 300])
def test_wrong_address_is_explained(client: Client, index: Engine, address: str) -> None:
    response = ask(client, address=address)
    assert response.status_code == 400
    text = response.content.decode()
    assert "メールアドレス" in text
    assert re.search(r"<input[^>]*id=\"alert-address\"[^>]*\sautofocus", text)
    assert text.count("autofocus") == 1
    assert not mail.outbox


def test_form_of_another_site_is_refused(client: Client, index: Engine) -> None:
    data = {"address": ADDRESS, "frequency": "weekly", "search": ""}
    response = client.post("/alerts/", data, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403
    assert not mail.outbox


class FailingBackend(EmailBackend):
    """A mail server that is down, or knows nobody."""

    error: OSError | None = None

    def send_messages(self, messages: Any) -> int:
        if FailingBackend.error is not None:
            raise FailingBackend.error
        return int(super().send_messages(messages))


@pytest.fixture
def server(settings: Any) -> Any:
    """The failing server; its `error` says how it fails."""
    settings.EMAIL_BACKEND = f"{FailingBackend.__module__}.FailingBackend"
    import sys

    sys.modules.setdefault(FailingBackend.__module__, sys.modules[__name__])
    yield FailingBackend
    FailingBackend.error = None


def test_nothing_is_lost_when_the_mail_server_fails(
    client: Client, publish: Callable[..., StandardPage], later: Callable[[int], None], server: Any
) -> None:
    subscribe(client, frequency="daily")
    publish("防災訓練", "drill")
    later(1)
    server.error = ConnectionRefusedError("no server")
    with pytest.raises(CommandError, match="1 mails could not be sent"):
        send()
    server.error = None
    send()
    assert len(mail.outbox) == 1


def test_confirmation_waits_for_the_mail_server(client: Client, index: Engine, server: Any) -> None:
    server.error = ConnectionRefusedError("no server")
    assert ask(client).status_code == 302
    server.error = None
    send()
    assert client.post(link("confirm")).status_code == 200
    send()
    assert len(mail.outbox) == 1


def test_address_that_is_always_refused_is_deleted(
    client: Client, publish: Callable[..., StandardPage], later: Callable[[int], None], server: Any
) -> None:
    subscribe(client, frequency="daily")
    publish("防災訓練", "drill")
    later(1)
    server.error = SMTPRecipientsRefused({ADDRESS: (550, b"unknown")})
    for _ in range(5):
        assert Alert.objects.exists()
        with pytest.raises(CommandError):
            send()
    assert not Alert.objects.exists()


def test_dry_run_changes_nothing(
    client: Client, publish: Callable[..., StandardPage], later: Callable[[int], None], capsys: Any
) -> None:
    subscribe(client, frequency="daily")
    publish("防災訓練", "drill")
    later(1)
    before = list(Alert.objects.values())
    send(dry_run=True)
    assert not mail.outbox
    assert list(Alert.objects.values()) == before
    send()
    assert len(mail.outbox) == 1


def test_two_runs_at_once_send_nothing_twice(client: Client, index: Engine) -> None:
    with only_one("alerts"), pytest.raises(CommandError, match="Another process"):
        send()


def test_form_is_offered_only_where_mail_can_be_sent(
    client: Client, publish: Callable[..., StandardPage], settings: Any
) -> None:
    publish("防災訓練", "drill")
    assert 'action="/alerts/"' in client.get("/search/?q=防災").content.decode()
    settings.MAIL_IS_SET_UP = False
    assert 'action="/alerts/"' not in client.get("/search/?q=防災").content.decode()
    assert client.get("/alerts/").status_code == 404
    with pytest.raises(CommandError, match="EMAIL_URL"):
        send()


def test_new_calls_are_told_once_while_they_can_be_answered(
    client: Client, index: Engine, later: Callable[[int], None]
) -> None:
    def add(title: str, closes: str) -> None:
        FunderCall.objects.create(
            title_ja=title, funder_ja="試験財団", url="https://example.org/call", closes=closes,
            sources="https://example.org/call", accessed="2026-11-30",
        )  # fmt: skip

    add("前からの公募", "2990-12-25")
    form = client.get("/alerts/?subject=calls").content.decode()
    assert 'name="subject" value="calls"' in form
    assert 'href="/calls/"' in form
    subscribe(client, subject="calls", search="")
    add("新しい公募", "2990-12-26")
    add("終わった公募", "2020-01-31")
    later(8)
    send()
    message = mail.outbox.pop()
    assert message.subject == "新しい公募1件 – 助成の公募"
    assert "新しい公募\n" in message.body
    assert "https://example.org/call" in message.body
    assert "http://127.0.0.1:8000/calls/" in message.body
    assert "前からの公募" not in message.body
    assert "終わった公募" not in message.body
    later(8)
    send()
    assert not mail.outbox
