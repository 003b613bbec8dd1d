"""Mails at every step of a review: to whom, in that person's language, with what to do and a link.

Wagtail has mails of its own, but only for tasks that name fixed groups; those for the writer would
come twice, so they are switched off here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.core.cache import caches
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django_tasks import task
from wagtail.models import Page, TaskState, WorkflowState
from wagtail.signals import (
    task_submitted,
    workflow_approved,
    workflow_rejected,
    workflow_submitted,
)
from wagtail.users.models import UserProfile

from core.addresses import absolute_page_url, absolute_url
from core.mailing.messages import build_mail, preferred_language
from core.mailing.messages import send_mail as deliver_mail
from reviews.models import ReviewTask

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser, AnonymousUser

__all__ = ["ask_reviewers", "connect", "send_mail"]

# For each mail the switch in the user's account by which it can be left out.
_SWITCHES = {
    "to_review": "submitted_notifications",
    "many_to_review": "submitted_notifications",
    "still_to_review": "submitted_notifications",
    "sent_back": "rejected_notifications",
    "published": "approved_notifications",
    "scheduled": "approved_notifications",
}


# After a spreadsheet of five hundred cases nobody reads five hundred mails.
MOST_REQUESTS = 5
_WITHIN_SECONDS = 600


def connect() -> None:
    """Listen to reviews, in the place of Wagtail's own mails to writers.

    This app is ready before Wagtail's admin, which leaves out a receiver whose identifier is taken.
    """
    task_submitted.connect(_on_submitted, dispatch_uid="reviews.submitted")
    for signal, receiver, event in [
        (workflow_submitted, _nothing, "submitted"),
        (workflow_rejected, _on_sent_back, "rejected"),
        (workflow_approved, _on_approved, "approved"),
    ]:
        signal.connect(
            receiver,
            sender=WorkflowState,
            dispatch_uid=f"workflow_state_{event}_email_notification",
        )


def _nothing(**kwargs: Any) -> None:
    """Reviewers hear of a submission by the task it starts."""


def _on_submitted(instance: TaskState, user: AbstractUser | None, **kwargs: Any) -> None:
    """Ask the reviewers of the step that begins."""
    ask_reviewers(instance, user)


def ask_reviewers(
    state: TaskState, actor: AbstractUser | AnonymousUser | None, *, is_reminder: bool = False
) -> int:
    """Ask everybody who may decide about a page now, but not whoever brought it about.

    Returns how many are asked.
    """
    step = state.task.specific
    if not isinstance(step, ReviewTask):
        return 0
    page = state.workflow_state.content_object
    reviewers = list(step.reviewers_of(page)) or get_user_model().objects.filter(
        is_superuser=True, is_active=True
    )
    return _tell("still_to_review" if is_reminder else "to_review", page, reviewers, actor)


def _on_sent_back(instance: WorkflowState, user: AbstractUser | None, **kwargs: Any) -> None:
    """Tell the writer what is to be mended."""
    reason = instance.current_task_state.comment
    _tell("sent_back", instance.content_object, _writers(instance), user, reason=reason)


def _on_approved(instance: WorkflowState, user: AbstractUser | None, **kwargs: Any) -> None:
    """Tell the writer that the page is public, or will be."""
    page = instance.content_object
    page.refresh_from_db()
    is_later = page.scheduled_revision is not None
    _tell("scheduled" if is_later else "published", page, _writers(instance), user)


def _writers(state: WorkflowState) -> list[AbstractUser]:
    """Who asked for the review, and the page's owner."""
    people = [state.requested_by, state.content_object.owner]
    return list({person.pk: person for person in people if person is not None}.values())


def _tell(
    kind: str,
    page: Page,
    people: Iterable[AbstractUser],
    actor: AbstractUser | AnonymousUser | None,
    **told: str,
) -> int:
    """Send a mail to each, but not to whoever did it, once the change is stored. Counts them."""
    number = 0
    for person in people:
        if actor is not None and person.pk == actor.pk:
            continue
        if person.is_active and person.email and _wants(person, kind):
            transaction.on_commit(_sending(kind, page.pk, person.pk, told))
            number += 1
    return number


def _sending(kind: str, page: int, person: int, told: dict[str, str]) -> Any:
    return lambda: send_mail.enqueue(kind, page, person, told)


def _wants(person: AbstractUser, kind: str) -> bool:
    return bool(getattr(UserProfile.get_for_user(person), _SWITCHES[kind]))


@task()
def send_mail(kind: str, page: int, person: int, told: dict[str, str]) -> None:
    """Send one mail. A page that is gone by then needs none.

    Args:
        kind: a name in `templates/reviews/mail/`.
        told: further texts for its template.
    """
    found = Page.objects.filter(pk=page).first()
    receiver = get_user_model().objects.filter(pk=person, is_active=True).first()
    if found is None or receiver is None:
        return
    step = found.current_workflow_task_state if kind == "still_to_review" else None
    if kind == "still_to_review" and step is None:
        return
    if kind in {"to_review", "still_to_review"}:
        kind = _kind_of_request(person, kind)
    if not kind:
        return
    latest = found.get_latest_revision_as_object()
    language = preferred_language(receiver)
    with override(language):
        mail = build_mail(
            f"reviews/mail/{kind}",
            to=receiver.email,
            language=language,
            subject=_subject(kind) % {"title": latest.title},
            context={
                **told,
                "title": latest.title,
                "page_type": latest.specific_class._meta.verbose_name,
                "go_live_at": latest.go_live_at,
                "since": step.started_at if step else None,
                "comments": found.wagtail_admin_comments.filter(resolved_at=None).count(),
                "edit_url": absolute_url(reverse("wagtailadmin_pages:edit", args=[page])),
                "waiting_url": absolute_url(reverse("reviews:waiting")),
                "public_url": absolute_page_url(found),
            },
            has_html=False,
        )
    # Where it cannot be sent the review is stored, and stands on the reviewer's dashboard.
    deliver_mail(mail, f"page {page}: {kind}")


def _kind_of_request(person: int, kind: str) -> str:
    """The mail for one more page to review: after some in a few minutes one for all, then none."""
    key = f"review-requests-{person}"
    try:
        caches["shared"].add(key, 0, _WITHIN_SECONDS)
        number = caches["shared"].incr(key)
    except (OSError, ValueError):  # rather many mails than none
        return kind
    if number <= MOST_REQUESTS:
        return kind
    return "many_to_review" if number == MOST_REQUESTS + 1 else ""


def _subject(kind: str) -> str:
    return {
        "to_review": _("Please review: %(title)s"),
        "many_to_review": _("Several pages wait for your review"),
        "still_to_review": _("Still waiting for your review: %(title)s"),
        "sent_back": _("Sent back to you: %(title)s"),
        "published": _("Published: %(title)s"),
        "scheduled": _("Approved, will be published: %(title)s"),
    }[kind]
