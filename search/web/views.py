"""The search page, the fragment of its results, and suggestions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

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
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from core.etags import conditional
from opendata.rates import rate_limited
from page_cache.control import cached_page
from search.admin.query_log import count_click, count_query, is_by_a_program
from search.engines.base import EngineUnavailable
from search.query.intents import label_of_years
from search.query.search_query import LONGEST_TEXT, PAGE_SIZE, SORTS, Intent, SearchQuery
from search.results import facets
from search.results.answer import search
from search.results.listing import listing_of
from search.results.page import FacetResult, FacetValue, Results
from search.results.suggestions import as_dict, suggest
from search.web.exports import FORMATS, MOST_ROWS
from search.web.feeds import feed_of
from search.web.result_map import map_of

# Ways of showing the hits, each with its icon; the first is the usual one.
VIEWS = {
    "list": (gettext_lazy("List"), "document"),
    "map": (gettext_lazy("Map"), "place"),
    "both": (gettext_lazy("Both"), "region"),
}

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
    context = _context(results, _view(request))
    if request.headers.get("X-Fragment") == "results":
        context["frame"] = "without_frame.html"
    response = render(request, "search/search_page.html", context)
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
        return _plain(400, _("Unknown format. Use one of: %s.") % names)
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
    response = _plain(503, _("Search is not available at the moment. Please try again later."))
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


def _view(request: HttpRequest) -> str:
    """How the address wants the hits shown: one of `VIEWS`, usually the first."""
    wanted = request.GET.get("view", "")
    return wanted if wanted in VIEWS else next(iter(VIEWS))


def _context(results: Results, view: str) -> dict[str, Any]:
    query = results.query
    url = partial(_address, view=view)
    return {
        "results": results,
        "query": query,
        "search_url": reverse("search:search"),
        "form_id": "search-form",
        "found": results.total,
        "view": view,
        "click_url": reverse("search:click"),
        "search_text": query.asked,
        "intents": list(_intents(results, url)),
        "hide_header_search": True,
        "facets": [_shown(facet) for facet in results.facets],
        "chips": list(_chips(results, url)),
        "like_label": _like_label(query),
        "typed_url": url(query.typed_alone()),
        "some_url": url(query.with_tier("all")),
        "strict_url": url(query.with_tier("strict")),
        "clear_url": url(query.without_facets()),
        "sorts": [
            {"name": name, "label": label, "selected": name == query.sort}
            for name, label in SORTS.items()
        ]
        if results.is_available
        else [],
        "items": Paginator(range(results.total), PAGE_SIZE).get_page(query.page),
        "map": map_of(results, url) if view != "list" and results.is_available else None,
        "views": [
            {
                "name": name,
                "label": label,
                "icon": icon,
                "url": _address(query, view=name),
                "is_chosen": name == view,
            }
            for name, (label, icon) in VIEWS.items()
        ]
        if results.is_available
        else [],
        "take_away": _take_away(results),
        "corrections": [
            {"text": text, "url": url(query.with_text(text))} for text in results.corrections
        ],
        "wider": [
            {"text": text, "total": total, "url": url(query.with_text(text))}
            for text, total in results.wider
        ],
        "ways_on": list(_ways_on(results, url)) if not (results.hits or results.some_hits) else [],
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


def _chips(results: Results, url: Callable[[SearchQuery], str]) -> Iterable[dict[str, str]]:
    """The chosen filters, each with the address that takes it away."""
    understood = {(i.facet, code) for i in results.query.intents for code in i.codes}
    for intent in _intents(results, url):
        yield {
            "facet": intent["facet"],
            "label": intent["label"],
            "remove_url": intent["remove_url"],
        }
    for facet in results.facets:
        for value in facet.walk():
            if value.selected and (facet.name, value.code) not in understood:
                yield {
                    "facet": facet.label,
                    "label": value.label,
                    "remove_url": url(results.query.toggled(facet.name, value.code)),
                }
    if results.query.like_places:
        yield {
            "facet": "",
            "label": _like_label(results.query),
            "remove_url": url(results.query.without_like()),
        }
    if results.query.without_ended:
        yield {
            "facet": "",
            "label": _("without finished projects"),
            "remove_url": url(replace(results.query, without_ended=False, page=1)),
        }


def _intents(results: Results, url: Callable[[SearchQuery], str]) -> Iterator[dict[str, str]]:
    """What was recognised in the query, how to leave it out, and how to make it words again."""
    query = results.query
    for intent in query.intents:
        left = (c for c in query.chosen.get(intent.facet, ()) if c not in intent.codes)
        yield {
            "text": intent.text,
            "facet": str(facets.ALL[intent.facet].label),
            "label": _intent_label(results, intent),
            "remove_url": url(query.with_facet(intent.facet, tuple(left))),
            "word_url": url(query.with_as_words(intent.facet)),
        }


def _intent_label(results: Results, intent: Intent) -> str:
    if intent.facet == "year":
        return label_of_years(intent.codes)
    facet = results.facet(intent.facet)
    labels = {value.code: value.label for value in facet.walk()} if facet else {}
    return _(", ").join(labels[code] for code in intent.codes if code in labels) or intent.text


def _like_label(query: SearchQuery) -> str:
    return facets.places_like(query.like_places, query.locale) if query.like_places else ""


def _address(query: SearchQuery, *, view: str) -> str:
    """The address of the search page for a query; what is usual is left out."""
    params = query.params()
    if view != next(iter(VIEWS)):
        params.append(("view", view))
    return f"{reverse('search:search')}?{urlencode(params)}"


def _ways_on(results: Results, url: Callable[[SearchQuery], str]) -> Iterable[dict[str, str]]:
    """Where to go from a page without hits: fewer filters, then wider ones."""
    query = results.query
    if results.unfiltered_total:
        yield {
            "label": _("Search without filters (%(count)d results)")
            % {"count": results.unfiltered_total},
            "url": url(query.without_facets()),
        }
    if query.like_places and query.facets:
        yield {
            "label": _("Remove the filter “%(facet)s”") % {"facet": _like_label(query)},
            "url": url(query.without_like()),
        }
    for facet in results.facets:
        if facet.selected_count and len(query.facets) > 1:
            yield {
                "label": _("Remove the filter “%(facet)s”") % {"facet": facet.label},
                "url": url(query.with_facet(facet.name, ())),
            }
    for name in ("theme", "region"):
        chosen = query.facets.get(name, ())
        values = facets.ALL[name].values(chosen, query.locale)
        above = dict.fromkeys(value.parent for value in values.values() if value.parent)
        for wider in facets.ALL[name].values(above, query.locale).values():
            yield {
                "label": _("Search all of “%(wider)s”") % {"wider": wider.label},
                "url": url(query.with_facet(name, (wider.code,))),
            }
    if query.text and not query.facets:
        yield {
            "label": _("Browse all case studies"),
            "url": url(SearchQuery(facets={"kind": ("case",)}, sort="newest")),
        }
