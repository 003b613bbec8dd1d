"""Somebody who reads plain Japanese, on a phone and with the keyboard alone."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import WIDTHS, Visit
from tests.page_examples import address

LOOKED_AT = [
    "home.HomePage", "casestudies.CaseStudyPage", "programmes.ProgrammePage", "home.GlossaryPage",
    "search with filters", "proposal form",
]  # fmt: skip


def without_kana(element: Locator) -> str:
    """The text of an element without the furigana, which stand everywhere in this reading."""
    text: str = element.evaluate(
        """element => {
          const copy = element.cloneNode(true)
          for (const kana of copy.querySelectorAll('rt, rp')) kana.remove()
          return copy.textContent
        }"""
    )
    return " ".join(text.split())


def test_choose_plain_japanese_and_read_a_case(
    visit: Callable[..., Visit], axe: Callable[[Page], list[str]]
) -> None:
    window = visit("ja", width=WIDTHS["phone"])
    window.home()
    window.tab_to(".language-switch__link[href$='reading=easy']")
    window.follow()
    assert window.path == "/"
    switch = window.page.locator(".language-switch [aria-current]")
    assert without_kana(switch) == "やさしい日本語"

    window.tab_to("main input[name=q]")
    window.type("ぼうさい")
    window.follow()
    assert without_kana(switch) == "やさしい日本語"
    window.tab_to(".hit__link")
    title = without_kana(window.page.locator("*:focus"))
    window.follow()
    assert without_kana(window.page.locator("h1")) == title
    window.tab_to("details.case__ordinary > summary")
    window.press("Enter")
    expect(window.page.locator("#overview")).to_be_visible()
    assert axe(window.page) == []

    window.page.keyboard.press("Home")
    window.page.evaluate("document.activeElement.blur()")
    window.go(window.path)
    window.tab_to(".language-switch__link[href$='reading=standard']")
    window.follow()
    expect(switch).to_have_text("日本語")
    expect(window.page.locator("#easy")).to_have_count(0)


def test_pages_are_accessible_and_fit(
    visit: Callable[..., Visit], axe: Callable[[Page], list[str]]
) -> None:
    """Every width, and axe at each width on every second kind: furigana make it slow.

    The case study was looked at on a phone above.
    """
    window = visit("ja")
    window.go("/?reading=easy")
    for number, kind in enumerate(LOOKED_AT):
        window.go(address(kind, "ja"))
        for width in WIDTHS.values():
            window.page.set_viewport_size({"width": width, "height": 800})
            assert window.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), kind
            if width == list(WIDTHS.values())[number % 2]:
                assert axe(window.page) == [], kind
