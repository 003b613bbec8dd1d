"""Furigana on a phone: what one sees, what a screen reader is told, what one copies."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.conftest import Visit
from tests.page_examples import address

PHONE = 360


def test_reader_on_a_phone_switches_furigana_on(
    visit: Callable[..., Visit], axe: Callable[[Page], list[str]]
) -> None:
    window = visit("ja", width=PHONE)
    window.go(address("casestudies.CaseStudyPage", "ja"))
    page = window.page
    assert page.locator("rt").count() == 0
    names = _names(page)
    title = page.locator("main h1").inner_text()
    window.click("a.furigana-switch")
    assert page.locator("main rt").count() > 100
    assert "furigana" not in page.url
    # Links, buttons and headings are called as before: nothing is read twice.
    assert _names(page) == names

    # What is copied is the text alone.
    copied = page.evaluate(
        "() => { getSelection().selectAllChildren(document.querySelector('main h1'));"
        " return getSelection().toString().trim() }"
    )
    assert copied == title

    for kind in ["casestudies.CaseStudyPage", "home.HomePage", "search with hits"]:
        window.go(address(kind, "ja"))
        assert axe(page) == []
        assert _cut_off(page) == []
        assert page.locator("main rt").first.is_visible()
    window.click("a.furigana-switch")
    assert page.locator("rt").count() == 0


def _names(page: Page) -> list[tuple[str, str]]:
    """Roles and names of what a screen reader jumps to, without the switch itself."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    return [
        (node["role"]["value"], node["name"]["value"])
        for node in nodes
        if not node["ignored"]
        and node["role"]["value"] in {"link", "button", "heading"}
        and "ふりがな" not in node["name"]["value"]
    ]


def _cut_off(page: Page) -> list[str]:
    """Texts with kana that stand outside the window, also where that does not scroll."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('main ruby')]
          .filter((ruby) => {
            const box = ruby.getBoundingClientRect();
            return box.width && box.right > innerWidth + 1
              && !ruby.closest('.scroll-x, table, .section-nav__list, .visually-hidden');
          })
          .map((ruby) => ruby.parentElement.outerHTML.slice(0, 200))"""
    )
    return found
