"""Pages that editors pin to queries: when they are shown, to whom, and that hits stay the same."""

from __future__ import annotations

import datetime
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction, Site

from casestudies.models import CaseStudyPage
from home.models import StandardPage
from organisations.models import OrganisationPage
from search.language.analysis import name_key
from search.models import BestBet, BestBetPage
from search.query.search_query import SearchQuery
from search.results.answer import search


@pytest.fixture
def pin() -> Callable[..., BestBet]:
    """A function that pins pages to queries."""

    def make(queries: str, *pages: Page, **values: Any) -> BestBet:
        bet = BestBet(queries=queries, **values)
        bet.pinned_pages = [
            BestBetPage(page_id=page.pk, sort_order=number) for number, page in enumerate(pages)
        ]
        bet.save()
        return bet

    return make


@pytest.fixture
def about(site: Site) -> StandardPage:
    """A page in Japanese with a translation."""
    return StandardPage.objects.get(slug="about", locale__language_code="ja")


def shown(text: str, locale: str = "ja", **params: Any) -> list[str]:
    query = SearchQuery.from_params({"q": text, **params}, locale)
    return [page.title for page in search(query).best_bets]


@pytest.mark.parametrize(
    "typed",
    ["ボウサイ", "ﾎﾞｳｻｲ", "ぼうさい", " ボウ サイ ", "ﾎﾞｳ・ｻｲ"],
)
def test_width_script_and_spaces_make_no_difference(
    about: StandardPage, pin: Callable[..., BestBet], typed: str
) -> None:
    pin("ボウサイ\nＤｉｓａｓｔｅｒ  Plans", about)
    assert shown(typed) == [about.title]
    assert shown("disaster plan") == shown("DISASTER plans") == [about.title]
    assert shown("防災") == shown("ボウサイ 訓練") == []


def test_keys_tell_different_queries_apart() -> None:
    texts = ["防災", "ボウサイ", "bosai", "防災訓練", "人", "入"]
    assert len({name_key(text) for text in texts}) == len(texts)


def test_pages_stand_in_their_order_above_unchanged_hits(
    site: Site, about: StandardPage, pin: Callable[..., BestBet], client: Client
) -> None:
    before = search(SearchQuery(text="防災"))
    first = Page.objects.get(pk=before.hits[3].page_id)
    pin("防災", about, first)
    after = search(SearchQuery(text="防災"))
    assert [page.title for page in after.best_bets] == [about.title, first.title]
    assert (after.total, after.hits, after.facets) == (before.total, before.hits, before.facets)
    html = client.get("/search/", {"q": "防災"}).content.decode()
    assert "編集者のおすすめ" in html
    assert html.index("編集者のおすすめ") < html.index(about.title) < html.index('class="hits"')
    assert after.best_bets[0].summary == about.summary
    assert after.best_bets[0].summary in html


def test_not_with_filters_nor_on_later_pages(
    about: StandardPage, pin: Callable[..., BestBet]
) -> None:
    pin("防災", about)
    assert shown("防災", sort="newest") == [about.title]
    assert shown("防災", page="2") == []
    assert shown("防災", region="13") == []
    assert shown("") == []


def test_shown_without_hits_and_for_the_word_that_was_meant(
    about: StandardPage, pin: Callable[..., BestBet], client: Client
) -> None:
    pin("qwxzqwxz\n医療通訳", about)
    assert shown("qwxzqwxz") == [about.title]
    assert about.title in client.get("/search/", {"q": "qwxzqwxz"}).content.decode()
    assert shown("医療通約") == [about.title]


def test_language_end_and_switch(about: StandardPage, pin: Callable[..., BestBet]) -> None:
    today = timezone.localdate()
    day = datetime.timedelta(days=1)
    pin("両方", about)
    pin("日本語だけ", about, locale="ja")
    pin("英語だけ", about, locale="en")
    pin("今日まで", about, ends_on=today)
    pin("昨日まで", about, ends_on=today - day)
    off = pin("切", about, is_active=False)
    english = about.get_translations().get(locale__language_code="en").title
    assert (shown("両方"), shown("両方", "en")) == ([about.title], [english])
    assert (shown("日本語だけ"), shown("日本語だけ", "en")) == ([about.title], [])
    assert (shown("英語だけ"), shown("英語だけ", "en")) == ([], [english])
    assert (shown("今日まで"), shown("昨日まで"), shown("切")) == ([about.title], [], [])
    off.is_active = True
    off.save()
    assert shown("切") == [about.title]
    off.delete()
    assert shown("切") == []


def test_only_what_the_public_may_see(
    about: StandardPage, pin: Callable[..., BestBet], client: Client
) -> None:
    pin("qwxz", about)
    assert shown("qwxz") == [about.title]
    restriction = PageViewRestriction.objects.create(page=about, restriction_type="login")
    assert shown("qwxz") == shown("qwxz", "en")[:0] == []
    restriction.delete()
    assert shown("qwxz") == [about.title]
    about.unpublish()
    assert shown("qwxz") == shown("qwxz", "en") == []
    html = client.get("/search/", {"q": "qwxz"}).content.decode()
    assert "編集者のおすすめ" not in html
    Page.objects.get(pk=about.pk).delete()
    assert shown("qwxz") == []


def test_japanese_page_is_marked_for_english_readers(
    site: Site, pin: Callable[..., BestBet], client: Client
) -> None:
    alias = OrganisationPage.objects.live().exclude(alias_of=None).exclude(website="").first()
    assert alias is not None
    pin("qwxz", alias.alias_of)
    (page,) = search(SearchQuery(text="qwxz", locale="en")).best_bets
    assert page.language == "ja"
    assert page.url.startswith("/en/organisations/")
    assert client.get(page.url).status_code == 200
    assert "Editors’ picks" in client.get("/en/search/?q=qwxz").content.decode()


def test_json_and_command_line_show_them_too(
    about: StandardPage, pin: Callable[..., BestBet]
) -> None:
    pin("防災", about)
    out = io.StringIO()
    call_command("search_query", "防災", "--json", stdout=out)
    (page,) = json.loads(out.getvalue())["best_bets"]
    assert (page["page_id"], page["title"]) == (about.pk, about.title)
    out = io.StringIO()
    call_command("search_query", "防災", stdout=out)
    assert f"Recommended: {about.title}" in out.getvalue()


def test_one_query_more_and_another_for_summaries(
    about: StandardPage, pin: Callable[..., BestBet], client: Client
) -> None:
    def queries(text: str) -> int:
        client.get("/search/", {"q": text})
        with CaptureQueriesContext(connection) as captured:
            client.get("/search/", {"q": text})
        return len(captured)

    usual = queries("防災")
    organisation = OrganisationPage.objects.live().filter(alias_of=None).exclude(website="").first()
    case = CaseStudyPage.objects.live().filter(alias_of=None).first()
    bet = pin("介護 1", about, organisation, case)
    assert queries("防災") == usual
    bet.queries = "防災"
    bet.save()
    assert len(shown("防災")) == 3
    assert queries("防災") == usual + 1


# --- In the admin ---

NEW = "/admin/search/recommended/new/"


def bet_form(*pages: Page, **values: str) -> dict[str, Any]:
    """What the form sends."""
    return {
        "queries": "", "locale": "", "note": "", "is_active": "on", "ends_on": "",
        "pinned_pages-TOTAL_FORMS": str(len(pages)),
        "pinned_pages-INITIAL_FORMS": "0",
        "pinned_pages-MIN_NUM_FORMS": "1",
        "pinned_pages-MAX_NUM_FORMS": "5",
        **{f"pinned_pages-{n}-page": str(page.pk) for n, page in enumerate(pages)},
        **{f"pinned_pages-{n}-ORDER": str(n + 1) for n, _page in enumerate(pages)},
        **{f"pinned_pages-{n}-id": "" for n, _page in enumerate(pages)},
        **values,
    }  # fmt: skip


def test_curator_pins_a_page_and_readers_see_it(
    about: StandardPage, client: Client, client_of: Callable[[str], Client]
) -> None:
    curator = client_of("Curators")
    assert curator.get(NEW).status_code == 200
    chooser = curator.get(f"/admin/choose-page/{about.get_parent().pk}/")
    assert about.title in chooser.json()["html"], "the page chooser is open to curators"
    other = Page.objects.get(slug="contact", locale__language_code="ja")
    response = curator.post(NEW, bet_form(other, about, queries="困ったとき\nどこにきく"))
    assert response.status_code == 302
    titles = [p.title for p in client.get("/search/?q=どこにキク").context["results"].best_bets]
    assert titles == [other.title, about.title]
    bet = BestBet.objects.get(queries__startswith="困ったとき")
    edit = f"/admin/search/recommended/edit/{bet.pk}/"
    rows = {f"pinned_pages-{n}-id": str(p.pk) for n, p in enumerate(bet.pinned_pages.all())}
    changed = bet_form(other, about, queries="困ったとき", **rows) | {
        "pinned_pages-INITIAL_FORMS": "2",
        "pinned_pages-0-ORDER": "2",
        "pinned_pages-1-ORDER": "1",
    }
    assert curator.post(edit, changed).status_code == 302
    titles = [p.title for p in client.get("/search/?q=困ったとき").context["results"].best_bets]
    assert titles == [about.title, other.title]
    listing = curator.get("/admin/search/recommended/", {"q": "困っ"}).content.decode()
    assert about.title in listing
    assert curator.get("/admin/search/recommended/", {"q": "無い"}).status_code == 200
    curator.post(f"/admin/search/recommended/delete/{bet.pk}/")
    assert not client.get("/search/?q=困ったとき").context["results"].best_bets


@pytest.mark.parametrize(
    ("values", "pages", "told"),
    [
        ({"queries": ""}, 1, "queries"),
        ({"queries": "防災"}, 0, ""),
        ({"queries": "防災"}, 6, ""),
        ({"queries": "ボウサイ\nﾎﾞｳｻｲ"}, 1, "queries"),
        ({"queries": "！？"}, 1, "queries"),
        ({"queries": "あ" * 61}, 1, "queries"),
        ({"queries": "防災", "ends_on": "2020-01-01"}, 1, "ends_on"),
        ({"queries": "防災", "ends_on": "いつか"}, 1, "ends_on"),
        ({"queries": "防災", "locale": "fr"}, 1, "locale"),
    ],
)
def test_form_refuses(
    site: Site,
    client_of: Callable[[str], Client],
    values: dict[str, str],
    pages: int,
    told: str,
) -> None:
    some = list(Page.objects.live().filter(depth__gt=2)[:pages])
    before = BestBet.objects.count()
    response = client_of("Curators").post(NEW, bet_form(*some, **values))
    assert response.status_code == 200
    assert not told or told in response.context["form"].errors
    assert BestBet.objects.count() == before


def test_same_page_twice_is_refused(
    about: StandardPage, client_of: Callable[[str], Client]
) -> None:
    before = BestBet.objects.count()
    response = client_of("Curators").post(NEW, bet_form(about, about, queries="防災"))
    assert "二度" in str(response.context["form"].errors)
    assert BestBet.objects.count() == before


@pytest.mark.parametrize("group", ["Editors", "Moderators", "Curators"])
def test_only_curators_may(
    about: StandardPage,
    pin: Callable[..., BestBet],
    client_of: Callable[[str], Client],
    group: str,
) -> None:
    bet = pin("防災", about)
    client = client_of(group)
    may = group == "Curators"
    addresses = ["", "new/", f"edit/{bet.pk}/", f"delete/{bet.pk}/", f"history/{bet.pk}/"]
    for address in addresses:
        response = client.get(f"/admin/search/recommended/{address}")
        assert response.status_code == (200 if may else 302), address
    client.post(f"/admin/search/recommended/delete/{bet.pk}/")
    assert BestBet.objects.filter(pk=bet.pk).exists() != may
