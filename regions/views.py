"""The list of consultation desks with its file."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from core.tabular import CONTENT_TYPES, csv_pieces
from opendata.rates import rate_limited
from page_cache.control import cached_page
from regions.desks import COLUMNS, csv_rows, desk_list


@cached_page
def desks(request: HttpRequest) -> HttpResponse:
    """List the consultation desks, narrowed by `region`, `lang` and `field`.

    Until something is chosen the filters are open on phones too: most come to choose a language.
    """
    context = {
        "heading": _("Consultation desks"),
        "meta_description": _(
            "Desks that foreign residents can ask: by language and by place, with their numbers, "
            "hours and fields of advice."
        ),
        **desk_list(request.GET),
    }
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
