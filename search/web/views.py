"""The search page, the fragment of its results, and suggestions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from core.etags import conditional
from opendata.rates import rate_limited
from page_cache.control import cached_page
from search.admin.query_log import count_click, count_query, is_by_a_program
from search.engines.base import EngineUnavailable
from search.query.search_query import LONGEST_TEXT, PAGE_SIZE, SORTS, SearchQuery
from search.results import facets
from search.results.answer import search
from search.results.listing import listing_of
from search.results.page import FacetResult, FacetValue, Results
from search.results.suggestions import as_dict, suggest
from search.web.exports import FORMATS, MOST_ROWS
from search.web.feeds import feed_of

# Facets whose values below the second level are shown only where one above them is chosen.
_SHOWN_LEVELS = 2


@cached_page
@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """The results of the query in the address; the fragment alone when a script asks."""
    query = SearchQuery.from_params(request.GET, _locale())
    results = search(query, request)
    if not is_by_a_program(request):
        count_query(results.query, results)
    context = _context(results)
    is_fragment = request.headers.get("X-Fragment") == "results"
    template = "search/fragment.html" if is_fragment else "search/search_page.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["X-Fragment"])
    return response


@require_safe
def suggest_json(request: HttpRequest) -> JsonResponse:
    """Suggestions for `q`, what was typed so far."""
    typed = request.GET.get("q", "")[:LONGEST_TEXT]
    groups = suggest(typed, _locale(), reverse("search:search"), request)
    if request.GET.get("format") == "opensearch":
        # For the address bar of browsers: words, notes and addresses in lists of equal length.
        items = [item for group in groups for item in group.items]
        return JsonResponse(
            [
                typed,
                [item.label for item in items],
                [item.note for item in items],
                [f"{settings.SITE_URL}{item.url}" for item in items],
            ],
            safe=False,
            content_type="application/x-suggestions+json",
            json_dumps_params={"ensure_ascii": False},
        )
    return JsonResponse(as_dict(groups, typed), json_dumps_params={"ensure_ascii": False})


@require_safe
@rate_limited("export")
def search_export(request: HttpRequest) -> HttpResponseBase:
    """The whole list as a file of the kind that `format` names."""
    format_ = FORMATS.get(request.GET.get("format", "csv"))
    if format_ is None:
        names = ", ".join(FORMATS)
        return _plain(400, _("There is no such format. Write one of these: %s.") % names)
    try:
        listing = listing_of(SearchQuery.from_params(request.GET, _locale()))
    except EngineUnavailable:
        return _not_available()
    response = StreamingHttpResponse(format_.content(listing), content_type=format_.content_type)
    response["Content-Disposition"] = f'attachment; filename="{format_.file_name()}"'
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
@rate_limited("api")
def search_feed(request: HttpRequest) -> HttpResponse:
    """The newest pages of the list, as an Atom feed that keeps its address and identifiers."""
    try:
        text = feed_of(
            listing_of(SearchQuery.from_params(request.GET, _locale()), newest_pages=True)
        )
    except EngineUnavailable:
        return _not_available()
    response = HttpResponse(text, content_type="application/atom+xml; charset=utf-8")
    response["Access-Control-Allow-Origin"] = "*"
    return conditional(request, response)


@require_safe
def opensearch(request: HttpRequest) -> HttpResponse:
    """How a browser searches here, so that it can add the site to its search engines."""
    return render(
        request,
        "search/opensearch.xml",
        {
            "search_url": f"{settings.SITE_URL}{reverse('search:search')}",
            "suggest_url": f"{settings.SITE_URL}{reverse('search:suggest')}",
            "feed_url": f"{settings.SITE_URL}{reverse('search:feed')}",
        },
        content_type="application/opensearchdescription+xml; charset=utf-8",
    )


def _not_available() -> HttpResponse:
    response = _plain(503, _("The search is not available just now. Please try again later."))
    response["Retry-After"] = "300"
    return response


def _plain(status: int, text: str) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")


@csrf_exempt
@require_POST
def search_click(request: HttpRequest) -> HttpResponse:
    """Count that a hit of the search for `q` was opened. Sent by a script of the search page.

    Nothing of the reader is read but the words; there is no session, so nothing to be forged.
    """
    is_foreign = request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin"
    text = request.POST.get("q", "")
    if is_foreign or not text.strip() or len(text) > LONGEST_TEXT:
        return HttpResponseBadRequest()
    if not is_by_a_program(request):
        count_click(SearchQuery.from_params({"q": text}, _locale()))
    return HttpResponse(status=204)


def _locale() -> str:
    return (get_language() or "ja").split("-")[0]


def _context(results: Results) -> dict[str, Any]:
    query = results.query
    url = reverse("search:search")
    return {
        "results": results,
        "query": query,
        "search_url": url,
        "click_url": reverse("search:click"),
        "search_text": query.text,
        "hide_header_search": True,
        "facets": [_shown(facet) for facet in results.facets],
        "chips": list(_chips(results, url)),
        "like_label": _like_label(query),
        "clear_url": url + query.without_facets().address(),
        "sorts": [
            {"name": name, "label": label, "selected": name == query.sort}
            for name, label in SORTS.items()
        ],
        "items": Paginator(range(results.total), PAGE_SIZE).get_page(query.page),
        "map": _map(results, url),
        "take_away": _take_away(results),
        "corrections": [
            {"text": text, "url": url + query.with_text(text).address()}
            for text in results.corrections
        ],
        "ways_on": list(_ways_on(results, url)) if not results.hits else [],
        "also": [(text, words[:5]) for text, words in results.understood if words],
    }


def _take_away(results: Results) -> dict[str, Any]:
    """Where the list can be had as a file or a feed, and how much of it."""
    query = replace(results.query, page=1)
    params = query.address().removeprefix("?")
    export = reverse("search:export")
    return {
        "feed_url": f"{reverse('search:feed')}{query.address() if params else ''}",
        "rows": min(results.total, MOST_ROWS),
        "most_rows": MOST_ROWS,
        "search": params,
        "can_mail": settings.MAIL_IS_SET_UP,
        "formats": [
            {
                "label": format_.label,
                "url": f"{export}?format={format_.name}{'&' + params if params else ''}",
            }
            for format_ in FORMATS.values()
        ],
    }


def _shown(facet: FacetResult) -> FacetResult:
    """The facet as the page lists it: municipalities only below a chosen prefecture."""

    def level(values: Iterable[FacetValue], depth: int) -> tuple[FacetValue, ...]:
        return tuple(
            replace(
                value,
                children=level(value.children, depth + 1)
                if depth < _SHOWN_LEVELS or any(below.selected for below in value.walk())
                else (),
            )
            for value in values
        )

    return replace(facet, values=level(facet.values, 1))


def _chips(results: Results, url: str) -> Iterable[dict[str, str]]:
    """The chosen filters, each with the address that takes it away."""
    for facet in results.facets:
        for value in facet.walk():
            if value.selected:
                yield {
                    "facet": facet.label,
                    "label": value.label,
                    "remove_url": url + results.query.toggled(facet.name, value.code).address(),
                }
    if results.query.like_places:
        yield {
            "facet": "",
            "label": _like_label(results.query),
            "remove_url": url + results.query.without_like().address(),
        }
    if results.query.without_ended:
        yield {
            "facet": "",
            "label": _("without what has ended"),
            "remove_url": url + replace(results.query, without_ended=False, page=1).address(),
        }


def _like_label(query: SearchQuery) -> str:
    return facets.places_like(query.like_places, query.locale) if query.like_places else ""


def _map(results: Results, url: str) -> dict[str, Any]:
    """Counts by prefecture for the map; a prefecture's link adds or takes away its filter."""
    counts = results.counts("region")
    chosen = results.query.facets.get("region", ())
    return {
        "id": "search-map",
        "title": _("Hits by prefecture"),
        "caption": _("Choose a prefecture to see only what happens there."),
        "prefectures": [
            {
                "code": value.code,
                "name": value.label,
                "block": value.parent,
                "count": counts.get(value.code, 0),
                "url": url + results.query.toggled("region", value.code).address(),
                "selected": value.code in chosen,
            }
            for value in facets.prefectures(results.query.locale)
        ],
    }


def _ways_on(results: Results, url: str) -> Iterable[dict[str, str]]:
    """Where to go from a page without hits: fewer filters, then wider ones."""
    query = results.query
    if results.unfiltered_total:
        yield {
            "label": _("Search without filters (%(count)d hits)")
            % {"count": results.unfiltered_total},
            "url": url + query.without_facets().address(),
        }
    if query.like_places and query.facets:
        yield {
            "label": _("Search without the filter “%(facet)s”") % {"facet": _like_label(query)},
            "url": url + query.without_like().address(),
        }
    for facet in results.facets:
        if facet.selected_count and len(query.facets) > 1:
            yield {
                "label": _("Search without the filter “%(facet)s”") % {"facet": facet.label},
                "url": url + query.with_facet(facet.name, ()).address(),
            }
    for name in ("theme", "region"):
        chosen = query.facets.get(name, ())
        values = facets.ALL[name].values(chosen, query.locale)
        above = dict.fromkeys(value.parent for value in values.values() if value.parent)
        for wider in facets.ALL[name].values(above, query.locale).values():
            yield {
                "label": _("Search in “%(wider)s”") % {"wider": wider.label},
                "url": url + query.with_facet(name, (wider.code,)).address(),
            }
    if query.text and not query.facets:
        yield {"label": _("Browse all case studies"), "url": f"{url}?kind=case&sort=newest"}
