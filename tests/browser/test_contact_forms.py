"""Somebody writes by phone: about an error on a page, and to whoever runs the site."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from contact.models import Message
from tests.browser.conftest import Visit
from tests.page_examples import address, prefix

pytestmark = pytest.mark.django_db(transaction=True)

# The site asks people to wait some seconds; each try takes a part of one.
MOST_TRIES = 40
SEND = "form.public-form button[type=submit]"


def send(page: Page) -> None:
    """Press the button until the form is accepted: what is sent very fast comes back."""
    for _try in range(MOST_TRIES):
        with page.expect_navigation(wait_until="load"):
            page.locator(SEND).click()
        if page.url.endswith("/contact/sent/"):
            return
    pytest.fail(f"not accepted: {page.locator('#mistakes').inner_text()}")


@pytest.mark.parametrize(("language", "javascript"), [("ja", True), ("en", False)])
def test_report_and_message_by_phone(
    language: str,
    javascript: bool,
    visit: Callable[..., Visit],
    live_site: str,
    transactional_db: None,
    axe: Callable[[Page], list[str]],
    settings: Any,
) -> None:
    phone = visit(language, width=360, javascript=javascript)
    page = phone.page
    page_of_case = address("casestudies.CaseStudyPage", language)
    phone.go(page_of_case)
    title = page.locator("h1").inner_text()
    phone.click("main .report-link a")
    expect(page.get_by_role("link", name=title)).to_have_attribute("href", page_of_case)

    # Bad input: each mistake is named, the first has the focus, and nothing is lost.
    page.get_by_label(
        "公開すべきでない情報" if language == "ja" else "should not be public"
    ).check()
    page.fill("#id_address", "nobody")
    with page.expect_navigation(wait_until="load"):
        page.locator(SEND).click()
    expect(page.locator("#id_text")).to_be_focused()
    assert page.locator("#mistakes li").count() == 2
    assert page.input_value("#id_address") == "nobody"
    if javascript:
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.fill("#id_text", "長" * 4001)
    page.fill("#id_address", "")
    with page.expect_navigation(wait_until="load"):
        page.locator(SEND).click()
    assert len(page.input_value("#id_text")) == 4001
    page.fill("#id_text", "開催日が違います。\n正しくは11月20日です。")
    send(page)
    message = Message.objects.get()
    assert (message.kind, message.path, message.locale) == ("withhold", page_of_case, language)
    assert message.text.splitlines() == ["開催日が違います。", "正しくは11月20日です。"]

    # The other form, from the foot of the page, until there is a flood.
    phone.click("footer .imprint a[href$='/contact/']")
    assert phone.path == f"{prefix(language)}/contact/"
    assert not page.locator("#id_homepage").is_visible()
    page.select_option("#id_kind", "press")
    page.fill("#id_text", "取材をお願いします。")
    page.fill("#id_name", "見本新聞")
    page.fill("#id_address", "press@example.org")
    settings.RATES = {**settings.RATES, "contact": "1/day"}
    for _time in range(2):
        with page.expect_navigation(wait_until="load"):
            page.locator(SEND).click()
        if page.url.endswith("/contact/sent/"):
            page.go_back()
    expect(page.locator("#mistakes")).to_be_focused()
    assert page.input_value("#id_text") == "取材をお願いします。"
    assert page.input_value("#id_kind") == "press"
    if javascript:
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
    settings.RATES = {**settings.RATES, "contact": "off"}
    send(page)
    assert Message.objects.filter(kind="press", name="見本新聞").exists()
