"""The newsletter in the admin: the editors' words, and each issue as readers will see it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.views.generic import DeleteView, InspectView
from wagtail.admin.viewsets.model import ModelViewSet

from alerts.models import Alert
from alerts.selectors import newsletter_choices
from newsletter.models import NewsletterIssue
from newsletter.selectors import Selection, contents_of, sent_contents

__all__ = ["register_newsletter"]


class _IssueInspectView(InspectView):
    """An issue as its readers see it, for an area and a theme that may be chosen."""

    template_name = "newsletter/admin/inspect.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what it tells, the choices, and how many readers it has."""
        context = super().get_context_data(**kwargs)
        language = "en" if self.request.GET.get("language") == "en" else "ja"
        wanted = Selection.of(self.request.GET.urlencode())
        issue = self.object
        readers = Alert.objects.filter(subject=Alert.Subject.NEWSLETTER, confirmed_at__isnull=False)
        return context | {
            "issue": issue,
            "contents": sent_contents(issue, language)
            if issue.sent_at
            else contents_of(issue, language, wanted),
            "language": language,
            "languages": settings.LANGUAGES,
            "wanted": wanted,
            "choices": newsletter_choices(get_language() or "ja"),
            "readers": readers.count(),
        }


class _IssueDeleteView(DeleteView):
    """Deletes an issue that is not sent; what was sent stays in the archive."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Lead back where the issue was sent."""
        sent = NewsletterIssue.objects.filter(pk=kwargs["pk"], sent_at__isnull=False)
        if sent.exists() and request.user.has_perm("newsletter.delete_newsletterissue"):
            messages.error(request, _("This issue has been sent and cannot be deleted."))
            return redirect("newsletter_issues:index")
        return super().dispatch(request, *args, **kwargs)


class NewsletterViewSet(ModelViewSet):
    """The issues: one is made for a month in which the editors have something to say."""

    model = NewsletterIssue
    icon = "mail"
    menu_order = 322
    add_to_admin_menu = True
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_class = _IssueInspectView
    delete_view_class = _IssueDeleteView
    list_display = ["month", "sent_at"]
    search_fields = ["month", "word_ja", "word_en"]
    edit_handler = ObjectList([FieldPanel("month"), FieldPanel("word_ja"), FieldPanel("word_en")])


@hooks.register("register_admin_viewset")
def register_newsletter() -> NewsletterViewSet:
    """Put the newsletter into the admin's menu."""
    return NewsletterViewSet("newsletter_issues")
