"""Public pages of a proposal: the form, the private page that shows how far it is, amending it.

There is no session and no cookie here, so no request can be forged in somebody's name: a form is
trusted for what it says and carries a signed stamp, a private link is trusted for its signature.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from opendata.rates import Usage, client_of, count, refusal
from proposals.forms import ProposalForm
from proposals.models import MAX_FILES, Attachment, Proposal
from proposals.selectors import kept_attachments, proposal_by_link
from proposals.services import (
    AlreadyDecided,
    ChangedMeanwhile,
    amend,
    send_proposal,
    store_uploads,
    withdraw,
)
from proposals.tokens import FormStamp, attachment_token, read_stamp, stamp
from proposals.uploads import StopLargeFiles, too_large

__all__ = ["proposal_amend", "proposal_follow", "proposal_new", "proposal_sent"]

_METHODS = ["GET", "HEAD", "POST"]
# Hidden from people: whoever fills it in is a program.
_TRAP = "homepage"


class _Sending:
    """One form that came back: what it brings, what is wrong with it, what is kept of it."""

    def __init__(self, request: HttpRequest, proposal: Proposal | None = None) -> None:
        large = StopLargeFiles(request)
        request.upload_handlers.insert(0, large)
        self.data = request.POST
        self.stamp: FormStamp | None = read_stamp(request.POST.get("stamp", ""))
        kept = kept_attachments(request.POST.getlist("kept"), proposal)
        uploads = request.FILES.getlist("uploads")
        self.form = ProposalForm(
            request.POST, request.FILES, instance=proposal, kept=len(kept) + len(large.stopped)
        )
        self.problem = ""
        self.status = 400
        self.attachments: list[Attachment] = kept
        self.file_problems = [
            message for name in large.stopped for message in too_large(name).messages
        ]
        self.usage: Usage | None = None
        self._uploads = uploads

    def is_accepted(self, request: HttpRequest) -> bool:
        """Whether it may be stored. Files that are sound are kept also when it is not."""
        usage = count("proposal", client_of(request))
        if usage.is_over:
            self.problem, self.status = refusal(usage), usage.status
            self.usage = usage
            return False
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
            self.problem = _("This form was sent from another site. Please send it from here.")
            self.status = 403
            return False
        stored, problems = store_uploads(
            self._uploads, room=max(0, MAX_FILES - len(self.attachments))
        )
        self.attachments += stored
        self.file_problems += problems
        for message in self.file_problems:
            self.form.is_valid()
            self.form.add_error("uploads", message)
        if self.data.get(_TRAP):
            self.problem = _(
                "A hidden field of the form was filled in, perhaps by your browser. It is empty "
                "now: please send the form again."
            )
        elif self.stamp is None:
            self.problem = _("The form has lost its mark. Please send it again.")
        elif self.stamp.was_fast:
            self.problem = _("That was very fast. Please wait some seconds and send it again.")
        elif not self.stamp.is_fresh:
            self.problem = _("The form was open for more than a day. Please send it again.")
        return self.form.is_valid() and not self.problem

    @property
    def next_stamp(self) -> str:
        """The stamp for the form when it is shown again: the same one while that is good."""
        if self.stamp is None or not (self.stamp.is_fresh or self.stamp.was_fast):
            return ""
        return self.data["stamp"]


@csrf_exempt
@never_cache
@require_http_methods(_METHODS)
def proposal_new(request: HttpRequest) -> HttpResponse:
    """The form, and what becomes of it when it is sent."""
    if request.method != "POST":
        return _form(request, ProposalForm(), form_stamp=stamp())
    sending = _Sending(request)
    if not sending.is_accepted(request) or sending.stamp is None:
        return _again(request, sending)
    send_proposal(
        form=sending.form,
        attachments=sending.attachments,
        form_key=sending.stamp.key,
        locale=_locale(),
    )
    return redirect("proposals:sent")


@require_safe
def proposal_sent(request: HttpRequest) -> HttpResponse:
    """That it has arrived and a mail is on its way: the same for everybody."""
    return render(request, "proposals/sent.html", {"has_mail": settings.MAIL_IS_SET_UP})


@csrf_exempt
@never_cache
@require_http_methods(_METHODS)
def proposal_follow(request: HttpRequest, token: str) -> HttpResponse:
    """How far a proposal is; by POST it is withdrawn."""
    proposal = proposal_by_link(token)
    if proposal is None:
        return _gone(request)
    if request.method == "POST" and request.POST.get("action") == "withdraw":
        try:
            withdraw(proposal=proposal)
        except AlreadyDecided:
            return redirect("proposals:follow", token=token)
        return _private(render(request, "proposals/withdrawn.html"))
    context = {"proposal": proposal, "token": token, "attachments": proposal.attachments.all()}
    return _private(render(request, "proposals/follow.html", context))


@csrf_exempt
@never_cache
@require_http_methods(_METHODS)
def proposal_amend(request: HttpRequest, token: str) -> HttpResponse:
    """The form with what was sent; once it is taken up or declined it cannot be changed."""
    proposal = proposal_by_link(token)
    if proposal is None:
        return _gone(request)
    if not proposal.is_waiting:
        return redirect("proposals:follow", token=token)
    if request.method != "POST":
        return _private(
            _form(
                request,
                ProposalForm(instance=proposal),
                form_stamp=stamp(proposal.version),
                attachments=proposal.attachments.all(),
                token=token,
            )
        )
    version = proposal.version
    sending = _Sending(request, proposal)
    if not sending.is_accepted(request) or sending.stamp is None:
        return _private(_again(request, sending, version=version, token=token))
    try:
        amend(
            proposal=proposal,
            form=sending.form,
            attachments=sending.attachments,
            version=sending.stamp.version,
        )
    except ChangedMeanwhile:
        sending.problem = _(
            "The proposal was changed in another window. What you see now is what you wrote here; "
            "sending it again replaces the other."
        )
        sending.status, sending.stamp = 409, None
        return _private(_again(request, sending, version=version, token=token))
    except AlreadyDecided:
        pass
    return redirect("proposals:follow", token=token)


def _again(
    request: HttpRequest, sending: _Sending, *, version: int = 0, token: str = ""
) -> HttpResponse:
    """The form as it came, with what is wrong."""
    response = _form(
        request,
        sending.form,
        form_stamp=sending.next_stamp or stamp(version),
        attachments=sending.attachments,
        problem=sending.problem,
        status=sending.status,
        token=token,
    )
    if sending.usage is not None:
        sending.usage.write_headers(response)
    return response


def _form(
    request: HttpRequest,
    form: ProposalForm,
    *,
    form_stamp: str,
    attachments: Iterable[Attachment] = (),
    problem: str = "",
    status: int = 200,
    token: str = "",
) -> HttpResponse:
    context = {
        "form": form,
        "form_stamp": form_stamp,
        "kept": [(attachment, attachment_token(attachment)) for attachment in attachments],
        "problem": problem,
        "token": token,
        "heading": _("Propose a case study"),
    }
    return render(request, "proposals/form.html", context, status=status)


def _gone(request: HttpRequest) -> HttpResponse:
    return _private(render(request, "proposals/gone.html", status=410))


def _private(response: HttpResponse) -> HttpResponse:
    """A page whose address is a secret: no other site and no search engine hears of it."""
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


def _locale() -> str:
    return (get_language() or "ja").split("-")[0]
