"""The hits on a map: of Japan by prefecture, and of a chosen prefecture by municipality."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from search.query.search_query import SearchQuery
from search.registry import Outlines, outlines_of
from search.results import facets
from search.results.page import FacetValue, Results

__all__ = ["map_of"]


def map_of(results: Results, url: Callable[[SearchQuery], str]) -> dict[str, Any]:
    """What components/map_japan.html shows: a place's link adds or takes away its filter.

    A place without hits leads nowhere. One query.

    Args:
        url: the address of a query, shown as this one is.
    """
    prefecture = _only_prefecture(results)
    outlines = outlines_of(prefecture.code) if prefecture else None
    if prefecture and outlines:
        return _prefecture_map(results, url, prefecture, outlines)
    counts = results.counts("region")
    return {
        "id": "search-map",
        "title": _("Results by prefecture"),
        "caption": _("Choose a prefecture to see its municipalities."),
        "is_list_open": True,
        "prefectures": [
            _place(results, url, counts, value.code, name=value.label, block=value.parent)
            for value in facets.prefectures(results.query.locale)
        ],
    }


def _prefecture_map(
    results: Results,
    url: Callable[[SearchQuery], str],
    prefecture: FacetValue,
    outlines: Outlines,
) -> dict[str, Any]:
    counts = results.counts("region")
    return {
        "id": "search-map",
        "title": _("%(place)s: results by municipality") % {"place": outlines.title},
        "caption": _("Choose a municipality to see only what happens there."),
        "list_title": _("Municipalities as a list"),
        "is_list_open": True,
        "viewbox": outlines.viewbox,
        "ground": outlines.ground,
        "choices": [
            {"label": _("All of Japan"), "url": url(results.query.with_facet("region", ()))},
            {
                "label": outlines.title,
                "url": url(results.query.with_facet("region", (prefecture.code,))),
                "is_chosen": True,
            },
        ],
        "prefectures": [
            _place(results, url, counts, code, name=name, block="", d=shape)
            for code, (name, shape) in outlines.places.items()
        ],
    }


def _place(
    results: Results,
    url: Callable[[SearchQuery], str],
    counts: dict[str, int],
    code: str,
    **shown: str,
) -> dict[str, Any]:
    is_chosen = code in results.query.chosen.get("region", ())
    count = counts.get(code, 0)
    return {
        "code": code,
        "count": count,
        "url": url(results.query.toggled("region", code)) if count or is_chosen else "",
        "selected": is_chosen,
        **shown,
    }


def _only_prefecture(results: Results) -> FacetValue | None:
    """The prefecture in which all chosen places lie; None where there is no such."""
    region = results.facet("region")
    chosen = [
        prefecture
        for block in (region.values if region else ())
        for prefecture in (block.children or (block,))
        if block.selected or any(place.selected for place in prefecture.walk())
    ]
    return chosen[0] if len(chosen) == 1 else None
