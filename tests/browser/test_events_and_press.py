"""Finding an event and taking it into one's own calendar; reading what a paper wrote."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import vobject
from playwright.sync_api import expect

from tests.browser.conftest import WIDTHS, Visit
from tests.page_examples import LANGUAGES, prefix

MIE = {"ja": "三重の協働円卓会議", "en": "Collaborative Roundtable of Mie"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_event_is_found_by_place_and_theme_and_downloaded_for_a_calendar(
    visit: Callable[..., Visit], language: str
) -> None:
    window = visit(language, width=360)
    window.home()
    window.click(f"footer a[href='{prefix(language)}/events/']")
    page = window.page
    assert not page.locator("#filter-region").is_visible(), "the filters stand before the list"
    page.locator(".filters__open").click()
    for name, code in (("region", "24"), ("theme", "5-2")):
        field = page.locator(f"#filter-{name}")
        window.change_list(partial(field.select_option, code), f"{name}={code}")
    page.locator(".filters__show").click()
    expect(page.locator(".filters__open")).to_contain_text("2")
    window.click(page.locator(".event__link", has_text=MIE[language]))
    assert window.path == f"{prefix(language)}/events/nanif-mie-2024/"
    # It is over: nothing offers to put it into a calendar, while that of all events has it.
    expect(page.locator("main a[href$='.ics']")).to_have_count(0)
    window.click("aside .more-link")
    with page.expect_download() as download:
        page.locator("main a[href$='/events.ics']").first.click()
    text = Path(download.value.path()).read_text("utf-8")
    entries = vobject.readOne(text).vevent_list
    (entry,) = [entry for entry in entries if MIE[language] in entry.summary.value]
    assert entry.dtstart.value.isoformat() == "2024-01-31"
    assert entry.dtend.value.isoformat() == "2024-02-01"


@pytest.mark.parametrize(("language", "width"), [("ja", 360), ("en", 1280)])
def test_coverage_is_found_by_theme_language_and_outlet_and_leads_to_the_original(
    visit: Callable[..., Visit], language: str, width: int
) -> None:
    window = visit(language, width=width, javascript=False)
    page = window.page
    window.home()
    window.click(f"footer a[href='{prefix(language)}/press/']")
    unfold = page.locator(".filters__open")

    def choose(**chosen: str) -> None:
        if width == WIDTHS["phone"]:
            unfold.click()
        for name, code in chosen.items():
            page.locator(f"#filter-{name}").select_option(code)
        window.click(".filters__submit")

    assert unfold.is_visible() == (width == WIDTHS["phone"])
    choose(theme="x-1", lang="ja")
    assert page.locator(".coverage").count() == 1
    assert "2020" in page.locator(".coverage time").inner_text()

    window.click(".chips__clear")
    choose(outlet="kyodo")
    (link,) = page.locator(".coverage__more").all()
    window.click(link)
    # The newspaper's own page, as far as a machine without a network goes.
    page.context.route(
        "https://this.kiji.is/**", lambda route: route.fulfill(body="<h1>共同通信</h1>")
    )
    page.locator("aside a.button").click()
    page.wait_for_url("https://this.kiji.is/433603507908658273")
    assert window.complaints == [f"asks another host: {page.url}"]
    window.complaints.clear()
