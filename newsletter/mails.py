"""The mail of an issue, in plain text and HTML, in the reader's language."""

from __future__ import annotations

from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils.translation import gettext as _

from alerts.mails import add_list_headers
from alerts.models import Alert
from alerts.selectors import saved_title
from alerts.tokens import stop_url
from core.addresses import absolute_page_url, absolute_url
from core.mailing.messages import build_mail
from core.readings import in_ordinary_reading
from newsletter.models import NewsletterIssue
from newsletter.selectors import Contents, month_in_words

__all__ = ["issue_mail"]


def issue_mail(alert: Alert, issue: NewsletterIssue, contents: Contents) -> EmailMultiAlternatives:
    """Tell one reader what an issue has for their area and theme.

    Sent twice, it has the same identifier, so that mail programs show one.
    """
    with in_ordinary_reading(alert.locale):
        month, calls = month_in_words(issue.month), absolute_url(reverse("calls"))
        context = {
            "contents": contents,
            # Mails lead to this site alone, also for the calls of others.
            "calls": [(call, f"{calls}#call-{call.uid}") for call in contents.calls],
            "cases": [(case, absolute_page_url(case)) for case in contents.cases],
            "events": [(event, absolute_page_url(event)) for event in contents.events],
            "month": month,
            "list_title": saved_title(alert),
            "issue_url": absolute_url(reverse("newsletter:issue", args=[issue.month])),
            "newest_url": absolute_url(f"{reverse('search:search')}?kind=case&sort=newest"),
            "stop_url": stop_url(alert),
        }
        mail = build_mail(
            "newsletter/mail/issue",
            to=alert.address,
            language=alert.locale,
            subject=_("NANIF newsletter, %(month)s") % {"month": month},
            context=context,
        )
    add_list_headers(mail, alert, issue.month)
    return mail
