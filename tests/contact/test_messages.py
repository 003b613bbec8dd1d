"""Messages of visitors: from both forms through mails and the list in the admin to their end."""

from __future__ import annotations

import datetime
import itertools
import re
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.core import mail, signing
from django.core.cache import caches
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction
from wagtail.users.models import UserProfile

from contact.models import Imprint, Message
from tests.users.conftest import Network, network

__all__ = ["network"]

Answers = Callable[..., dict[str, Any]]
TEXT = "開催日が違います。\n\n正しくは<b>11月20日</b>です。"
_keys = itertools.count(1)


@pytest.fixture
def region_page(network: Network) -> Page:
    """The public page of the first region's platform; its English stand-in is public as well."""
    key = network.own.platform.translation_key
    Page.objects.filter(translation_key=key).update(live=True)
    return Page.objects.get(pk=network.own.platform_id).specific


def stamp(age: datetime.timedelta = datetime.timedelta(minutes=5), form: str = "contact") -> str:
    """The stamp of a form that was shown some time ago."""
    shown = datetime.datetime.now(datetime.UTC) - age
    return signing.dumps(
        [uuid.UUID(int=next(_keys)).hex, 0, shown.timestamp()], salt=f"{form}.form"
    )


def question(**values: Any) -> dict[str, Any]:
    """The contact form as it is filled in."""
    filled = {"kind": "question", "text": TEXT, "name": "見本花子", "address": "h@example.org"}
    return {"stamp": stamp(), **filled, **values}


def report(page: Page | str, **values: Any) -> dict[str, Any]:
    """The form about an error on a page."""
    at = page if isinstance(page, str) else page.url
    return {"stamp": stamp(), "at": at, "kind": "error", "text": TEXT, "address": "", **values}


def letters(address: str) -> list[Any]:
    return [message for message in mail.outbox if message.to == [address]]


def use_english(user: Any) -> None:
    UserProfile.objects.update_or_create(user=user, defaults={"preferred_language": "en"})


def test_contact_form_reaches_the_operator_and_the_curators_alone(network: Network) -> None:
    Imprint.objects.create(mail="office@example.org")
    client = Client()
    shown = client.get("/en/contact/?kind=press")
    assert "Set-Cookie" not in shown
    assert "no-store" in shown["Cache-Control"]
    assert re.search(r'value="press"\s+selected', shown.content.decode())

    answers = question(kind="personal-data")
    for _twice in range(2):
        assert client.post("/en/contact/", answers)["Location"] == "/en/contact/sent/"
    message = Message.objects.get()
    assert (message.locale, message.page, message.state) == ("en", None, "new")
    assert message.told_at
    assert message.receipt_at
    (told,) = letters("office@example.org")
    assert told.subject == "メッセージが届きました：自分の個人情報についての請求 – NANIF"
    assert told.reply_to == ["h@example.org"]
    assert "正しくは<b>11月20日</b>です。" in told.body
    # A receipt to an address that anybody can type carries no words of theirs.
    (receipt,) = letters("h@example.org")
    assert receipt.subject == "Your message has arrived – NANIF"
    assert "開催日" not in receipt.body
    assert len(mail.outbox) == 2

    curator = network.client("curator")
    assert f"/admin/messages/{message.pk}/" in curator.get("/admin/messages/").content.decode()
    page_of_it = curator.get(f"/admin/messages/{message.pk}/").content.decode()
    assert "正しくは&lt;b&gt;11月20日&lt;/b&gt;です。" in page_of_it
    for who in ["region-editor", "region-publisher"]:
        theirs = network.client(who)
        assert theirs.get(f"/admin/messages/{message.pk}/").status_code == 404
        listed = theirs.get("/admin/messages/").content.decode()
        assert f"/admin/messages/{message.pk}/" not in listed
    assert network.client("translator").get("/admin/messages/").status_code == 302


def test_without_an_address_of_the_operator_curators_are_told(network: Network) -> None:
    use_english(network.people["curator"])
    Client().post("/contact/", question())
    (told,) = letters("curator@example.org")
    assert told.subject == "A message has arrived: A question about this site – NANIF"
    assert "/admin/messages/" in told.body
    assert "h@example.org" not in told.body
    assert "開催日" not in told.body


def test_report_reaches_the_region_of_the_page(network: Network, region_page: Page) -> None:
    use_english(network.people["region-publisher"])
    client = Client()
    page = client.get(region_page.url).content.decode()
    (link,) = re.findall(r'href="(/report/[^"]*)"', page)
    shown = client.get(link).content.decode()
    assert region_page.title in shown
    assert f'name="at" value="{region_page.url}"' in shown

    assert client.post("/report/", report(region_page))["Location"] == "/contact/sent/"
    message = Message.objects.get()
    assert message.page_id == region_page.pk
    assert message.title == region_page.title
    subjects = {told.to[0]: told.subject for told in mail.outbox}
    assert subjects == {
        "region-editor@example.org": "メッセージが届きました：内容の誤り・古くなった内容 – NANIF",
        "region-publisher@example.org": (
            "A message has arrived: Something wrong or out of date – NANIF"
        ),
    }
    for who in ["region-editor", "curator"]:
        desk = network.client(who)
        assert region_page.title in desk.get("/admin/messages/?state=new").content.decode()
        assert "閲覧者からのメッセージが1件" in desk.get("/admin/").content.decode()
    other = network.client("other-editor")
    assert region_page.title not in other.get("/admin/messages/").content.decode()
    for address in [f"/admin/messages/{message.pk}/", f"/admin/messages/{message.pk}/mark/"]:
        assert other.post(address, {"state": "done"}).status_code in {404, 405}

    editor = network.client("region-editor")
    editor.post(f"/admin/messages/{message.pk}/mark/", {"state": "done", "note": "直した"})
    message.refresh_from_db()
    assert (message.state, message.note, message.done_by.username) == (
        "done", "直した", "region-editor"
    )  # fmt: skip
    assert region_page.title not in editor.get("/admin/messages/?state=new").content.decode()
    assert "直した" in editor.get(f"/admin/messages/{message.pk}/").content.decode()
    editor.post(f"/admin/messages/{message.pk}/mark/", {"state": "new"})
    message.refresh_from_db()
    assert (message.state, message.done_at, message.note) == ("new", None, "直した")


def test_report_on_a_page_in_another_language(network: Network, region_page: Page) -> None:
    """An English reader, a page that is there in Japanese alone, and something urgent."""
    alias = region_page.get_translations().get().specific
    client = Client()
    shown = client.get(f"/en/report/?page={quote(alias.url)}").content.decode()
    assert f'lang="ja">{region_page.title}</a>' in shown
    answers = report(alias, kind="withhold", address="r@example.org")
    assert client.post("/en/report/", answers).status_code == 302
    message = Message.objects.get()
    assert message.page_id == alias.pk
    (receipt,) = letters("r@example.org")
    assert receipt.subject.startswith("Your message has arrived")
    assert alias.url in receipt.body
    # Both the region and the curators hear of what should not be public.
    assert letters("region-editor@example.org")
    assert letters("curator@example.org")
    desk = network.client("region-editor").get("/admin/messages/").content.decode()
    assert region_page.title in desk


def test_what_is_no_page_of_the_tree_goes_to_the_curators(network: Network) -> None:
    client = Client()
    link = client.get("/areas/13/").content.decode()
    assert "/report/?page=%2Fareas%2F13%2F" in link
    # Typed with its host, in a browser that does not know the form's own page.
    answers = report("http://testserver/areas/13?furigana=on")
    assert client.post("/report/", answers).status_code == 302
    message = Message.objects.get()
    assert (message.path, message.title, message.page) == ("/areas/13/", "東京都", None)
    assert [told.to for told in mail.outbox] == [["curator@example.org"]]
    assert network.client("region-editor").get(f"/admin/messages/{message.pk}/").status_code == 404


@pytest.mark.parametrize("why", ["draft", "expired", "restricted"])
def test_withheld_pages_can_neither_be_reported_nor_seen(
    why: str, network: Network, region_page: Page
) -> None:
    client = Client()
    assert region_page.title in client.get(f"/report/?page={region_page.url}").content.decode()
    if why == "restricted":
        PageViewRestriction.objects.create(page=region_page, restriction_type="login")
    elif why == "expired":
        past = timezone.now() - datetime.timedelta(minutes=1)
        Page.objects.filter(pk=region_page.pk).update(expire_at=past)
    else:
        Page.objects.filter(pk=region_page.pk).update(live=False)
    alias = region_page.get_translations().get()
    for address in [region_page.url, alias.url]:
        response = client.post("/report/", report(address))
        text = response.content.decode()
        assert response.status_code == 400
        assert region_page.title not in text
        assert "公開中のページはありません" in text
        assert "正しくは&lt;b&gt;11月20日&lt;/b&gt;です。" in text  # what was typed is still there
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    "at",
    [
        "", "regions", "https://elsewhere.example.org/about/", "//elsewhere.example.org/about/",
        "/admin/", "/proposals/secret-token/", "/confirm/secret-token/", "/areas/99/", "/no-such/",
        "/regions/%00", "http://[", "javascript:alert(1)", "/" + "長" * 2000,
    ],
    ids=range(13),
)  # fmt: skip
def test_addresses_that_are_no_public_page_are_refused(at: str, network: Network) -> None:
    assert Client().get("/report/", {"page": at}).status_code == 200
    response = Client().post("/report/", report(at))
    assert response.status_code == 400
    assert 'id="id_at_error"' in response.content.decode()
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("change", "first"),
    [
        ({"kind": ""}, "kind"),
        ({"kind": "nonsense"}, "kind"),
        ({"text": " \0"}, "text"),
        ({"text": "長" * 4001, "address": "nobody"}, "text"),
        ({"address": "nobody"}, "address"),
        ({"address": "a@example.org\nBcc: b@example.org"}, "address"),
        ({"name": "名" * 101}, "name"),
    ],
)
def test_mistakes_are_named_and_the_first_has_the_focus(
    change: dict[str, str], first: str, network: Network
) -> None:
    response = Client().post("/contact/", question(**change))
    text = response.content.decode()
    assert response.status_code == 400
    assert f'href="#id_{first}"' in text
    focused = re.findall(r"<(?:input|select|textarea)[^>]*\sautofocus[^>]*>", text)
    assert len(focused) == 1
    assert f'id="id_{first}"' in focused[0]
    for name, value in (question() | change).items():
        if name != "stamp" and value.strip("\0 ") and value != "nonsense":
            assert value.replace("<", "&lt;").replace(">", "&gt;").split("\n")[0] in text
    assert not Message.objects.exists()
    assert not mail.outbox


@pytest.mark.parametrize(
    ("change", "headers", "status", "words"),
    [
        ({"stamp": ""}, {}, 400, "もう一度送信"),
        ({"stamp": datetime.timedelta(seconds=-5)}, {}, 400, "早すぎ"),
        ({"stamp": datetime.timedelta(days=2)}, {}, 400, "1日"),
        ({"stamp": "proposals"}, {}, 400, "もう一度送信"),
        ({"homepage": "https://example.org"}, {}, 400, "もう一度送信"),
        ({}, {"Sec-Fetch-Site": "cross-site"}, 403, "別のサイト"),
    ],
    ids=["lost", "fast", "old", "of another form", "trap", "other site"],
)
def test_marks_are_checked_and_what_was_typed_stays(
    change: dict[str, Any], headers: dict[str, str], status: int, words: str, network: Network
) -> None:
    if isinstance(age := change.get("stamp"), datetime.timedelta):
        change = {"stamp": stamp(age)}
    elif change.get("stamp"):
        change = {"stamp": stamp(form=change["stamp"])}
    client = Client()
    response = client.post("/contact/", question(**change), headers=headers)
    text = response.content.decode()
    assert response.status_code == status
    assert "見本花子" in text
    assert "h@example.org" in text
    assert 'id="mistakes"' in text
    assert not Message.objects.exists()
    # The form that came back can be sent, once some seconds have passed.
    again = re.findall(r'name="stamp" value="([^"]+)"', text)
    assert len(again) == 1


def test_people_whose_browser_fills_the_form_in_are_not_stopped(network: Network) -> None:
    quick = question(stamp=stamp(datetime.timedelta(seconds=1.1)))
    assert Client().post("/contact/", quick)["Location"] == "/contact/sent/"


def test_a_flood_is_stopped_and_fills_no_mailbox(network: Network, settings: Any) -> None:
    settings.RATES = {**settings.RATES, "contact": "3/hour"}
    client = Client()
    statuses = [client.post("/contact/", question()).status_code for _number in range(5)]
    assert statuses == [302, 302, 302, 429, 429]
    late = client.post("/report/", report("/contact/"))
    assert late.status_code == 429
    assert "正しくは" in late.content.decode()
    assert Message.objects.count() == 3
    settings.RATES = {**settings.RATES, "contact": "off", "contact_mail": "4/day",
                      "contact_receipt": "2/day"}  # fmt: skip
    for number in range(6):
        client.post("/contact/", question(address=["h@example.org", "i@example.org"][number % 2]))
    assert Message.objects.count() == 9, "what is not mailed is stored"
    assert len(letters("curator@example.org")) == 3 + 4
    assert len(letters("i@example.org")) == 2


def test_what_cannot_be_counted_is_refused(
    network: Network, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.RATES = {**settings.RATES, "contact": "20/hour"}

    def full(*args: Any, **kwargs: Any) -> int:
        raise OSError("No space left on device")

    monkeypatch.setattr(type(caches["shared"]), "incr", full)
    response = Client().post("/contact/", question())
    assert response.status_code == 503
    assert "見本花子" in response.content.decode()
    assert not Message.objects.exists()


def test_nothing_is_lost_without_mail_and_nothing_kept_for_ever(
    network: Network, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = (
        "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1", 9
    )  # fmt: skip
    assert Client().post("/contact/", question()).status_code == 302
    message = Message.objects.get()
    assert (message.told_at, message.receipt_at) == (None, None)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    call_command("contact_forget", dry_run=True)
    assert "mails about 1 would be tried again" in capsys.readouterr().out
    assert not mail.outbox
    for _twice in range(2):
        call_command("contact_forget")
    assert sorted(told.to[0] for told in mail.outbox) == ["curator@example.org", "h@example.org"]

    curator = network.client("curator")
    curator.post(f"/admin/messages/{message.pk}/mark/", {"state": "done"})
    done = Message.objects.filter(pk=message.pk)
    for days, is_kept in [(179, True), (181, False)]:
        done.update(done_at=timezone.now() - datetime.timedelta(days=days))
        call_command("contact_forget", verbosity=0)
        assert done.exists() == is_kept
