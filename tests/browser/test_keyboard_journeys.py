"""What people come for, done with the keyboard alone."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.page_examples import LANGUAGES, prefix

HAMAMATSU = {"ja": "浜松市", "en": "Hamamatsu"}


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
    is_folded = window.page.locator(".filters__open").is_visible()
    if is_folded and not window.page.get_by_role("dialog").is_visible():
        window.tab_to(".filters__open")
        window.press("Enter")
    if not window.page.locator(checkbox).first.is_visible():
        window.tab_to(f"details:has({checkbox}) > summary")
        window.press("Enter")
        if not window.page.locator(checkbox).first.is_visible():
            window.tab_to(f"details details:has({checkbox}) > summary")
            window.press("Enter")
    window.tab_to(f"{checkbox}:not(:disabled)")
    window.change_list(lambda: window.press("Space"), f"{facet}=")


def test_filter_without_javascript(visit: Callable[..., Visit]) -> None:
    window = visit("ja", width=360, javascript=False)
    window.go("/search/?q=" + quote("防災"))
    theme = "input[name=theme]:not(:disabled)"
    window.page.locator(".filters__open").click()
    for details in window.page.locator(f"details:not([open]):has({theme}) > summary").all():
        details.click()
    window.page.locator(theme).first.check()
    window.click(".filters__submit")
    assert _query(window)["q"] == ["防災"]
    assert _query(window)["theme"]
    assert window.page.locator("main a[href*='/cases/']").count() > 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_choose_a_suggestion(visit: Callable[..., Visit], language: str) -> None:
    """The combobox of ARIA 1.2: the focus stays in the field, arrows move through the list."""
    window = visit(language, width=360)
    window.go(f"{prefix(language)}/search/")
    window.tab_to("main input[name=q]")
    box = window.page.locator("main input[role=combobox]")
    options = window.page.locator("main [role=listbox] [role=option]")
    # What an input method shows before it is settled.
    composing = window.page.context.new_cdp_session(window.page)
    with window.page.expect_response("**/suggest/**"):  # the first one may take its time
        composing.send(
            "Input.imeSetComposition", {"text": "はまm", "selectionStart": 3, "selectionEnd": 3}
        )
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(options.filter(has_text="浜松").first).to_be_visible()
    box.fill("hama")
    expect(options.filter(has_text=HAMAMATSU[language]).first).to_be_visible()
    window.press("ArrowDown")
    chosen = options.first
    expect(chosen).to_have_attribute("aria-selected", "true")
    expect(box).to_be_focused()
    expect(box).to_have_attribute("aria-activedescendant", chosen.get_attribute("id") or "")
    window.press("ArrowUp")
    window.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    expect(chosen).to_have_attribute("aria-selected", "false")
    window.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("hama")
    assert not box.get_attribute("aria-activedescendant")
    window.press("ArrowDown")
    expect(box).to_have_attribute("aria-expanded", "true")
    window.press("ArrowDown")
    address = options.first.get_attribute("data-url")
    window.follow()
    assert window.path == address


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
