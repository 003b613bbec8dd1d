"""Bringing case studies in through the admin, as the people of the regions do it."""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from wagtail.models import Page, Revision, TaskState

from casestudies.models import CaseStudyPage
from sheets.models import SheetUpload
from tests.sheets.conftest import line, sheet, upload
from tests.users.conftest import Network, page_of
from users.rights import Scope

ClientOf = Callable[[str], Client]

# One mistake each: the column's letter, and what the row has there.
MISTAKES: list[tuple[str, dict[str, str]]] = [
    ("A", {"管理番号": "999999"}),
    ("A", {"管理番号": "一番"}),
    ("B", {"事例の題名": ""}),
    ("B", {"事例の題名": "長" * 256}),
    ("C", {"概要": "あ" * 1201}),
    ("D", {"provenance": "伝聞"}),
    ("E", {"実施場所": ""}),
    ("E", {"実施場所": "99999"}),
    ("E", {"実施場所": "131042"}),
    ("E", {"実施場所": "13104 名古屋市"}),
    ("E", {"実施場所": "府中市"}),
    ("E", {"実施場所": "アトランティス"}),
    ("E", {"実施場所": "392014"}),
    ("F", {"actors": "| | 会"}),
    ("F", {"actors": "boss | | 会"}),
    ("F", {"actors": "lead"}),
    ("F", {"actors": "lead | ない団体"}),
    ("F", {"actors": "lead | | 会 | npo | | | 余り"}),
    ("G", {"テーマ": "9-9"}),
    ("G", {"テーマ": "1-1 就労"}),
    ("G", {"テーマ": "1-1;2-3;3-1;4-1"}),
    ("H", {"started": "春"}),
    ("H", {"started": "2023-02-30"}),
    ("I", {"ended": "2001"}),
    ("J", {"status": "ongoing"}),
    ("K", {"evidence_grade": "Z"}),
    ("L", {"cost_total": "約三万"}),
    ("L", {"cost_total": "-5"}),
    ("M", {"cost_period": ""}),
    ("N", {"contact_email": "desk"}),
    ("O", {"contact_url": "javascript:alert(1)"}),
    ("P", {"sources": "source | | 区"}),
    ("Q", {"last_confirmed_at": "2025-04"}),
    ("R", {"hide_exact_location": "たぶん"}),
    ("S", {"language": "xx"}),
    ("T", {"context": "![写真](picture:1)"}),
    ("U", {"staff": "#REF!"}),
]


def problems(response: Any) -> list[tuple[int | None, str]]:
    """Row and letter of what the preview says is wrong."""
    return [(p.row, p.letter) for p in response.context["plan"].problems]


def confirm(client: Client, preview: Any, **more: str) -> Any:
    """Confirm what a preview shows."""
    return client.post(preview.redirect_chain[-1][0], {"confirm": "on", **more}, follow=True)


def said(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_each_mistake_has_one_message_with_its_place_and_nothing_is_stored(
    client_of_role: ClientOf, encoding: str
) -> None:
    assert len(MISTAKES) >= 30
    client = client_of_role("region-editor")
    lines = [line(number) for number in range(500)]
    # Spread over the file, so that right rows stand between wrong ones.
    expected = []
    for position, (letter, cells) in enumerate(MISTAKES):
        lines[position * 13] = line(position * 13, **cells)
        expected.append((position * 13 + 2, letter))
    lines[499] = line(498)
    before = (Page.objects.count(), Revision.objects.count())
    preview = upload(client, sheet(lines, encoding))
    assert problems(preview) == [*expected, (501, "")]
    assert re.search(r"アトランティス」は一覧にありません", preview.content.decode())
    assert not preview.context["plan"].can_be_stored
    confirm(client, preview)
    assert (Page.objects.count(), Revision.objects.count()) == before


def test_five_hundred_rows_become_drafts_once(client_of_role: ClientOf, network: Network) -> None:
    client = client_of_role("region-editor")
    content = sheet([line(number) for number in range(500)], "cp932")
    preview = upload(client, content)
    assert problems(preview) == []
    assert len(preview.context["plan"].new) == 500
    assert CaseStudyPage.objects.count() == 0
    assert "新規500件" in said(confirm(client, preview))
    pages = CaseStudyPage.objects.child_of(network.own.cases_page)
    assert (pages.count(), pages.filter(live=True).count()) == (500, 0)
    page = pages.get(draft_title="事例007").get_latest_revision_as_object()
    assert (page.started, page.cost_total, page.cost_period) == ("2023-04", 120_000, "year")
    assert [place.area_id for place in page.places.all()] == ["131041"]
    assert [theme.code for theme in page.themes.all()] == ["1-1", "2-3"]
    assert page.last_confirmed_at == datetime.date(2025, 4, 1)
    assert page.actors.get().name == "新宿の会"
    assert page.owner == network.people["region-editor"]
    assert [b.block_type for b in page.context] == ["paragraph", "paragraph"]
    again = upload(client, content)
    assert len(again.context["plan"].unchanged) == 500
    assert not again.context["plan"].can_be_stored


def test_a_change_shows_old_and_new_escaped_and_leaves_the_live_page_alone(
    client_of_role: ClientOf, network: Network
) -> None:
    client = client_of_role("region-editor")
    confirm(client, upload(client, sheet([line(1), line(2)])))
    live = CaseStudyPage.objects.get(draft_title="事例001")
    live.get_latest_revision().publish()
    preview = upload(client, sheet([line(1, 概要="<script>alert(1)</script>"), line(2)]))
    html = preview.content.decode()
    assert "1番目の概要。" in html
    assert "&lt;script&gt;alert(1)" in html
    assert "<script>alert(1)" not in html
    assert [len(preview.context["plan"].changed), len(preview.context["plan"].unchanged)] == [1, 1]
    confirm(client, preview)
    live.refresh_from_db()
    assert live.overview == "1番目の概要。"
    assert live.has_unpublished_changes
    assert live.get_latest_revision_as_object().overview == "<script>alert(1)</script>"


def test_what_changed_meanwhile_is_shown_again_before_it_is_stored(
    client_of_role: ClientOf,
) -> None:
    client = client_of_role("region-editor")
    confirm(client, upload(client, sheet([line(1)])))
    preview = upload(client, sheet([line(1, 概要="表から")]))
    page = CaseStudyPage.objects.get()
    page.overview = "画面から"
    page.save_revision()
    answer = confirm(client, preview)
    assert "この間に、保存されている内容が変わりました" in said(answer)
    assert "画面から" in answer.content.decode()
    assert page.get_latest_revision_as_object().overview == "画面から"
    confirm(client, preview)
    page.refresh_from_db()
    assert page.get_latest_revision_as_object().overview == "表から"


def test_an_upload_belongs_to_its_user_is_used_once_and_expires(
    client_of_role: ClientOf,
) -> None:
    mine, others = client_of_role("region-editor"), client_of_role("region-publisher")
    preview = upload(mine, sheet([line(1)]))
    address = preview.redirect_chain[-1][0]
    assert "残っていません" in said(others.post(address, {"confirm": "on"}, follow=True))
    assert CaseStudyPage.objects.count() == 0
    SheetUpload.objects.update(created_at=timezone.now() - datetime.timedelta(hours=3))
    assert "残っていません" in said(mine.post(address, {"confirm": "on"}, follow=True))
    assert CaseStudyPage.objects.count() == 0
    preview = upload(mine, sheet([line(1)]))
    assert SheetUpload.objects.count() == 1
    confirm(mine, preview)
    assert "残っていません" in said(confirm(mine, preview))
    assert CaseStudyPage.objects.count() == 1
    assert SheetUpload.objects.count() == 0
    preview = upload(mine, sheet([line(2)]))
    mine.post(preview.redirect_chain[-1][0], {"discard": "on"})
    assert (CaseStudyPage.objects.count(), SheetUpload.objects.count()) == (1, 0)


def test_a_failure_in_the_middle_stores_nothing(
    client_of_role: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of_role("region-editor")
    preview = upload(client, sheet([line(number) for number in range(3)]))
    stored = CaseStudyPage.save_revision

    def fails_at_the_last(page: CaseStudyPage, **options: Any) -> Any:
        if page.title == "事例002":
            raise OSError("the disk is full")
        return stored(page, **options)

    monkeypatch.setattr(CaseStudyPage, "save_revision", fails_at_the_last)
    with pytest.raises(OSError, match="full"):
        confirm(client, preview)
    assert CaseStudyPage.objects.count() == 0
    assert SheetUpload.objects.count() == 1


# --- Who may do what --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "own", "other"),
    [
        ("region-editor", True, False),
        ("region-publisher", True, False),
        ("other-editor", False, True),
        ("curator", True, True),
        ("administrator", True, True),
    ],
)
def test_each_row_needs_the_right_to_write_it(
    client_of_role: ClientOf, who: str, own: bool, other: bool
) -> None:
    preview = upload(client_of_role(who), sheet([line(1), line(2, 実施場所="231002 名古屋市")]))
    wrong = {row for row, _letter in problems(preview)}
    assert wrong == {row for row, allowed in [(2, own), (3, other)] if not allowed}


@pytest.mark.parametrize("who", ["nobody", "anonymous"])
def test_others_find_no_sheets(
    client_of_role: ClientOf, network: Network, django_user_model: Any, who: str
) -> None:
    network.people["nobody"] = django_user_model.objects.create_user(username="nobody")
    client = client_of_role(who)
    for path in ["", "template.xlsx", "export.csv"]:
        assert client.get(f"/admin/sheets/cases/{path}").status_code in {302, 404}
    assert client.get("/admin/sheets/nothing/").status_code in {302, 404}


def test_pages_of_another_region_can_neither_be_read_nor_changed(
    client_of_role: ClientOf, network: Network
) -> None:
    secret = page_of(network, "cases", Scope.OTHER)
    assert secret.get_parent().pk == network.other.cases_page_id
    client = client_of_role("region-editor")
    rows = [line(1, 管理番号=str(secret.pk)), line(2, 実施場所="231002", 事例の題名=secret.title)]
    preview = upload(client, sheet(rows))
    assert [row for row, _letter in problems(preview)] == [2, 3]
    assert preview.context["plan"].changes == []
    export = b"".join(client.get("/admin/sheets/cases/export.csv").streaming_content).decode()
    assert secret.title not in export
    own = page_of(network, "cases", Scope.OWN)
    export = b"".join(client.get("/admin/sheets/cases/export.csv").streaming_content).decode()
    assert str(own.pk) in export


def test_locked_pages_and_pages_under_review_are_left_alone(client_of_role: ClientOf) -> None:
    client = client_of_role("region-editor")
    confirm(client, upload(client, sheet([line(1), line(2)])))
    CaseStudyPage.objects.filter(draft_title="事例001").update(locked=True)
    preview = upload(client, sheet([line(1, 概要="新"), line(2, 概要="新")]))
    assert [row for row, _letter in problems(preview)] == [2]


def test_drafts_go_to_review_where_nothing_is_missing(client_of_role: ClientOf) -> None:
    client = client_of_role("region-editor")
    answer = confirm(client, upload(client, sheet([line(1)])), submit_to_review="on")
    assert "下書きのまま" in said(answer)
    assert not TaskState.objects.exists()


# --- The command ------------------------------------------------------------------------------


def test_command_does_the_same_with_the_same_messages(
    client_of_role: ClientOf, network: Network, tmp_path: Any
) -> None:
    file, out = tmp_path / "cases.csv", io.StringIO()
    file.write_bytes(sheet([line(1), line(2, テーマ="9-9")], "cp932"))
    options: dict[str, Any] = {"user": "region-editor", "language": "ja", "stdout": out}
    with pytest.raises(CommandError, match="row 3, column G"):
        call_command("import_cases", str(file), verbosity=0, **options)
    file.write_bytes(sheet([line(1), line(2)], "cp932"))
    call_command("import_cases", str(file), dry_run=True, **options)
    assert "2 new" in out.getvalue()
    assert CaseStudyPage.objects.count() == 0
    call_command("import_cases", str(file), verbosity=0, **options)
    assert CaseStudyPage.objects.count() == 2
    call_command("import_cases", str(file), **options)
    assert "2 unchanged" in out.getvalue()
    network.people["other-editor"].groups.clear()
    with pytest.raises(CommandError, match="may not"):
        call_command("import_cases", str(file), user="other-editor")
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_cases", str(tmp_path / "none.csv"), user="curator")
