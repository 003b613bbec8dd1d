"""A case study and a regional page from nothing to the public, by the hands of every role."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from playwright.sync_api import Locator, Page, expect

from regions.models import Area, Region
from regions.services import provision_region
from reviews.services import prepare_workflows
from taxonomy.models import TargetGroup, Theme
from tests.browser.conftest import Visit, begin_session
from users.grants import grant_network_rights
from users.roles import CURATORS

pytestmark = pytest.mark.django_db(transaction=True)

TITLE = "射水市：通訳ボランティアと開く防災ひろば"


@pytest.fixture
def people(live_site: str, transactional_db: None, django_user_model: Any) -> None:
    """Two regions on board with an editor and a publisher each, and a curator.

    They write for real: after the test the database and the index are restored (tests/conftest.py).
    """
    prepare_workflows()
    grant_network_rights()
    region, other = (provision_region(area=Area.objects.get(pk=code)) for code in ["16", "10"])
    for name, group in [
        ("editor", region.editors),
        ("publisher", region.publishers),
        ("neighbour", other.publishers),
        ("curator", Group.objects.get(name=CURATORS)),
    ]:
        user = django_user_model.objects.create_user(
            username=name, email=f"{name}@example.org", password=f"pass-{name}"
        )
        user.groups.add(group)


class Officer:
    """Somebody at the admin, in Japanese."""

    def __init__(self, visit: Callable[..., Visit], name: str, width: int = 1280) -> None:
        self.visit = visit("ja", width=width)
        self.page: Page = self.visit.page
        self.clicks = 0
        self.written: list[str] = []
        begin_session(self.page, self.visit.site, name)
        self.visit.go("/admin/")
        expect(self.page.get_by_role("link", name="確認を待つもの").first).to_be_visible()

    def follow(self, name: str) -> None:
        """Open a link by its words."""
        self.visit.click(self.page.get_by_role("link", name=name))

    def choose(self, action: str) -> None:
        """Choose something in the menu at the bottom of the form."""
        footer = self.page.locator("footer")
        if not footer.get_by_role("button", name=action, exact=True).is_visible():
            footer.locator(".w-dropdown__toggle").click()
        footer.get_by_role("button", name=action, exact=True).click()

    def press(self, what: Locator) -> None:
        """Click, and count it."""
        self.clicks += 1
        what.first.click()

    def lead_to(self, name: str) -> None:
        """Follow the list of what is missing to a field, which then has the focus."""
        self.press(self.page.locator(f"[data-missing-list] a[data-field={name}]"))
        self.written.append(name)
        expect(self.page.locator("[data-missing-list] a:focus")).to_have_count(0)

    def write(self, name: str, text: str) -> None:
        """Go to a field by that list and type, without touching the mouse again."""
        self.lead_to(name)
        self.page.keyboard.insert_text(text)

    def decide(self, action: str, *, note: str = "", criteria: int = 0) -> None:
        """Choose an action of the review and fill its dialogue."""
        self.choose(action)
        dialogue = self.page.locator(".modal-content")
        expect(dialogue).to_be_visible()
        for number in range(criteria):
            dialogue.locator("input[name=criteria]").nth(number).check()
        if note:
            dialogue.locator("textarea[name=comment]").fill(note)
        with self.page.expect_navigation():
            dialogue.get_by_role("button", name=action).click()

    def said(self) -> str:
        """The message above the page."""
        return self.page.locator(".messages").inner_text()


def write_case(editor: Officer) -> None:
    """Begin a case in one screen, then follow the list of what is missing.

    Inside of a screen the keyboard goes from field to field.
    """
    page = editor.page
    editor.clicks += 1
    editor.follow("事例を書く")
    place = page.locator("#id_place")
    place.press_sequentially("射水")
    editor.press(page.locator("#id_place-options [role=option]"))
    for name, text in [
        ("title", TITLE),
        ("name", "防災ひろばの会"),
        ("why", "避難所の場所を知らない住民が多かった。"),
        ("done", "通訳ボランティアと歩いて避難所を確かめた。"),
        ("changed", "参加した世帯が増えた。"),
    ]:
        page.fill(f"[name={name}]", text)
    page.select_option("[name=actor_type]", index=1)
    editor.written += ["place", "title", "name", "actor_type", "why", "done", "changed"]
    editor.clicks += 1
    editor.visit.click("form.begin button[type=submit]")
    expect(page.locator("[data-missing-list]")).to_be_visible()

    editor.write("summary", "射水市で、通訳ボランティアと住民が防災を学ぶ場を開いた。")
    for name, model in [("themes", Theme), ("target_groups", TargetGroup)]:
        editor.write(name, model.objects.order_by("pk").first().label_ja)
        page.keyboard.press("Enter")
        expect(page.locator(f"input[name={name}]:checked")).to_have_count(1)
    editor.write("started", "2024-05")
    for name in ["status", "evidence_grade", "participation_level"]:
        editor.lead_to(name)
        expect(page.locator(f"select[name={name}]")).to_be_focused()
        page.keyboard.press("ArrowDown")
    editor.write("goal", "だれもが避難所まで行けるようにする。")
    editor.write("contact_name", "射水市 市民活躍・文化課")
    editor.write("sources", "射水市の広報")
    editor.write("last_confirmed_at", "2026-11-20")
    # The calendar opens a moment after the field has the focus, and lies above the menu.
    calendar = page.locator(".xdsoft_datetimepicker:visible")
    expect(calendar).to_have_count(1)
    page.keyboard.press("Tab")
    expect(calendar).to_have_count(0)


def test_case_from_nothing_to_the_public(people: None, visit: Callable[..., Visit]) -> None:
    editor = Officer(visit, "editor")
    write_case(editor)
    editor.choose("確認に出す")
    expect(editor.page.locator(".messages")).to_contain_text(TITLE)
    # Two more for the menu and its entry.
    assert editor.clicks + 2 <= 20
    assert len(editor.written) <= 18

    publisher = Officer(visit, "publisher")
    publisher.follow("確認を待つもの")
    publisher.follow(TITLE)
    publisher.decide("差し戻す", note="参加した世帯の数を書いてください。")

    editor.visit.go("/admin/")
    expect(editor.page.locator("#sent-back-section")).to_contain_text(
        "参加した世帯の数を書いてください。"
    )
    editor.follow(TITLE)
    expect(editor.page.locator(".messages")).to_contain_text("直してほしいこと")
    editor.page.fill("textarea[name=overview]", "防災ひろばに40世帯が参加した。")
    editor.choose("確認に出す")
    expect(editor.page.locator(".messages")).to_contain_text(TITLE)

    publisher.visit.go("/admin/desk/waiting/")
    publisher.follow(TITLE)
    edit_path = publisher.visit.path
    publisher.decide("承認する", criteria=6)

    # Nobody of another region gets in by any of these doors.
    neighbour = Officer(visit, "neighbour")
    number = re.search(r"/pages/(\d+)/", edit_path)[1]
    for door in ["edit", "history", "delete", "move", "copy", "view_draft", "lock"]:
        neighbour.page.goto(f"{neighbour.visit.site}/admin/pages/{number}/{door}/")
        assert TITLE not in neighbour.page.content(), door
    neighbour.visit.go("/admin/desk/waiting/")
    expect(neighbour.page.locator("main")).to_contain_text("確認を待つページはありません")

    curator = Officer(visit, "curator")
    curator.follow("確認を待つもの")
    curator.follow(TITLE)
    curator.decide("承認する", criteria=5, note="新たな課題は資料にありません。")

    # The public finds it at once: by search, and on the region's own pages.
    reader = visit("ja")
    reader.go("/search/?q=通訳ボランティアと開く防災ひろば")
    expect(reader.page.get_by_role("link", name=TITLE).first).to_be_visible()
    reader.click(reader.page.get_by_role("link", name=TITLE))
    expect(reader.page.locator("h1")).to_have_text(TITLE)
    expect(reader.page.locator("main")).to_contain_text("防災ひろばに40世帯が参加した。")
    cases = Region.objects.get(area="16").cases_page
    reader.go(cases.url)
    expect(reader.page.locator("main")).to_contain_text(TITLE)


def test_regional_page_from_draft_to_the_public(people: None, visit: Callable[..., Visit]) -> None:
    editor = Officer(visit, "editor")
    editor.follow("地域ページを直す")
    edit_path = editor.visit.path
    editor.page.fill("input[name=summary]", "富山県の市町村と団体が、共生を話し合う場。")
    editor.choose("確認に出す")
    expect(editor.page.locator(".messages")).to_contain_text("確認に出しました")

    neighbour = Officer(visit, "neighbour")
    neighbour.page.goto(neighbour.visit.site + edit_path)
    expect(neighbour.page.locator("input[name=summary]")).to_have_count(0)

    publisher = Officer(visit, "publisher")
    publisher.follow("確認を待つもの")
    publisher.follow("富山県共生の未来実行委員会")
    publisher.decide("差し戻す", note="事務局の窓口を書いてください。")
    editor.visit.go(edit_path)
    editor.page.fill("input[name=contact_name]", "富山県 国際課")
    editor.choose("確認に出す")
    publisher.visit.go("/admin/desk/waiting/")
    publisher.follow("富山県共生の未来実行委員会")
    publisher.decide("承認する")

    reader = visit("ja")
    reader.go(Region.objects.get(area="16").platform.url)
    expect(reader.page.locator("main")).to_contain_text("富山県の市町村と団体が")
    expect(reader.page.locator("main")).to_contain_text("富山県 国際課")
