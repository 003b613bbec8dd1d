"""A list of cases is kept in the browser alone, and shared by its address."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from casestudies.models import CaseStudyPage
from tests.browser.conftest import WIDTHS, Visit
from tests.page_examples import prefix

FIRST, SECOND = "minamiyoshida-school", "miyako-japanese-class-startup"


@pytest.mark.parametrize(("language", "width"), [("ja", 360), ("en", 1280)])
def test_a_list_is_kept_shared_and_put_in_order(
    visit: Callable[..., Visit], language: str, width: int
) -> None:
    """Without an account: by touch on a phone, and by the keyboard alone at a desk."""
    is_phone = width == WIDTHS["phone"]
    window = visit(language, width=width, touch=is_phone)
    page = window.page
    for slug in (FIRST, SECOND):
        window.go(CaseStudyPage.objects.get(slug=slug, locale__language_code=language).get_url())
        add = page.locator("[data-casebook-add]")
        if is_phone:
            add.tap()
        else:
            add.focus()
            window.press("Enter")
        expect(page.locator("[data-casebook-status]")).not_to_be_empty()
    assert not page.context.cookies()
    listed = page.locator("[data-casebook-list]")
    expect(listed).to_be_visible()
    window.click(listed)
    titles = page.locator(".casebook__title")
    expect(titles).to_have_count(2)
    order = titles.all_inner_texts()
    shared = page.url
    assert FIRST in shared
    assert SECOND in shared

    # What somebody changes in their own list stays changed; the address of before is as it was.
    later = page.locator("[data-casebook-change]").first
    later.focus()
    with page.expect_navigation(wait_until="load"):
        window.press("Enter")
    expect(titles).to_have_text(order[::-1])
    window.go(f"{prefix(language)}/casebook/")
    page.wait_for_url("**case=*")
    expect(titles).to_have_text(order[::-1])
    for kind in ("pdf", "pptx", "docx"):
        assert page.locator(f"a[href*='casebook.{kind}?']").count() == 1

    # Somebody else opens the address: they see the list, and keep it only if they ask for it.
    other = visit(language, width=width, touch=is_phone)
    other.go(shared.removeprefix(other.site))
    expect(other.page.locator(".casebook__title")).to_have_text(order)
    keep = other.page.locator("[data-casebook-keep]")
    assert other.page.evaluate("localStorage.getItem('casebook')") is None
    keep.locator("button").click()
    expect(keep.locator("[role=status]")).not_to_be_empty()
    other.go(f"{prefix(language)}/casebook/")
    other.page.wait_for_url("**case=*")
    expect(other.page.locator(".casebook__title")).to_have_text(order)
