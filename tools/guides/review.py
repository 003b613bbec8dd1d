"""What the guides tell, played step by step; the pictures are taken on the way.

The words that are typed are samples and say so (例). Steps are found by names of fields and
addresses, never by labels, so that both languages play the same story.
"""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone

from casestudies.models import CaseStudyPage
from tools.guides.stage import Stage, Window
from users.rights import Role

# The draft is saved by itself a while after the last key.
AUTOSAVE_MS = 6000
TITLE = "例：通訳ボランティアと開く防災ひろば"


def write_a_case(stage: Stage) -> None:
    """A region editor writes a case study and submits it."""
    editor = stage.window(Role.REGION_EDITOR)
    editor.go(reverse("wagtailadmin_home"))
    editor.picture(
        "write-for-a-region-home", ["body"], mark=["main a[href$='begin-a-case/']"], most=520
    )
    editor.follow("main a[href$='begin-a-case/']")
    _begin_a_case(editor)
    editor.picture("write-for-a-region-form", ["[role=tablist]", ".tab-content"], most=560, pad=0)
    _fill_in_a_case(editor)
    editor.page.wait_for_timeout(AUTOSAVE_MS)
    editor.open_actions()
    editor.picture(
        "write-for-a-region-submit",
        ["footer", "button[name=action-submit]"],
        mark=["button[name=action-submit]"],
    )
    editor.follow("button[name=action-submit]")
    stage.names["case"] = CaseStudyPage.objects.get(draft_title=TITLE, alias_of=None).pk


def _begin_a_case(editor: Window) -> None:
    """The first words, which become a draft."""
    page = editor.page
    for name, text in [
        ("title", TITLE),
        ("name", "防災ひろばの会（例）"),
        ("why", "避難所の場所を知らない住民が多くいました。"),
        ("done", "通訳ボランティアと一緒に歩き、避難所を確かめました。"),
        ("changed", "参加する世帯が増えました。"),
    ]:
        page.fill(f"[name={name}]", text)
    page.select_option("select[name=actor_type]", index=1)
    page.locator(".begin__lead").scroll_into_view_if_needed()
    editor.picture("write-for-a-region-begin", ["main"], most=900, height=1000)
    editor.follow("form.begin button[type=submit]")


def _fill_in_a_case(editor: Window) -> None:
    """What a case reported by its region needs besides, in the order of the form."""
    page = editor.page
    page.fill("input[name=summary]", "通訳ボランティアと住民が、地域の防災を一緒に学ぶ場です。")
    for field in ["themes", "target_groups"]:
        page.locator(f"input[name={field}]").first.evaluate("box => box.click()")
    page.fill("input[name=started]", "2024-05")
    page.select_option("select[name=status]", index=1)
    page.locator("[data-contentpath=goal] [contenteditable=true]").first.click()
    page.keyboard.insert_text("だれもが避難所まで行けるようにします。")
    page.select_option("select[name=evidence_grade]", "C")
    page.select_option("select[name=participation_level]", index=1)
    page.fill("input[name=contact_name]", "防災ひろばの会 事務局（例）")
    _add_row(editor, "sources")
    page.fill("input[name=sources-0-title]", "防災ひろばの記録（例）")
    page.get_by_role("tab").last.click()
    page.fill("input[name=slug]", "example-bosai-hiroba")
    page.fill("input[name=last_confirmed_at]", timezone.localdate().isoformat())
    page.keyboard.press("Tab")
    page.get_by_role("tab").first.click()


def _add_row(editor: Window, rows: str) -> None:
    editor.page.click(f"#id_{rows}-ADD")
    editor.page.locator(f"#inline_child_{rows}-0").wait_for()


def send_it_back(stage: Stage) -> None:
    """The region's publisher finds it, comments and sends it back; the editor mends it."""
    publisher = stage.window(Role.REGION_PUBLISHER)
    edit = reverse("wagtailadmin_pages:edit", args=[stage.names["case"]])
    publisher.go(reverse("reviews:waiting"))
    publisher.picture("check-for-a-region-waiting", ["main"], mark=[f"a[href*='{edit}']"], most=420)
    publisher.go(edit)
    _decide(
        publisher,
        "reject",
        note="参加した世帯の数を書いてください。",
        name="check-for-a-region-send-back",
    )

    editor = stage.window(Role.REGION_EDITOR)
    editor.go(reverse("wagtailadmin_home"))
    editor.picture(
        "write-for-a-region-sent-back",
        ["#sent-back-section"],
        mark=["#sent-back-section td.title a"],
    )
    editor.go(edit)
    editor.page.fill("textarea[name=overview]", "防災ひろばに40世帯が参加しました（例）。")
    editor.open_actions()
    editor.follow("button[name=action-submit]")


def _decide(
    reviewer: Window, action: str, *, note: str = "", criteria: int = 0, name: str = ""
) -> None:
    """Choose an action of the review, fill in its dialogue, take a picture of it, and confirm."""
    button = f"footer [data-workflow-action-name={action}]"
    if not reviewer.page.locator(button).locator("visible=true").count():
        reviewer.open_actions()
    reviewer.press(button)
    dialogue = reviewer.page.locator(".modal-content")
    dialogue.wait_for()
    for number in range(criteria):
        dialogue.locator("input[name=criteria]").nth(number).check()
    if note:
        dialogue.locator("textarea[name=comment]").fill(note)
    if name:
        reviewer.picture(name, [".modal-content"], pad=0)
    with reviewer.page.expect_navigation(wait_until="networkidle"):
        dialogue.locator("[type=submit]").last.click()


def approve_it(stage: Stage) -> None:
    """The region approves, then a curator, and the case is public."""
    edit = reverse("wagtailadmin_pages:edit", args=[stage.names["case"]])
    publisher = stage.window(Role.REGION_PUBLISHER)
    publisher.go(edit)
    _decide(publisher, "approve", criteria=6, name="check-for-a-region-approve")
    curator = stage.window(Role.CURATOR)
    curator.go(reverse("reviews:waiting"))
    curator.picture("curate-waiting", ["main"], mark=[f"a[href*='{edit}']"], most=420)
    curator.go(edit)
    _decide(
        curator, "approve", criteria=5, note="新たな課題は資料にありません。", name="curate-approve"
    )
    while not CaseStudyPage.objects.filter(pk=stage.names["case"], live=True).exists():
        curator.page.wait_for_timeout(500)
    curator.go(reverse("wagtailadmin_pages:workflow_history", args=[stage.names["case"]]))
    curator.follow("main td a[href*='workflow_history']")
    curator.picture("curate-history", ["main"], most=1080, height=1080)
    curator.go(reverse("case_studies:index"))
    curator.picture("curate-list", ["main"], most=560)
    administrator = stage.window(Role.ADMINISTRATOR)
    administrator.go(reverse("audit_log"))
    administrator.picture("curate-audit", ["main"], most=460)


STORIES = [write_a_case, send_it_back, approve_it]
