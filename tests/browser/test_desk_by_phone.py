"""Somebody finds a consultation desk in their own language by phone, from the home page."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
@pytest.mark.parametrize(
    ("language", "own_name", "place", "desk", "number"),
    [
        ("ja", "Português", "愛知県", "あいち多文化共生センター", "0529617902"),
        ("en", "Tiếng Việt", "Hiroshima-shi", "Hiroshima City and Aki District", "0822415010"),
    ],
    ids=["ja", "en"],
)
def test_desk_is_found_from_the_home_page(
    visit: Callable[..., Visit],
    language: str,
    own_name: str,
    place: str,
    desk: str,
    number: str,
    javascript: bool,
) -> None:
    window = visit(language, width=360, javascript=javascript)
    page = window.page
    window.home()
    window.click(".doors a[href$='/desks/']")
    for name, label in [("lang", own_name), ("region", place)]:
        field = page.locator(f"select[name={name}]")
        value = field.locator("option", has_text=label).first.get_attribute("value")
        if javascript:
            window.change_list(partial(field.select_option, value), f"{name}={value}")
        else:
            field.select_option(value)
    if not javascript:
        window.click(".filters__submit")
    card = page.locator(".desk", has_text=desk)
    expect(card).to_be_visible()
    phone = card.locator(f"a[href='tel:{number}']")
    expect(phone).to_be_visible()
    box = phone.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert float(phone.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")) >= 24
    assert page.locator("html").evaluate("e => e.scrollWidth") <= 360
    assert page.title()
