"""What is typed stays: lost session, cut network, double click, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from casestudies.models import CaseStudyPage
from proposals.models import Proposal
from regions.models import Area, Region
from regions.services import provision_region
from reviews.models import ReviewTaskState
from reviews.services import prepare_workflows
from tests.browser.conftest import Visit, begin_session, sign_in, wait_until
from users.grants import grant_network_rights

pytestmark = pytest.mark.django_db(transaction=True)

TITLE = "通訳と開く防災ひろば"
NOTHING_KEPT = "Object.keys(localStorage).every((key) => !key.startsWith('kept-text'))"


@pytest.fixture
def region(live_site: str, transactional_db: None, django_user_model: Any) -> Region:
    """A region on board, with an editor and a publisher."""
    prepare_workflows()
    grant_network_rights()
    region = provision_region(area=Area.objects.get(pk="16"))
    for name, group in [("editor", region.editors), ("publisher", region.publishers)]:
        user = django_user_model.objects.create_user(
            username=name, email=f"{name}@example.org", password=f"pass-{name}"
        )
        user.groups.add(group)
    return region


@pytest.fixture
def page(region: Region, visit: Callable[..., Visit]) -> Page:
    """The form of a new case in which a title was written and saved by itself."""
    opened = visit("ja")
    page = opened.page
    begin_session(page, opened.site, "editor")
    opened.go(f"/admin/pages/add/casestudies/casestudypage/{region.cases_page.pk}/")
    page.locator("input[name=title]").press_sequentially(TITLE)
    page.wait_for_url("**/edit/**")
    wait_until(page, NOTHING_KEPT)
    yield page
    opened.complaints[:] = [text for text in opened.complaints if not _is_expected(text)]


def _is_expected(complaint: str) -> bool:
    """Whether this is what a cut network or a lost session looks like."""
    words = ["ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "403", "Failed to fetch", "kept-text"]
    return any(word in complaint for word in words)


def summary_of(page: Page) -> str:
    number = page.url.rstrip("/").split("/")[-2]
    return str(CaseStudyPage.objects.get(pk=number).get_latest_revision_as_object().summary)


def test_a_title_is_enough_and_gets_its_address(page: Page) -> None:
    expect(page.locator("input[name=slug]")).to_have_value("tsuyaku-to-hiraku-bosai-hiroba")


def test_a_lost_session_and_a_cut_network_are_survived(page: Page) -> None:
    site = page.url.split("/admin/")[0]
    problem = page.locator("[data-kept-text-problem]")

    page.context.clear_cookies(name="sessionid")
    page.fill("input[name=summary]", "サインアウト中の要約")
    expect(problem).to_contain_text("サインアウトした状態")
    assert "サインアウト中の要約" not in page.evaluate("JSON.stringify(localStorage)")
    other = page.context.new_page()
    sign_in(other, site, "editor")
    other.close()
    expect(problem).to_have_count(0)
    wait_until(page, NOTHING_KEPT)
    assert summary_of(page) == "サインアウト中の要約"

    page.context.set_offline(True)
    page.fill("input[name=summary]", "圏外の要約")
    expect(problem).to_contain_text("つながっていません")
    page.context.set_offline(False)
    expect(problem).to_have_count(0)
    wait_until(page, NOTHING_KEPT)
    assert summary_of(page) == "圏外の要約"


def test_words_are_offered_after_signing_in_anew_and_to_nobody_else(page: Page) -> None:
    edit, site = page.url, page.url.split("/admin/")[0]
    page.context.clear_cookies(name="sessionid")
    page.fill("input[name=summary]", "失われない要約")
    expect(page.locator("[data-kept-text-problem]")).to_be_visible()
    page.once("dialog", lambda dialog: dialog.accept())
    page.goto("about:blank")

    sign_in(page, site, "publisher")
    page.goto(edit)
    expect(page.locator("input[name=summary]")).to_have_value("")
    expect(page.locator("[data-kept-text-offer]")).to_have_count(0)
    page.context.clear_cookies(name="sessionid")

    sign_in(page, site, "editor")
    page.goto(edit)
    expect(page.locator("[data-kept-text-offer]")).to_contain_text("このブラウザーに残っています")
    with page.expect_navigation():
        page.get_by_role("button", name="下書きとして保存して続ける").click()
    expect(page.locator("input[name=summary]")).to_have_value("失われない要約")
    wait_until(page, NOTHING_KEPT)
    assert summary_of(page) == "失われない要約"


def test_a_double_click_sends_back_once(page: Page, region: Region) -> None:
    """And a reviewer whose session is lost keeps the words, and sends them after signing in."""
    site = page.url.split("/admin/")[0]
    case = CaseStudyPage.objects.child_of(region.cases_page).live().first()
    assert case is not None
    case.save_revision()
    case.get_workflow().start(case, region.editors.user_set.get(username="editor"))
    sign_out = "Object.keys(localStorage).forEach((key) => localStorage.removeItem(key))"
    page.evaluate(sign_out)
    page.context.clear_cookies(name="sessionid")
    sign_in(page, site, "publisher")
    page.goto(f"{site}/admin/pages/{case.pk}/edit/")
    page.locator("footer .w-dropdown__toggle").click()
    page.locator("footer").get_by_role("button", name="差し戻す", exact=True).click()
    dialogue = page.locator(".modal-content")
    dialogue.locator("textarea[name=comment]").fill("出典を書いてください。")

    page.once("dialog", lambda dialog: dialog.accept())
    cookies = [c for c in page.context.cookies() if c["name"] == "sessionid"]
    page.context.clear_cookies(name="sessionid")
    dialogue.get_by_role("button", name="差し戻す").click()
    expect(dialogue.locator("[data-kept-text-problem]")).to_contain_text("もう一度送信")
    expect(dialogue.locator("textarea[name=comment]")).to_have_value("出典を書いてください。")
    page.context.add_cookies(cookies)

    with page.expect_navigation():
        dialogue.get_by_role("button", name="差し戻す").dblclick()
    states = ReviewTaskState.objects.filter(workflow_state__object_id=str(case.pk))
    assert [(s.status, s.comment) for s in states] == [("rejected", "出典を書いてください。")]


def test_a_double_click_sends_a_proposal_once(region: Region, visit: Callable[..., Visit]) -> None:
    """And what was typed before the network was cut is offered after loading anew."""
    opened = visit("ja")
    page = opened.page
    opened.go("/proposals/")
    page.fill("[name=title]", TITLE)
    wait_until(page, "Object.keys(sessionStorage).some((key) => key.startsWith('kept-text'))")
    page.reload()
    page.get_by_role("button", name="入力欄に戻す").click()
    expect(page.locator("[name=title]")).to_have_value(TITLE)

    sent: list[str] = []

    def count(route: Route) -> None:
        sent.append(route.request.method)
        route.fallback()

    page.route("**/proposals/", count)
    with page.expect_navigation():
        page.locator("form.proposal-form button[type=submit]").last.dblclick()
    assert sent.count("POST") == 1
    assert not Proposal.objects.filter(title=TITLE).exists()  # too little was filled in
