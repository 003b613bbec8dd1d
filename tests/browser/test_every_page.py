"""Every kind of page, in both languages, on a phone and on a desktop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import WIDTHS, Visit
from tests.page_examples import LANGUAGES, address, kinds

# As narrow as a window gets at 400 % (WCAG 1.4.10).
NARROWEST = 320
# Scripts of one page, before compression, as they are decoded.
MOST_SCRIPT_BYTES = 40_000
SCRIPT_BYTES = """() => performance.getEntriesByType('resource')
  .filter((entry) => new URL(entry.name).pathname.endsWith('.js'))
  .reduce((sum, entry) => sum + entry.decodedBodySize, 0)"""
# Cells of tables whose words stand below each other letter by letter: three letters or more, no
# line has room for three of Japanese, and there are more lines than words. Heads that are for
# screen readers alone do not count.
LETTER_COLUMNS = """() => [...document.querySelectorAll('th, td')].filter((cell) => {
  const words = cell.innerText.replace(/\\s/g, '');
  const look = getComputedStyle(cell);
  const size = parseFloat(look.fontSize);
  const room = cell.clientWidth - parseFloat(look.paddingLeft) - parseFloat(look.paddingRight);
  const range = document.createRange();
  range.selectNodeContents(cell);
  const part = cell.parentElement.parentElement.getBoundingClientRect();
  const lines = range.getBoundingClientRect().height / parseFloat(look.lineHeight || size * 1.5);
  const most = Math.max(2.9, cell.innerText.trim().split(/\\s+/).length + 0.5);
  return part.width > 2 && words.length > 2 && room < 3 * size && lines > most;
}).slice(0, 5).map((cell) => `${cell.innerText}: ${cell.clientWidth} px`)"""


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
    window.page.set_viewport_size({"width": NARROWEST, "height": 800})
    assert _overflow(window.page) == []
    assert window.page.evaluate(LETTER_COLUMNS) == []
    assert window.page.evaluate(SCRIPT_BYTES) <= MOST_SCRIPT_BYTES


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
