"""An area's own page: what the site knows about one prefecture, municipality or ward."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from page_cache.control import cached_page
from regions.codes import InvalidAreaCode, complete
from regions.models import Area
from regions.selectors import area_context


@cached_page
def area(request: HttpRequest, code: str) -> HttpResponse:
    """Show the dossier of one area; five-digit codes lead to the full code."""
    if not Area.objects.filter(code=code).exists():
        try:
            full = complete(code)
        except InvalidAreaCode as error:
            raise Http404(str(error)) from error
        if full == code or not Area.objects.filter(code=full).exists():
            raise Http404(code)
        return redirect("area", full, permanent=True)
    found = Area.objects.select_related("parent__parent__parent").get(code=code)
    return render(request, "regions/area.html", area_context(found, request))
