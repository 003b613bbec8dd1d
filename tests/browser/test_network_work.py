"""What users of the network's own work must be able to do, row by row, by links only.

Each journey begins at the home of the programmes. Surveys have a module of their own, the thread
from grant to case another.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.page_examples import prefix

# Rows take turns, so that both languages and both widths are walked through without walking twice;
# what every page says in each language is checked in tests/programmes.
JAPANESE_PHONE = pytest.mark.parametrize("window", [("ja", 360)], indirect=True, ids=["ja-phone"])
ENGLISH_DESKTOP = pytest.mark.parametrize("window", [("en", 1280)], indirect=True, ids=["en-desk"])


@pytest.fixture
def window(request: pytest.FixtureRequest, visit: Callable[..., Visit]) -> Visit:
    language, width = request.param
    return visit(language, width=width, javascript=False)


def open_programme(window: Visit, slug: str) -> Page:
    """From the home of the programmes to one of them, where nothing is wider than the window."""
    window.go(f"{prefix(window.language)}/programmes/")
    window.click(f"main a[href$='/programmes/{slug}/']")
    assert window.path == f"{prefix(window.language)}/programmes/{slug}/"
    assert window.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    return window.page


def jump(page: Page, anchor: str) -> None:
    """Follow the list of the page's parts; the part is then in the window."""
    page.locator(f".section-nav a[href='#{anchor}']").click()
    expect(page.locator(f"#{anchor}")).to_be_in_viewport()


def sourced(page: Page, selector: str) -> int:
    """How many of the elements there are; each must say where it was read."""
    found = page.locator(selector)
    assert found.count() == page.locator(f"{selector}:has(.cited)").count() > 0, selector
    return found.count()


@JAPANESE_PHONE
def test_network_platforms_on_map_and_list_and_how_to_start_one(window: Visit) -> None:
    page = open_programme(window, "nanif")
    assert sourced(page, "aside .bodies__item") == 9
    jump(page, "start")
    # Steps are numbered, each with links to its sources, and the last is followed by a contact.
    assert sourced(page, "#start .steps__item") == 5
    number = "e => getComputedStyle(e, '::before').content"
    assert "step" in page.locator("#start .steps__item").first.evaluate(number)
    assert page.locator("#start .steps__item .cited a[href^=http]").count() >= 4
    expect(page.locator("#start .contact a[href='https://www.jcie.or.jp/']")).to_be_visible()
    assert page.locator("#meetings .entries__item").count() >= 4
    assert page.locator("#outputs .entries__item").count() >= 4
    jump(page, "platforms")
    assert page.locator("#platforms .map-japan__prefecture").count() == 47
    card = page.locator(".platforms__item", has=page.locator("a[href$='/regions/nanif-toyama/']"))
    card.locator("summary").click()
    expect(card.locator("dd", has_text="JICA")).to_be_visible()
    window.click(card.locator("h4 a"))
    assert window.path.endswith("/regions/nanif-toyama/")


@ENGLISH_DESKTOP
def test_study_by_bridging_role_and_its_synthesis(window: Visit) -> None:
    page = open_programme(window, "multiethnic-communities")
    expect(page.locator("#aim .prose")).to_be_visible()
    jump(page, "roles")
    assert page.locator(".roles__item").count() == 10
    window.click("#roles a[href$='/synthesis/']")
    bars = page.locator("table.bars")
    assert bars.count() == 3
    # A bar's number is what its link finds.
    row = bars.first.locator("tbody tr").first
    number = row.locator(".bars__number").inner_text().strip()
    window.click(row.locator("a"))
    assert number in page.locator("main").inner_text()
    assert page.locator(".hit").count() > 0


@JAPANESE_PHONE
def test_survey_programme_leads_to_its_results(window: Visit) -> None:
    page = open_programme(window, "survey")
    jump(page, "surveys")
    assert page.locator("#surveys .bodies__item a").count() == 4
    window.click("#surveys .more-link")
    assert window.path.endswith("/surveys/jcie-local-governments/")
    window.click("aside a[href$='/programmes/survey/']")
    assert window.path.endswith("/programmes/survey/")


@ENGLISH_DESKTOP
def test_dormant_deposit_grants_with_call_partners_and_grantees(window: Visit) -> None:
    page = open_programme(window, "hamis")
    call = page.locator("#calls .call")
    state = {"ja": "募集終了", "en": "Closed"}[window.language]
    expect(call.locator(".call__state")).to_contain_text(state)
    # Opening and closing day, amount, who can apply, outcome, source.
    assert call.locator("dd").count() >= 4
    assert "2021" in call.locator("dd").first.inner_text()
    assert sourced(page, "#calls .call") == 1
    assert page.locator("aside .bodies__item").count() == 3
    jump(page, "grants")
    grants = page.locator("table.grants tbody tr")
    assert grants.count() == 8
    window.click("table.grants a[href$='/grants/hamis-2021-04/']")
    facts = page.locator("dl.facts")
    expect(facts.locator("a[href$='/organisations/ysc/']")).to_be_visible()
    expect(facts.locator("a[href$='/areas/13/']")).to_be_visible()


@JAPANESE_PHONE
def test_grants_for_youth_by_kind_of_support(window: Visit) -> None:
    page = open_programme(window, "diverse-roots")
    jump(page, "grants")
    kinds = page.locator("#grants table.bars tbody th a")
    assert kinds.count() == 3
    career = {"ja": "キャリア", "en": "Careers"}[window.language]
    window.click(kinds.filter(has_text=career))
    assert "programme=diverse-roots" in window.path
    rows = page.locator("table.grants tbody tr")
    assert rows.count() == 1
    window.click(rows.locator("a"))
    assert window.path.endswith("/grants/diverse-roots-2020-01/")


@ENGLISH_DESKTOP
def test_emergency_aid_what_where_and_the_way_to_advice(window: Visit) -> None:
    page = open_programme(window, "safor")
    jump(page, "aid")
    assert sourced(page, "#aid .entries__item") == 3
    # Where; by whom and in which languages only if the sources name them.
    assert page.locator("#aid .aid__pairs dd").count() >= 1
    assert page.locator("aside .bodies__item").count() == 3
    window.click("#aid a[href*='theme=1-1']")
    assert page.locator(".hit").count() > 0
    window.click(".hit__link")
    assert "/cases/" in window.path


@JAPANESE_PHONE
def test_exchange_compares_topics_with_sources_and_pairs_cases(window: Visit) -> None:
    page = open_programme(window, "japan-korea-exchange")
    assert page.locator("#visits .entries__item").count() == 3
    jump(page, "comparison")
    assert sourced(page, ".comparison td") == 16
    assert page.locator(".comparison td:has(.comparison__case)").count() == 16
    korean = page.locator(".comparison tbody tr").first.locator("td").last
    window.click(korean.locator(".comparison__case a"))
    country = {"ja": "韓国", "en": "Korea"}[window.language]
    expect(page.locator("main")).to_contain_text(country)
    page.go_back()
    window.click(".comparison__case a")
    assert "/cases/" in window.path


@ENGLISH_DESKTOP
def test_roundtable_members_meetings_and_recommendations(window: Visit) -> None:
    page = open_programme(window, "migration-roundtable")
    jump(page, "members")
    assert page.locator("#members .members__group").count() == 8
    assert sourced(page, "#members .members__item") == 18
    assert sourced(page, "#meetings .entries__item") == 20
    documents = page.locator("#recommendations .entries__title a[href^=http]")
    assert documents.count() == sourced(page, "#recommendations .entries__item") == 4
