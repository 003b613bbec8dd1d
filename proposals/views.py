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

from images.cleaning import MAX_BYTES
from opendata.public_forms import (
    TEXT_BYTES,
    FormStamp,
    header_checks,
    problem_of_marks,
    public_form,
)
from page_cache.control import cached_page
from proposals.forms import ProposalForm
from proposals.models import MAX_FILES, Attachment, Proposal
from proposals.selectors import kept_attachments, lost_attachments, proposal_by_link
from proposals.services import (
    AlreadyDecided,
    ChangedMeanwhile,
    amend,
    send_proposal,
    store_uploads,
    withdraw,
)
from proposals.tokens import attachment_token, read_stamp, stamp, stamp_again
from proposals.uploads import StopLargeFiles, too_large

__all__ = ["proposal_amend", "proposal_follow", "proposal_new", "proposal_sent"]

_METHODS = ["GET", "HEAD", "POST"]
# Three files and the text, twice: so that the form itself can say which file is too large.
_MAX_BYTES = 2 * (MAX_FILES * MAX_BYTES + TEXT_BYTES)


class _Sending:
    """One form that came back: what it brings, what is wrong with it, what is kept of it.

    Cheap checks come first, see `opendata.public_forms`: files are looked at only when headers,
    hidden field and stamp are right.
    """

    def __init__(self, request: HttpRequest, proposal: Proposal | None = None) -> None:
        checks = header_checks(request)
        large = StopLargeFiles(request)
        if not checks.problem:
            request.upload_handlers.insert(0, large)
        self.data = request.POST
        self.stamp: FormStamp | None = read_stamp(request.POST.get("stamp", ""))
        self.problem, self.status = checks.problem, checks.status
        self.usage = checks.usage if checks.problem else None
        if not self.problem:
            self.problem = problem_of_marks(request.POST, self.stamp)
        tokens = request.POST.getlist("kept")
        self.attachments: list[Attachment] = kept_attachments(tokens, proposal)
        uploads = request.FILES.getlist("uploads")
        self.form = ProposalForm(
            request.POST,
            request.FILES,
            instance=proposal,
            kept=len(self.attachments) + len(large.stopped),
        )
        self._file_problems = [
            message for name in large.stopped for message in too_large(name).messages
        ]
        if lost_attachments(tokens):
            self._file_problems.append(
                _("The files you sent before are no longer stored. Please choose them again.")
            )
        self._uploads = uploads

    def is_accepted(self) -> bool:
        """Whether it may be stored. Files that are sound are kept also when a field is wrong."""
        if self.problem:
            if self._uploads:
                self._add_file_problems([_("Your files were not kept. Please choose them again.")])
            return False
        is_complete = self.form.is_valid() and not self._file_problems
        stored, problems = store_uploads(
            self._uploads,
            room=max(0, MAX_FILES - len(self.attachments)),
            is_unfinished=not is_complete,
        )
        self.attachments += stored
        self._add_file_problems([*self._file_problems, *problems])
        return self.form.is_valid()

    def _add_file_problems(self, messages: list[str]) -> None:
        self.form.is_valid()
        for message in messages:
            self.form.add_error("uploads", message)


@cached_page
@public_form(rate="proposal", max_bytes=_MAX_BYTES)
@csrf_exempt
@never_cache
@require_http_methods(_METHODS)
def proposal_new(request: HttpRequest) -> HttpResponse:
    """The form, and what becomes of it when it is sent."""
    if request.method != "POST":
        return _form(request, ProposalForm(), form_stamp=stamp())
    sending = _Sending(request)
    if not sending.is_accepted() or sending.stamp is None:
        return _again(request, sending)
    send_proposal(
        form=sending.form,
        attachments=sending.attachments,
        form_key=sending.stamp.key,
        locale=_locale(),
    )
    return redirect("proposals:sent")


@cached_page
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


@public_form(rate="proposal", max_bytes=_MAX_BYTES)
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
    if not sending.is_accepted() or sending.stamp is None:
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
            "This proposal was changed in another window. You are seeing what you wrote here; "
            "sending it will overwrite the other changes."
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
        form_stamp=stamp_again(sending.data.get("stamp", ""), sending.stamp, version),
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
    """Answer with the form; whether caches may keep it is for the views to say.

    Args:
        form_stamp: text of its hidden field.
        attachments: files that were sent before and are kept.
        problem: what is wrong with the whole of what was sent; empty where nothing is.
        token: of the private link; empty for a new proposal.
    """
    context = {
        "form": form,
        "form_stamp": form_stamp,
        "kept": [(attachment, attachment_token(attachment)) for attachment in attachments],
        "problem": problem,
        "token": token,
        "heading": _("Propose a case study"),
        "meta_description": _(
            "For organisations that want to share what they do. No account needed."
        ),
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
