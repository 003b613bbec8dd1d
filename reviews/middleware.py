"""A review is decided once: what a second click, tab or reviewer gets to read instead."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.models import Page, TaskState

from core.kept_text import confirm_stored
from reviews.models import DecidedMeanwhile

# The dialogue on the dashboard, and the one over the editor: it only checks the words, which the
# editor's form then carries.
_DIALOGUE = "wagtailadmin_pages:workflow_action"
_DIALOGUE_OVER_EDITOR = "wagtailadmin_pages:collect_workflow_action_data"
# Hidden field of the editor, filled by static/js/submit-once.js: the step that the reviewer saw.
_STEP = "workflow-task-state"


class DecideOnceMiddleware:
    """Answers a decision about a step of a review that is no longer open with a message.

    Wagtail would take it for a decision about the next step, or save the form as a new draft of a
    page that has just been published. The words of the second reviewer are repeated in the message.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing before the view is known; after it, whether the dialogue's words are stored."""
        response = self.get_response(request)
        match = request.resolver_match
        if request.method == "POST" and match and match.view_name == _DIALOGUE:
            is_again = b'"step": "action"' in response.content
            if response.status_code in {200, 302} and not is_again:
                confirm_stored(request)
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Let decisions about open steps pass, and everything that is no decision."""
        if request.method != "POST" or request.resolver_match is None:
            return None
        name = request.resolver_match.view_name
        if name in (_DIALOGUE, _DIALOGUE_OVER_EDITOR):
            seen = kwargs["task_state_id"]
        elif name == "wagtailadmin_pages:edit" and "action-workflow-action" in request.POST:
            seen = request.POST.get(_STEP, "")
            if not seen.isdecimal():
                return None
        else:
            return None
        page = get_object_or_404(Page, pk=kwargs["page_id"])
        step = (
            TaskState.objects.filter(pk=seen, workflow_state__object_id=str(page.pk))
            .select_related("finished_by")
            .first()
        )
        if step is None or step.status == TaskState.STATUS_IN_PROGRESS:
            return None
        if not page.permissions_for_user(request.user).can_edit():
            return None  # the view refuses
        if name == _DIALOGUE_OVER_EDITOR:
            return JsonResponse({"step": "success", "cleaned_data": {"comment": _words(request)}})
        return _answer(request, page, step)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The same where both came at one moment: two decisions, or two submissions."""
        match = request.resolver_match
        if match is None:
            return None
        if isinstance(exception, DecidedMeanwhile):
            page = get_object_or_404(Page, pk=match.kwargs["page_id"])
            return _answer(request, page, exception.step)
        is_submission = match.view_name == "wagtailadmin_pages:edit" and (
            "action-submit" in request.POST
        )
        if is_submission and isinstance(exception, ValidationError):
            return _submitted_already(request, match.kwargs["page_id"])
        return None


def _submitted_already(request: HttpRequest, pk: int) -> HttpResponse | None:
    """Say that a page is under review already; None if it is not. Its words were saved before.

    Wagtail's own check passes for two submissions at one moment; the second then breaks the rule
    that a page has one open review.
    """
    page = get_object_or_404(Page, pk=pk)
    if not page.workflow_in_progress:
        return None
    confirm_stored(request)
    messages.info(
        request,
        _("“%(title)s” is under review already. What you sent was saved as its newest draft.")
        % {"title": page.draft_title},
    )
    return redirect("wagtailadmin_pages:edit", pk)


def _answer(request: HttpRequest, page: Page, step: TaskState) -> HttpResponse:
    """Say what was decided and by whom, and lead back; the reviewer's own words are not lost."""
    finished = localtime(step.finished_at) if step.finished_at else None
    person = step.finished_by
    facts = {
        "title": page.draft_title,
        "decision": _DECISIONS[step.status]() if step.status in _DECISIONS else "",
        "time": date_format(finished, "DATETIME_FORMAT") if finished else "",
        "who": person.get_full_name() or str(person) if person else "",
        "words": _words(request),
    }
    own = step.finished_by_id == request.user.pk
    if own and facts["decision"]:
        messages.info(
            request,
            _("“%(title)s”: your decision was stored once (%(decision)s, %(time)s).") % facts,
        )
    elif facts["who"] and facts["decision"]:
        messages.warning(
            request,
            _(
                "“%(title)s”: %(who)s has decided meanwhile (%(decision)s, %(time)s). "
                "Your decision was not stored. Look at the page as it is now."
            )
            % facts,
        )
    else:
        messages.warning(
            request,
            _(
                "“%(title)s”: this step of the review was closed meanwhile. "
                "Your decision was not stored. Look at the page as it is now."
            )
            % facts,
        )
    if facts["words"] and not own:
        messages.info(request, _("What you wrote: %(words)s") % facts)
    address = get_valid_next_url_from_request(request) or reverse(
        "wagtailadmin_pages:edit", args=[page.pk]
    )
    if request.headers.get("x-requested-with") == "XMLHttpRequest":
        return JsonResponse({"step": "success", "redirect": address})
    return redirect(address)


_DECISIONS: dict[str, Callable[[], str]] = {
    TaskState.STATUS_APPROVED: lambda: _("approved"),
    TaskState.STATUS_REJECTED: lambda: _("sent back"),
}


def _words(request: HttpRequest) -> str:
    """The note of the decision that comes too late."""
    if "comment" in request.POST:
        return request.POST["comment"].strip()
    try:
        data = json.loads(request.POST.get("workflow-action-extra-data", "{}"))
    except ValueError:
        return ""
    return str(data.get("comment", "")).strip() if isinstance(data, dict) else ""
