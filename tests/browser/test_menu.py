"""The menu button of narrow windows: by finger and keyboard, with and without scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit


@pytest.mark.parametrize("script", [True, False])
def test_menu_opens_by_keyboard_and_leads_on(visit: Callable[..., Visit], script: bool) -> None:
    window = visit("ja", width=320, javascript=script)
    window.home()
    menu = window.page.locator("#site-nav")
    expect(menu).to_be_hidden()
    window.tab_to(".site-menu summary")
    window.press("Enter")
    expect(menu).to_be_visible()
    overflow = window.page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0
    for link in menu.locator("a").all():
        box = link.bounding_box()
        assert box is not None
        assert box["height"] >= 24, link.inner_text()
    window.tab_to("#site-nav a[href='/calls/']")
    window.follow()
    assert window.path == "/calls/"


def test_escape_closes_the_menu_and_gives_the_focus_back(visit: Callable[..., Visit]) -> None:
    window = visit("en", width=360)
    window.home()
    window.page.click(".site-menu summary")
    window.tab_to("#site-nav a")
    window.press("Escape")
    expect(window.page.locator("#site-nav")).to_be_hidden()
    expect(window.page.locator(".site-menu summary")).to_be_focused()


def test_wide_windows_show_the_sections_without_a_button(visit: Callable[..., Visit]) -> None:
    window = visit("en", width=1280)
    window.go("/en/grants/")
    expect(window.page.locator(".site-menu summary")).to_be_hidden()
    expect(window.page.get_by_role("link", name="Activities and grants").first).to_be_visible()
    here = window.page.locator(".site-nav__pages--here a")
    assert [link.inner_text() for link in here.all()][1:3] == ["Calls for applications", "Grants"]
    expect(here.first).to_be_visible()
