"""Writes of the newsletter: sending an issue."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from alerts.models import Alert
from alerts.services import note_refusal
from core.locks import only_one
from core.mailing.campaign import Campaign, Delivery
from newsletter.mails import issue_mail
from newsletter.models import NewsletterIssue
from newsletter.selectors import MOST_ARCHIVED, Contents, Selection, contents_of, keys_of, with_told

__all__ = ["Sending", "send_issue"]

Progress = Callable[[Iterable[Alert], int], Iterable[Alert]]


@dataclass
class Sending:
    """What a run did.

    Attributes:
        is_empty: the month had nothing to tell, so nothing was sent and the archive has no issue.
        sent: mails that the server took.
        nothing_new: readers for whose area and theme there was nothing.
        failed: mails that could not be sent; the next run for the same month tries them again.
    """

    is_empty: bool = False
    sent: int = 0
    nothing_new: int = 0
    failed: int = 0


def send_issue(month: str, progress: Progress | None = None, *, dry_run: bool = False) -> Sending:
    """Send the issue of a month to everybody who confirmed before it was begun.

    A second run sends what failed in the first, and nothing twice: each alert knows when its last
    mail was handed over, and an issue when it was begun.

    Args:
        month: as `2026-11`.
        dry_run: look, and neither send nor write anything.

    Raises:
        Busy: another process is sending.
    """
    with only_one("newsletter"):
        issue = NewsletterIssue.objects.filter(month=month).first() or NewsletterIssue(month=month)
        if issue.sent_at is None:
            told = {
                language: contents_of(
                    issue,
                    language,
                    Selection(),
                    most_cases=MOST_ARCHIVED,
                    most_events=MOST_ARCHIVED,
                )
                for language, _name in settings.LANGUAGES
            }
            if all(each.is_empty for each in told.values()):
                return Sending(is_empty=True)
            issue.sent_at, issue.contents = timezone.now(), keys_of(told)
            if not dry_run:
                issue.save()
        return _send(issue, progress, dry_run=dry_run)


def _send(issue: NewsletterIssue, progress: Progress | None, *, dry_run: bool) -> Sending:
    done = Sending()
    waiting = Alert.objects.filter(
        subject=Alert.Subject.NEWSLETTER,
        confirmed_at__lt=issue.sent_at,
        sent_at__lt=issue.sent_at,
    ).order_by("pk")
    alerts = list(waiting)
    campaign = Campaign("newsletter", dry_run=dry_run)

    told: dict[tuple[str, Selection], Contents] = {}
    for alert in progress(alerts, len(alerts)) if progress else alerts:
        if campaign.has_given_up:
            campaign.skip()
            continue
        choice = alert.locale, Selection.of(alert.query)
        contents = told[choice] = told.get(choice) or contents_of(issue, *choice)
        if contents.is_empty:
            done.nothing_new += 1
            if not dry_run:  # what comes later in the month is for the next issue
                Alert.objects.filter(pk=alert.pk).update(sent_at=timezone.now())
            continue
        delivery = campaign.deliver(issue_mail(alert, issue, contents), f"alert {alert.pk}")
        if dry_run:
            done.sent += 1
        elif delivery is Delivery.TAKEN:
            done.sent += 1
            # Not save(): the alert may have been stopped meanwhile.
            Alert.objects.filter(pk=alert.pk).update(sent_at=timezone.now(), failures=0)
        elif delivery is Delivery.REFUSED:
            note_refusal(alert)
    campaign.close()
    if told and not dry_run:
        issue.contents = with_told(issue.contents, told.values())
        issue.save()
    done.failed = campaign.failed
    return done
