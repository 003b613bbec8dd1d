"""Writes of alerts: asking for one, confirming, stopping, sending."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from wagtail.models import Page

from alerts.mails import confirmation_mail, news_mail
from alerts.models import Alert, FindablePage
from alerts.selectors import due_alerts, new_pages, newest_number, saved_query
from alerts.tokens import CONFIRM_WITHIN
from core.locks import only_one
from core.mailing.campaign import Campaign, Delivery
from core.mailing.messages import send_mail
from opendata.rates import count
from programmes.calls import calls_in
from search.engines import current_engine
from search.index.outbox import deliver
from search.index.rebuild import findable_ids
from search.models import SearchOutbox

__all__ = ["Sending", "ask", "confirm", "note_pages", "note_refusal", "send_due", "stop"]

_BATCH = 500
# A form that is sent again so soon was clicked twice: its mail is on its way already.
_TWICE_WITHIN = datetime.timedelta(minutes=1)
# Mails that a server refuses for an address before its alert is deleted.
_MOST_REFUSALS = 5

Progress = Callable[[Iterable[Alert], int], Iterable[Alert]]


def ask(
    address: str,
    params: str,
    locale: str,
    frequency: str,
    subject: str = Alert.Subject.SEARCH,
) -> None:
    """Note that an alert is wanted, and ask the address by mail.

    What follows is the same whether the address is known or not. A mail that cannot be sent now is
    sent by the next run.
    """
    if count("address", f"{address.lower()}").is_over:
        return
    alert, is_new = Alert.objects.get_or_create(
        address=_normal(address),
        locale=locale,
        subject=subject,
        query="" if subject == Alert.Subject.CALLS else saved_query(params, locale),
        defaults={"frequency": frequency, "asked_at": timezone.now()},
    )
    if not is_new and alert.confirmed_at is None:
        is_same = alert.frequency == frequency
        if is_same and timezone.now() - alert.asked_at < _TWICE_WITHIN:
            return
        Alert.objects.filter(pk=alert.pk).update(
            frequency=frequency, asked_at=timezone.now(), asked_by_mail_at=None
        )
    if send_mail(confirmation_mail(alert, frequency), f"the confirmation of alert {alert.pk}"):
        Alert.objects.filter(pk=alert.pk).update(asked_by_mail_at=timezone.now())


def confirm(number: int, frequency: str) -> Alert | None:
    """Begin to send. New is what becomes findable from now on. None when it was deleted."""
    alert = Alert.objects.filter(pk=number).first()
    if alert is None:
        return None
    alert.frequency = frequency
    if alert.confirmed_at is None:
        note_pages()
        alert.confirmed_at = alert.sent_at = timezone.now()
        alert.seen_until = newest_number()
    alert.save()
    return alert


def stop(number: int) -> None:
    """Delete an alert and its address. Doing it twice does no harm."""
    Alert.objects.filter(pk=number).delete()


def note_refusal(alert: Alert) -> None:
    """Note that the server knows no such address. After some times the alert is deleted."""
    if alert.failures + 1 >= _MOST_REFUSALS:
        stop(alert.pk)
    else:
        Alert.objects.filter(pk=alert.pk).update(failures=alert.failures + 1)


def forget_unconfirmed() -> int:
    """Delete alerts that nobody confirmed in time. Returns how many."""
    limit = timezone.now() - CONFIRM_WITHIN
    return Alert.objects.filter(confirmed_at=None, asked_at__lt=limit).delete()[0]


def note_pages() -> None:
    """Remember the pages and calls that can be found now. What is noted once is never new again.

    A page whose change has not reached the index yet is left for the next time.
    """
    changed = SearchOutbox.objects.filter(delivered_at=None, source="page")
    waiting = set(changed.values_list("item_id", flat=True))
    ids = [page_id for page_id in findable_ids() if page_id not in waiting]
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        pages = Page.objects.filter(pk__in=batch)
        _note(pages.values_list("translation_key", flat=True))
    _note(call.uid for language, _name in settings.LANGUAGES for call in calls_in(language))


def _note(keys: Iterable[UUID]) -> None:
    keys = dict.fromkeys(keys)
    known = FindablePage.objects.filter(translation_key__in=keys)
    there = set(known.values_list("translation_key", flat=True))
    FindablePage.objects.bulk_create(
        [FindablePage(translation_key=key) for key in keys if key not in there],
        ignore_conflicts=True,
    )


@dataclass
class Sending:
    """What a run did.

    Attributes:
        sent: mails with new pages.
        confirmations: mails that ask for a confirmation and could not be sent earlier.
        nothing_new: alerts that were due without anything new.
        failed: mails that could not be sent; they are tried again by the next run.
        forgotten: unconfirmed alerts that were deleted.
    """

    sent: int = 0
    confirmations: int = 0
    nothing_new: int = 0
    failed: int = 0
    forgotten: int = 0


def send_due(progress: Progress | None = None, *, dry_run: bool = False) -> Sending:
    """Send what is new to everybody whose time has come.

    An alert remembers how far it has looked only after its mail is handed over, so that nothing is
    lost when the mail server fails.

    Args:
        dry_run: look, and neither send nor write anything.

    Raises:
        Busy: another process is sending.
        EngineUnavailable: there is no search engine to ask.
    """
    with only_one("alerts"):
        if not dry_run:
            deliver(current_engine())
            note_pages()
        return _Run(dry_run).send(progress)


class _Run:
    """One run: its campaign, and what was done."""

    def __init__(self, dry_run: bool) -> None:
        self.dry_run = dry_run
        self.done = Sending()
        self.until = newest_number()
        self.now = timezone.now()
        self._campaign = Campaign("alerts", dry_run=dry_run)

    def send(self, progress: Progress | None) -> Sending:
        if not self.dry_run:
            self.done.forgotten = forget_unconfirmed()
        waiting = Alert.objects.filter(confirmed_at=None, asked_by_mail_at=None).order_by("pk")
        alerts = [*waiting, *due_alerts(self.now)]
        for alert in progress(alerts, len(alerts)) if progress else alerts:
            if self._campaign.has_given_up:
                self._campaign.skip()
            elif alert.confirmed_at is None:
                self._ask_again(alert)
            else:
                self._tell(alert)
        self._campaign.close()
        self.done.failed = self._campaign.failed
        return self.done

    def _ask_again(self, alert: Alert) -> None:
        if self._hand_over(alert, confirmation_mail(alert, alert.frequency)):
            self.done.confirmations += 1
            self._keep(alert, asked_by_mail_at=self.now)

    def _tell(self, alert: Alert) -> None:
        pages = new_pages(alert, self.until)
        if not pages:
            self.done.nothing_new += 1
            self._keep(alert, seen_until=self.until)
        elif self._hand_over(alert, news_mail(alert, pages, self.until)):
            self.done.sent += 1
            self._keep(alert, seen_until=self.until, sent_at=self.now, failures=0)

    def _hand_over(self, alert: Alert, mail: EmailMultiAlternatives) -> bool:
        """Send a mail; say whether the server took it."""
        delivery = self._campaign.deliver(mail, f"alert {alert.pk}")
        if delivery is Delivery.REFUSED:
            note_refusal(alert)
        return delivery is Delivery.TAKEN

    def _keep(self, alert: Alert, **values: datetime.datetime | int) -> None:
        if not self.dry_run:
            # Not save(): the alert may have been stopped meanwhile.
            Alert.objects.filter(pk=alert.pk).update(**values)


def _normal(address: str) -> str:
    """The part after the @ makes no difference between capitals and small letters."""
    name, _at, host = address.rpartition("@")
    return f"{name}@{host.lower()}"
