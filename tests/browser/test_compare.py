"""Comparing towns, as an officer does it: on a phone, and by keyboard without scripts."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit

OIZUMI, OTA, ISESAKI = "105244", "102059", "102041"


def heads(page: Page) -> list[str]:
    return [link.strip() for link in page.locator(".compare-table thead a").all_inner_texts()]


def take(page: Page, action: Callable[[], None], path: Path) -> Path:
    with page.expect_download() as download:
        action()
    download.value.save_as(path)
    return path


def towns_in(path: Path) -> set[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row[0] for row in list(csv.reader(file))[1:]}


def test_three_towns_on_a_phone_with_their_table_and_picture(
    visit: Callable[..., Visit], tmp_path: Path
) -> None:
    window = visit("ja", width=360)
    page = window.page
    window.go(f"/areas/{OIZUMI}/")
    window.click("#figures a[href*='/compare/']")
    box = page.locator("#compare-place")
    # The box in the head of every page is left alone: places are suggested here.
    box.press_sequentially("太田")
    option = page.locator("[role=option]", has_text="太田市").first
    option.wait_for()
    with page.expect_navigation():
        option.click()
    page.locator("#compare-place").fill("伊勢崎市")
    with page.expect_navigation():
        page.locator("#compare-place").press("Enter")
    assert window.path == f"/compare/?places={OIZUMI},{OTA},{ISESAKI}"
    assert heads(page) == ["大泉町", "太田市", "伊勢崎市"]
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0

    # Each value is read by a finger or a key; the last comes first.
    share = page.locator("figure", has=page.locator("[id^=compare-share]")).first
    slider = share.locator("input[type=range]")
    assert slider.get_attribute("aria-valuetext").startswith("2025年1月1日：大泉町 21.3%")
    slider.press("ArrowLeft")
    expect(share.locator(".chart-reader__value")).to_contain_text("2024年1月1日")

    files = share.locator(".chart-files")
    table = take(page, files.get_by_text("CSV").click, tmp_path / "share.csv")
    assert towns_in(table) == {OIZUMI, OTA, ISESAKI}
    png = take(page, files.get_by_role("button", name="PNG").click, tmp_path / "share.png")
    picture = Image.open(png)
    assert picture.size[0] == 1440
    # Lines of three colours on white, not an empty canvas.
    assert len(picture.convert("RGB").getcolors(1_000_000) or []) > 100


def test_three_towns_by_keyboard_without_scripts(
    visit: Callable[..., Visit], tmp_path: Path
) -> None:
    window = visit("en", javascript=False)
    page = window.page
    window.go("/en/compare/")
    for name in ("Oizumi-machi", "Ota-shi", "Isesaki"):
        window.tab_to("#compare-place")
        window.type(name)
        window.follow()
    assert window.path == f"/en/compare/?places={OIZUMI},{OTA},{ISESAKI}"
    assert len(heads(page)) == 3
    assert not page.get_by_role("button", name="PNG").count()
    window.tab_to("a[href*='share.csv']")
    table = take(page, lambda: window.press("Enter"), tmp_path / "share.csv")
    assert towns_in(table) == {OIZUMI, OTA, ISESAKI}
    window.tab_to("a[href*='share.svg']")
    picture = take(page, lambda: window.press("Enter"), tmp_path / "share.svg")
    assert "Isesaki" in picture.read_text("utf-8")
    # Words for those who do not see the drawing.
    assert page.locator("svg.chart title").first.text_content()
    # A place is taken away again by the keyboard.
    window.tab_to(".compare-choice .chip")
    window.follow()
    assert len(heads(page)) == 2
