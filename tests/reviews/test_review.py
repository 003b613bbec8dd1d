"""A case study and a regional page on their way: who is asked, what is kept, who is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from wagtail.models import Page, TaskState, WorkflowState
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from casestudies.models import CasesFromPage, CaseStudyPage
from regions.models import Region
from reviews.models import Criterion, CuratorApprovalTask, RegionApprovalTask, ReviewTaskState
from reviews.services import CASE_WORKFLOW, REGION_WORKFLOW, prepare_workflows
from tests.casestudies.test_publication import COMPLETE, form
from users.roles import CURATORS

ALL = list(Criterion.values)


class Desk:
    """Somebody at the admin."""

    def __init__(self, user: Any, client: Client, captured: Any) -> None:
        self.user, self.client, self.captured = user, client, captured

    def post(self, url: str, data: dict[str, Any], *, status: int = 302) -> Any:
        mail.outbox.clear()
        with self.captured(execute=True):
            response = self.client.post(url, data)
        assert response.status_code == status, _errors(response)
        return response

    def write(self, parent: Page, **values: Any) -> CaseStudyPage:
        url = reverse("wagtailadmin_pages:add", args=["casestudies", "casestudypage", parent.pk])
        self.post(url, form(**(COMPLETE | values)))
        return CaseStudyPage.objects.child_of(parent).get(slug="new-case")

    def save(self, page: Page, **values: Any) -> Any:
        url = reverse("wagtailadmin_pages:edit", args=[page.pk])
        status = values.pop("expected", 302)
        return self.post(url, form(**(COMPLETE | values)), status=status)

    def decide(self, page: Page, action: str, **data: Any) -> str:
        """Decide in the dialogue: `success`, `action` (its form again), or `refused`."""
        state = page.specific.current_workflow_state.current_task_state
        url = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, action, state.pk])
        mail.outbox.clear()
        with self.captured(execute=True):
            response = self.client.post(url, data, headers={"x-requested-with": "XMLHttpRequest"})
        return "refused" if response.status_code == 403 else response.json()["step"]


def _errors(response: Any) -> str:
    context = response.context or {}
    found = context.get("form") if "form" in context else None
    return f"{response.status_code} {found.errors if found else ''}"


@pytest.fixture
def desk(
    member: Callable[..., Any],
    signed_in: Callable[[Any], Client],
    django_capture_on_commit_callbacks: Any,
) -> Callable[..., Desk]:
    def sit(name: str, group: Any, language: str = "ja") -> Desk:
        user = member(name, group, language)
        return Desk(user, signed_in(user), django_capture_on_commit_callbacks)

    return sit


def receivers() -> set[str]:
    return {address for message in mail.outbox for address in message.to}


def state_of(page: Page) -> WorkflowState:
    return WorkflowState.objects.for_instance(page).latest("pk")


def test_case_goes_from_region_to_curators_to_the_public(
    desk: Callable[..., Desk], region: Region, other_region: Region
) -> None:
    editor = desk("editor", region.editors)
    publisher = desk("publisher", region.publishers)
    stranger = desk("stranger", other_region.publishers)
    curator = desk("curator", CURATORS, "en")
    parent = region.cases_page

    case = editor.write(parent, **{"action-submit": "1"})
    assert receivers() == {"publisher@example.org"}
    (message,) = mail.outbox
    assert message.subject == "確認をお願いします：新しい取組"
    assert reverse("wagtailadmin_pages:edit", args=[case.pk]) in message.body

    # Only those who are asked may decide.
    for other in (editor, stranger, curator):
        assert other.decide(case, "approve", criteria=ALL) == "refused"
    assert state_of(case).current_task_state.status == TaskState.STATUS_IN_PROGRESS

    assert publisher.decide(case, "reject", comment="") == "action"  # a reason is needed
    assert publisher.decide(case, "reject", comment="数字の出典を書いてください。") == "success"
    assert receivers() == {"editor@example.org"}
    assert "数字の出典を書いてください。" in mail.outbox[0].body

    editor.save(case, **{"action-submit": "1"}, overview="直した概要。")
    assert receivers() == {"publisher@example.org"}
    assert publisher.decide(case, "approve", criteria=ALL[:4]) == "action"  # say why not all
    publisher.decide(case, "approve", criteria=ALL[:4], comment="資料に記載がありません。")
    assert receivers() == {"curator@example.org"}
    assert mail.outbox[0].subject == "Please review: 新しい取組"
    assert publisher.decide(case, "approve", criteria=ALL) == "refused"
    assert not CaseStudyPage.objects.get(pk=case.pk).live

    curator.decide(case, "approve", criteria=ALL)
    assert receivers() == {"editor@example.org"}
    assert mail.outbox[0].subject == "公開しました：新しい取組"
    case.refresh_from_db()
    assert case.live
    assert case.overview == "直した概要。"

    kept = ReviewTaskState.objects.filter(workflow_state=state_of(case)).order_by("pk")
    assert [(k.finished_by.username, k.status, k.criteria) for k in kept] == [
        ("publisher", "rejected", []),
        ("publisher", "approved", ALL[:4]),
        ("curator", "approved", ALL),
    ]
    assert kept[1].revision == kept[2].revision == case.latest_revision
    history = curator.client.get(
        reverse("wagtailadmin_pages:workflow_history_detail", args=[case.pk, state_of(case).pk])
    )
    assert "資料に記載がありません。" in history.content.decode()


def test_regional_page_is_published_by_its_own_region(
    desk: Callable[..., Desk], region: Region, other_region: Region
) -> None:
    editor = desk("editor", region.editors)
    publisher = desk("publisher", region.publishers)
    stranger = desk("stranger", other_region.publishers)
    url = reverse("wagtailadmin_pages:add", args=["regions", "regionpage", region.platform.pk])
    data = nested_form_data(
        {
            "title": "外国人住民との会議を開きました",
            "slug": "meeting",
            "body": streamfield([]),
            "comments": inline_formset([]),
            "action-submit": "1",
        }
    )
    editor.post(url, data)
    page = Page.objects.get(slug="meeting", locale__language_code="ja")
    assert state_of(page).workflow.name == REGION_WORKFLOW
    assert stranger.decide(page, "approve") == "refused"
    assert not Page.objects.get(pk=page.pk).live
    publisher.decide(page, "approve")
    assert Page.objects.get(pk=page.pk).live


def test_region_without_active_publishers_falls_to_the_curators(
    desk: Callable[..., Desk], region: Region
) -> None:
    editor = desk("editor", region.editors)
    curator = desk("curator", CURATORS)
    gone = desk("gone", region.publishers)
    gone.user.is_active = False
    gone.user.save()
    case = editor.write(region.cases_page, **{"action-submit": "1"})
    assert receivers() == {"curator@example.org"}
    assert TaskState.objects.reviewable_by(curator.user).count() == 1
    curator.decide(case, "approve", criteria=ALL)  # for the region
    curator.decide(case, "approve", criteria=ALL)
    assert CaseStudyPage.objects.get(pk=case.pk).live


def test_reviewing_gives_no_right_to_edit(
    desk: Callable[..., Desk], region: Region, other_region: Region
) -> None:
    editor = desk("editor", region.editors)
    publisher = desk("publisher", region.publishers)
    stranger = desk("stranger", other_region.publishers)
    case = editor.write(region.cases_page, **{"action-submit": "1"})
    url = reverse("wagtailadmin_pages:edit", args=[case.pk])
    assert stranger.client.get(url).status_code == 302
    # The reviewer may decide, and edits because the region's rights say so, not the review.
    assert publisher.client.get(url).status_code == 200
    region.publishers.page_permissions.all().delete()
    assert publisher.client.get(url).status_code == 302
    # The writer can read the page under review, but not change it.
    editor.save(case, overview="途中で変えた。", expected=200)
    assert case.get_latest_revision_as_object().overview == COMPLETE["overview"]


def test_what_is_edited_during_the_review_is_approved_anew(
    desk: Callable[..., Desk], region: Region
) -> None:
    editor = desk("editor", region.editors)
    publisher = desk("publisher", region.publishers)
    curator = desk("curator", CURATORS)
    case = editor.write(region.cases_page, **{"action-submit": "1"})
    publisher.decide(case, "approve", criteria=ALL)
    curator.save(case, overview="キュレーターが直した概要。")
    curator.decide(case, "approve", criteria=ALL)
    state = state_of(case)
    assert not CaseStudyPage.objects.get(pk=case.pk).live
    assert isinstance(state.current_task_state.task.specific, RegionApprovalTask)
    publisher.decide(case, "approve", criteria=ALL)
    case.refresh_from_db()
    assert case.live
    assert case.overview == "キュレーターが直した概要。"


def test_decision_in_the_editor_is_checked_like_the_dialogue(
    desk: Callable[..., Desk], region: Region
) -> None:
    editor = desk("editor", region.editors)
    publisher = desk("publisher", region.publishers)
    case = editor.write(region.cases_page, **{"action-submit": "1"})

    def decide(extra: dict[str, Any]) -> None:
        publisher.save(
            case,
            **{
                "action-workflow-action": "1",
                "workflow-action-name": "approve",
                "workflow-action-extra-data": json.dumps(extra),
            },
        )

    for forged in ({}, {"criteria": ["made-up"], "comment": "x"}, {"criteria": "problem"}):
        decide(forged)
        assert isinstance(state_of(case).current_task_state.task.specific, RegionApprovalTask)
    decide({"criteria": ALL, "comment": ""})
    assert isinstance(state_of(case).current_task_state.task.specific, CuratorApprovalTask)


def test_reviewer_comments_on_a_field_and_sends_back_from_the_editor(
    desk: Callable[..., Desk], region: Region
) -> None:
    editor = desk("editor", region.editors)
    publisher = desk("publisher", region.publishers)
    case = editor.write(region.cases_page, **{"action-submit": "1"})
    comment = {
        "text": "出典の年を書いてください。",
        "contentpath": "overview",
        "position": "",
        "replies": inline_formset([]),
    }
    publisher.save(
        case,
        comments=inline_formset([comment]),
        **{
            "action-workflow-action": "1",
            "workflow-action-name": "reject",
            "workflow-action-extra-data": json.dumps({"comment": "コメントをご覧ください。"}),
        },
    )
    sent = next(m for m in mail.outbox if m.subject == "差し戻されました：新しい取組")
    assert "コメントが1件" in sent.body
    form_again = editor.client.get(reverse("wagtailadmin_pages:edit", args=[case.pk]))
    body = form_again.content.decode()
    assert "直してほしいこと：コメントをご覧ください。" in body
    assert json.dumps("出典の年を書いてください。")[1:-1] in body
    assert "コメントが1件" in editor.client.get(reverse("wagtailadmin_home")).content.decode()


def test_page_moved_under_review_belongs_to_the_new_region(
    desk: Callable[..., Desk], region: Region, other_region: Region
) -> None:
    editor = desk("editor", region.editors)
    publisher = desk("publisher", region.publishers)
    neighbour = desk("neighbour", other_region.publishers)
    case = editor.write(region.cases_page, **{"action-submit": "1"})
    case.move(other_region.cases_page, pos="last-child")
    assert not TaskState.objects.reviewable_by(publisher.user)
    assert TaskState.objects.reviewable_by(neighbour.user).get().revision.object_id == str(case.pk)
    assert publisher.decide(case, "approve", criteria=ALL) == "refused"
    neighbour.decide(case, "approve", criteria=ALL)
    assert isinstance(state_of(case).current_task_state.task.specific, CuratorApprovalTask)


def test_preparing_workflows_again_changes_nothing(region: Region) -> None:
    assert prepare_workflows() == 0
    case = CasesFromPage.objects.first()
    assert case.get_workflow().name == CASE_WORKFLOW
    assert region.platform.get_workflow().name == REGION_WORKFLOW
