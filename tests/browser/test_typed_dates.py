"""Dates and times typed in Japanese stay in the admin's fields, and are stored as meant."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from events.models import EventPage
from tests.browser.conftest import Visit, begin_session

pytestmark = pytest.mark.django_db(transaction=True)

# Waits until the picker of a field, if it has one, is open or closed.
PICKER_IS = """async (field, isOpen) => {
  const picker = window.jQuery(field).data('xdsoft_datetimepicker');
  while (picker && picker.is(':visible') !== isOpen) await new Promise((go) => setTimeout(go, 20));
}"""


@pytest.fixture
def event(live_site: str, transactional_db: None) -> EventPage:
    """A draft of an event."""
    original = EventPage.objects.live().filter(locale__language_code="ja").first()
    assert original is not None
    draft = EventPage(
        title="試験の催し", slug="typed", kind=original.kind, live=False, starts_on="2030"
    )
    original.get_parent().add_child(instance=draft)
    draft.save_revision()
    return draft


def test_what_is_typed_in_japanese_stays_and_is_stored_as_meant(
    visit: Callable[..., Visit], django_user_model: Any, event: EventPage
) -> None:
    django_user_model.objects.create_superuser("chief", "chief@example.org", "pass-chief")
    at = visit("ja")
    page = at.page
    begin_session(page, at.site, "chief")
    at.go(reverse("wagtailadmin_pages:edit", args=[event.pk]))

    def typed(name: str, text: str) -> None:
        field = page.locator(f"[name={name}]")
        field.scroll_into_view_if_needed()
        field.focus()
        # The picker opens a moment after the focus.
        field.evaluate(PICKER_IS, True)
        field.press("Control+a")
        at.type(text)
        # Leaving the field is when the picker used to rewrite the text.
        field.press("Tab")
        field.evaluate(PICKER_IS, False)
        expect(field).to_have_value(text)

    def open_schedule() -> None:
        page.evaluate(
            "document.getElementById('schedule-publishing-dialog')"
            ".dispatchEvent(new CustomEvent('w-dialog:show'))"
        )

    typed("starts_on", "令和8年12月10日（木）")
    typed("start_time", "13時30分")
    typed("end_time", "午後4時")
    typed("join_until", "令和8年11月20日")
    typed("capacity", "三百二十人")
    open_schedule()
    typed("go_live_at", "2030年12月10日 9時")
    assert "日本時間（Asia/Tokyo）" in page.locator("#schedule-publishing-dialog").inner_text()
    typed("expire_at", "2031年1月10日")
    save = page.locator("#schedule-publishing-dialog button.action-save")
    at.click(save)
    # One of them cannot be read: everything that was typed is still there.
    expect(page.locator("[name=start_time]")).to_have_value("13時30分")
    expect(page.locator("[name=expire_at]")).to_have_value("2031年1月10日")
    expect(page.locator("#schedule-publishing-dialog")).to_contain_text(
        "日付と時刻の両方が必要です"
    )
    open_schedule()
    typed("expire_at", "2031年1月10日 午後5時半")

    def stored() -> EventPage:
        draft = EventPage.objects.get(pk=event.pk).get_latest_revision_as_object()
        assert isinstance(draft, EventPage)
        return draft

    # It is stored with or without a new page: the admin may save in the background.
    with page.expect_response(lambda it: it.request.method == "POST" and bool(stored().expire_at)):
        save.click()
    draft = stored()
    japan = ZoneInfo("Asia/Tokyo")
    assert (draft.starts_on, draft.start_time, draft.end_time) == (
        "2026-12-10", datetime.time(13, 30), datetime.time(16),
    )  # fmt: skip
    assert draft.join_until == datetime.date(2026, 11, 20)
    assert draft.capacity == 320
    assert draft.go_live_at == datetime.datetime(2030, 12, 10, 9, tzinfo=japan)
    assert draft.expire_at == datetime.datetime(2031, 1, 10, 17, 30, tzinfo=japan)
