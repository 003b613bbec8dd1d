"""Following the thread by links only, on a phone: programme, grant, grantee, case, and back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.conftest import Visit
from tests.page_examples import LANGUAGES, prefix


@pytest.mark.parametrize("language", LANGUAGES)
def test_thread_is_followed_by_links_from_grant_to_case_and_back(
    visit: Callable[..., Visit], language: str
) -> None:
    window = visit(language, width=360, javascript=False)
    page = window.page

    def click(selector: str) -> None:
        page.locator(f"main {selector}").first.click()
        assert page.locator("html").evaluate("e => e.scrollWidth") <= 360, window.path

    window.go(f"{prefix(language)}/programmes/")
    click("a[href$='/programmes/diverse-roots/']")
    click("a[href$='/grants/diverse-roots-2020-02/']")
    click(".facts a[href$='/organisations/ikuno-tabunka-flat/']")
    click("#cases a[href*='ikuno-park-tabunka-flat']")
    click("a[href$='/organisations/ikuno-tabunka-flat/']")
    click("#grants a[href$='/grants/diverse-roots-2020-02/']")
    click(".facts a[href$='/areas/27/']")
    assert page.locator("#cases").count()
    click("#grants a[href$='/grants/diverse-roots-2020-02/']")
    click("a[href$='/programmes/diverse-roots/']")
    assert window.path.endswith("/programmes/diverse-roots/")
