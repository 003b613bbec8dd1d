"""Searches to look at, in the admin: which are listed, what can be done, and who may."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Site

from search.models import BestBet, LexiconEntry, QueryLog

REPORT = "/admin/search/queries/"
DECIDE = "/admin/search/queries/decide/"


@pytest.fixture
def curator(client_of: Callable[[str], Client]) -> Client:
    return client_of("Curators")


@pytest.fixture
def logged(db: None) -> Callable[..., QueryLog]:
    """A function that counts a search as if it had been asked so many days ago."""

    def log(text: str, days_ago: int = 0, **values: Any) -> QueryLog:
        day = timezone.localdate() - datetime.timedelta(days_ago)
        return QueryLog.objects.create(
            **{"day": day, "locale": "ja", "text": text, "rung": "none", "hits": 0, **values}
        )

    return log


def listed(client: Client, **params: str) -> list[str]:
    return [row["text"] for row in client.get(REPORT, params).context["object_list"]]


def test_texts_without_hits_or_with_few_clicks_are_listed(
    curator: Client, logged: Callable[..., QueryLog]
) -> None:
    logged("無い", times=7)
    logged("一度だけ無い")
    logged("開かれない", times=10, clicks=1, hits=9, rung="phrase")
    logged("よく開かれる", times=10, clicks=2, hits=9, rung="phrase")
    logged("まだ少ない", times=4, hits=9, rung="phrase")
    assert listed(curator) == ["開かれない", "無い", "一度だけ無い"]
    assert listed(curator, show="none") == ["無い", "一度だけ無い"]
    assert listed(curator, show="few") == ["開かれない"]
    assert listed(curator, show="all") == [
        "よく開かれる", "開かれない", "無い", "まだ少ない", "一度だけ無い",
    ]  # fmt: skip


def test_words_that_one_person_may_have_asked_are_not_shown(
    curator: Client, logged: Callable[..., QueryLog]
) -> None:
    logged("一回", hits=3, rung="phrase")
    logged("二回", times=2, hits=3, rung="phrase")
    logged("三回", times=3, hits=3, rung="phrase")
    logged("二日", hits=3, rung="phrase")
    logged("二日", 5, hits=3, rung="phrase")
    assert sorted(listed(curator, show="all")) == ["三回", "二日"]
    assert "一回" not in curator.get(REPORT, {"show": "all"}).content.decode()


def test_days_are_added_up_and_the_last_one_tells_how_it_is_now(
    curator: Client, logged: Callable[..., QueryLog]
) -> None:
    logged("介護", 40, times=3)
    logged("介護", 2, times=2, clicks=1, hits=8, rung="words")
    logged("介護", 2, locale="en", times=5)
    ja, en = sorted(
        curator.get(REPORT, {"show": "all"}).context["object_list"], key=lambda r: -r["last_hits"]
    )
    assert (ja["asked"], ja["opened"], ja["share"], ja["last_hits"], ja["last_rung"]) == (
        5, 1, 20, 8, "words",
    )  # fmt: skip
    assert ja["last_day"] == timezone.localdate() - datetime.timedelta(2)
    assert (en["locale"], en["asked"]) == ("en", 5)
    assert listed(curator) == ["介護"], "it has hits now in Japanese"
    assert listed(curator, locale="ja", show="none") == []
    assert listed(curator, days="7", locale="ja", show="all") == []
    assert listed(curator, days="30", locale="en") == ["介護"]


def test_done_leaves_until_it_is_asked_again_and_ignored_stays_away(
    curator: Client, logged: Callable[..., QueryLog]
) -> None:
    logged("済", 3)
    logged("無視", 3)

    def decide(text: str, decision: str) -> Any:
        return curator.post(
            DECIDE, {"text": text, "locale": "ja", "decision": decision, "next": f"{REPORT}?days=7"}
        )

    assert decide("済", "done").url == f"{REPORT}?days=7"
    decide("無視", "ignored")
    assert listed(curator) == []
    assert listed(curator, decision="done") == ["済"]
    assert listed(curator, decision="ignored") == ["無視"]
    logged("済")
    logged("無視")
    assert listed(curator) == ["済"]
    decide("無視", "")
    assert sorted(listed(curator)) == ["済", "無視"]


def test_decision_checks_what_it_gets(curator: Client, logged: Callable[..., QueryLog]) -> None:
    logged("済")
    assert curator.get(DECIDE).status_code == 405
    assert curator.post(DECIDE, {"text": "済", "locale": "ja", "decision": "x"}).status_code == 400
    assert curator.post(DECIDE, {"text": "無い", "decision": "done"}).status_code == 302
    response = curator.post(
        DECIDE,
        {"text": "済", "locale": "ja", "decision": "done", "next": "https://example.org/"},
    )
    assert response.url == REPORT


def test_from_a_search_without_hits_to_one_with_hits(
    site: Site, client: Client, curator: Client
) -> None:
    asked = {"q": "ニホンゴのまなびや"}
    assert client.get("/search/", asked).context["results"].rung != "phrase"
    QueryLog.objects.update(hits=0, rung="none")
    html = curator.get(REPORT).content.decode()
    assert "ニホンゴのまなびや" in html
    add = "/admin/search/lexicon/new/?word=%E3%83%8B%E3%83%9B%E3%83%B3%E3%82%B4"
    assert add in html
    start = html.index(add)
    address = html[start : html.index('"', start)]
    form = curator.get(address).context["form"]
    assert form.initial["label_ja"] == "ニホンゴのまなびや"
    curator.post(
        address,
        {"label_ja": form.initial["label_ja"], "alternatives": "日本語教室", "label_en": "",
         "kana": "", "kind": "concept", "status": "active"},
    )  # fmt: skip
    assert LexiconEntry.objects.filter(label_ja="ニホンゴのまなびや").exists()
    results = client.get("/search/", asked).context["results"]
    assert (results.rung, results.total > 5) == ("phrase", True)
    assert "ニホンゴのまなびや" not in listed(curator), "now it has hits"


def test_page_is_pinned_from_the_report(site: Site, curator: Client) -> None:
    pinned = BestBet.objects.count()
    QueryLog.objects.create(
        day=timezone.localdate(), locale="en", text="who to ask", rung="none", hits=0
    )
    html = curator.get(REPORT).content.decode()
    address = "/admin/search/recommended/new/?queries=who+to+ask&amp;locale=en"
    assert address in html
    initial = curator.get(address.replace("&amp;", "&")).context["form"].initial
    assert (initial["queries"], initial["locale"]) == ("who to ask", "en")
    assert BestBet.objects.count() == pinned


def test_hostile_text_is_shown_as_text(curator: Client, logged: Callable[..., QueryLog]) -> None:
    logged("<script>alert(1)</script>")
    logged("=cmd|' /c calc'!a1")
    assert "<script>alert" not in curator.get(REPORT).content.decode()
    text = b"".join(curator.get(REPORT, {"export": "csv"}).streaming_content).decode("utf-8-sig")
    assert "'=cmd" in text


def test_export_opens_in_excel(curator: Client, logged: Callable[..., QueryLog]) -> None:
    logged("開かれない", times=10, clicks=1, hits=9, rung="contains")
    response = curator.get(REPORT, {"export": "csv", "show": "few"})
    content = b"".join(response.streaming_content)
    assert content.startswith(b"\xef\xbb\xbf")
    heading, row = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert heading[:3] == ["検索した言葉", "言語", "検索回数"]
    assert row[:7] == ["開かれない", "日本語", "10", "1", "10", "9", "言葉の一部"]
    assert curator.get(REPORT, {"export": "xlsx"}).status_code == 200


def test_report_needs_the_same_queries_for_many_rows(
    curator: Client, logged: Callable[..., QueryLog]
) -> None:
    def queries() -> int:
        curator.get(REPORT)
        with CaptureQueriesContext(connection) as captured:
            curator.get(REPORT)
        return len(captured)

    logged("一")
    before = queries()
    for number in range(30):
        logged(f"無い{number}")
    assert queries() == before
    assert len(listed(curator)) == 31
    assert curator.get(f"{REPORT}results/").status_code == 200


@pytest.mark.parametrize("group", ["Editors", "Moderators", "Curators"])
def test_only_curators_may(
    logged: Callable[..., QueryLog], client_of: Callable[[str], Client], group: str
) -> None:
    logged("済")
    client = client_of(group)
    may = group == "Curators"
    for url in [REPORT, f"{REPORT}results/", f"{REPORT}?export=csv"]:
        assert client.get(url).status_code == (200 if may else 302)
    client.post(DECIDE, {"text": "済", "locale": "ja", "decision": "done"})
    assert QueryLog.objects.filter(decision="done").exists() == may
    assert (REPORT in client.get("/admin/").content.decode()) == may


def test_who_may_only_look_sees_no_buttons(
    logged: Callable[..., QueryLog], client_of: Callable[[str], Client]
) -> None:
    Group.objects.get(name="Moderators").permissions.add(
        Permission.objects.get(codename="view_querylog")
    )
    logged("済")
    client = client_of("Moderators")
    html = client.get(REPORT).content.decode()
    assert "済" in html
    assert DECIDE not in html
    assert "/admin/search/lexicon/new/" not in html
    assert client.post(DECIDE, {"text": "済", "locale": "ja", "decision": "done"}).url == "/admin/"
    assert not QueryLog.objects.filter(decision="done").exists()


def test_rights_can_be_given_to_other_groups(admin_client: Client, site: Site) -> None:
    group = Group.objects.get(name="Curators")
    html = admin_client.get(f"/admin/groups/edit/{group.pk}/").content.decode()
    for codename in ["view_querylog", "change_querylog", "add_lexiconentry", "change_bestbet"]:
        permission = Permission.objects.get(codename=codename)
        assert f'value="{permission.pk}"' in html, codename
