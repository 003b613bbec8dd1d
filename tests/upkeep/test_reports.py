"""Reports of what needs somebody's eyes, as seen by curators and by people of a region."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from wagtail.models import GroupPagePermission, Page, Site

from casestudies.models import CasesFromPage, CaseSource, CaseStudyPage
from organisations.models import OrganisationIndexPage, OrganisationPage
from upkeep.models import LinkCheck

REPORTS = [
    "confirmations", "stale_pages", "incomplete_pages", "broken_links", "orphaned_organisations",
    "content_check",
]  # fmt: skip


@pytest.fixture
def somebody(django_user_model: Any) -> Callable[..., Client]:
    """A function that signs somebody in who may change the pages below some page, or none."""

    def sign_in(name: str, below: Page | None) -> Client:
        group = Group.objects.create(name=f"group of {name}")
        group.permissions.add(Permission.objects.get(codename="access_admin"))
        if below is not None:
            permission = Permission.objects.get(codename="change_page")
            GroupPagePermission.objects.create(group=group, page=below, permission=permission)
        user = django_user_model.objects.create_user(name)
        user.groups.add(group)
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def case(site: Site) -> CaseStudyPage:
    found = CaseStudyPage.objects.live().filter(locale__language_code="ja", alias_of=None)
    page = found.first()
    assert page is not None
    return page


@pytest.fixture
def here(case: CaseStudyPage, somebody: Callable[..., Client]) -> Client:
    """An editor of the case's region."""
    return somebody("here", case.get_parent())


@pytest.fixture
def there(case: CaseStudyPage, somebody: Callable[..., Client]) -> Client:
    """An editor of another region."""
    others = CasesFromPage.objects.filter(locale=case.locale, alias_of=None)
    return somebody("there", others.exclude(pk=case.get_parent().pk).first())


@pytest.fixture
def curator(case: CaseStudyPage, somebody: Callable[..., Client]) -> Client:
    return somebody("curator", Page.get_first_root_node())


def shown(client: Client, report: str, **params: str) -> str:
    response = client.get(reverse(f"{report}:index"), params)
    assert response.status_code == 200
    return str(response.content.decode())


def rows_of(client: Client, report: str, **params: str) -> list[list[str]]:
    """The report as an Excel file, without its head."""
    response = client.get(reverse(f"{report}:index"), {**params, "export": "xlsx"})
    sheet = load_workbook(BytesIO(b"".join(response.streaming_content))).active
    return [[str(value or "") for value in row] for row in sheet.iter_rows(values_only=True)][1:]


def titles(client: Client, report: str, **params: str) -> set[str]:
    return {row[0] for row in rows_of(client, report, **params)}


@pytest.mark.parametrize("report", REPORTS)
def test_reports_are_for_editors_alone(
    case: CaseStudyPage, somebody: Callable[..., Client], here: Client, report: str
) -> None:
    address = reverse(f"{report}:index")
    assert Client().get(address).status_code == 302
    assert somebody("nobody", None).get(address).status_code == 302
    assert shown(here, report)
    csv = here.get(address, {"export": "csv"})
    assert b"".join(csv.streaming_content).startswith(b"\xef\xbb\xbf")
    results = here.get(reverse(f"{report}:index_results"))
    assert results.status_code == 200


def test_stale_pages_by_time_desk_and_kind(
    case: CaseStudyPage, here: Client, there: Client, curator: Client
) -> None:
    today = timezone.localdate()
    assert case.title in titles(here, "stale_pages", confirmed="never")
    assert case.title not in titles(there, "stale_pages")
    for days, is_listed in [(549, True), (547, False)]:
        day = today - datetime.timedelta(days=days)
        CaseStudyPage.objects.filter(pk=case.pk).update(last_confirmed_at=day)
        assert (case.title in titles(here, "stale_pages", confirmed="old")) is is_listed
    CaseStudyPage.objects.filter(pk=case.pk).update(
        last_confirmed_at=None, desk_email="desk@city.example.jp"
    )
    assert titles(here, "stale_pages", desk="yes") == {case.title}
    assert case.title not in titles(here, "stale_pages", desk="no")
    assert case.title not in titles(curator, "stale_pages", kind="organisationpage")
    assert len(titles(curator, "stale_pages")) > len(titles(here, "stale_pages"))
    CaseStudyPage.objects.filter(pk=case.pk).update(title="=1+1")
    assert "=1+1" in titles(here, "stale_pages")
    assert "=1+1" in shown(here, "stale_pages", desk="yes")


def test_pages_without_grade_or_source(case: CaseStudyPage, here: Client, there: Client) -> None:
    assert case.title not in titles(here, "incomplete_pages")
    CaseStudyPage.objects.filter(pk=case.pk).update(evidence_grade=None)
    assert case.title in titles(here, "incomplete_pages", missing="grade")
    assert case.title not in titles(here, "incomplete_pages", missing="source")
    CaseSource.objects.filter(page=case).delete()
    assert case.title in titles(here, "incomplete_pages", missing="source")
    (row,) = [row for row in rows_of(here, "incomplete_pages") if row[0] == case.title]
    assert row[2] == "出典、根拠の水準"
    assert case.title not in titles(there, "incomplete_pages")


def test_broken_links_name_the_page_and_leave_refusals_aside(
    case: CaseStudyPage, here: Client, there: Client
) -> None:
    source = case.sources.exclude(url="").first()
    now = timezone.now()
    checked = LinkCheck.objects.create(
        url=source.url, checked_at=now, failing_since=now, problem="gone", status=404, failures=1
    )
    (row,) = rows_of(here, "broken_links")
    assert row[:2] == [case.title, source.url]
    assert row[3] == "404"
    assert source.url in shown(here, "broken_links")
    assert not rows_of(there, "broken_links")
    LinkCheck.objects.filter(pk=checked.pk).update(problem="refused")
    assert not rows_of(here, "broken_links")
    assert rows_of(here, "broken_links", problem="refused")


def test_organisation_that_nothing_leads_to(case: CaseStudyPage, curator: Client) -> None:
    index = OrganisationIndexPage.objects.get(locale=case.locale)
    alone = OrganisationPage(title="だれともつながらない会", slug="alone", locale=case.locale)
    index.add_child(instance=alone)
    alone.save_revision().publish()
    named = case.actors.exclude(organisation=None).first()
    if named is not None:
        assert named.organisation.title not in titles(curator, "orphaned_organisations")
    assert alone.title in titles(curator, "orphaned_organisations")
    case.actors.add(case.actors.model(page=case, organisation=alone, part="partner"))
    case.save_revision().publish()
    assert alone.title not in titles(curator, "orphaned_organisations")
