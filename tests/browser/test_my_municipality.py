"""From a town's own name to what towns like it have done, in three steps."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.conftest import Visit
from tests.page_examples import prefix

# A town whose peers have cases, and one of whose peers none has any.
TOWNS = [("ja", "大泉町", "105244"), ("ja", "湯梨浜町", "313700"), ("en", "Yurihama", "313700")]
CASE = "#peers a[href*='/cases/']"


@pytest.mark.parametrize(("language", "name", "code"), TOWNS)
def test_from_the_name_of_a_town_to_a_case_of_a_peer_on_a_phone(
    visit: Callable[..., Visit], language: str, name: str, code: str
) -> None:
    window = visit(language, width=360)
    page = window.page
    window.home()
    page.locator("main input[name=q]").fill(name)
    with page.expect_navigation():
        page.locator("main input[name=q]").press("Enter")
    window.click(f"main a[href$='/areas/{code}/']")
    assert window.path == f"{prefix(language)}/areas/{code}/"
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    window.click(CASE)
    assert window.path.startswith(f"{prefix(language)}/cases/")
    assert page.locator("h1").inner_text()


@pytest.mark.parametrize(("language", "name", "code"), TOWNS[:2])
def test_the_same_by_keyboard_without_scripts(
    visit: Callable[..., Visit], language: str, name: str, code: str
) -> None:
    window = visit(language, javascript=False)
    window.home()
    window.tab_to("main input[name=q]")
    window.type(name)
    window.follow()
    window.tab_to(f"main a[href$='/areas/{code}/']")
    window.follow()
    # The list of sections at the top of the page saves the way past the others.
    window.tab_to("main a[href='#peers']")
    window.press("Enter")
    window.tab_to(CASE)
    window.follow()
    assert window.path.startswith(f"{prefix(language)}/cases/")
