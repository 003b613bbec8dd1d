"""An area's own page, and the list of consultation desks with its file."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from core.tabular import CONTENT_TYPES, csv_pieces
from opendata.rates import rate_limited
from page_cache.control import cached_page
from regions.codes import InvalidAreaCode, complete
from regions.desks import COLUMNS, csv_rows, desk_list
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


@cached_page
def desks(request: HttpRequest) -> HttpResponse:
    """List the consultation desks, narrowed by `region`, `lang` and `field`.

    Until something is chosen the filters are open on phones too: most come to choose a language.
    """
    context = {"heading": _("Consultation desks"), **desk_list(request.GET)}
    context["is_unfolded"] = not context["chosen_count"]
    return render(request, "regions/desks.html", context)


@rate_limited("export")
def desks_csv(request: HttpRequest) -> HttpResponse:
    """The same list as a table."""
    groups = desk_list(request.GET)["desks"]
    rows = csv_rows([*groups.own, *groups.wider, *groups.national])
    response = HttpResponse(b"".join(csv_pieces(COLUMNS, rows)), content_type=CONTENT_TYPES["csv"])
    name = f"nanif-desks-{timezone.localdate().isoformat()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Access-Control-Allow-Origin"] = "*"
    return response
