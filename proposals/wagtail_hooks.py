"""Proposals in the admin: the queue, and what waits on the dashboard."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from wagtail import hooks

from proposals.queue import ProposalQueue, WaitingProposalsPanel
from proposals.selectors import may_see_proposals


@hooks.register("register_admin_viewset")
def register_queue() -> ProposalQueue:
    """Put the queue into the admin's menu."""
    return ProposalQueue()


@hooks.register("construct_homepage_panels")
def add_waiting_proposals(request: HttpRequest, panels: list[Any]) -> None:
    """Tell on the dashboard what waits for a decision."""
    if may_see_proposals(request.user):
        panels.append(WaitingProposalsPanel())
