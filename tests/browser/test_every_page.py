"""Every kind of page, in both languages, on a phone and on a desktop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import WIDTHS, Visit
from tests.page_examples import LANGUAGES, address, kinds


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", kinds())
def test_page_is_accessible_and_fits(
    visit: Callable[..., Visit], axe: Callable[[Page], list[str]], kind: str, language: str
) -> None:
    """Every width, and axe on each kind at both: on the phone in one language, else in the other.

    What axe looks at differs by width for few rules, and never by width and language together.
    """
    widths = list(WIDTHS.values())
    if (kinds().index(kind) + LANGUAGES.index(language)) % 2:
        widths.reverse()
    window = visit(language, width=widths[0])
    window.go(address(kind, language), status=404 if kind == "not found" else 200)
    assert axe(window.page) == []
    assert _overflow(window.page) == []
    assert window.page.locator("html").get_attribute("lang") == language
    assert window.page.locator("h1").count() == 1
    window.page.set_viewport_size({"width": widths[1], "height": 800})
    assert _overflow(window.page) == []


def _overflow(page: Page) -> list[Any]:
    """What is wider than the window, if the page scrolls sideways (WCAG 1.4.10)."""
    found: list[Any] = page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] :
          [...document.querySelectorAll('body *')]
            .filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
            .slice(0, 5)
            .map((e) => e.outerHTML.slice(0, 120))"""
    )
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_works_without_javascript(visit: Callable[..., Visit], language: str) -> None:
    window = visit(language, javascript=False)
    window.home()
    box = window.page.locator("main form[role=search] input[name=q]")
    box.fill("防災")
    box.press("Enter")
    window.page.wait_for_load_state("networkidle")
    assert "q=" in window.path
    assert window.page.locator("main a[href*='/cases/']").count() > 0
