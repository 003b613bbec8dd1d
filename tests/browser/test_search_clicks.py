"""Opening a hit tells the site so, once, and says nothing but the words of the search."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote, urlencode

import pytest
from playwright.sync_api import Request

from tests.browser.conftest import Visit
from tests.page_examples import LANGUAGES, prefix

WORDS = {"ja": "防災", "en": "disaster"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_first_hit_that_is_opened_is_counted(visit: Callable[..., Visit], language: str) -> None:
    window = visit(language)
    sent: list[Request] = []
    window.page.on(
        "request", lambda request: sent.append(request) if "/click/" in request.url else None
    )
    window.go(f"{prefix(language)}/search/?q={quote(WORDS[language])}")
    window.page.locator(".hit__kind").first.click()
    assert not sent, "a click beside the link opens nothing"
    with window.page.expect_event("requestfinished", lambda r: "/click/" in r.url):
        window.page.locator(".hit__link").nth(1).click(modifiers=["Control"])
    window.page.locator(".hit__link").nth(2).click(modifiers=["Control"])
    (request,) = sent
    assert request.method == "POST"
    assert request.url == f"{window.site}{prefix(language)}/search/click/"
    assert request.post_data == urlencode({"q": WORDS[language]})
    assert "cookie" not in request.all_headers()
    assert not window.page.context.cookies()


def test_hits_open_without_javascript(visit: Callable[..., Visit]) -> None:
    window = visit("ja", javascript=False)
    window.go("/search/?q=" + quote(WORDS["ja"]))
    window.click(".hit__link")
    assert "/search/" not in window.path
