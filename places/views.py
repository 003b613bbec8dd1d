"""The list of plans of local governments, and the same as a file."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from core.tabular import CONTENT_TYPES, csv_pieces
from opendata.rates import rate_limited
from page_cache.control import cached_page
from places.plans import COLUMNS, chosen_of, csv_rows, plan_list


@cached_page
def plans(request: HttpRequest) -> HttpResponse:
    """List what is known of plans, narrowed by `region`, `kind` and `status`."""
    context = {"heading": _("Plans for multicultural coexistence"), **plan_list(request.GET)}
    return render(request, "places/plans.html", context)


@rate_limited("export")
def plans_csv(request: HttpRequest) -> HttpResponse:
    """The local governments that fit the same filters as a table; all of them without any."""
    rows = csv_rows(chosen_of(request.GET))
    response = HttpResponse(b"".join(csv_pieces(COLUMNS, rows)), content_type=CONTENT_TYPES["csv"])
    name = f"nanif-plans-{timezone.localdate().isoformat()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Access-Control-Allow-Origin"] = "*"
    return response
