"""The two mails of an alert, in plain text and HTML, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alerts.models import Alert
from alerts.selectors import NewPage, list_address, saved_title
from alerts.tokens import confirm_url, stop_url
from core.addresses import absolute_url
from core.mailing.messages import build_mail
from core.readings import in_ordinary_reading

__all__ = ["MOST_LISTED", "add_list_headers", "confirmation_mail", "news_mail"]

MOST_LISTED = 20


def confirmation_mail(alert: Alert, frequency: str) -> EmailMultiAlternatives:
    """Ask whoever reads the address's mail whether the alert is wanted."""
    context = {"frequency": Alert.Frequency(frequency).label}
    with in_ordinary_reading(alert.locale):
        subject = _("Please confirm your email alert")
        return _mail(
            alert, subject, "confirmation", {**context, "url": confirm_url(alert, frequency)}
        )


def news_mail(alert: Alert, pages: Sequence[NewPage], until: int) -> EmailMultiAlternatives:
    """Tell of new pages. Sent twice, it has the same identifier, so that mail programs show one."""
    with in_ordinary_reading(alert.locale):
        subject = (
            ngettext("%(count)d new call", "%(count)d new calls", len(pages))
            if alert.subject == Alert.Subject.CALLS
            else ngettext("%(count)d new page", "%(count)d new pages", len(pages))
        )
        subject = f"{subject % {'count': len(pages)}} – {saved_title(alert)}"
        context = {
            "pages": pages[:MOST_LISTED],
            "more": max(0, len(pages) - MOST_LISTED),
            "stop_url": stop_url(alert),
        }
        mail = _mail(alert, subject, "news", context)
    add_list_headers(mail, alert, until)
    return mail


def add_list_headers(mail: EmailMultiAlternatives, alert: Alert, number: int | str) -> None:
    """Let mail programs stop the alert with one click, and show a mail sent twice once.

    Args:
        number: what tells this mail from others of the alert.
    """
    host = urlsplit(settings.SITE_URL).hostname
    mail.extra_headers |= {
        "Message-ID": f"<alert-{alert.pk}-{number}@{host}>",
        "List-Id": f"NANIF <alert-{alert.pk}.{host}>",
        "List-Unsubscribe": f"<{stop_url(alert)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _mail(
    alert: Alert, subject: str, template: str, context: dict[str, object]
) -> EmailMultiAlternatives:
    """A mail from the templates of that name. Call it in the reader's language."""
    everything = {
        **context,
        "list_title": saved_title(alert),
        "list_url": absolute_url(list_address(alert)),
        "is_about_calls": alert.subject == Alert.Subject.CALLS,
        "is_newsletter": alert.subject == Alert.Subject.NEWSLETTER,
        "locale": alert.locale,
    }
    return build_mail(
        f"alerts/mail/{template}",
        to=alert.address,
        language=alert.locale,
        subject=subject,
        context=everything,
    )
