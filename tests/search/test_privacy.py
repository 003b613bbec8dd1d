"""Pages that are not public appear nowhere: at any address of the search, in any moment.

Each way of hiding a page is tried before the index knows of it, and after.
"""

from __future__ import annotations

import datetime
import io
import json
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from alerts.models import Alert
from alerts.services import note_pages
from casestudies.models import CaseStudyPage
from home.models import HomePage, StandardPage
from search.engines.base import Engine
from search.index.outbox import deliver
from search.query.search_query import SearchQuery
from search.results.answer import search
from search.results.suggestions import suggest

SECRET = "ひみつの集い"
ADDRESSES = [
    "/search/?q={q}",
    "/search/?q=&sort=newest",
    "/en/search/?q={q}",
    "/search/suggest/?q={q}",
    "/search/suggest/?q=himitsu",
    "/search/suggest/?format=opensearch&q={q}",
    "/search/export/?format=csv&q={q}",
    "/search/export/?format=csv",
    "/search/export/?format=jsonl",
    "/search/export/?format=bibtex",
    "/search/feed/?q={q}",
    "/search/feed/",
    "/api/v1/search?q={q}",
    "/api/v1/search",
    "/sitemap.xml",
]


def unpublish(page: Page) -> None:
    page.unpublish()


def expire(page: Page) -> None:
    page.expire_at = timezone.now() - datetime.timedelta(minutes=1)
    page.save(update_fields=["expire_at"])
    call_command("publish_scheduled", verbosity=0)


def delete(page: Page) -> None:
    page.delete()


def ask_for_a_password(page: Page) -> None:
    PageViewRestriction.objects.create(page=page, restriction_type="password", password="x")


def ask_for_a_login(page: Page) -> None:
    PageViewRestriction.objects.create(page=page, restriction_type="login")


def make_its_parent_private(page: Page) -> None:
    PageViewRestriction.objects.create(page=page.get_parent(), restriction_type="login")


def move_into_a_private_place(page: Page) -> None:
    home = HomePage.objects.get(locale__language_code="ja")
    private = StandardPage(title="内部", slug="inside", locale=home.locale)
    home.add_child(instance=private)
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    page.move(private, pos="last-child")


HIDING = [unpublish, expire, delete, ask_for_a_password, ask_for_a_login, make_its_parent_private,
          move_into_a_private_place]  # fmt: skip


def everything(client: Client) -> str:
    """What all addresses say, without the words of the query itself."""
    said = []
    for address in ADDRESSES:
        response = client.get(address.format(q=SECRET))
        assert response.status_code == 200, address
        content = response.getvalue() if response.streaming else response.content
        text = content.decode()
        said.append(f"{address}\n{text}")
    book = client.get(f"/search/export/?format=xlsx&q={SECRET}").getvalue()
    for sheet in openpyxl.load_workbook(io.BytesIO(book)).worksheets[:1]:
        said += [str(row) for row in sheet.iter_rows(values_only=True)]
    return "\n".join(said)


def totals() -> tuple[int, dict[str, int]]:
    """Number of all hits, and counts by kind."""
    results = search(SearchQuery())
    return results.total, results.counts("kind")


@pytest.fixture
def secret(index: Engine, add_page: Callable[..., StandardPage]) -> StandardPage:
    """A page below another, both public and in the index; its address has no word of its title."""
    above = add_page("おもて", "front")
    page = add_page(SECRET, "page-zq", parent=above)
    deliver(index)
    return page


def assert_shown(client: Client) -> None:
    """Otherwise the test would see nothing."""
    said = everything(client)
    assert said.count("page-zq") >= 12


def assert_hidden(client: Client, before: tuple[int, dict[str, int]]) -> None:
    said = everything(client)
    assert "page-zq" not in said
    hits = json.loads(client.get(f"/api/v1/search?q={SECRET}").content)["hits"]
    assert all(hit["title"] != SECRET for hit in hits)
    assert not [
        item.label
        for group in suggest("ひみつ", "ja", "/search/")
        for item in group.items
        if SECRET in item.label
    ]
    total, counts = totals()
    assert total < before[0]
    assert counts.get("page", 0) < before[1]["page"]
    results = search(SearchQuery(text=f'"{SECRET}"'))
    assert results.total == 0
    assert not any(results.counts(name) for name in ["kind", "period"])


@pytest.mark.parametrize("hide", HIDING, ids=lambda hide: hide.__name__)
def test_hidden_page_appears_nowhere(
    client: Client, index: Engine, secret: StandardPage, hide: Callable[[Page], None]
) -> None:
    assert_shown(client)
    before = totals()
    hide(Page.objects.get(pk=secret.pk).specific)
    assert_hidden(client, before)
    deliver(index)
    assert_hidden(client, before)


def test_draft_appears_nowhere(client: Client, index: Engine, home: HomePage) -> None:
    page = StandardPage(title=SECRET, slug="page-zq", locale=home.locale, live=False)
    HomePage.objects.get(pk=home.pk).add_child(instance=page)
    page.save_revision()
    assert "page-zq" not in everything(client)
    deliver(index)
    assert "page-zq" not in everything(client)


def test_draft_of_a_public_page_changes_nothing(
    client: Client, index: Engine, secret: StandardPage
) -> None:
    secret.title = "下書きの題名"
    secret.save_revision()
    deliver(index)
    said = everything(client)
    assert "下書きの題名" not in said
    assert "page-zq" in said


@pytest.mark.parametrize("is_delivered", [False, True])
@pytest.mark.parametrize("hide", HIDING, ids=lambda hide: hide.__name__)
def test_hidden_page_is_in_no_alert(
    client: Client, index: Engine, secret: StandardPage, settings: Any, tmp_path: Any,
    hide: Callable[[Page], None], is_delivered: bool, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    settings.DATA_DIR = tmp_path
    long_ago = timezone.now() - datetime.timedelta(days=9)
    Alert.objects.create(
        address="a@example.org", locale="ja", asked_at=long_ago, confirmed_at=long_ago,
        sent_at=long_ago,
    )  # fmt: skip
    note_pages()
    hide(Page.objects.get(pk=secret.pk).specific)
    if not is_delivered:
        monkeypatch.setattr("alerts.services.deliver", lambda engine: 0)
    call_command("alerts_send", no_progress=True, verbosity=0)
    assert "page-zq" not in "".join(message.body for message in mail.outbox)


# --- Cases, in the loaded site ----------------------------------------------------------------

CASE = "soja-foreign-disaster-leaders"


def cases_everywhere(client: Client) -> str:
    """What lists of cases say: API, feeds, pages of places, the search."""
    addresses = [
        "/api/v1/cases?region=33&per_page=100",
        f"/api/v1/cases/{CASE}",
        "/api/v1/search?q=外国人防災リーダー&per_page=50",
        "/search/export/?format=csv&q=外国人防災リーダー",
        "/search/feed/?region=33",
        "/feeds/cases.atom",
        "/areas/33/",
    ]
    said = []
    for address in addresses:
        response = client.get(address)
        content = response.getvalue() if response.streaming else response.content
        said.append(content.decode())
    return "\n".join(said)


@pytest.mark.parametrize("hide", [unpublish, ask_for_a_login], ids=lambda hide: hide.__name__)
def test_hidden_case_is_in_no_answer_of_the_api(
    own_index: Engine, client: Client, hide: Callable[[Page], None]
) -> None:
    assert cases_everywhere(client).count(f"/{CASE}") >= 5
    case = CaseStudyPage.objects.get(slug=CASE, locale__language_code="ja")
    for page in [case, *case.get_translations()]:
        hide(page)
    for moment in ["before the index knows", "after"]:
        said = cases_everywhere(client).replace(f"“{CASE}”", "").replace(f"「{CASE}」", "")
        assert CASE not in said, moment
        deliver(own_index)


def test_cases_like_it_do_not_name_a_hidden_case(own_index: Engine, client: Client) -> None:
    pages = [
        f"/cases/{case.get_parent().slug}/{case.slug}/"
        for case in CaseStudyPage.objects.live().filter(
            themes__code="2-3", locale__language_code="ja"
        )
    ][:10]
    naming = [address for address in pages if f"/{CASE}/" in client.get(address).content.decode()]
    assert naming
    case = CaseStudyPage.objects.get(slug=CASE, locale__language_code="ja")
    for page in [case, *case.get_translations()]:
        page.unpublish()
    for address in naming:
        if CASE not in address:
            assert f"/{CASE}/" not in client.get(address).content.decode()
