"""A filter changes a list in place: nothing moves under the finger, and the count is said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import WIDTHS, Visit
from tests.page_examples import LANGUAGES, prefix

# How many pixels an element may differ from where it was: borders are drawn in parts of pixels.
SLACK = 2
IN_VIEW = "element => { const box = element.getBoundingClientRect();\
  return box.bottom > 0 && box.top < innerHeight; }"


def _top(element: Locator) -> float:
    box = element.bounding_box()
    assert box is not None
    return box["y"]


def _tick(window: Visit, box: Locator, act: Callable[[], Any]) -> None:
    """Tick a box, and see that reader, focus and box stayed, and that the new count was said."""
    page = window.page
    box.scroll_into_view_if_needed()
    identifier, was_ticked = box.get_attribute("id"), box.is_checked()
    before = page.evaluate("scrollY"), _top(box)
    window.change_list(act, "search/")
    same = page.locator(f"[id='{identifier}']")
    assert same.is_checked() != was_ticked
    assert abs(page.evaluate("scrollY") - before[0]) <= SLACK, "the page moved"
    assert abs(_top(same) - before[1]) <= SLACK, "the box moved"
    expect(same).to_be_focused()
    count = page.locator("#list-count").inner_text().split()[0]
    assert count in page.locator("[data-directory-status]").inner_text()


@pytest.mark.parametrize("language", LANGUAGES)
def test_tick_of_a_filter_beside_the_list_moves_nothing(
    visit: Callable[..., Visit], language: str
) -> None:
    """By mouse and by keyboard, after scrolling; then back and forward."""
    window = visit(language)
    page = window.page
    window.go(f"{prefix(language)}/search/")
    page.locator("#facet-theme").click()
    page.evaluate("scrollTo(0, 480)")
    boxes = page.locator("input[name=theme]")
    _tick(window, boxes.nth(2), boxes.nth(2).click)
    first = page.url
    assert page.locator(".hit__link").first.evaluate(IN_VIEW) or page.locator(".hit__link").nth(
        3
    ).evaluate(IN_VIEW)
    boxes.nth(0).focus()
    _tick(window, boxes.nth(0), lambda: window.press("Space"))
    second, titles = page.url, page.locator(".hit__link").all_inner_texts()

    window.change_list(page.go_back, first.rpartition("/")[2])
    assert page.url == first
    expect(page.locator("input[name=theme]:checked")).to_have_count(1)
    assert page.evaluate("scrollY") == pytest.approx(480, abs=SLACK)
    window.change_list(page.go_forward, second.rpartition("/")[2])
    assert (page.url, page.locator(".hit__link").all_inner_texts()) == (second, titles)

    # A chip takes its filter away, and the count has the focus then.
    window.change_list(page.locator(".chips .chip").first.click, "theme=")
    expect(page.locator("input[name=theme]:checked")).to_have_count(1)
    expect(page.locator("#list-count")).to_be_focused()


@pytest.mark.parametrize("language", LANGUAGES)
def test_filters_of_the_search_are_a_sheet_on_phones(
    visit: Callable[..., Visit], axe: Callable[..., list[str]], language: str
) -> None:
    window = visit(language, width=WIDTHS["phone"], touch=True)
    page = window.page
    window.go(f"{prefix(language)}/search/")
    opener = page.locator(".filters__open")
    opener.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    opener.tap()
    sheet = page.get_by_role("dialog")
    expect(sheet).to_be_visible()
    assert axe(page) == []
    sheet.locator("#facet-theme").tap()
    box = sheet.locator("input[name=theme]").nth(1)
    box.scroll_into_view_if_needed()
    _tick(window, box, box.tap)
    count = page.locator("#list-count").inner_text().split()[0].strip("件hits")
    show = sheet.locator(".filters__show")
    number = "".join(filter(str.isdigit, show.inner_text()))
    assert number
    assert number in count or number in page.locator("#list-count").inner_text()
    show.tap()
    expect(sheet).to_be_hidden()
    expect(opener).to_be_focused()
    assert page.evaluate("scrollY") == pytest.approx(before, abs=SLACK)
    assert "1" in opener.inner_text()
    assert page.locator(".hit__link").first.is_visible()
    opener.press("Enter")
    window.press("Escape")
    expect(sheet).to_be_hidden()
    expect(opener).to_be_focused()


@pytest.mark.parametrize("width", WIDTHS.values())
@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/cases/", "theme"),
        ("/organisations/", "actor"),
        ("/events/", "theme"),
        ("/press/", "year"),
        ("/grants/", "year"),
    ],
)
def test_every_list_changes_in_place(
    visit: Callable[..., Visit], path: str, name: str, width: int
) -> None:
    window = visit("en", width=width)
    page = window.page
    window.go(f"/en{path}")
    is_phone = width == WIDTHS["phone"]
    if is_phone:
        page.locator(".filters__open").click()
    field = page.locator(f"#filter-{name}")
    field.focus()
    before = page.evaluate("scrollY"), _top(field)
    window.change_list(lambda: field.select_option(index=1), f"{name}=")
    assert (page.evaluate("scrollY"), _top(field)) == pytest.approx(before, abs=SLACK)
    expect(field).to_be_focused()
    if is_phone:
        page.locator(".filters__show").click()
    expect(page.locator(".chips .chip")).to_have_count(1)
    window.change_list(page.locator(".chips .chip").click, path)
    expect(page.locator(".chips .chip")).to_have_count(0)
    assert name not in page.url


@pytest.mark.parametrize(("language", "width"), [("ja", 360), ("en", 1280)])
def test_map_and_list_are_views_of_one_query(
    visit: Callable[..., Visit], axe: Callable[..., list[str]], language: str, width: int
) -> None:
    window = visit(language, width=width)
    page = window.page
    window.go(f"{prefix(language)}/search/?kind=case")
    window.change_list(page.locator("#view-both").click, "view=both")
    expect(page.locator("#view-both")).to_be_focused()
    assert page.locator(".hit__link").count()
    hits = page.locator("#list-count").inner_text()
    window.change_list(page.locator("#view-map").click, "view=map")
    assert page.locator("#list-count").inner_text() == hits
    expect(page.locator(".hit__link")).to_have_count(0)

    # By the keyboard alone: from Japan to a prefecture, and to a municipality of it.
    page.locator("#search-map-22").focus()
    window.change_list(lambda: window.press("Enter"), "region=22")
    town = page.locator("svg a[data-code]").first
    town.focus()
    code = town.get_attribute("data-code")
    window.change_list(lambda: window.press("Enter"), f"region={code}")
    assert "view=map" in page.url
    assert axe(page) == []
    in_list = page.locator(f".map-japan__link[data-code='{code}']")
    expect(in_list).to_have_attribute("aria-current", "true")
    box = in_list.bounding_box()
    assert box is not None
    assert box["height"] >= 24
    window.change_list(page.locator("#view-list").click, f"region={code}")
    assert page.locator(".hit__link").count()


def test_lists_work_without_javascript_on_phones(visit: Callable[..., Visit]) -> None:
    window = visit("ja", width=320, javascript=False)
    page = window.page
    for path, choose in [
        ("/search/", lambda: page.locator("#without-ended").check()),
        ("/cases/", lambda: page.locator("#filter-theme").select_option("1")),
    ]:
        window.go(path)
        assert not page.locator(".filters__panel").is_visible()
        page.locator(".filters__open").click()
        choose()
        window.click(".filters__submit")
        expect(page.locator(".chips .chip")).to_have_count(1)
        window.click(page.locator(".chips .chip"))
        expect(page.locator(".chips .chip")).to_have_count(0)


def test_search_is_printed_as_its_query_and_hits(visit: Callable[..., Visit]) -> None:
    window = visit("en")
    page = window.page
    window.go("/en/search/?q=disaster&kind=case")
    page.emulate_media(media="print")
    assert page.locator(".hit__link").first.is_visible()
    assert "disaster" in page.locator("#list-count").inner_text()
    assert page.locator(".chips .chip").is_visible()
    for hidden in (".filters", ".views", ".list-sort", ".take-away", ".search-box"):
        assert not page.locator(f"main {hidden}").first.is_visible(), hidden
