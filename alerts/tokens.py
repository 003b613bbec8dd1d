"""Signed links: whoever has one can read the address's mail, so no other proof is needed."""

from __future__ import annotations

import datetime

from django.core import signing
from django.urls import reverse
from django.utils.translation import override

from alerts.models import Alert
from core.addresses import absolute_url

__all__ = ["CONFIRM_WITHIN", "confirm_url", "read_confirmation", "read_stop", "stop_url"]

CONFIRM_WITHIN = datetime.timedelta(days=3)

_CONFIRM = "alerts.confirm"
_STOP = "alerts.stop"


def confirm_url(alert: Alert, frequency: str) -> str:
    """The link that confirms an alert. It expires after three days."""
    token = signing.dumps([alert.pk, frequency], salt=_CONFIRM)
    return _url("alerts:confirm", token, alert.locale)


def read_confirmation(token: str) -> tuple[int, str] | None:
    """Number and frequency of the alert that a link confirms; None for an expired or wrong one."""
    try:
        number, frequency = signing.loads(token, salt=_CONFIRM, max_age=CONFIRM_WITHIN)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return int(number), str(frequency)


def stop_url(alert: Alert) -> str:
    """The link that stops an alert. It is valid as long as the alert."""
    return _url("alerts:stop", signing.dumps(alert.pk, salt=_STOP), alert.locale)


def read_stop(token: str) -> int | None:
    """Number of the alert that a link stops; None for a wrong one."""
    try:
        return int(signing.loads(token, salt=_STOP))
    except (signing.BadSignature, ValueError, TypeError):
        return None


def _url(name: str, token: str, locale: str) -> str:
    with override(locale):
        return absolute_url(reverse(name, args=[token]))
