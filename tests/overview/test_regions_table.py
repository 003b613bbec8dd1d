"""The table of all regions: its numbers are what the database holds, and who sees which."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from openpyxl import load_workbook
from wagtail.models import Page, TaskState

from casestudies.models import CasesFromPage, CaseStudyPage
from organisations.models import OrganisationPage
from programmes.deadlines import JAPAN
from regions.models import Region, RegionalPlatformPage
from tests.reviews.conftest import make_region
from users.rights import CURATORS, TRANSLATORS


@pytest.fixture
def curator(region: Region, member: Any, signed_in: Any) -> Client:
    return signed_in(member("curator", CURATORS))


@pytest.fixture
def editor(region: Region, member: Any, signed_in: Any) -> Client:
    return signed_in(member("editor", region.editors))


def rows(client: Client, **params: str) -> dict[str, dict[str, str]]:
    """The table as a file, by the names of the regions."""
    response = client.get(reverse("overview:regions"), {**params, "export": "csv"})
    assert response.status_code == 200
    lines = csv.reader(io.StringIO(response.content.decode("utf-8-sig")))
    head = next(lines)
    return {line[0]: dict(zip(head, line, strict=True)) for line in lines}


def draft_in(region: Region, title: str, **values: Any) -> CaseStudyPage:
    page = CaseStudyPage(title=title, slug=slugify(f"draft-{title}"), live=False, **values)
    region.cases_page.add_child(instance=page)
    page.save_revision()
    return page


def number_of(client: Client, name: str, column: str) -> int:
    return int(rows(client)[name][column])


def test_every_prefecture_has_a_row_with_or_without_a_platform(curator: Client) -> None:
    found = rows(curator)
    assert len(found) == 48
    assert next(iter(found)) == "北海道"
    assert list(found)[-1] == "どの地域にも属さないページ"
    covered = {
        code[:2]
        for code in RegionalPlatformPage.objects.values_list("areas__code", flat=True)
        if code and code[:1].isdigit()
    }
    with_platform = [row for row in found.values() if row["地域プラットフォーム"]]
    assert covered
    assert len(with_platform) >= len(covered)
    html = curator.get(reverse("overview:regions")).content.decode()
    assert "把握しているプラットフォームなし" in html


def test_numbers_are_those_of_the_database(curator: Client, region: Region, member: Any) -> None:
    before = rows(curator)["富山県"]
    draft_in(region, "begun")
    submitted = draft_in(region, "submitted")
    writer = member("writer", region.editors)
    submitted.get_workflow().start(submitted, writer)
    old = timezone.now() - datetime.timedelta(days=12)
    TaskState.objects.update(started_at=old)
    after = rows(curator)["富山県"]
    assert int(after["下書き"]) == int(before["下書き"]) + 1
    assert int(after["確認を待つもの"]) == int(before["確認を待つもの"]) + 1
    assert after["最長の待ち日数"] == "12"
    below = CaseStudyPage.objects.child_of(region.cases_page).filter(live=True, alias_of=None)
    assert int(after["公開中の事例"]) == below.count()
    never = below.filter(last_confirmed_at=None).exclude(status="ended").count()
    platform = RegionalPlatformPage.objects.get(pk=region.platform_id)
    never += platform.last_confirmed_at is None and platform.status_id != "ended"
    assert int(after["未確認"]) == never
    assert int(after["担当者数"]) == 1


@pytest.mark.parametrize(
    ("code", "row"), [("16", "富山県"), ("13", "東京都"), ("network", "どの地域にも属さないページ")]
)
def test_each_number_leads_to_a_list_of_that_length(
    curator: Client, region: Region, code: str, row: str
) -> None:
    for title in ("one", "two", "three"):
        draft_in(region, title)
    OrganisationPage.objects.update(last_confirmed_at=datetime.date(2020, 1, 1))
    found = rows(curator)[row]
    assert int(found["未確認"]) + int(found["確認から18か月超"])
    for name, label in [
        ("drafts", "下書き"),
        ("unconfirmed", "未確認"),
        ("stale", "確認から18か月超"),
    ]:
        address = reverse("overview:region", args=[code])
        response = curator.get(address, {"list": name, "export": "csv"})
        lines = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
        assert len(lines) - 1 == int(found[label]), name
        assert curator.get(address, {"list": name, "p": "2"}).status_code == 200


def test_the_sum_of_unconfirmed_cases_misses_none(curator: Client) -> None:
    """Cases stand in exactly one region each, or in none."""
    japanese = CaseStudyPage.objects.filter(live=True, locale__language_code="ja", alias_of=None)
    assert sum(int(row["公開中の事例"]) for row in rows(curator).values()) == japanese.count()


def test_people_of_a_region_see_their_own_alone(
    editor: Client, other_region: Region, region: Region
) -> None:
    draft_in(other_region, "secret")
    assert list(rows(editor)) == ["富山県"]
    html = editor.get(reverse("overview:regions")).content.decode()
    assert "群馬県" not in html
    assert editor.get(reverse("overview:region", args=["16"])).status_code == 200
    for code in ("10", "network", "99", "nonsense"):
        assert editor.get(reverse("overview:region", args=[code])).status_code == 404


def test_their_numbers_are_those_that_curators_see(
    curator: Client, editor: Client, region: Region
) -> None:
    draft_in(region, "begun")
    assert rows(editor)["富山県"] == rows(curator)["富山県"]


def test_translators_and_strangers_are_refused(
    region: Region, member: Any, signed_in: Any, client: Client
) -> None:
    translator = signed_in(member("translator", TRANSLATORS))
    for address in (reverse("overview:regions"), reverse("overview:region", args=["16"])):
        assert translator.get(address).status_code in {302, 403}
        assert client.get(address).status_code == 302


def test_filters(curator: Client, region: Region) -> None:
    draft_in(region, "begun")
    assert list(rows(curator, text="とやま")) == ["富山県"]
    assert list(rows(curator, text="toyama")) == ["富山県"]
    assert "富山県" in rows(curator, shown="drafts")
    assert all(int(row["下書き"]) for row in rows(curator, shown="drafts").values())
    assert "富山県" not in rows(curator, shown="alone") or not number_of(
        curator, "富山県", "担当者数"
    )
    drafts = [int(row["下書き"]) for row in rows(curator, sort="-drafts").values()]
    assert drafts == sorted(drafts, reverse=True)


@pytest.mark.parametrize(
    "params",
    [
        {"shown": "'; DROP TABLE", "sort": "nonsense"},
        {"sort": "-name"},
        {"sort": "--waiting", "export": "exe"},
        {"text": "あ" * 500},
        {"text": "\x00"},
    ],
)
def test_nonsense_in_the_address_chooses_nothing(curator: Client, params: dict[str, str]) -> None:
    response = curator.get(reverse("overview:regions"), params)
    assert response.status_code == 200
    assert "富山県" in response.content.decode()


def test_a_region_that_changes_nothing_is_silent(curator: Client, region: Region) -> None:
    assert "富山県" not in rows(curator, shown="silent")
    long_ago = timezone.now() - datetime.timedelta(days=200)
    Page.objects.update(latest_revision_created_at=long_ago, last_published_at=long_ago)
    assert list(rows(curator, shown="silent")) == ["富山県"]


def test_files_have_local_times_and_no_formulas(curator: Client, region: Region) -> None:
    moment = datetime.datetime(2031, 3, 1, 20, 30, tzinfo=datetime.UTC)
    page = draft_in(region, "=1+1")
    Page.objects.filter(pk=page.pk).update(latest_revision_created_at=moment)
    assert rows(curator)["富山県"]["最終更新"] == "2031-03-02 05:30:00"
    address = reverse("overview:region", args=["16"])
    response = curator.get(address, {"list": "drafts", "export": "csv"})
    assert "'=1+1" in response.content.decode()
    assert "2031-03-02 05:30:00" in response.content.decode()
    response = curator.get(address, {"list": "drafts", "export": "xlsx"})
    cells = [cell for line in load_workbook(io.BytesIO(response.content)).active for cell in line]
    assert any(cell.value == "=1+1" and cell.data_type == "s" for cell in cells)
    assert any(cell.value == moment.astimezone(JAPAN).replace(tzinfo=None) for cell in cells)


def test_the_dashboard_says_where_a_review_waits_longest(
    curator: Client, editor: Client, region: Region, member: Any
) -> None:
    said = "確認を長く待っている地域"
    home = reverse("wagtailadmin_home")
    assert said not in curator.get(home).content.decode()
    page = draft_in(region, "waits")
    page.get_workflow().start(page, member("writer", region.editors))
    TaskState.objects.update(started_at=timezone.now() - datetime.timedelta(days=12))
    html = curator.get(home).content.decode()
    assert said in html
    assert "最長12日" in html
    assert said not in editor.get(home).content.decode()
    board = curator.get(reverse("overview:region", args=["16"])).content.decode()
    assert "地域による確認" in board
    assert "Region check" not in board


def queries_of(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_the_number_of_queries_is_fixed(
    curator: Client, region: Region, count_own: Callable[[str], int]
) -> None:
    draft_in(region, "first")
    submitted = draft_in(region, "second")
    submitted.get_workflow().start(submitted, None)
    before = count_own("regions"), count_own("region")
    assert max(before) <= 55
    for code in ("10", "01", "27"):
        more = make_region(code)
        for number in range(3):
            draft_in(more, f"{code}-{number}")
    for number in range(3):
        page = draft_in(region, f"more-{number}")
        page.get_workflow().start(page, None)
    assert CasesFromPage.objects.count() > 0
    assert (count_own("regions"), count_own("region")) == before


@pytest.fixture
def count_own(curator: Client) -> Callable[[str], int]:
    """A function that counts the queries of a view."""

    def count(name: str) -> int:
        args = ["16"] if name == "region" else []
        return queries_of(curator, reverse(f"overview:{name}", args=args))

    return count
