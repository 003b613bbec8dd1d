"""The page of one place, and how places are compared."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from page_cache.control import cached_page
from places.method import method_of
from places.selectors import place_by_code, place_context


@cached_page
def place(request: HttpRequest, code: str) -> HttpResponse:
    """Show where a place stands and what there is of it; five-digit codes lead to the full code."""
    area = place_by_code(code)
    if area is None:
        raise Http404(code)
    if area.code != code:
        return redirect("area", area.code, permanent=True)
    return render(request, "places/place.html", place_context(area, request))


@cached_page
@require_safe
def peers_method(request: HttpRequest) -> HttpResponse:
    """Say how it is found out which places are like a place, with the arithmetic and its limits."""
    context = {"heading": _("How places like a place are found"), **method_of()}
    return render(request, "places/method.html", context)
