"""The page on which a body answers, in a real browser: accessible, and usable on a phone."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from casestudies.models import CaseStudyPage
from tests.browser.conftest import WIDTHS, Visit
from tests.page_examples import LANGUAGES
from upkeep.models import Confirmation
from upkeep.tokens import answer_url


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS.keys())
@pytest.mark.parametrize("language", LANGUAGES)
def test_body_answers_without_script_and_by_keyboard(
    visit: Callable[..., Visit],
    axe: Callable[[Page], list[str]],
    language: str,
    width: int,
) -> None:
    case = CaseStudyPage.objects.live().filter(locale__language_code=language).first()
    assert case is not None
    question = Confirmation.objects.create(
        page=case, address="desk@example.org", language=language, asked_at=timezone.now(), mails=1
    )
    path = urlsplit(answer_url(question)).path
    try:
        window = visit(language, width=width)
        window.go(path)
        assert axe(window.page) == []
        assert window.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        window.tab_to("input[name=answer]")
        window.press("ArrowDown")
        assert window.page.locator("input[value=changed]").is_checked()
        window.tab_to("main button[type=submit]")
        window.follow()
        assert window.page.locator("#words-error").count() == 1
        assert axe(window.page) == []
        window.page.locator("textarea[name=words]").fill("電話番号")
        window.tab_to("main button[type=submit]")
        window.follow()
        assert window.path.endswith("/confirm/thanks/changed/")
        assert axe(window.page) == []
        window.go(path, status=410)
        assert axe(window.page) == []
        # The console tells of answers like 400 and 410, which belong to this test.
        window.complaints[:] = [c for c in window.complaints if "status of 4" not in c]
    finally:
        question.delete()
