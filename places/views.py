"""The page of a place, how places are compared, places side by side, and their plans."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.tabular import CONTENT_TYPES, csv_pieces
from images.views import drawn_card
from opendata.rates import rate_limited
from page_cache.control import cached_page
from places.choosing import compare_url, place_to_add, suggestions
from places.compare import compare_context, comparison_of
from places.method import method_of
from places.plans import COLUMNS, chosen_of, csv_rows, plan_list
from places.selectors import place_by_code, place_context, share_card_of
from surveys.chart_files import ChartData, chart_file, chart_frame


@cached_page
def place(request: HttpRequest, code: str) -> HttpResponse:
    """Show where a place stands and what there is of it; five-digit codes lead to the full code."""
    area = place_by_code(code)
    if area is None:
        raise Http404(code)
    if area.code != code:
        return redirect("area", area.code, permanent=True)
    return render(request, "places/place.html", place_context(area, request))


@require_safe
def place_picture(request: HttpRequest, code: str) -> HttpResponse:
    """The picture that stands beside the link of a place on other sites."""
    area = place_by_code(code)
    if area is None or area.code != code:
        raise Http404(code)
    return drawn_card(request, share_card_of(area))


@cached_page
@require_safe
def peers_method(request: HttpRequest) -> HttpResponse:
    """Say how it is found out which places are like a place, with the arithmetic and its limits."""
    context = {
        "heading": _("How places like a place are found"),
        "meta_description": _(
            "For every municipality this site names others that are like it, so that one can see "
            "what those have done. This page says how, with all numbers that are used."
        ),
        **method_of(),
    }
    return render(request, "places/method.html", context)


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Show two to four places side by side; a name in `q` that is one place's is added to them."""
    added = place_to_add(request.GET)
    if added:
        return redirect(compare_url(added))
    return render(request, "places/compare.html", compare_context(request.GET))


@require_safe
def compare_suggest(request: HttpRequest) -> JsonResponse:
    """Places that fit what was typed so far, each with the address that adds it."""
    return JsonResponse(suggestions(request.GET), json_dumps_params={"ensure_ascii": False})


@require_safe
@rate_limited("api")
def compare_chart(request: HttpRequest, name: str, kind: str) -> HttpResponse:
    """A chart of the comparison as a picture or as its table."""
    return chart_file(_chart(request, name), kind)


@require_safe
def compare_chart_frame(request: HttpRequest, name: str) -> HttpResponse:
    """The same chart on a page for frames of other sites."""
    return chart_frame(request, _chart(request, name))


def _chart(request: HttpRequest, name: str) -> ChartData:
    comparison = comparison_of(request.GET)
    drawing = comparison.drawing(name) if comparison else None
    if drawing is None:
        raise Http404(name)
    return drawing


@cached_page
def plans(request: HttpRequest) -> HttpResponse:
    """List what is known of plans, narrowed by `region`, `kind` and `status`."""
    context = {
        "heading": _("Plans for multicultural coexistence"),
        "meta_description": _(
            "Which prefectures and municipalities have a plan for living together, as far as a "
            "source says so."
        ),
        **plan_list(request.GET),
    }
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
