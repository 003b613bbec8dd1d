"""The pages before signing in, which everybody who works here passes through."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import WIDTHS, Visit
from tests.page_examples import LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_signing_in_is_accessible_and_fits(
    visit: Callable[..., Visit], axe: Callable[[Page], list[str]], language: str
) -> None:
    """Log-in, forgotten password and a link that is not valid, on a phone and on a desktop."""
    for width in WIDTHS.values():
        window = visit(language, width=width)
        for path, status in [
            ("/admin/login/", 200),
            ("/admin/password_reset/", 200),
            ("/admin/invitation/forged/", 404),
        ]:
            window.go(f"{path}?language={language}", status=status)
            assert axe(window.page) == [], path
            assert window.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
            assert window.page.locator("html").get_attribute("lang") == language
