"""Writes: asking bodies, noting what they answer, and what follows from it."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import Page, Revision

from core.locks import only_one
from core.mailing.campaign import Campaign, Delivery
from core.visibility import publicly_visible_q
from upkeep.mails import curators_mail, question_mail
from upkeep.models import Confirmation, LinkCheck
from upkeep.selectors import ENDED, body_of, curators, due_pages, open_questions
from upkeep.sources import named_links

__all__ = [
    "AlreadyAnswered", "Sending", "answer", "finish", "forget_links", "links_to_check",
    "mark_ended", "note_finding", "question_about", "send_due", "send_questions", "store_question",
]  # fmt: skip

REMIND_AFTER = datetime.timedelta(days=30)
# The question itself and two reminders.
MOST_MAILS = 3
# Mails that a server refuses for an address before the curators are told.
_MOST_REFUSALS = 3

# One mail asks one address, in one language, for the so manieth time, about some pages.
Batch = list[Confirmation]
Progress = Callable[[Iterable[Batch], int], Iterable[Batch]]


class AlreadyAnswered(Exception):
    """Somebody else answered in the meantime."""


# --- Asking -----------------------------------------------------------------------------------


@dataclass
class Sending:
    """What a run did.

    Attributes:
        asked: pages about which a body was asked for the first time this year.
        reminded: pages about which it was reminded.
        told: pages of which the curators were told that nobody answers.
        failed: mails that could not be sent; they are tried again by the next run.
    """

    asked: int = 0
    reminded: int = 0
    told: int = 0
    failed: int = 0


def send_due(
    progress: Progress | None = None, *, dry_run: bool = False, limit: int | None = None
) -> Sending:
    """Ask, remind, and tell the curators, each when its time has come.

    Doing it again at once sends nothing. What was sent is noted after the server took it.

    Args:
        dry_run: look, and neither send nor write anything.
        limit: ask about so many new pages at most.

    Raises:
        Busy: another process is sending.
    """
    with only_one("confirmations"):
        return _Run(dry_run).send(progress, limit)


class _Run:
    """One run: its campaign, and what was done."""

    def __init__(self, dry_run: bool) -> None:
        self.dry_run = dry_run
        self.done = Sending()
        self.now = timezone.now()
        self._campaign = Campaign("confirmations", dry_run=dry_run)

    def send(self, progress: Progress | None, limit: int | None) -> Sending:
        if not self.dry_run:
            _close_answered_otherwise(self.now)
        fresh = self._new_questions(limit)
        batches = _batches([*fresh, *self._due_questions()])
        for batch in progress(batches, len(batches)) if progress else batches:
            self._ask(batch)
        self._tell_curators()
        self._campaign.close()
        self.done.failed = self._campaign.failed
        return self.done

    def _new_questions(self, limit: int | None) -> list[Confirmation]:
        """Questions about due pages, `limit` at most.

        Each is stored and closes the page's open ones, unless this is a dry run.
        """
        fresh: list[Confirmation] = []
        for page in due_pages(self.now):
            if limit is not None and len(fresh) >= limit:
                break
            question = question_about(page, self.now)
            if not self.dry_run:
                store_question(question)
            fresh.append(question)
        return fresh

    def hand_over_new(self) -> None:
        """Send the questions that no mail has been sent about."""
        fresh = open_questions().filter(publicly_visible_q("page"), mails=0)
        fresh = fresh.filter(failures__lt=_MOST_REFUSALS)
        for batch in _batches(fresh.select_related("page__locale").order_by("pk")):
            self._ask(batch)
        self._campaign.close()

    def _due_questions(self) -> list[Confirmation]:
        """Questions of earlier runs: never handed over, or due for a reminder."""
        waited = Q(mailed_at__lte=self.now - REMIND_AFTER, mails__lt=MOST_MAILS)
        due = open_questions().filter(Q(mails=0) | waited, failures__lt=_MOST_REFUSALS)
        due = due.exclude(asked_at=self.now).filter(publicly_visible_q("page"))
        return list(due.select_related("page__locale").order_by("pk"))

    def _ask(self, batch: Batch) -> None:
        if self._campaign.has_given_up:
            self._campaign.skip()
        elif self._hand_over(question_mail(batch), batch):
            is_first = batch[0].mails == 0
            self.done.asked += len(batch) if is_first else 0
            self.done.reminded += 0 if is_first else len(batch)
            self._keep(batch, mails=F("mails") + 1, mailed_at=self.now, failures=0)

    def _tell_curators(self) -> None:
        """One mail to each curator about all pages for which nobody answers."""
        silent = Q(mails=MOST_MAILS, mailed_at__lte=self.now - REMIND_AFTER)
        refused = Q(failures__gte=_MOST_REFUSALS)
        questions = list(
            open_questions().filter(silent | refused, told_at=None).select_related("page")
        )
        people = [person for person in curators() if person.email]
        if not questions or not people:
            return
        taken = [self._hand_over(curators_mail(person, questions), []) for person in people]
        if any(taken):
            self.done.told = len(questions)
            self._keep(questions, told_at=self.now)

    def _hand_over(self, mail: EmailMultiAlternatives, batch: Batch) -> bool:
        """Send a mail; say whether the server took it."""
        delivery = self._campaign.deliver(mail, f"{len(batch)} confirmations")
        if delivery is Delivery.REFUSED:
            self._keep(batch, failures=F("failures") + 1)
        return delivery is Delivery.TAKEN

    def _keep(self, questions: Sequence[Confirmation], **values: Any) -> None:
        if not self.dry_run:
            # Only what is still open: somebody may have answered meanwhile.
            ids = [question.pk for question in questions]
            open_questions().filter(pk__in=ids).update(**values)


def question_about(page: Any, now: datetime.datetime) -> Confirmation:
    """A question about a page that has an address to ask, not stored yet."""
    return Confirmation(
        page=page,
        address=page.confirmation_email,
        language=page.desk_language or page.locale.language_code,
        asked_at=now,
    )


def store_question(question: Confirmation, user: Any = None) -> None:
    """Store a question in place of the page's open one.

    Args:
        user: who asks, where it is not asked by the calendar.
    """
    with transaction.atomic():
        open_questions().filter(page=question.page).update(closed_at=question.asked_at)
        question.save()
        log(instance=question.page, action="upkeep.asked", user=user)


def send_questions() -> None:
    """Send the stored questions that wait for their first mail.

    Raises:
        Busy: another process is sending; its next run sends these too.
    """
    with only_one("confirmations"):
        _Run(dry_run=False).hand_over_new()


def _batches(questions: Iterable[Confirmation]) -> list[Batch]:
    """Questions that go into one mail, so that a desk with many pages gets one."""
    batches: dict[tuple[str, str, int], Batch] = defaultdict(list)
    for question in questions:
        key = (question.address.lower(), question.language, question.mails)
        batches[key].append(question)
    return list(batches.values())


def _close_answered_otherwise(now: datetime.datetime) -> None:
    """An editor has noted a newer confirmation, or that it has ended: nobody is asked again."""
    for question in open_questions().select_related("page"):
        page = question.page.specific
        confirmed = getattr(page, "last_confirmed_at", None)
        is_newer = confirmed is not None and confirmed >= timezone.localdate(question.asked_at)
        if is_newer or getattr(page, "status_id", None) == ENDED:
            open_questions().filter(pk=question.pk).update(closed_at=now)


# --- Answering --------------------------------------------------------------------------------


def answer(*, number: int, given: str, words: str = "") -> None:
    """Note what a body answered, once.

    That all is right is written into the page at once. What has changed or ended becomes a task:
    a link in a shared mailbox proves too little to change what the public reads.

    Raises:
        AlreadyAnswered: the question has an answer already, or is closed.
    """
    now = timezone.now()
    is_right = given == Confirmation.Answer.RIGHT
    with transaction.atomic():
        noted = open_questions().filter(pk=number)
        values = {"answer": given, "words": words, "answered_at": now}
        if not noted.update(**values, done_at=now if is_right else None):
            raise AlreadyAnswered
        page = Confirmation.objects.get(pk=number).page.specific
        if is_right:
            _write_facts(
                page,
                last_confirmed_at=timezone.localdate(now),
                last_confirmed_by=body_of(page)[:200] or page.last_confirmed_by,
            )
        log(instance=page, action=f"upkeep.{given}", data={"words": words} if words else None)


def finish(*, question: Confirmation, user: Any) -> bool:
    """Note that somebody did what an answer asked for. False when it was done already."""
    tasks = Confirmation.objects.filter(pk=question.pk, done_at=None).exclude(answered_at=None)
    return bool(tasks.update(done_at=timezone.now(), done_by=user))


def mark_ended(*, question: Confirmation, user: Any) -> bool:
    """Give the page the status “ended” that the body named, after somebody looked at it.

    False, and nothing is written, when the answer was dealt with already.
    """
    with transaction.atomic():
        if not finish(question=question, user=user):
            return False
        page = question.page.specific
        day = timezone.localdate(question.answered_at)
        _write_facts(
            page,
            status_id=ENDED,
            last_confirmed_at=day,
            last_confirmed_by=body_of(page)[:200] or page.last_confirmed_by,
        )
        log(instance=page, action="upkeep.marked_ended", user=user)
    return True


def _write_facts(page: Page, **values: Any) -> None:
    """Write facts into a page, its translations and stand-ins, without checking or publishing them.

    Drafts stay drafts: the facts are also written into the live revision (else the newest) and all
    later ones, so that they are not lost when one is published. Foreign keys are given by `_id`.
    """
    for version in Page.objects.filter(translation_key=page.translation_key).specific():
        for name, value in values.items():
            setattr(version, name, value)
        names = [name.removesuffix("_id") for name in values]
        version.save(update_fields=names, clean=False)
        since = version.live_revision_id or version.latest_revision_id
        if since is None:
            continue
        stored = version.serializable_data()
        for revision in Revision.page_revisions.filter(object_id=str(version.pk), pk__gte=since):
            revision.content |= {name: stored[name] for name in names}
            revision.save(update_fields=["content"])


# --- Links ------------------------------------------------------------------------------------


def links_to_check(*, days: int) -> list[str]:
    """Addresses that live pages name and that were not checked for so many days, new ones first."""
    since = timezone.now() - datetime.timedelta(days=days)
    checked = dict(LinkCheck.objects.values_list("url", "checked_at"))
    due = [url for url in named_links() if url not in checked or checked[url] <= since]
    return sorted(due, key=lambda url: (url in checked, checked.get(url, since), url))


def note_finding(url: str, *, status: int | None, problem: str) -> None:
    """Keep what was found at an address, and since when it fails."""
    now = timezone.now()
    check = LinkCheck.objects.filter(url=url).first() or LinkCheck(url=url)
    check.status, check.problem, check.checked_at = status, problem, now
    check.failing_since = (check.failing_since or now) if problem else None
    check.failures = check.failures + 1 if problem else 0
    check.save()


def forget_links() -> None:
    """Forget what was found at addresses that no page names any more."""
    named = named_links()
    gone = [pk for pk, url in LinkCheck.objects.values_list("pk", "url") if url not in named]
    for start in range(0, len(gone), 500):
        LinkCheck.objects.filter(pk__in=gone[start : start + 500]).delete()
