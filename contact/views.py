"""Public pages by which visitors write: the contact form, and the report of an error on a page.

There is no session and no cookie here, as with proposals: a form is trusted for what it says and
carries a signed stamp.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from contact.forms import MessageForm, QuestionForm, ReportForm
from contact.models import Message
from contact.services import send_message
from core.selectors import page_at
from opendata.public_forms import (
    FORM_LEAST,
    header_checks,
    problem_of_marks,
    public_form,
    read_stamp,
    stamp,
    stamp_again,
)
from page_cache.control import cached_page

__all__ = ["contact", "report", "sent"]

_METHODS = ["GET", "HEAD", "POST"]
_FORM = "contact"


@cached_page
@public_form(rate="contact")
@csrf_exempt
@never_cache
@require_http_methods(_METHODS)
def contact(request: HttpRequest) -> HttpResponse:
    """The contact form. The words around it are the page of the tree at this address."""
    context = {"page": page_at(request, "contact/"), "heading": _("Contact")}
    if request.method == "POST":
        return _receive(request, QuestionForm(request.POST), context)
    kind = request.GET.get("kind", "")
    initial = {"kind": kind} if kind in Message.Kind.values else {}
    return _shown(request, QuestionForm(initial=initial), context)


@public_form(rate="contact")
@csrf_exempt
@never_cache
@require_http_methods(_METHODS)
def report(request: HttpRequest) -> HttpResponse:
    """The form about an error on the page whose address is given."""
    context = {"heading": _("Report an error")}
    if request.method == "POST":
        form = ReportForm(request, request.POST.get("at", ""), request.POST)
        return _receive(request, form, context)
    return _shown(request, ReportForm(request, request.GET.get("page", "")), context)


@cached_page
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """That a message has arrived: the same for everybody."""
    return render(request, "contact/sent.html", {"has_mail": settings.MAIL_IS_SET_UP})


def _receive(request: HttpRequest, form: MessageForm, context: dict[str, Any]) -> HttpResponse:
    """Store what was sent, or show it again with what is wrong. Cheap checks come first."""
    checks = header_checks(request)
    found = read_stamp(_FORM, request.POST.get("stamp", ""), least=FORM_LEAST)
    problem = checks.problem or problem_of_marks(request.POST, found)
    if problem or found is None or not form.is_valid():
        response = _shown(
            request,
            form,
            context | {"problem": problem},
            form_stamp=stamp_again(_FORM, request.POST.get("stamp", ""), found),
            status=checks.status,
        )
        checks.write_headers(response)
        return response
    send_message(
        form=form,
        form_key=found.key,
        locale=(get_language() or "ja").split("-")[0],
        subject=getattr(form, "subject", None),
    )
    return redirect("contact:sent")


def _shown(
    request: HttpRequest,
    form: MessageForm,
    context: dict[str, Any],
    *,
    form_stamp: str = "",
    status: int = 200,
) -> HttpResponse:
    template = "report" if isinstance(form, ReportForm) else "contact"
    everything = context | {"form": form, "form_stamp": form_stamp or stamp(_FORM)}
    return render(request, f"contact/{template}.html", everything, status=status)
