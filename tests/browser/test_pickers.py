"""The type-ahead pickers of the admin by keyboard, for screen readers, on a phone and enlarged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from casestudies.models import CasePlace
from tests.browser.conftest import WIDTHS, Visit, begin_session
from users.models import User

pytestmark = pytest.mark.django_db(transaction=True)

PICKERS = {"include": [["nanif-picker"]]}
BREAKS_OUT = """() => [...document.querySelectorAll('nanif-picker, nanif-picker *')]
  .filter((e) => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 1)
  .map((e) => e.outerHTML.slice(0, 120))"""


@pytest.fixture
def editing(visit: Callable[..., Visit]) -> Callable[..., Visit]:
    """A function that opens a case study as an administrator."""
    User.objects.create_superuser(username="picker", email="picker@example.org")

    def open_case(width: int = 1280) -> Visit:
        place = CasePlace.objects.filter(page__live=True, page__alias_of=None).first()
        assert place is not None
        window = visit("ja", width=width)
        begin_session(window.page, window.site, "picker")
        window.go(reverse("wagtailadmin_pages:edit", args=[place.page_id]))
        window.page.locator("#id_places-0-area[role=combobox]").wait_for()
        return window

    return open_case


def chips(page: Page, name: str) -> list[str]:
    """What the picker of a field shows as chosen."""
    chosen = page.locator(f"nanif-picker:has(select[name={name}]) .picker__chip > span")
    return [text.strip() for text in chosen.all_inner_texts()]


def test_places_are_chosen_by_keyboard(editing: Callable[..., Any]) -> None:
    window = editing()
    page = window.page
    before = chips(page, "places-0-area")
    assert len(before) == 1
    page.locator("#id_places-ADD").click()  # a row that Wagtail adds by script
    box = page.locator("#id_places-1-area")
    assert box.get_attribute("role") == "combobox"
    box.focus()
    window.type("府中")
    page.locator("#id_places-1-area-options [role=option]").first.wait_for()
    assert box.get_attribute("aria-expanded") == "true"
    while "東京都" not in str(page.locator(".picker__option[data-active]").all_inner_texts()):
        window.press("ArrowDown")
    active = box.get_attribute("aria-activedescendant")
    assert page.locator(f"#{active}").inner_text() == "府中市 東京都"
    window.press("Enter")
    assert chips(page, "places-1-area") == ["府中市 東京都"]
    assert page.locator("select[name=places-1-area]").input_value() == "132063"
    assert chips(page, "places-0-area") == before
    window.press("Backspace")  # leads to the button, and takes nothing away yet
    assert chips(page, "places-1-area") == ["府中市 東京都"]
    assert page.evaluate("document.activeElement.ariaLabel") == "外す：府中市 東京都"
    window.press("Enter")
    assert chips(page, "places-1-area") == []
    assert page.evaluate("document.activeElement.id") == "id_places-1-area"


# The last is what a window of 1,280 px shows at 200 %.
@pytest.mark.parametrize("width", [*WIDTHS.values(), 640])
def test_pickers_are_accessible_on_every_screen(
    width: int, editing: Callable[..., Any], axe: Callable[..., list[str]]
) -> None:
    window = editing(width)
    page = window.page
    box = page.locator("#id_places-0-area")
    box.scroll_into_view_if_needed()
    box.focus()
    window.type("市")
    page.locator("#id_places-0-area-options [role=option]").first.wait_for()
    window.press("ArrowDown")
    assert not page.evaluate(BREAKS_OUT)
    assert not axe(page, PICKERS)
    window.press("Escape")
    assert page.locator("#id_places-0-area-options").is_hidden()
