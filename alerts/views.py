"""Pages around an alert: asking for it, confirming, stopping.

There is no session and no cookie here, so no request can be forged in somebody's name: a form is
trusted for what it asks, a link for the signature in it. What a link does, it does by POST, since
mail programs open links to look at them.
"""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from alerts.forms import AlertForm
from alerts.models import Alert
from alerts.selectors import list_address, newsletter_choices, saved_query, saved_title
from alerts.services import ask, confirm, stop
from alerts.tokens import read_confirmation, read_stop
from opendata.public_forms import header_checks, problem_of_marks, public_form, read_stamp

__all__ = ["alert_asked", "alert_confirm", "alert_new", "alert_stop"]

_METHODS = ["GET", "HEAD", "POST"]


@public_form(rate="alert")
@csrf_exempt
@never_cache
@require_http_methods(_METHODS)
def alert_new(request: HttpRequest) -> HttpResponse:
    """The form for the search in the address, and what becomes of it when it is sent."""
    if not settings.MAIL_IS_SET_UP:
        raise Http404("This site sends no mail.")
    if request.method != "POST":
        if request.GET.get("subject") == Alert.Subject.CALLS:
            return _form(request, AlertForm(initial={"subject": Alert.Subject.CALLS}), "")
        if request.GET.get("subject") == Alert.Subject.NEWSLETTER:
            return redirect("newsletter:archive")
        search = saved_query(request.META.get("QUERY_STRING", "")[:8_000], _locale())
        return _form(request, AlertForm(initial={"search": search}), search)
    checks = header_checks(request)
    problem, status = checks.problem, checks.status
    if not problem:
        problem = problem_of_marks(
            request.POST, read_stamp("alerts", request.POST.get("stamp", ""))
        )
    form = AlertForm(request.POST)
    if problem or not form.is_valid():
        search = saved_query(request.POST.get("search", "")[:8_000], _locale())
        response = _form(request, form, search, status=status, problem=problem)
        checks.write_headers(response)
        return response
    data = form.cleaned_data
    ask(
        data["address"],
        form.saved_search(),
        _locale(),
        data["frequency"],
        data["subject"] or Alert.Subject.SEARCH,
    )
    return redirect("alerts:asked")


@require_safe
def alert_asked(request: HttpRequest) -> HttpResponse:
    """That a mail is on its way: the same for every address."""
    return render(request, "alerts/asked.html")


@never_cache
@csrf_exempt
@require_http_methods(_METHODS)
def alert_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm by a button."""
    wanted = read_confirmation(token)
    number, frequency = wanted or (0, "")
    alert = Alert.objects.filter(pk=number).first()
    if alert is not None and request.method == "POST":
        alert = confirm(number, frequency)
    context = {
        "alert": alert,
        "is_done": request.method == "POST" or bool(alert and alert.confirmed_at),
        "list_url": list_address(alert) if alert else "",
        "title": saved_title(alert) if alert else "",
        "frequency": Alert.Frequency(frequency).label if wanted else "",
    }
    return _private(render(request, "alerts/confirm.html", context, status=200 if alert else 410))


@never_cache
@csrf_exempt
@require_http_methods(_METHODS)
def alert_stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop by a button, or at once when a mail program sends what RFC 8058 says."""
    number = read_stop(token)
    alert = Alert.objects.filter(pk=number).first() if number is not None else None
    if alert is not None and request.method == "POST":
        stop(alert.pk)
    context = {
        "alert": alert,
        "is_done": number is not None and (alert is None or request.method == "POST"),
        "list_url": list_address(alert) if alert else "",
        "title": saved_title(alert) if alert else "",
    }
    status = 200 if number is not None else 404
    return _private(render(request, "alerts/stop.html", context, status=status))


def _form(
    request: HttpRequest, form: AlertForm, search: str, status: int = 200, problem: str = ""
) -> HttpResponse:
    asked = Alert(
        locale=_locale(), query=search, subject=form["subject"].value() or Alert.Subject.SEARCH
    )
    context = {
        "form": form,
        "search": search,
        "alert": asked,
        "list_url": list_address(asked),
        "title": saved_title(asked),
        "problem": problem,
        "choices": newsletter_choices(_locale()),
    }
    return render(request, "alerts/new.html", context, status=status)


def _private(response: HttpResponse) -> HttpResponse:
    """A page whose address is a secret: no other site hears of it."""
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


def _locale() -> str:
    return (get_language() or "ja").split("-")[0]
