"""How places are compared."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from page_cache.control import cached_page
from places.method import method_of


@cached_page
@require_safe
def peers_method(request: HttpRequest) -> HttpResponse:
    """Say how it is found out which places are like a place, with the arithmetic and its limits."""
    context = {"heading": _("How places like a place are found"), **method_of()}
    return render(request, "places/method.html", context)
