"""Five people find what they came for in at most four steps from the home page.

In both languages, on a phone and a desk, with and without scripts. A step is a click on something
that can be seen, or a form that is sent.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from casestudies.models import CaseStudyPage
from tests.browser.conftest import Visit
from tests.page_examples import prefix

MOST_STEPS = 4
# A case with its funding and a telephone number, and a town that is like the one it is from.
CASE = "miyako-japanese-class-startup"
TOWN = {"ja": "むつ市", "en": "Mutsu"}
TOWN_CODE = "022080"


class Walk:
    """A way from the home page, whose steps are counted."""

    def __init__(self, visit: Visit) -> None:
        self.visit, self.page, self.steps = visit, visit.page, 0
        self.at = prefix(visit.language)
        visit.home()

    def step(self, link: str | Locator) -> None:
        self.steps += 1
        found = (self.page.locator(link) if isinstance(link, str) else link).first
        expect(found).to_be_visible()
        self.visit.click(found)

    def open_menu(self) -> None:
        """On a phone the sections are behind the button; elsewhere they stand there."""
        button = self.page.locator(".site-menu summary")
        if button.is_visible():
            self.steps += 1
            expect(self.page.locator("#site-nav")).to_be_hidden()
            button.click()
        expect(self.page.locator("#site-nav")).to_be_visible()

    def end(self) -> None:
        assert self.steps <= MOST_STEPS, f"{self.steps} steps"
        wider = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wider <= 0, f"{self.visit.path} is wider than the window"


@pytest.fixture(
    params=[
        (language, width, script)
        for language in ("ja", "en")
        for width in (360, 1280)
        for script in (True, False)
    ],
    ids=lambda chosen: f"{chosen[0]}-{chosen[1]}-{'script' if chosen[2] else 'plain'}",
)
def walk(visit: Callable[..., Visit], request: pytest.FixtureRequest) -> Walk:
    """The home page in one of the eight ways in which people read it."""
    language, width, script = request.param
    return Walk(visit(language, width=width, javascript=script))


def test_officer_finds_cost_and_phone_of_a_like_town(walk: Walk) -> None:
    walk.page.fill("main input[name=q]", TOWN[walk.visit.language])
    walk.step("main .search-box__button")
    walk.step(f"main a[href='{walk.at}/areas/{TOWN_CODE}/']")
    walk.step(f"main a[href$='/{CASE}/']")
    case = CaseStudyPage.objects.get(slug=CASE, locale__language_code=walk.visit.language)
    main = walk.page.locator("main")
    expect(main).to_contain_text(case.funding[:12])
    expect(main).to_contain_text(case.contact_phone)
    walk.end()


def test_supporter_sees_the_calls_and_how_to_hear_of_the_next(walk: Walk) -> None:
    walk.open_menu()
    if walk.steps:
        walk.step(f"#site-nav a[href='{walk.at}/calls/']")
    else:  # in a row of sections the pages of others are one click further
        walk.step(f".doors a[href='{walk.at}/calls/']")
    expect(walk.page.locator("#open-title")).to_be_visible()
    expect(walk.page.locator(".call").first).to_be_visible()
    walk.step("a[href$='/alerts/?subject=calls']")
    expect(walk.page.locator("input[name=address]")).to_be_visible()
    walk.end()


def test_teacher_prints_a_case_without_the_frame(walk: Walk) -> None:
    walk.step(".card--case .card__link")
    walk.page.emulate_media(media="print")
    expect(walk.page.locator("h1")).to_be_visible()
    for frame in (".site-nav", ".search-box", ".site-map"):
        expect(walk.page.locator(frame).first).to_be_hidden()
    walk.end()


def test_resident_finds_a_desk_in_the_own_language(walk: Walk) -> None:
    walk.step(f".doors a[href='{walk.at}/desks/']")
    # The filters are open on phones too; with the script the choice alone changes the list.
    language = walk.page.locator("select[name=lang]")
    if (send := walk.page.locator(".filters__submit")).is_visible():
        language.select_option("vi")
        walk.step(send)
    else:
        walk.visit.change_list(lambda: language.select_option("vi"), "lang=vi")
    expect(walk.page.locator("main a[href^='tel:']").first).to_be_visible()
    walk.end()


def test_journalist_finds_how_to_cite(walk: Walk) -> None:
    walk.step(".card--case .card__link")
    cite = walk.page.locator("#cite-plain-text")
    expect(cite).to_be_visible()
    expect(cite).to_contain_text("NANIF")
    walk.end()
