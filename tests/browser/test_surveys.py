"""The survey of local governments, as somebody uses it who wants to know what others answered."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page

from tests.browser.conftest import WIDTHS, Visit
from tests.page_examples import LANGUAGES, prefix

SURVEY = {"ja": "自治体アンケート", "en": "Survey on Multiculturalism"}
WAVE = {"ja": "自治体アンケート2015", "en": "Local government survey 2015"}
ASKED = {"ja": ["都道府県", "47", "27", "57%"], "en": ["Prefectures", "47", "27", "57%"]}
SECOND_HAND = "/surveys/sankei-municipal-heads/2025/"


def cells(page: Page, selector: str) -> list[str]:
    return [text.strip() for text in page.locator(selector).all_inner_texts()]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS.keys())
def test_from_the_menu_to_a_questions_chart_table_files_and_cases(
    visit: Callable[..., Visit], language: str, width: int, tmp_path: Path
) -> None:
    window = visit(language, width=width, javascript=False)
    page = window.page
    window.home()
    if width < 768:
        page.click(".site-menu summary")
    window.click(f"header nav a[href='{prefix(language)}/surveys/']")
    window.click(page.locator("main a", has_text=SURVEY[language]))
    window.click(page.locator("main h3 a", has_text=WAVE[language]))

    # Who was asked, and the response rate.
    assert cells(page, "main table >> nth=0 >> tbody tr >> nth=0 >> th, td")[:4] == ASKED[language]

    # A question as a chart with its table.
    question = page.locator("article#\\32 015-measures")
    chart = question.locator("svg[role=img]")
    named = chart.evaluate(
        """e => e.getAttribute('aria-labelledby').split(' ').map(
             id => document.getElementById(id).textContent).join(' ')"""
    )
    assert len(named) > 20
    box = chart.bounding_box()
    assert box is not None
    assert box["width"] <= width
    bars = chart.locator(".chart__bar")
    assert bars.count() == 10
    widths = [bar["width"] for bar in (b.bounding_box() for b in bars.all()) if bar]
    assert widths[0] / widths[1] == pytest.approx(96.3 / 100, rel=0.01)
    assert cells(question.page, "article#\\32 015-measures tbody tr >> nth=0 >> td") == [
        "96.3%",
        "100%",
    ]
    # Letters keep their size on a telephone.
    assert chart.locator("text").first.evaluate("e => e.getBoundingClientRect().height") > 12
    overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0

    # What must not be compared says so, and cases stand beside the question.
    challenges = page.locator("article#\\32 015-challenges")
    assert challenges.locator(".notice--warning").count() == 2
    assert challenges.locator(".result__beside a").count() > 0

    # The figures as files.
    for label, ending in (("CSV", "csv"), ("Excel", "xlsx")):
        with page.expect_download() as download:
            page.locator("aside a", has_text=label).click()
        download.value.save_as(tmp_path / f"wave.{ending}")
    with (tmp_path / "wave.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert (rows[0]["group"], rows[0]["percent"]) == ("prefectures", "96.3")
    head, first, *_more = load_workbook(tmp_path / "wave.xlsx").worksheets[0].values
    assert first[head.index("percent")] == 96.3

    window.click(challenges.locator(".result__beside a"))
    assert "/cases/" in page.url


@pytest.mark.parametrize("language", LANGUAGES)
def test_second_hand_results_are_not_shown(visit: Callable[..., Visit], language: str) -> None:
    window = visit(language)
    window.go(f"{prefix(language)}{SECOND_HAND}")
    assert window.page.locator("article svg.chart, article table").count() == 0
    assert window.page.locator(".notice--warning").count() == 1


def test_charts_stay_readable_in_forced_colours(visit: Callable[..., Visit]) -> None:
    window = visit("ja", width=360)
    window.page.emulate_media(forced_colors="active")
    window.go("/surveys/jcie-local-governments/2015/")
    fills = window.page.locator(".chart__bar, .chart__track").evaluate_all(
        "bars => [...new Set(bars.slice(0, 4).map(bar => getComputedStyle(bar).fill))]"
    )
    assert len(fills) == 3
