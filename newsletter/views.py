"""The archive of the newsletter: all issues with the sign-up, and one issue."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alerts.forms import AlertForm
from alerts.models import Alert
from alerts.selectors import newsletter_choices
from newsletter.selectors import month_in_words, sent_contents, sent_issues
from page_cache.control import cached_page

__all__ = ["archive", "issue"]


@cached_page
@require_safe
def archive(request: HttpRequest) -> HttpResponse:
    """List the issues that were sent, with the form to sign up."""
    language = get_language() or "ja"
    asked = Alert(locale=language, subject=Alert.Subject.NEWSLETTER)
    context = {
        "heading": _("Newsletter"),
        "meta_description": _(
            "Once a month: new case studies, calls with their deadlines, events and figures."
        ),
        "issues": [
            {"month": month_in_words(one.month), "url": _address(one.month), "sent_at": one.sent_at}
            for one in sent_issues()
        ],
        "alert": asked,
        "form": AlertForm(initial={"subject": asked.subject, "frequency": "monthly"}),
        "choices": newsletter_choices(language),
    }
    return render(request, "newsletter/archive.html", context)


@cached_page
@require_safe
def issue(request: HttpRequest, month: str) -> HttpResponse:
    """Show one issue as it was sent, without what is not public any more."""
    found = sent_issues().filter(month=month).first()
    if found is None:
        raise Http404("No such issue was sent.")
    title = _("Newsletter, %(month)s") % {"month": month_in_words(found.month)}
    context = {
        "heading": title,
        "meta_description": _(
            "New case studies, calls with their deadlines, events and figures of the month."
        ),
        "trail": [{"title": _("Newsletter"), "url": reverse("newsletter:archive")}],
        "contents": sent_contents(found, get_language() or "ja"),
        "sent_at": found.sent_at,
    }
    return render(request, "newsletter/issue.html", context)


def _address(month: str) -> str:
    return reverse("newsletter:issue", args=[month])
