"""What is coming: everything with a day to come, in local time, to those whom it concerns."""

from __future__ import annotations

import csv
import datetime
import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page

from casestudies.models import CaseStudyPage
from core.models import STALE_AFTER
from events.models import EventPage
from images.models import CustomImage
from programmes.models import FunderCall
from regions.models import Region
from tests.overview.test_regions_table import draft_in, queries_of
from users.rights import CURATORS

DAY = datetime.timedelta(days=1)


@pytest.fixture
def curator(region: Region, member: Any, signed_in: Any) -> Client:
    return signed_in(member("curator", CURATORS))


@pytest.fixture
def editor(region: Region, member: Any, signed_in: Any) -> Client:
    return signed_in(member("editor", region.editors))


def lines(client: Client, **params: str) -> list[list[str]]:
    response = client.get(reverse("overview:dates"), {**params, "export": "csv"})
    assert response.status_code == 200
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))[1:]


def event_in(region: Region, title: str, **values: Any) -> EventPage:
    event = EventPage(title=title, slug=f"event-{len(title)}", live=False, **values)
    region.platform.add_child(instance=event)
    return event


def funders_call(title: str, closes: str, **values: Any) -> FunderCall:
    return FunderCall.objects.create(
        title_ja=title, funder_ja="見本財団", closes=closes, url="https://example.org/call",
        sources="https://example.org/call", accessed="2026-11", **values,
    )  # fmt: skip


def test_every_kind_is_there(curator: Client, region: Region) -> None:
    today = timezone.localdate()
    # Late in the evening of UTC is the next morning in Japan.
    late = (timezone.now() + 40 * DAY).replace(hour=20, minute=30, second=0, microsecond=0)
    local = f"{timezone.localtime(late):%Y-%m-%d} 05:30:00"
    scheduled = draft_in(region, "scheduled")
    revision = scheduled.save_revision()
    revision.approved_go_live_at = late
    revision.save()
    case = CaseStudyPage.objects.child_of(region.cases_page).filter(live=True).first()
    Page.objects.filter(pk=case.pk).update(expire_at=late)
    confirmed = today + 30 * DAY - STALE_AFTER
    CaseStudyPage.objects.filter(pk=case.pk).update(last_confirmed_at=confirmed)
    event_in(region, "集い", starts_on=str(today + 5 * DAY), join_until=today + 2 * DAY)
    funders_call("公募の例", str(today + 9 * DAY), closes_at=datetime.time(17, 0))
    CustomImage.objects.create(
        title="写真", file=get_test_image_file(), permission_until=today + 3 * DAY
    )
    found = {(line[1], line[2]): line for line in lines(curator)}
    assert found["公開予定", "scheduled"][0] == local
    assert found["公開終了", case.title][0] == local
    assert found["確認の期限", case.title][0] == str(today + 30 * DAY)
    assert found["イベント", "集い"][0] == str(today + 5 * DAY)
    assert found["締切", "集い"][0] == str(today + 2 * DAY)
    assert found["締切", "公募の例"][0] == f"{today + 9 * DAY} 17:00:00"
    assert [line for line in found.values() if line[1] == "画像の使用期限"]
    assert found["公開予定", "scheduled"][3] == "富山県"
    days = [line[0][:10] for line in found.values()]
    assert days == sorted(days)
    html = curator.get(reverse("overview:dates")).content.decode()
    assert "公募の例" in html
    assert "17:00" in html


def test_what_is_over_or_cancelled_is_left_out(curator: Client, region: Region) -> None:
    today = timezone.localdate()
    event_in(region, "昨日の集い", starts_on=str(today - 2 * DAY))
    event_in(region, "取りやめた集い", starts_on=str(today + DAY), status="cancelled")
    funders_call("終わった公募", str(today - DAY))
    funders_call("遠い公募", str(today + 900 * DAY))
    titles = {line[2] for line in lines(curator)}
    assert not titles & {"昨日の集い", "取りやめた集い", "終わった公募", "遠い公募"}


def test_a_month_is_not_made_a_day(curator: Client) -> None:
    month = timezone.localdate() + 62 * DAY
    funders_call("月だけの公募", f"{month:%Y-%m}")
    found = next(line for line in lines(curator) if line[2] == "月だけの公募")
    assert found[0] == f"{month:%Y-%m}"
    assert "日は未定" in curator.get(reverse("overview:dates")).content.decode()


def test_people_of_a_region_see_their_own_and_the_calls(
    editor: Client, region: Region, other_region: Region
) -> None:
    today = timezone.localdate()
    event_in(region, "こちらの集い", starts_on=str(today + DAY))
    event_in(other_region, "あちらの集い", starts_on=str(today + DAY))
    funders_call("公募の例", str(today + 9 * DAY))
    found = {line[2]: line for line in lines(editor)}
    assert {"こちらの集い", "公募の例"} <= set(found)
    assert "あちらの集い" not in found
    assert found["公募の例"][5] == "https://example.org/call"
    assert {line[3] for line in found.values()} <= {"富山県", "全国"}


def test_filters_and_nonsense(curator: Client, region: Region) -> None:
    today = timezone.localdate()
    event_in(region, "集い", starts_on=str(today + DAY))
    funders_call("公募の例", str(today + 9 * DAY))
    assert {line[1] for line in lines(curator, kind="event")} == {"イベント"}
    assert {line[3] for line in lines(curator, region="16")} == {"富山県"}
    assert "公募の例" in {line[2] for line in lines(curator, region="network")}
    everything = lines(curator)
    assert lines(curator, kind="nonsense", region="99", p="-1") == everything
    html = curator.get(reverse("overview:dates"), {"kind": "nonsense", "p": "x"}).content.decode()
    assert "error-message" in html


def test_titles_are_no_formulas_in_files(curator: Client) -> None:
    funders_call("=1+1", str(timezone.localdate() + DAY))
    assert "'=1+1" in {line[2] for line in lines(curator)}


def test_the_number_of_queries_is_fixed(curator: Client, region: Region) -> None:
    address = reverse("overview:dates")
    today = timezone.localdate()
    event_in(region, "集い", starts_on=str(today + DAY))
    draft_in(region, "one")
    before = queries_of(curator, address)
    for number in range(4):
        event_in(region, "集い" + "い" * (number + 1), starts_on=str(today + DAY))
        page = draft_in(region, f"more-{number}")
        revision = page.save_revision()
        revision.approved_go_live_at = timezone.now() + DAY
        revision.save()
        funders_call(f"公募{number}", str(today + DAY))
    assert queries_of(curator, address) == before
