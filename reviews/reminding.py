"""Reminding those who can decide of pages that wait long for a review."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone
from django.utils.translation import ngettext
from wagtail.log_actions import log
from wagtail.models import Page, PageLogEntry, WorkflowState

from reviews.mails import ask_reviewers

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

__all__ = ["REMIND_AFTER", "Reminded", "remind_reviewers"]

# A review waits so long before anybody is reminded of it, and again before the next reminder.
REMIND_AFTER = datetime.timedelta(days=3)
_ACTION = "reviews.reminded"


@dataclass
class Reminded:
    """What became of the pages.

    Attributes:
        reminded: pages of which those who can decide are reminded.
        recently: pages of which they were told within the last days.
        nobody: pages about which nobody else can be told.
    """

    reminded: int = 0
    recently: int = 0
    nobody: int = 0

    def lines(self) -> list[str]:
        """The same in words; what did not happen is left out."""
        found = []
        if self.reminded:
            found.append(
                ngettext(
                    "Those who can decide are reminded of %(count)d page.",
                    "Those who can decide are reminded of %(count)d pages.",
                    self.reminded,
                ) % {"count": self.reminded}
            )  # fmt: skip
        if self.recently:
            found.append(
                ngettext(
                    "%(count)d page: they were told within the last %(days)d days, so not again.",
                    "%(count)d pages: they were told within the last %(days)d days, so not again.",
                    self.recently,
                ) % {"count": self.recently, "days": REMIND_AFTER.days}
            )  # fmt: skip
        if self.nobody:
            found.append(
                ngettext(
                    "%(count)d page: nobody but you can decide, or nobody takes such emails.",
                    "%(count)d pages: nobody but you can decide, or nobody takes such emails.",
                    self.nobody,
                ) % {"count": self.nobody}
            )  # fmt: skip
        return found


@transaction.atomic
def remind_reviewers(numbers: Iterable[int], user: AbstractUser) -> Reminded:
    """Remind by mail of these pages, of each once within `REMIND_AFTER`.

    Pages whose review is decided by now are left out.
    """
    done = Reminded()
    since = timezone.now() - REMIND_AFTER
    wanted = list(numbers)
    entries = PageLogEntry.objects.filter(page__in=wanted, action=_ACTION, timestamp__gt=since)
    states = WorkflowState.objects.filter(
        status=WorkflowState.STATUS_IN_PROGRESS,
        base_content_type=ContentType.objects.get_for_model(Page),
        object_id__in=[str(number) for number in wanted],
    ).select_for_update(of=("self",))
    found = list(states.select_related("current_task_state__task").order_by("pk"))
    # Read after the lock: who presses twice, or at the same time, reminds once.
    recently = set(entries.values_list("page_id", flat=True))
    for state in found:
        step = state.current_task_state
        page = state.content_object
        if step is None or page is None:
            continue
        if step.started_at > since or page.pk in recently:
            done.recently += 1
        elif ask_reviewers(step, user, is_reminder=True):
            log(instance=page, action=_ACTION, user=user)
            done.reminded += 1
        else:
            done.nobody += 1
    return done
