"""The newsletter from the form to the archive, over HTTP, the command and Django's outbox."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction, Site

from alerts.models import Alert
from casestudies.models import CaseStudyPage
from core.locks import only_one
from events.models import EventPage
from newsletter.models import NewsletterIssue
from newsletter.selectors import JAPAN, month_before
from opendata.public_forms import stamp
from programmes.models import FunderCall

ADDRESS = "hanako@example.org"
MONTH = month_before(timezone.localdate(timezone=JAPAN))
FIRST = datetime.datetime.fromisoformat(f"{MONTH}-01T00:00:00+09:00")
CASE = "minamiyoshida-school"  # of Kanagawa


@pytest.fixture
def news(site: Site, settings: Any, tmp_path: Any) -> None:
    """A month with one case, one call and one event; everything else is older or over."""
    settings.DATA_DIR = tmp_path
    long_ago = FIRST - datetime.timedelta(days=400)
    CaseStudyPage.objects.update(first_published_at=long_ago)
    CaseStudyPage.objects.filter(slug=CASE).update(first_published_at=FIRST)
    EventPage.objects.update(ends_at=long_ago)
    soon = timezone.now() + datetime.timedelta(days=9)
    EventPage.objects.filter(slug="nanif-mie-2024").update(begins_at=soon, ends_at=soon)
    FunderCall.objects.create(
        title_ja="試験の公募",
        title_en="A trial call",
        funder_ja="試験財団",
        url="https://example.org/call",
        closes="2990-03-01",
        sources="https://example.org/call",
        accessed="2026-11-30",
    )


@pytest.fixture
def curator(client_of: Callable[[str], Client]) -> Client:
    """Somebody who keeps what editors keep up."""
    call_command("roles_prepare", verbosity=0)
    return client_of("Curators")


def ask(client: Client, prefix: str = "", **values: str) -> Any:
    data = {
        "address": ADDRESS,
        "frequency": "monthly",
        "subject": "newsletter",
        "search": "",
        "stamp": stamp("alerts"),
        "homepage": "",
        **values,
    }
    return client.post(f"{prefix}/alerts/", data)


def link(word: str, text: str) -> str:
    found = re.search(rf"http://127\.0\.0\.1:8000(\S*/alerts/{word}/\S+)", text)
    assert found
    return found[1]


def subscribe(client: Client, prefix: str = "", **values: str) -> Alert:
    """Sign up and confirm, before the issue is begun."""
    assert ask(client, prefix, **values).status_code == 302
    assert client.post(link("confirm", mail.outbox[-1].body)).status_code == 200
    mail.outbox.clear()
    return Alert.objects.latest("pk")


def send(**options: Any) -> None:
    call_command("newsletter_send", no_progress=True, **options)


def text_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser").main.get_text(" ", strip=True)


def title_of(language: str) -> str:
    return str(CaseStudyPage.objects.get(slug=CASE, locale__language_code=language).title)


def test_first_issue_is_announced_and_signing_up_takes_a_confirmation(
    client: Client, news: None
) -> None:
    page = BeautifulSoup(client.get("/newsletter/").content, "html.parser").main
    assert "最初の号はまだお送りしていません" in page.text
    names = {field.get("name") for field in page.select("form [name]")}
    assert {"address", "region", "theme", "subject", "frequency", "stamp"} <= names
    assert client.get("/alerts/?subject=newsletter")["Location"] == "/newsletter/"
    ask(client)
    (message,) = mail.outbox
    assert "毎月のニュースレター" in message.body
    assert "月に1回" in message.body
    alert = Alert.objects.get()
    assert (alert.subject, alert.frequency, alert.confirmed_at) == ("newsletter", "monthly", None)
    send()
    assert len(mail.outbox) == 1, "nobody has confirmed"


def test_mail_tells_of_cases_calls_events_and_the_figure(client: Client, news: None) -> None:
    subscribe(client)
    send()
    (message,) = mail.outbox
    year, month = MONTH.split("-")
    assert message.subject == f"NANIFニュースレター（{year}年{int(month)}月号）"
    for text in (message.body, message.alternatives[0].content):
        assert title_of("ja") in text
        assert "試験の公募" in text
        assert "三重の協働円卓会議" in text
        assert re.search(r"\d,\d{3},\d{3}", text), "the figure"
        assert f"/newsletter/{MONTH}/" in text
    assert "&" not in message.body.replace("&sort", "")
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message.extra_headers["Content-Language"] == "ja"


def test_reader_of_english_gets_english(client: Client, news: None) -> None:
    subscribe(client, "/en")
    send()
    (message,) = mail.outbox
    assert message.subject.startswith("NANIF newsletter, ")
    assert title_of("en") in message.body
    assert "A trial call" in message.body
    assert f"/en/newsletter/{MONTH}/" in message.body


@pytest.mark.parametrize(
    ("chosen", "is_told"),
    [
        ({"region": "14"}, True),
        ({"region": "47"}, False),
        ({"region": "14", "theme": "1"}, True),
        ({"region": "no such", "theme": "zq"}, True),  # what is not known narrows nothing
    ],
)
def test_area_and_theme_choose_the_cases(
    client: Client, news: None, chosen: dict[str, str], is_told: bool
) -> None:
    case = CaseStudyPage.objects.get(slug=CASE, locale__language_code="ja")
    if chosen.get("theme") == "1":
        theme = case.themes.first()
        chosen = {**chosen, "theme": theme.parent_id or theme.pk}
    subscribe(client, **chosen)
    send()
    (message,) = mail.outbox
    assert (title_of("ja") in message.body) == is_told
    assert "試験の公募" in message.body, "calls are for all"


def test_reader_with_nothing_new_gets_no_mail(client: Client, news: None) -> None:
    FunderCall.objects.all().delete()
    subscribe(client, region="47")
    send()
    assert mail.outbox == []
    assert NewsletterIssue.objects.get().sent_at is not None
    # What comes later in the month is for the next issue.
    CaseStudyPage.objects.filter(places__area__code__startswith="47").update(
        first_published_at=FIRST
    )
    send()
    assert mail.outbox == []


def test_month_with_nothing_has_no_issue(client: Client, news: None) -> None:
    FunderCall.objects.all().delete()
    EventPage.objects.update(ends_at=FIRST)
    CaseStudyPage.objects.update(first_published_at=FIRST - datetime.timedelta(seconds=1))
    subscribe(client)
    send()
    assert mail.outbox == []
    assert not NewsletterIssue.objects.exists()
    assert client.get(f"/newsletter/{MONTH}/").status_code == 404


def test_nothing_is_sent_twice_and_what_failed_is_sent_later(
    client: Client, news: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(client)
    subscribe(client, address="taro@example.org")

    def fail(self: EmailBackend, messages: Any) -> int:
        if messages[0].to == ["taro@example.org"]:
            raise ConnectionRefusedError
        return original(self, messages)

    original = EmailBackend.send_messages
    with monkeypatch.context() as broken:
        broken.setattr(EmailBackend, "send_messages", fail)
        with pytest.raises(CommandError, match="1 mails could not be sent"):
            send()
    send()
    send()
    assert sorted(message.to[0] for message in mail.outbox) == [ADDRESS, "taro@example.org"]


def test_who_signs_up_after_the_sending_waits_for_the_next(client: Client, news: None) -> None:
    send()
    subscribe(client)
    send()
    assert mail.outbox == []


def test_address_that_is_refused_five_times_is_deleted(
    client: Client, news: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(client)

    def refuse(self: EmailBackend, messages: Any) -> int:
        raise SMTPRecipientsRefused({})

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    for _time in range(5):
        with pytest.raises(CommandError):
            send()
    assert not Alert.objects.exists()


def test_link_in_the_mail_stops_it(client: Client, news: None) -> None:
    subscribe(client)
    send()
    stop = link("stop", mail.outbox[0].body)
    assert "ニュースレター" in text_of(client, stop)
    assert Alert.objects.exists(), "looking at the link stops nothing"
    assert client.post(stop).status_code == 200
    assert not Alert.objects.exists()


def test_alerts_leave_the_newsletter_alone(client: Client, news: None) -> None:
    alert = subscribe(client)
    Alert.objects.update(sent_at=FIRST)
    call_command("alerts_send", no_progress=True, verbosity=0)
    assert mail.outbox == []
    alert.refresh_from_db()
    assert alert.sent_at == FIRST


def test_search_alert_cannot_be_monthly(client: Client, news: None) -> None:
    response = ask(client, subject="search", search="q=防災")
    assert "週に1回" in response.content.decode()
    assert response.status_code == 400
    assert not Alert.objects.exists()


def test_archive_shows_what_was_sent_as_far_as_it_is_public(client: Client, news: None) -> None:
    send()
    page = f"/newsletter/{MONTH}/"
    assert page in client.get("/newsletter/").content.decode()
    for words in (title_of("ja"), "試験の公募", "三重の協働円卓会議"):
        assert words in text_of(client, page)
    assert title_of("en") in text_of(client, f"/en{page}")
    assert page in client.get("/sitemap.xml").content.decode()
    # A later case of the month is not in the issue that was sent.
    later = CaseStudyPage.objects.filter(locale__language_code="ja").exclude(slug=CASE)[0]
    CaseStudyPage.objects.filter(pk=later.pk).update(first_published_at=FIRST)
    assert later.title not in text_of(client, page)

    FunderCall.objects.all().delete()
    case = CaseStudyPage.objects.get(slug=CASE, locale__language_code="ja")
    PageViewRestriction.objects.create(page=case, restriction_type="login")
    text = text_of(client, page)
    assert case.title not in text
    assert "試験の公募" not in text
    EventPage.objects.get(slug="nanif-mie-2024", locale__language_code="ja").unpublish()
    assert "三重の協働円卓会議" not in text_of(client, page)


def test_archive_has_what_readers_of_a_region_were_told(client: Client, news: None) -> None:
    """Also where the country has more of the month than a mail names."""
    CaseStudyPage.objects.filter(locale__language_code="ja").update(first_published_at=FIRST)
    subscribe(client, region="47")
    send()
    told = set(re.findall(r"^\* (.+)$", mail.outbox[0].body, re.MULTILINE))
    page = BeautifulSoup(client.get(f"/newsletter/{MONTH}/").content, "html.parser").main
    shown = {card.text.strip() for card in page.select(".card--case .card__link")}
    cases = CaseStudyPage.objects.filter(locale__language_code="ja", live=True)
    of_the_region = told & set(cases.values_list("title", flat=True))
    assert of_the_region
    assert of_the_region <= shown
    assert 60 <= len(shown) < cases.count()
    assert re.search(r"ほか\d{2,}件", page.text)


def test_issue_costs_the_same_however_much_it_tells(client: Client, news: None) -> None:
    def queries() -> int:
        NewsletterIssue.objects.all().delete()
        send()
        client.get(f"/newsletter/{MONTH}/")
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/newsletter/{MONTH}/")
        return len(captured)

    before = queries()
    more = CaseStudyPage.objects.filter(locale__language_code="ja")[:9]
    CaseStudyPage.objects.filter(pk__in=[case.pk for case in more]).update(first_published_at=FIRST)
    assert queries() == before
    assert before <= 20


def test_words_of_a_curator_are_shown_escaped_and_stay(
    curator: Client, client: Client, news: None
) -> None:
    subscribe(client)
    made = curator.post(
        "/admin/newsletter_issues/new/",
        {"month": MONTH, "word_ja": "お<b>薦め</b>です。\n\n二つ目の段落。", "word_en": ""},
    )
    assert made.status_code == 302
    issue = NewsletterIssue.objects.get()
    inspect = f"/admin/newsletter_issues/inspect/{issue.pk}/"
    shown = curator.get(inspect).content.decode()
    assert "お&lt;b&gt;薦め&lt;/b&gt;です。" in shown
    assert title_of("ja") in shown
    assert title_of("ja") not in curator.get(f"{inspect}?region=47").content.decode()
    assert title_of("en") in curator.get(f"{inspect}?language=en").content.decode()
    assert client.get(f"/newsletter/{MONTH}/").status_code == 404, "not sent yet"
    send()
    (message,) = mail.outbox
    assert "お<b>薦め</b>です。" in message.body
    assert "お&lt;b&gt;薦め&lt;/b&gt;です。" in message.alternatives[0].content
    assert "お&lt;b&gt;薦め" in client.get(f"/newsletter/{MONTH}/").content.decode()

    edit = f"/admin/newsletter_issues/edit/{issue.pk}/"
    changed = curator.post(
        edit,
        {"month": MONTH, "word_ja": "別の言葉", "word_en": ""},
        headers={"Accept-Language": "en"},
    )
    assert "has been sent" in changed.content.decode()
    assert curator.post(f"/admin/newsletter_issues/delete/{issue.pk}/").status_code == 302
    issue.refresh_from_db()
    assert issue.word_ja.startswith("お<b>")


@pytest.mark.parametrize("month", ["2026-13", "last", "2026-1", "11-2026", "0000-05", "9999-12"])
def test_month_of_an_issue_must_be_one(curator: Client, month: str) -> None:
    response = curator.post("/admin/newsletter_issues/new/", {"month": month})
    assert response.status_code == 200
    assert not NewsletterIssue.objects.exists()


def test_region_staff_has_no_part_in_it(client_of: Callable[[str], Client], db: None) -> None:
    assert client_of("Translators").get("/admin/newsletter_issues/").status_code == 302


def test_dry_run_sends_and_stores_nothing(
    client: Client, news: None, capsys: pytest.CaptureFixture[str]
) -> None:
    subscribe(client)
    send(dry_run=True)
    assert "1 newsletters would be sent" in capsys.readouterr().out
    assert mail.outbox == []
    assert not NewsletterIssue.objects.exists()


@pytest.mark.parametrize(
    ("month", "words"),
    [
        ("2026-13", "Write it as 2026-11"),
        ("0000-05", "Write it as 2026-11"),
        ("2090-01", "not over yet"),
        ("2020-01", "was never sent"),
    ],
)
def test_command_says_what_is_wrong_with_the_month(news: None, month: str, words: str) -> None:
    with pytest.raises(CommandError, match=words):
        send(month=month)


def test_two_runs_at_once_are_refused(news: None) -> None:
    with only_one("newsletter"), pytest.raises(CommandError, match="Wait"):
        send()


def test_without_mail_there_is_an_archive_without_a_form(
    client: Client, news: None, settings: Any
) -> None:
    settings.MAIL_IS_SET_UP = False
    assert "alert-address" not in client.get("/newsletter/").content.decode()
    with pytest.raises(CommandError, match="EMAIL_URL"):
        send()
