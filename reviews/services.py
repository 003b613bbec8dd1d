"""Writes to the workflows: one for case studies, one for regional pages, one for all others."""

from __future__ import annotations

from django.db import transaction
from wagtail.models import Page, Task, Workflow, WorkflowPage, WorkflowTask

from casestudies.models import CaseStudyIndexPage
from regions.models import RegionIndexPage
from reviews.models import CuratorApprovalTask, RegionApprovalTask

__all__ = [
    "CASE_WORKFLOW",
    "NETWORK_WORKFLOW",
    "REGION_WORKFLOW",
    "prepare_workflows",
]

# Names stand in the database once, for editors of both languages.
CASE_WORKFLOW = "事例の確認 / Case study"
REGION_WORKFLOW = "地域ページの確認 / Regional page"
NETWORK_WORKFLOW = "全国ページの確認 / Network page"
_REGION_CHECK = "地域による確認 / Region check"
_REGION_PUBLISHERS = "地域の公開担当者 / Region's publishers"
_CURATORS_CHECK = "キュレーターによる確認 / Curators' check"
_CURATORS = "キュレーター / Curators"

# The workflow that Wagtail's own migration puts on the root.
_WAGTAIL_DEFAULT = "Moderators approval"


@transaction.atomic
def prepare_workflows() -> int:
    """Make the workflows and link them to the tops of their sections. Returns the new links.

    Run again it changes nothing; a section to which an administrator gave another workflow keeps
    that one. Sections below inherit, so that a new region needs no workflow of its own.
    """
    region_check = _task(RegionApprovalTask, _REGION_CHECK, has_checklist=True)
    curators_check = _task(CuratorApprovalTask, _CURATORS_CHECK, has_checklist=True)
    publishers = _task(RegionApprovalTask, _REGION_PUBLISHERS, has_checklist=False)
    curators = _task(CuratorApprovalTask, _CURATORS, has_checklist=False)
    cases = _workflow(CASE_WORKFLOW, [region_check, curators_check])
    regional = _workflow(REGION_WORKFLOW, [publishers])
    network = _workflow(NETWORK_WORKFLOW, [curators])
    linked = 0
    for model, workflow in [(CaseStudyIndexPage, cases), (RegionIndexPage, regional)]:
        for page in model.objects.all():
            linked += WorkflowPage.objects.get_or_create(
                page_id=page.pk, defaults={"workflow": workflow}
            )[1]
    root = Page.get_first_root_node()
    linked += WorkflowPage.objects.get_or_create(page=root, defaults={"workflow": network})[1]
    linked += WorkflowPage.objects.filter(page=root, workflow__name=_WAGTAIL_DEFAULT).update(
        workflow=network
    )
    return linked


def _task(model: type[Task], name: str, *, has_checklist: bool) -> Task:
    return model.objects.get_or_create(name=name, defaults={"has_checklist": has_checklist})[0]


def _workflow(name: str, tasks: list[Task]) -> Workflow:
    workflow, is_new = Workflow.objects.get_or_create(name=name)
    if is_new:
        for order, task in enumerate(tasks):
            WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=order)
    return workflow
