"""The main tasks of each role when something unusual happens on the way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Page, Request, Route, ViewportSize, expect
from wagtail.models import Locale
from wagtail_localize.models import Translation, TranslationSource

from alerts.models import Alert
from casestudies.models import CaseStudyPage
from events.models import EventPage
from regions.models import Area, Region
from regions.services import provision_region
from reviews.models import ReviewTaskState
from reviews.services import prepare_workflows
from taxonomy.models import Keyword
from tests.browser.conftest import Visit, begin_session, sign_in, wait_until
from upkeep.models import Confirmation
from upkeep.tokens import answer_url
from users.grants import grant_network_rights
from users.models import Invitation
from users.roles import ADMINISTRATORS, CURATORS, TRANSLATORS

pytestmark = pytest.mark.django_db(transaction=True)

# What a window of 1,280 × 800 px shows at 200 %, and a phone.
ENLARGED: ViewportSize = {"width": 640, "height": 400}
PHONE: ViewportSize = {"width": 360, "height": 800}
TITLE = "通訳と開く防災ひろば"
# What cut networks, lost sessions and refusals look like in the console.
EXPECTED = [
    "ERR_", "403", "400", "410", "Failed to fetch",
    "kept-text", "Content Security Policy",
]  # fmt: skip
IN_SIGHT = """(e) => {
  const box = e.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return box.top >= 0 && box.bottom <= innerHeight && box.right <= innerWidth && e.contains(top);
}"""


@pytest.fixture
def region(live_site: str, transactional_db: None, django_user_model: Any) -> Region:
    """A region on board, and somebody in each role."""
    prepare_workflows()
    grant_network_rights()
    region = provision_region(area=Area.objects.get(pk="16"))
    for name, group in [
        ("editor", region.editors),
        ("publisher", region.publishers),
        ("curator", Group.objects.get(name=CURATORS)),
        ("translator", Group.objects.get(name=TRANSLATORS)),
        ("admin", Group.objects.get(name=ADMINISTRATORS)),
    ]:
        user = django_user_model.objects.create_user(
            username=name, email=f"{name}@example.org", password=f"pass-{name}"
        )
        user.groups.add(group)
    return region


@pytest.fixture
def at(visit: Callable[..., Visit]) -> Iterator[Callable[..., Visit]]:
    """A function that opens a window of a size, signed in where a name is given."""
    opened: list[Visit] = []

    def open_window(size: ViewportSize, name: str = "") -> Visit:
        window = visit("ja")
        window.page.set_viewport_size(size)
        opened.append(window)
        if name:
            begin_session(window.page, window.site, name)
        return window

    yield open_window
    for window in opened:
        window.complaints[:] = [
            text for text in window.complaints if not any(word in text for word in EXPECTED)
        ]


def sign_in_elsewhere(window: Visit, name: str) -> None:
    tab = window.page.context.new_page()
    sign_in(tab, window.site, name)
    tab.close()
    window.page.bring_to_front()


def sign_out(window: Visit) -> None:
    """What an expired session looks like."""
    window.page.context.clear_cookies(name="sessionid")


def action(page: Page, name: str) -> Any:
    """A button at the bottom of the editor, which can be reached without scrolling."""
    footer = page.locator("footer")
    button = footer.get_by_role("button", name=name, exact=True)
    if not button.is_visible():
        toggle = footer.locator(".w-dropdown__toggle")
        assert toggle.evaluate(IN_SIGHT)
        toggle.click()
    expect(button).to_be_visible()
    return button


def saves_by_itself(asked: Request) -> bool:
    return asked.method == "POST" and asked.headers.get("accept") == "application/json"


def public_case(region: Region) -> CaseStudyPage:
    case = CaseStudyPage.objects.child_of(region.cases_page).live().filter(alias_of=None).first()
    assert case is not None
    return case


def newest_summary(case: CaseStudyPage) -> str:
    return str(CaseStudyPage.objects.get(pk=case.pk).get_latest_revision_as_object().summary)


def test_editor_whose_first_saving_is_slow_or_unanswered_makes_one_page(
    region: Region, at: Callable[..., Visit]
) -> None:
    """The answer of the first autosave is lost; the second is still on its way."""
    window = at(ENLARGED, "editor")
    page = window.page
    assert region.cases_page is not None
    window.go(f"/admin/pages/add/casestudies/casestudypage/{region.cases_page.pk}/")
    assert action(page, "下書きを保存").evaluate(IN_SIGHT), "saving needs no scrolling"
    held: list[Route] = []
    first: list[Route] = []

    def cut_then_hold(route: Route) -> None:
        if not saves_by_itself(route.request):
            route.fallback()
        elif not first:
            first.append(route)
            route.fetch()
            route.abort()
        else:
            held.append(route)

    page.route("**/admin/pages/add/**", cut_then_hold)
    with page.expect_request(lambda asked: bool(first) and saves_by_itself(asked)):
        page.fill("input[name=title]", TITLE)
    page.fill("input[name=summary]", "あとの要約")
    action(page, "下書きを保存").dblclick()
    expect(page.locator("form[data-edit-form]")).to_have_attribute("aria-busy", "true")
    held[0].continue_()
    expect(page.locator(".messages")).to_contain_text(TITLE)
    [case] = CaseStudyPage.objects.filter(title=TITLE, alias_of=None)
    assert newest_summary(case) == "あとの要約"


def test_editor_of_a_region_announces_an_event(region: Region, at: Callable[..., Visit]) -> None:
    """Below their platform, on a phone: a Japanese date and a double click."""
    assert region.platform is not None
    window = at(PHONE, "editor")
    page = window.page
    window.go(f"/admin/pages/add/events/eventpage/{region.platform.pk}/")
    with page.expect_response(lambda answer: saves_by_itself(answer.request)):
        page.fill("input[name=title]", TITLE)
    page.fill("input[name=starts_on]", "令和12年12月10日（火）")
    page.fill("input[name=summary]", "通訳と開く")
    action(page, "下書きを保存").dblclick()
    expect(page.locator(".messages")).to_contain_text(TITLE)
    [event] = EventPage.objects.filter(title=TITLE, alias_of=None)
    draft = event.get_latest_revision_as_object()
    assert (draft.starts_on, draft.summary) == ("2030-12-10", "通訳と開く")
    assert not event.live


def test_editor_with_two_tabs_loses_the_words_of_neither(
    region: Region, at: Callable[..., Visit]
) -> None:
    """And words for a page that others read meanwhile are kept, though they cannot be saved."""
    case = public_case(region)
    window = at(ENLARGED, "editor")
    one, two = window.page, window.page.context.new_page()
    edit = f"{window.site}/admin/pages/{case.pk}/edit/"
    for tab in (one, two):
        tab.goto(edit)
        wait_until(tab, "document.querySelector('[name=kept-text]')")
    with one.expect_response(lambda answer: answer.request.method == "POST"):
        one.fill("input[name=summary]", "一つ目のタブ")
    two.fill("input[name=summary]", "二つ目のタブ")
    two.locator("textarea[name=overview]").click()
    problem = two.locator("[data-kept-text-problem]")
    expect(problem).to_contain_text("新しい版を保存しました")
    assert problem.evaluate(IN_SIGHT), "seen without scrolling to the top"
    action(two, "下書きを保存").click()
    # Wagtail asks once more where its own question to the server has told it of the other version.
    dialogue, saved = two.get_by_role("dialog"), two.locator(".messages li").first
    expect(dialogue.or_(saved)).to_be_visible()
    if dialogue.is_visible():
        expect(dialogue).to_contain_text("別の画面の版は履歴に残ります")
        dialogue.get_by_role("button", name="下書きを保存").click()
    expect(saved).to_be_visible()
    assert newest_summary(case) == "二つ目のタブ"

    one.fill("input[name=summary]", "一つ目のタブの続き")
    expect(one.locator("[data-kept-text-problem]")).to_be_visible()
    action(two, "確認に出す").dblclick()
    expect(two.locator(".messages")).to_contain_text("確認に出しました")
    assert ReviewTaskState.objects.filter(workflow_state__object_id=str(case.pk)).count() == 1
    two.go_back()
    expect(two.locator("footer")).not_to_contain_text("確認に出す")

    one.once("dialog", lambda leaving: leaving.accept())
    offer = one.locator("[data-kept-text-offer]")
    for _refusal in range(2):
        one.goto(edit)
        expect(offer).to_be_visible()
        with one.expect_navigation():
            one.get_by_role("button", name="下書きとして保存して続ける").click()
        expect(one.locator(".messages")).to_contain_text("ロックされているため")
        expect(one.locator("input[name=summary]")).to_have_value("一つ目のタブの続き")
        one.once("dialog", lambda leaving: leaving.accept())
    assert newest_summary(case) == "二つ目のタブ"


def test_publisher_keeps_the_words_of_a_dialogue(region: Region, at: Callable[..., Visit]) -> None:
    """On a phone: the page is loaded anew, then the network is cut below a long dialogue."""
    case = public_case(region)
    case.save_revision()
    assert region.editors is not None
    case.get_workflow().start(case, region.editors.user_set.get(username="editor"))
    window = at(PHONE, "publisher")
    page = window.page
    window.go(f"/admin/pages/{case.pk}/edit/")
    dialogue = page.locator(".modal-content")
    words = dialogue.locator("textarea[name=comment]")
    action(page, "承認する").click()
    expect(words).to_be_visible()
    words.fill("数字を確かめました。")
    wait_until(page, "Object.keys(localStorage).some((key) => key.includes('/workflow/'))")
    page.once("dialog", lambda leaving: leaving.accept())
    page.reload(wait_until="networkidle")
    action(page, "承認する").click()
    dialogue.get_by_role("button", name="入力欄に戻す").click()
    expect(words).to_have_value("数字を確かめました。")
    for box in dialogue.locator("input[name=criteria]").all():
        box.check()
    page.set_viewport_size(ENLARGED)
    approve = dialogue.get_by_role("button", name="承認する")
    page.context.set_offline(True)
    approve.click()
    problem = dialogue.locator("[data-kept-text-problem]")
    expect(problem).to_contain_text("つながっていません")
    assert problem.evaluate(IN_SIGHT), "the button is far below it"
    page.context.set_offline(False)
    with page.expect_navigation():
        approve.dblclick()
    expect(page.locator(".messages")).to_be_visible()
    decided = ReviewTaskState.objects.filter(workflow_state__object_id=str(case.pk))
    assert [(step.status, step.comment) for step in decided.order_by("pk")] == [
        ("approved", "数字を確かめました。"), ("in_progress", ""),
    ]  # fmt: skip
    page.go_back()
    expect(page.locator("footer")).not_to_contain_text("承認する")


def test_translator_goes_on_after_signing_in_anew(region: Region, at: Callable[..., Visit]) -> None:
    """And in a second tab whose network is cut, without touching what the first has stored."""
    source, _created = TranslationSource.update_or_create_from_instance(public_case(region))
    english = Locale.objects.get(language_code="en")
    translation = Translation.objects.create(source=source, target_locale=english)
    translation.save_target(publish=False)
    window = at(ENLARGED, "translator")
    page = window.page
    window.go(f"/admin/pages/{translation.get_target_instance().pk}/edit/")
    main, problem = page.locator("main"), page.locator("[data-kept-text-problem]")
    main.get_by_role("button", name="翻訳", exact=True).first.click()
    main.locator("textarea").first.fill("Disaster drills with interpreters")
    sign_out(window)
    main.get_by_role("button", name="保存", exact=True).click()
    expect(problem).to_contain_text("書いた内容はここに残っています")
    assert problem.evaluate(IN_SIGHT)
    sign_in_elsewhere(window, "translator")
    main.get_by_role("button", name="編集", exact=True).first.click()
    save = main.get_by_role("button", name="保存", exact=True)
    with page.expect_response(lambda answer: answer.request.method == "PUT" and answer.ok):
        save.click()
    expect(problem).to_have_count(0)
    stored = translation.source.stringsegment_set.filter
    assert stored(string__translations__data="Disaster drills with interpreters").exists()

    other = page.context.new_page()
    other.goto(page.url)
    second = other.locator("main")
    second.get_by_role("button", name="翻訳", exact=True).first.click()
    second.locator("textarea").first.fill("Drills for everyone")
    page.context.set_offline(True)
    second.get_by_role("button", name="保存", exact=True).click()
    expect(other.locator("[data-kept-text-problem]")).to_contain_text("つながっていません")
    page.context.set_offline(False)
    second.get_by_role("button", name="編集", exact=True).nth(1).click()
    expect(second.locator("textarea").first).to_have_value("Drills for everyone")
    with other.expect_response(lambda answer: answer.request.method == "PUT" and answer.ok):
        second.get_by_role("button", name="保存", exact=True).click()
    for words in ("Disaster drills with interpreters", "Drills for everyone"):
        assert stored(string__translations__data=words).exists(), "each tab's words are stored"


def test_forms_of_the_desk_offer_their_words_after_a_lost_session(
    region: Region, at: Callable[..., Visit]
) -> None:
    """A curator's vocabulary form, and an administrator's invitation, each clicked twice.

    Begun in a small window and gone on with in another: at 200 %, and on a phone.
    """
    curator, admin = at(ENLARGED, "curator"), at(PHONE, "admin")
    for window, next_size, name, path, field, words in [
        (curator, PHONE, "curator", "/admin/snippets/taxonomy/keyword/add/", "name", "防災ひろば"),
        (admin, ENLARGED, "admin", "/admin/accounts/invite/", "email", "new@example.org"),
    ]:
        page = window.page
        window.go(path)
        form = page.locator(f"form:has([name={field}])")
        button = form.locator("button[type=submit]").last
        page.fill(f"[name={field}]", words)
        if name == "curator":
            page.fill("[name=slug]", "bosai-hiroba")
        wait_until(page, f"Object.keys(localStorage).some((key) => key.includes('{path}'))")
        sign_out(window)
        button.click()
        page.fill("input[name=username]", name)
        page.fill("input[name=password]", f"pass-{name}")
        page.click("button[type=submit]")
        page.wait_for_url(f"**{path}")
        page.set_viewport_size(next_size)
        page.get_by_role("button", name="入力欄に戻す").click()
        expect(page.locator(f"[name={field}]")).to_have_value(words)
        if name == "admin":
            page.locator("input[name=role]").nth(2).check()
        button.dblclick()
        expect(page.locator(".messages")).to_contain_text(words)
        page.goto(window.site + path, wait_until="networkidle")
        expect(page.locator("[data-kept-text-offer]")).to_have_count(0)
    assert Keyword.objects.filter(name="防災ひろば").count() == 1
    assert Invitation.objects.filter(email="new@example.org").count() == 1
    assert len([m for m in mail.outbox if m.to == ["new@example.org"]]) == 1


def test_reader_filters_goes_back_and_is_cut_off(
    live_site: str, transactional_db: None, at: Callable[..., Visit]
) -> None:
    """On a phone; the mail about new pages is asked for with a double click, at 200 %."""
    window = at(PHONE)
    page = window.page
    window.go("/search/?q=" + quote("防災"))
    theme = "input[name=theme]:not(:disabled)"
    page.locator(".filters__open").click()
    for summary in page.locator(f"details:not([open]):has({theme}) > summary").all():
        summary.click()
    window.change_list(page.locator(theme).first.check, "theme=")
    page.locator(".filters__show").click()
    filtered, hits = page.url, page.locator(".hit__link").all_inner_texts()
    with page.expect_navigation():
        page.locator(".hit__link").nth(1).dblclick()
    page.go_back(wait_until="networkidle")
    assert (page.url, page.locator(".hit__link").all_inner_texts()) == (filtered, hits)
    page.go_back()  # one document: the script changes it in place
    expect(page.locator("input[name=theme]:checked")).to_have_count(0)

    page.context.set_offline(True)
    # The browser says that there is no network, instead of old results below a new filter.
    with page.expect_event("requestfailed", lambda asked: asked.is_navigation_request()):
        page.locator(theme).first.evaluate("box => box.click()")
    expect(page.locator("main")).to_have_count(0)
    page.context.set_offline(False)
    page.reload(wait_until="networkidle")
    assert (page.url, page.locator(".hit__link").all_inner_texts()) == (filtered, hits)

    page.set_viewport_size(ENLARGED)
    for summary in page.locator("details:not([open]):has([name=address]) > summary").all():
        summary.click()
    page.fill("[name=address]", "reader@example.org")
    send = page.locator("form:has([name=address]) button")
    send.scroll_into_view_if_needed()
    assert send.evaluate(IN_SIGHT)
    send.dblclick()
    expect(page).to_have_url(re.compile("/alerts/asked/$"))  # the first of two answers may be lost
    assert Alert.objects.filter(address="reader@example.org").count() == 1
    assert len([m for m in mail.outbox if m.to == ["reader@example.org"]]) == 1


def test_body_that_confirms_is_cut_off_and_answers_once(
    live_site: str, transactional_db: None, at: Callable[..., Visit]
) -> None:
    """By the link in the mail, opened in two tabs: on a phone, and at 200 %."""
    case = CaseStudyPage.objects.live().filter(locale__language_code="ja").first()
    assert case is not None
    question = Confirmation.objects.create(
        page=case, address="desk@example.org", language="ja", asked_at=timezone.now(), mails=1
    )
    path = urlsplit(answer_url(question)).path
    window = at(PHONE)
    page, other = window.page, window.page.context.new_page()
    other.goto(window.site + path)
    window.go(path)
    page.locator("input[value=changed]").check()
    page.fill("textarea[name=words]", "窓口の電話番号が変わりました。")
    wait_until(page, "Object.keys(sessionStorage).some((key) => key.startsWith('kept-text'))")
    page.context.set_offline(True)
    page.locator("main button[type=submit]").click()
    expect(page.locator("main")).to_have_count(0)
    page.context.set_offline(False)
    window.go(path)
    page.get_by_role("button", name="入力欄に戻す").click()
    expect(page.locator("input[value=changed]")).to_be_checked()
    expect(page.locator("textarea[name=words]")).to_have_value("窓口の電話番号が変わりました。")
    page.locator("main button[type=submit]").dblclick()
    expect(page).to_have_url(re.compile("/confirm/thanks/changed/$"))
    page.go_back()
    expect(page.locator("main")).to_contain_text("回答済みです")
    other.set_viewport_size(ENLARGED)
    other.locator("input[value=right]").check()
    send = other.locator("main button[type=submit]")
    send.scroll_into_view_if_needed()
    assert send.evaluate(IN_SIGHT)
    send.click()
    expect(other.locator("main")).to_contain_text("回答済みです")
    question.refresh_from_db()
    assert (question.answer, question.words) == ("changed", "窓口の電話番号が変わりました。")
