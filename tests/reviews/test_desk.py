"""The editors' desk: where the menu leads, what the dashboard and the lists show, and to whom."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page, PageLogEntry

from casestudies.models import CaseStudyPage
from core.models import STALE_AFTER
from organisations.models import OrganisationPage
from regions.models import Region
from reviews.services import prepare_workflows
from search.models import QueryLog
from tests.casestudies.test_publication import COMPLETE, form
from users.roles import ADMINISTRATORS, CURATORS

Sit = Callable[[Any], Client]


def add_draft(region: Region, slug: str, owner: Any, **values: Any) -> CaseStudyPage:
    page = CaseStudyPage(title=f"取組{slug}", slug=slug, owner=owner, live=False, **values)
    region.cases_page.add_child(instance=page)
    page.save_revision(user=owner, clean=False)
    return page


def submit(page: Page, user: Any) -> None:
    page.get_workflow().start(page, user)


def text_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


# --- Menu ---


def test_menu_leads_each_to_their_own(
    member: Callable[..., Any], signed_in: Sit, region: Region, other_region: Region
) -> None:
    editor = signed_in(member("editor", region.editors))
    response = editor.get(reverse("case_studies:choose_parent"))
    assert response.url == reverse(
        "wagtailadmin_pages:add", args=["casestudies", "casestudypage", region.cases_page_id]
    )
    response = editor.get(reverse("reviews:regional_page"))
    assert response.url == reverse("wagtailadmin_pages:edit", args=[region.platform_id])
    curator = signed_in(member("curator", CURATORS))
    assert curator.get(reverse("case_studies:choose_parent")).status_code == 200
    assert curator.get(reverse("reviews:regional_page")).url == reverse("regional_pages:index")
    home = text_of(editor, reverse("wagtailadmin_home"))
    for task in ["事例を書く", "地域ページを直す", "確認を待つもの"]:
        assert task in home
    assert "gravatar.com" not in home


# --- Dashboard ---


def test_dashboard_shows_each_what_to_do(
    member: Callable[..., Any], signed_in: Sit, region: Region, other_region: Region
) -> None:
    editor, publisher = member("editor", region.editors), member("publisher", region.publishers)
    stranger = member("stranger", other_region.publishers)
    add_draft(region, "draft", editor)
    submitted = add_draft(region, "submitted", editor)
    submit(submitted, editor)
    returned = add_draft(region, "returned", editor)
    submit(returned, editor)
    returned.current_workflow_task.on_action(
        returned.current_workflow_task_state, publisher, "reject", comment="費用を書いてください。"
    )
    home = reverse("wagtailadmin_home")

    page = signed_in(editor).get(home)
    shown = {panel.name: panel for panel in page.context["panels"]}
    body = page.content.decode()
    assert [r.title for r in shown["drafts"].rows(editor)] == ["取組draft"]
    assert [r.title for r in shown["under-review"].rows(editor)] == ["取組submitted"]
    assert [r.title for r in shown["sent-back"].rows(editor)] == ["取組returned"]
    assert "費用を書いてください。" in body
    assert [r.title for r in shown["waiting"].rows(publisher)] == ["取組submitted"]
    assert shown["waiting"].rows(stranger) == shown["waiting"].rows(editor) == []
    assert "取組" not in text_of(signed_in(stranger), home)
    waiting = text_of(signed_in(publisher), reverse("reviews:waiting"))
    assert "取組submitted" in waiting


def test_dashboard_reminds_of_confirmations_and_searches_of_the_own_region(
    member: Callable[..., Any], signed_in: Sit, region: Region, other_region: Region
) -> None:
    soon = timezone.localdate() - STALE_AFTER + datetime.timedelta(days=30)
    mine = CaseStudyPage.objects.child_of(region.cases_page).live().first()
    theirs = CaseStudyPage.objects.child_of(other_region.cases_page).live().first()
    for page in (mine, theirs):
        CaseStudyPage.objects.filter(pk=page.pk).update(last_confirmed_at=soon)
    for text in ["富山 通訳ボランティア", "群馬 防災無線"]:
        QueryLog.objects.create(
            day=timezone.localdate(), locale="ja", text=text, rung="none", hits=0
        )
    body = text_of(signed_in(member("editor", region.editors)), reverse("wagtailadmin_home"))
    assert mine.title in body
    assert theirs.title not in body
    assert "富山 通訳ボランティア" in body
    assert "群馬 防災無線" not in body
    QueryLog.objects.filter(text__startswith="富山").delete()
    body = text_of(signed_in(member("second", region.editors)), reverse("wagtailadmin_home"))
    assert "群馬 防災無線" in body
    assert "全国で見つからなかった検索" in body


def test_dashboard_asks_the_database_as_often_however_much_there_is(
    member: Callable[..., Any], signed_in: Sit, region: Region
) -> None:
    editor, publisher = member("editor", region.editors), member("publisher", region.publishers)
    clients = [signed_in(editor), signed_in(publisher)]

    def count() -> list[int]:
        found = []
        Client().get(reverse("wagtailadmin_login"))  # reads again what a write made out of date
        for client in clients:
            with CaptureQueriesContext(
                connection,
            ) as queries:
                client.get(reverse("wagtailadmin_home"))
            found.append(len(queries))
        return found

    submit(add_draft(region, "first", editor), editor)
    add_draft(region, "draft", editor)
    count()
    before = count()
    for number in range(4):
        submit(add_draft(region, f"more-{number}", editor), editor)
        add_draft(region, f"draft-{number}", editor)
    assert count() == before


# --- Lists ---


def titles(client: Client, name: str = "case_studies", **query: Any) -> list[str]:
    response = client.get(reverse(f"{name}:index"), query)
    assert response.status_code == 200
    return [page.title for page in response.context["object_list"]]


def test_list_of_cases_shows_only_what_one_may_see_and_filters_it(
    member: Callable[..., Any], signed_in: Sit, region: Region, other_region: Region
) -> None:
    user = member("editor", region.editors)
    editor, curator = signed_in(user), signed_in(member("curator", CURATORS))
    draft = add_draft(region, "empty", user)
    secret = add_draft(other_region, "secret", None)
    own = titles(editor)
    assert draft.title in own
    assert secret.title not in own
    assert len(titles(editor, language="ja")) == region.cases_page.get_children().count()
    everything = titles(curator, p=1)
    assert secret.title in everything

    assert titles(curator, region=other_region.cases_page_id, state="draft") == [secret.title]
    assert draft.title not in titles(editor, state="live")
    submit(draft, user)
    assert titles(editor, state="review") == [draft.title]
    assert titles(editor, filled="0") == [draft.title]
    complete = CaseStudyPage.objects.live().child_of(region.cases_page).first()
    # Half filled: as loaded it has nearly all.
    half = {"context": "[]", "outcomes": "[]", "summary": "", "started": "", "contact_name": ""}
    CaseStudyPage.objects.filter(pk=complete.pk).update(**half, contact_url="", contact_phone="")
    assert complete.title in titles(editor, filled="50")
    assert complete.title in titles(editor, lacks="one-line")
    assert complete.title not in titles(editor, lacks="plain")
    themes = list(complete.themes.values_list("pk", flat=True))
    assert complete.title in titles(editor, themes=themes[0])
    actors = list(complete.actor_types.values_list("pk", flat=True))
    assert complete.title in titles(editor, actor_types=actors[0])
    CaseStudyPage.objects.filter(pk=complete.pk).update(last_confirmed_at="2020-01-01")
    assert titles(editor, confirmed="stale") == [complete.title]
    assert draft.title in titles(editor, confirmed="never")
    assert titles(editor, ordering="completeness")[0] == draft.title
    # An address that was changed by hand breaks nothing.
    assert titles(editor, state="made-up", filled="x", region="0", ordering="nonsense")

    page = editor.get(reverse("case_studies:index")).context["object_list"]
    row = next(case for case in page if case.pk == complete.pk)
    assert row.lead
    assert 50 <= row.completeness <= 79


def test_lists_ask_the_database_as_often_however_much_there_is(
    member: Callable[..., Any], signed_in: Sit, region: Region
) -> None:
    user = member("curator", CURATORS)
    client = signed_in(user)

    def count() -> list[int]:
        found = []
        for name in ["case_studies", "regional_pages", "organisations"]:
            with CaptureQueriesContext(connection) as queries:
                titles(client, name)
            found.append(len(queries))
        return found

    count()
    before = count()
    for number in range(3):
        add_draft(region, f"more-{number}", user)
    # What is kept of the public content is read again once.
    count()
    assert count() == before


# --- Search ---


@pytest.mark.parametrize("query", ["富山", "とやま", "トヤマ", "ﾄﾔﾏ", "やまけ"])
def test_pages_are_found_by_any_two_characters_and_by_kana(
    member: Callable[..., Any], signed_in: Sit, region: Region, query: str
) -> None:
    client = signed_in(member("curator", CURATORS))
    found = client.get(reverse("wagtailadmin_pages:search"), {"q": query})
    assert any("富山県" in page.title for page in found.context["pages"])


def test_pictures_documents_and_organisations_are_found_by_kana(
    member: Callable[..., Any], signed_in: Sit, region: Region
) -> None:
    client = signed_in(member("curator", CURATORS))
    get_image_model().objects.create(title="防災訓練の写真", file=get_test_image_file())
    get_document_model().objects.create(title="防災の手引", file=ContentFile(b"%PDF-1.4", "a.pdf"))
    for address in ["wagtailimages:index", "wagtaildocs:index"]:
        for query in ["ぼうさい", "防災", "災の" if "docs" in address else "災訓"]:
            assert "防災" in text_of(client, f"{reverse(address)}?q={query}"), (address, query)
        assert "防災" not in text_of(client, f"{reverse(address)}?q=ぼうはん")
    organisation = OrganisationPage.objects.exclude(kana="").filter(alias_of=None).first()
    found = titles(client, "organisations", q=organisation.kana[:4])
    assert organisation.title in found
    organisation.title = "名前の変わった団体"
    organisation.kana = "なまえのかわっただんたい"
    organisation.save_revision().publish()
    # The kana are a fact that the English page shares; it keeps its own title.
    (translation,) = organisation.get_translations()
    assert sorted(titles(client, "organisations", q="かわっただん")) == sorted(
        ["名前の変わった団体", translation.title]
    )


# --- Audit log ---


def test_administrators_take_away_the_whole_audit_log_and_others_do_not(
    member: Callable[..., Any], signed_in: Sit, region: Region, other_region: Region
) -> None:
    editor = member("editor", region.editors)
    client = signed_in(editor)
    url = reverse(
        "wagtailadmin_pages:add", args=["casestudies", "casestudypage", region.cases_page_id]
    )
    client.post(url, form(**COMPLETE, **{"action-submit": "1"}))
    log = reverse("audit_log")
    for who in [client, signed_in(member("curator", CURATORS)), Client()]:
        assert who.get(log).status_code == 302
        assert who.get(log, {"export": "csv"}).status_code == 302
    administrator = signed_in(member("administrator", ADMINISTRATORS))
    assert "新しい取組" in text_of(administrator, log)

    def exported(**query: Any) -> str:
        response = administrator.get(log, {"export": "csv", **query})
        return b"".join(response.streaming_content).decode("utf-8-sig")

    assert "新しい取組" in exported(region=region.pk, user=editor.pk)
    assert "新しい取組" not in exported(region=other_region.pk)
    assert "新しい取組" not in exported(timestamp_to="2020-01-01")
    excel = administrator.get(log, {"export": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(excel.streaming_content))).active
    assert "editor" in {row[1].value for row in sheet.iter_rows(min_row=2)}


def test_files_of_lists_have_local_times(
    member: Callable[..., Any], signed_in: Sit, region: Region
) -> None:
    """Half past eight in the evening of UTC is the next morning in Japan."""
    moment = datetime.datetime(2031, 3, 1, 20, 30, 15, 999, tzinfo=datetime.UTC)
    PageLogEntry.objects.filter(page=region.platform_id).update(timestamp=moment)
    client = signed_in(member("administrator", ADMINISTRATORS))
    response = client.get(reverse("audit_log"), {"export": "csv"})
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert "2031-03-02 05:30:15," in text
    response = client.get(reverse("audit_log"), {"export": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    local = moment.astimezone(ZoneInfo("Asia/Tokyo")).replace(tzinfo=None, microsecond=0)
    assert local in {row[0].value for row in sheet.iter_rows(min_row=2)}


def test_new_region_needs_no_workflow_of_its_own(region: Region, other_region: Region) -> None:
    assert prepare_workflows() == 0
    assert region.cases_page.get_workflow() == other_region.cases_page.get_workflow()
