"""The editor's preview panel and content checks, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from playwright.sync_api import expect

from casestudies.models import CasesFromPage, CaseStudyPage
from tests.browser.conftest import Visit, begin_session
from users.grants import grant_network_rights
from users.roles import CURATORS

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def curator(
    live_site: str,
    transactional_db: None,
    django_user_model: Any,
    visit: Callable[..., Visit],
) -> Visit:
    """A curator who has signed in."""
    grant_network_rights()
    user = django_user_model.objects.create_user(
        username="curator", email="curator@example.org", password="pass-curator"
    )
    user.groups.add(Group.objects.get(name=CURATORS))
    opened = visit("ja")
    begin_session(opened.page, opened.site, "curator")
    return opened


@pytest.mark.parametrize("state", ["saved", "unsaved"])
def test_a_case_is_shown_and_checked_beside_its_form(curator: Visit, state: str) -> None:
    page = curator.page
    if state == "saved":
        case = CaseStudyPage.objects.live().filter(alias_of=None).first()
        assert case is not None
        curator.go(f"/admin/pages/{case.pk}/edit/")
        title = case.title
    else:
        parent = CasesFromPage.objects.filter(alias_of=None).first()
        assert parent is not None
        curator.go(f"/admin/pages/add/casestudies/casestudypage/{parent.pk}/")
        title = "通訳と開く防災ひろば"
        page.fill("input[name=title]", title)

    page.get_by_role("button", name="プレビューを開閉").click()
    frame = page.frame_locator("#w-preview-iframe")
    expect(frame.locator("h1")).to_contain_text(title)

    page.get_by_role("button", name="チェックを開閉").click()
    words = page.locator("[data-content-word-count]")
    expect(words).not_to_have_text("-")
