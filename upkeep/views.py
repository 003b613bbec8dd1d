"""The page on which a body says whether its page is still right.

There is no log-in: the signature in the link is the proof, as in `alerts`. Only POST acts, since
programs that check mail open the links in it.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from opendata.public_forms import public_form
from opendata.rates import client_of, count, refusal
from upkeep.forms import AnswerForm
from upkeep.models import Confirmation
from upkeep.selectors import facts_of, public_page, question_by_number
from upkeep.services import AlreadyAnswered, answer
from upkeep.tokens import has_expired, read_question

__all__ = ["answer_question", "thanks"]


@public_form()
@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def answer_question(request: HttpRequest, token: str) -> HttpResponse:
    """Show the facts and three answers; note the one that is sent."""
    usage = count("answer", client_of(request))
    if usage.is_over:
        response = _refused(request, "often", usage.status, problem=refusal(usage))
        usage.write_headers(response)
        return response
    number = read_question(token)
    question = question_by_number(number) if number is not None else None
    if question is None:
        return _refused(request, "forged", 404)
    if question.answered_at:
        return _refused(request, "answered", 410, question=question)
    page = public_page(question)
    if page is None or question.closed_at:
        return _refused(request, "closed", 410)
    if has_expired(question):
        return _refused(request, "expired", 410)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            answer(
                number=question.pk,
                given=form.cleaned_data["answer"],
                words=form.cleaned_data["words"],
            )
        except AlreadyAnswered:
            question.refresh_from_db()
            return _refused(request, "answered", 410, question=question)
        return redirect("upkeep:thanks", form.cleaned_data["answer"])
    context = {"form": form, "kept": page, "facts": facts_of(page), "answers": Confirmation.Answer}
    status = 400 if form.is_bound else 200
    return _private(render(request, "upkeep/question.html", context, status=status))


@require_safe
def thanks(request: HttpRequest, answer: str) -> HttpResponse:
    """What happens next: the same for every page."""
    if answer not in Confirmation.Answer.values:
        raise Http404("There is no such answer.")
    return _private(render(request, "upkeep/thanks.html", {"answer": answer}))


def _refused(
    request: HttpRequest,
    reason: str,
    status: int,
    *,
    question: Confirmation | None = None,
    problem: str = "",
) -> HttpResponse:
    context = {"reason": reason, "question": question, "problem": problem}
    return _private(render(request, "upkeep/refused.html", context, status=status))


def _private(response: HttpResponse) -> HttpResponse:
    """A page whose address is a secret: no other site hears of it."""
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response
