"""Asking bodies to confirm chosen pages now, without waiting for the yearly question."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import ngettext
from wagtail.models import Page

from core.visibility import publicly_visible
from upkeep.models import Confirmation
from upkeep.selectors import ENDED, KEPT_MODELS, originals
from upkeep.services import question_about, store_question
from upkeep.tasks import send_asked

__all__ = ["ASK_AGAIN_AFTER", "Asked", "ask_now"]

# A body that was asked or has answered is left in peace for so long.
ASK_AGAIN_AFTER = datetime.timedelta(days=14)
# Pages that one query names.
_AT_ONCE = 500


@dataclass
class Asked:
    """What became of the pages.

    Attributes:
        asked: pages about which a body is asked.
        recently: pages about which it was asked within the last days.
        answered: pages whose answer waits for somebody here to act on it.
        nobody: pages without an address to ask.
        not_public: pages that the public does not see, so that nobody could look at them.
    """

    asked: int = 0
    recently: int = 0
    answered: int = 0
    nobody: int = 0
    not_public: int = 0

    def lines(self) -> list[str]:
        """The same in words; what did not happen is left out."""
        if not self.asked:
            return self.left_out()
        asked = ngettext(
            "The organisation in charge of %(count)d page is asked by email.",
            "The organisations in charge of %(count)d pages are asked by email.",
            self.asked,
        ) % {"count": self.asked}
        return [asked, *self.left_out()]

    def left_out(self) -> list[str]:
        """What nobody is asked about, and why."""
        days = ASK_AGAIN_AFTER.days
        found = []
        if self.recently:
            found.append(
                ngettext(
                    "%(count)d page: asked within the last %(days)d days, so not again.",
                    "%(count)d pages: asked within the last %(days)d days, so not again.",
                    self.recently,
                ) % {"count": self.recently, "days": days}
            )  # fmt: skip
        if self.answered:
            found.append(
                ngettext(
                    "%(count)d page: the organisation has answered. See “Confirmations”.",
                    "%(count)d pages: the organisation has answered. See “Confirmations”.",
                    self.answered,
                ) % {"count": self.answered}
            )  # fmt: skip
        if self.nobody:
            found.append(
                ngettext(
                    "%(count)d page: nobody to ask. Write an address into the page’s form.",
                    "%(count)d pages: nobody to ask. Write an address into each page’s form.",
                    self.nobody,
                ) % {"count": self.nobody}
            )  # fmt: skip
        if self.not_public:
            found.append(
                ngettext(
                    "%(count)d page: not public, so not asked about.",
                    "%(count)d pages: not public, so not asked about.",
                    self.not_public,
                ) % {"count": self.not_public}
            )  # fmt: skip
        return found


def ask_now(numbers: Iterable[int], user: Any, *, dry_run: bool = False) -> Asked:
    """Ask the bodies in charge of these pages, each page once within `ASK_AGAIN_AFTER`.

    Pages that have ended, and translations, are not asked about at all. The mails go out after the
    request, one to each address.

    Args:
        dry_run: only tell what would become of the pages.
    """
    done = Asked()
    wanted = list(numbers)
    for start in range(0, len(wanted), _AT_ONCE):
        _ask_about(wanted[start : start + _AT_ONCE], user, done, dry_run=dry_run)
    if done.asked and not dry_run:
        transaction.on_commit(send_asked.enqueue)
    return done


def _ask_about(wanted: list[int], user: Any, done: Asked, *, dry_run: bool) -> None:
    """Ask about some of the pages, and count in `done` what became of them."""
    now = timezone.now()
    recently = _pages(_left_in_peace(now), wanted)
    tasks = _pages(Q(answered_at__isnull=False, done_at=None), wanted)
    for model in KEPT_MODELS:
        pages = originals(model).filter(pk__in=wanted).exclude(status=ENDED)
        public = set(publicly_visible(pages).values_list("pk", flat=True))
        for page in pages.select_related("locale").order_by("pk"):
            if page.pk not in public:
                done.not_public += 1
            elif page.pk in tasks:
                done.answered += 1
            elif not page.confirmation_email:
                done.nobody += 1
            elif page.pk in recently:
                done.recently += 1
            elif dry_run or _ask(page, now, user):
                done.asked += 1
            else:
                done.recently += 1


def _pages(condition: Q, wanted: list[int]) -> set[int]:
    """Those of the pages that have such a question."""
    questions = Confirmation.objects.filter(condition, page__in=wanted)
    return set(questions.values_list("page_id", flat=True))


def _left_in_peace(now: datetime.datetime) -> Q:
    """That a question was asked, sent or answered within the last days."""
    since = now - ASK_AGAIN_AFTER
    return Q(asked_at__gt=since) | Q(mailed_at__gt=since) | Q(answered_at__gt=since)


@transaction.atomic
def _ask(page: Any, now: datetime.datetime, user: Any) -> bool:
    """Store a question. False where somebody else has asked in the meantime."""
    # One at a time: whoever presses at the same moment waits here, and finds the question.
    Page.objects.select_for_update().get(pk=page.pk)
    if _pages(_left_in_peace(now), [page.pk]):
        return False
    try:
        store_question(question_about(page, now), user)
    except IntegrityError:  # the yearly run was faster
        return False
    return True
