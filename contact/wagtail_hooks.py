"""Messages of visitors in the admin: the list, and what waits on the dashboard."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from wagtail import hooks

from contact.queue import MessageQueue, NewMessagesPanel
from contact.selectors import may_see_messages


@hooks.register("register_admin_viewset")
def register_queue() -> MessageQueue:
    """Put the list into the admin's menu."""
    return MessageQueue()


@hooks.register("construct_homepage_panels")
def add_new_messages(request: HttpRequest, panels: list[Any]) -> None:
    """Tell on the dashboard what waits."""
    if may_see_messages(request.user):
        panels.append(NewMessagesPanel())
