"""A form for a new page makes one page, however often it is sent.

The answer to the first saving may be lost with the network, and Wagtail sends the form again, still
as a new page. What repeats the form of a page that was made already is stored in that page.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Callable
from typing import Any

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import resolve, reverse
from django.utils.http import urlencode
from wagtail.models import Page

__all__ = ["CreateOnceMiddleware", "created_page", "remember_created_page",
           "save_into_created_page"]  # fmt: skip

# Hidden field that static/js/kept-text.js puts into each form: one token for each opened form.
_FIELD = "kept-text"
_TOKEN = re.compile(r"[A-Za-z0-9-]{8,64}")
_SECONDS = 24 * 3600

logger = logging.getLogger(__name__)


class CreateOnceMiddleware:
    """Remembers which page a form made by autosave, with the numbers that its rows got."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Read Wagtail's answer to an autosave of a new page."""
        response = self.get_response(request)
        match = request.resolver_match
        if request.method == "POST" and match and match.view_name == "wagtailadmin_pages:add":
            key = _key(request)
            if key and isinstance(response, JsonResponse) and response.status_code == 200:
                answer = json.loads(response.content)
                if answer.get("success"):
                    # Wagtail tells the numbers of new rows alone; those of earlier answers stay.
                    before = (_noted(key) or {}).get("field_updates", {})
                    updates = before | answer["field_updates"]
                    _note(key, {"pk": answer["pk"], "field_updates": updates})
        return response


def remember_created_page(request: HttpRequest, page: Page) -> None:
    """Note which page was made by the button: the same form sent anew makes no second one.

    An autosave is noted by the middleware, which replaces this.
    """
    if key := _key(request):
        _note(key, {"pk": page.pk, "sent": _digest(request)})


def created_page(request: HttpRequest) -> Page | None:
    """The page that the same form with the same words has made already, if it is still there."""
    key = _key(request)
    made = _noted(key) if key else None
    if not made or made.get("sent") != _digest(request):
        return None
    return Page.objects.filter(pk=made["pk"]).first()


def save_into_created_page(
    request: HttpRequest, parent: Page, model: type[Page]
) -> HttpResponse | None:
    """Store a form for a new page in the page that it has made already, if there is one."""
    key = _key(request) if request.method == "POST" else ""
    made = _noted(key) if key else None
    if not made or not parent.get_children().filter(pk=made["pk"]).exists():
        return None
    address = reverse("wagtailadmin_pages:edit", args=[made["pk"]])
    if "field_updates" not in made:
        return redirect(address) if made["sent"] == _digest(request) else None
    data = request.POST.copy()
    for name, value in made["field_updates"].items():
        # Rows that were stored get their numbers; the address may have been changed since.
        if name != "slug" or not data.get("slug"):
            data[name] = value
    request.POST = data  # type: ignore[assignment]
    match = resolve(address)
    response: HttpResponse = match.func(request, *match.args, **match.kwargs)
    if not isinstance(response, JsonResponse):
        return response
    answer = json.loads(response.content)
    if answer.get("success"):
        # What turns the form for a new page into the form of this page.
        answer["url"] = address
        answer["hydrate_url"] = f"{address}?{urlencode({'_w_hydrate_create_view': '1'})}"
    return JsonResponse(answer, status=response.status_code)


def _key(request: HttpRequest) -> str:
    """Where the page of this form is noted; empty for a form without a token."""
    token = request.POST.get(_FIELD, "")
    return f"created-page:{request.user.pk}:{token}" if _TOKEN.fullmatch(token) else ""


def _note(key: str, made: dict[str, Any]) -> None:
    """Note a page for a day: its `pk`, with `field_updates` of an autosave or the digest `sent`.

    Where nothing can be noted, this is logged and the page is saved all the same.
    """
    try:
        caches["shared"].set(key, made, _SECONDS)
    except OSError as error:
        logger.error("A new page could not be noted: %s", type(error).__name__)


def _noted(key: str) -> dict[str, Any] | None:
    try:
        made: dict[str, Any] | None = caches["shared"].get(key)
    except OSError as error:
        logger.error("Which page a form has made could not be read: %s", type(error).__name__)
        return None
    return made


def _digest(request: HttpRequest) -> str:
    """What was typed, for comparison: all fields but those that guard the form."""
    sent = sorted((k, v) for k, v in request.POST.lists() if k != "csrfmiddlewaretoken")
    return hashlib.sha256(json.dumps(sent).encode()).hexdigest()
