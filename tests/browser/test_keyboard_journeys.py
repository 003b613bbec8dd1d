"""What people come for, done with the keyboard alone."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.browser.conftest import Visit
from tests.page_examples import LANGUAGES, prefix


def _query(window: Visit) -> dict[str, list[str]]:
    return parse_qs(urlsplit(window.path).query)


@pytest.mark.parametrize("language", LANGUAGES)
def test_find_a_case_from_the_home_page(visit: Callable[..., Visit], language: str) -> None:
    window = visit(language)
    window.home()
    window.tab_to("main input[name=q]")
    window.type("防災")
    window.follow()
    assert _query(window)["q"] == ["防災"]

    window.tab_to("main a[href*='/cases/']")
    window.follow()
    assert window.path.startswith(f"{prefix(language)}/cases/")
    assert window.page.locator("h1").inner_text()


@pytest.mark.parametrize("language", LANGUAGES)
def test_first_tab_leads_past_the_header(visit: Callable[..., Visit], language: str) -> None:
    window = visit(language)
    window.home()
    window.tab_to("a[href='#main']", most=1)
    window.press("Enter")
    assert window.page.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", LANGUAGES)
def test_filter_by_region_and_theme(visit: Callable[..., Visit], language: str, width: int) -> None:
    window = visit(language, width=width)
    window.go(f"{prefix(language)}/search/")
    for facet in ["region", "theme"]:
        _choose_first_value(window, facet)
    query = _query(window)
    assert query["region"]
    assert query["theme"]
    assert window.page.locator("main a[href*='/cases/']").count() > 0


def _choose_first_value(window: Visit, facet: str) -> None:
    """Open the group of the facet if it is closed, check its first value, send where needed."""
    checkbox = f"input[name={facet}]"
    if not window.page.locator(checkbox).first.is_visible():
        window.tab_to(f"details:has({checkbox}) > summary")
        window.press("Enter")
        if not window.page.locator(checkbox).first.is_visible():
            window.tab_to(f"details details:has({checkbox}) > summary")
            window.press("Enter")
    window.tab_to(f"{checkbox}:not(:disabled)")
    window.press("Space")
    window.page.wait_for_url(f"**{facet}=*")
    window.page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("language", LANGUAGES)
def test_language_switch_stays_on_the_page(visit: Callable[..., Visit], language: str) -> None:
    other = "en" if language == "ja" else "ja"
    window = visit(language)
    window.go(f"{prefix(language)}/cases/")
    window.tab_to(f"a[hreflang={other}]")
    window.follow()
    assert window.path == f"{prefix(other)}/cases/"
    assert window.page.locator("html").get_attribute("lang") == other


@pytest.mark.parametrize("language", LANGUAGES)
def test_open_a_region_from_the_map(visit: Callable[..., Visit], language: str) -> None:
    window = visit(language)
    window.go(f"{prefix(language)}/regions/")
    window.tab_to("svg a")
    window.follow()
    assert window.path.startswith((f"{prefix(language)}/regions/", f"{prefix(language)}/areas/"))
    assert window.path != f"{prefix(language)}/regions/"
    assert window.page.locator("h1").inner_text()
