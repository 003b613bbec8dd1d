"""A term in a text, opened without a script: with a finger on a phone, and with the keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import WIDTHS, Visit


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_reader_opens_a_term_and_goes_on(
    visit: Callable[..., Visit], axe: Callable[[Page], list[str]], width: int
) -> None:
    window = visit("ja", width=width, javascript=False)
    window.go("/regions/nanif-toyama/")
    page = window.page
    term = page.locator("main p button.term").first
    note = page.locator(f"#{term.get_attribute('popovertarget')}")
    expect(note).to_be_hidden()
    term.click()
    expect(note).to_be_visible()
    box = note.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    note.get_by_role("button").click()
    expect(note).to_be_hidden()

    term.focus()
    window.press("Enter")
    expect(note).to_be_visible()
    window.press("Tab")  # into the note, which stands behind its button
    expect(note.locator("a")).to_be_focused()
    window.press("Escape")
    expect(note).to_be_hidden()
    expect(term).to_be_focused()

    page.emulate_media(media="print")
    expect(note).to_be_visible()
    expect(note.get_by_role("button", include_hidden=True)).to_be_hidden()

    window = visit("ja", width=width)
    window.go("/regions/nanif-toyama/")
    window.page.locator("main p button.term").first.click()
    assert axe(window.page) == []
