"""The form for proposals on a phone: mistakes are named, reachable, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Visit
from tests.page_examples import LANGUAGES, prefix


@pytest.mark.parametrize("language", LANGUAGES)
def test_form_with_mistakes_is_accessible_and_keeps_what_was_typed(
    visit: Callable[..., Visit], axe: Callable[[Page], list[str]], language: str
) -> None:
    window = visit(language, width=360)
    window.go(f"{prefix(language)}/proposals/")
    page = window.page
    assert not page.locator("#id_homepage").is_visible(), "the trap is hidden from people"
    page.fill("#id_title", "浜松市の教室")
    page.fill("#id_contact_email", "not an address")
    page.select_option("#id_prefecture", "22")
    with page.expect_navigation(wait_until="networkidle"):
        page.locator(".proposal-form button[type=submit]").click()
    # Answering 400 is what the test wants; the browser notes it as an error.
    window.complaints[:] = [text for text in window.complaints if "400" not in text]

    assert page.locator("#mistakes").is_visible()
    assert page.input_value("#id_title") == "浜松市の教室"
    assert page.input_value("#id_prefecture") == "22"
    assert page.input_value("#id_contact_email") == "not an address"
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.locator("#mistakes a[href='#id_overview']").click()
    assert page.evaluate("document.activeElement.id") == "id_overview"
    described = page.get_attribute("#id_overview", "aria-describedby") or ""
    assert "id_overview_error" in described
