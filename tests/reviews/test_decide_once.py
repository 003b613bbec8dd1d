"""A decision counts once: double clicks, a second tab, and two reviewers at one moment."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.core import mail
from django.urls import reverse
from wagtail.models import PagePermissionTester, TaskState

from casestudies.models import CaseStudyPage
from regions.models import Region
from reviews.models import CuratorApprovalTask, DecidedMeanwhile, ReviewTaskState
from tests.reviews.test_review import ALL, Desk, desk, state_of
from users.roles import CURATORS

__all__ = ["desk"]

XHR = {"x-requested-with": "XMLHttpRequest"}


@pytest.fixture
def case(desk: Callable[..., Desk], region: Region) -> CaseStudyPage:
    """A case that the region's publishers are asked about."""
    editor = desk("editor", region.editors)
    return editor.write(region.cases_page, **{"action-submit": "1"})


def dialogue(case: CaseStudyPage, action: str, step: TaskState) -> str:
    return reverse("wagtailadmin_pages:workflow_action", args=[case.pk, action, step.pk])


def said(person: Desk) -> str:
    return person.client.get(reverse("wagtailadmin_home")).content.decode()


def decisions(case: CaseStudyPage) -> list[tuple[str, str]]:
    kept = ReviewTaskState.objects.filter(workflow_state=state_of(case)).order_by("pk")
    return [(k.finished_by.username if k.finished_by else "", k.status) for k in kept]


def test_a_double_click_sends_back_once(
    desk: Callable[..., Desk], region: Region, case: CaseStudyPage
) -> None:
    publisher = desk("publisher", region.publishers)
    step = state_of(case).current_task_state
    url = dialogue(case, "reject", step)
    answers = []
    mail.outbox.clear()
    with publisher.captured(execute=True):
        for _ in range(2):
            answers.append(publisher.client.post(url, {"comment": "出典を。"}, headers=XHR).json())
    assert [answer["step"] for answer in answers] == ["success", "success"]
    assert len(mail.outbox) == 1
    assert decisions(case) == [("publisher", "rejected")]
    assert "判断は、1回だけ記録しました" in said(publisher)


def test_a_double_click_in_the_editor_approves_one_step_and_saves_no_draft(
    desk: Callable[..., Desk], region: Region, case: CaseStudyPage
) -> None:
    publisher = desk("publisher", region.publishers)
    publisher.user.is_superuser = True  # who might decide the next step too
    publisher.user.save()
    step = state_of(case).current_task_state
    sent = {
        "action-workflow-action": "1",
        "workflow-action-name": "approve",
        "workflow-action-extra-data": json.dumps({"criteria": ALL, "comment": ""}),
        "workflow-task-state": str(step.pk),
    }
    publisher.save(case, **sent)
    revisions = case.revisions.count()
    publisher.save(case, **sent)
    assert case.revisions.count() == revisions
    assert isinstance(state_of(case).current_task_state.task.specific, CuratorApprovalTask)
    assert [status for _who, status in decisions(case)] == ["approved", "in_progress"]


def test_the_second_reviewer_keeps_the_words(
    desk: Callable[..., Desk], region: Region, case: CaseStudyPage
) -> None:
    first = desk("first", region.publishers)
    second = desk("second", region.publishers)
    step = state_of(case).current_task_state
    assert first.decide(case, "approve", criteria=ALL) == "success"
    answer = second.client.post(
        dialogue(case, "reject", step), {"comment": "数字が古いです。"}, headers=XHR
    )
    assert answer.json()["step"] == "success"
    text = said(second)
    assert "先に判断しました" in text
    assert "数字が古いです。" in text
    assert decisions(case) == [("first", "approved"), ("", "in_progress")]


def test_two_decisions_at_one_moment_are_one(
    desk: Callable[..., Desk], region: Region, case: CaseStudyPage
) -> None:
    publisher = desk("publisher", region.publishers)
    step = state_of(case).current_task_state
    task = step.task.specific
    task.on_action(step, publisher.user, "reject", comment="出典を。")
    with pytest.raises(DecidedMeanwhile):
        task.on_action(step, publisher.user, "reject", comment="出典を。")


def test_two_submissions_at_one_moment_are_one(
    desk: Callable[..., Desk], region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both tabs may submit as long as neither has; one is told that the other was faster."""
    publisher = desk("publisher", region.publishers)
    monkeypatch.setattr(PagePermissionTester, "can_submit_for_moderation", lambda tester: True)
    case = publisher.write(region.cases_page, **{"action-submit": "1"})
    answer = publisher.save(case, summary="二つ目のタブの要約", **{"action-submit": "1"})
    assert answer["Location"] == reverse("wagtailadmin_pages:edit", args=[case.pk])
    assert "すでに確認に出ています" in said(publisher)
    case.refresh_from_db()
    assert case.get_latest_revision_as_object().summary == "二つ目のタブの要約"
    assert [status for _who, status in decisions(case)] == ["in_progress"]


def test_a_stranger_learns_nothing_of_a_decision(
    desk: Callable[..., Desk], region: Region, other_region: Region, case: CaseStudyPage
) -> None:
    publisher = desk("publisher", region.publishers)
    stranger = desk("stranger", other_region.publishers)
    step = state_of(case).current_task_state
    publisher.decide(case, "reject", comment="出典を。")
    stranger.client.post(dialogue(case, "reject", step), {"comment": "x"}, headers=XHR)
    assert "先に判断しました" not in said(stranger)
    assert decisions(case) == [("publisher", "rejected")]


def test_a_curator_may_still_decide_the_next_step(
    desk: Callable[..., Desk], region: Region, case: CaseStudyPage
) -> None:
    publisher = desk("publisher", region.publishers)
    curator = desk("curator", CURATORS)
    assert publisher.decide(case, "approve", criteria=ALL) == "success"
    assert curator.decide(case, "approve", criteria=ALL) == "success"
    case.refresh_from_db()
    assert case.live
