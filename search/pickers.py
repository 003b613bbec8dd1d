"""The public search as a help to the pickers of the admin: readings, spellings, whole texts."""

from __future__ import annotations

from dataclasses import replace

from django.conf import settings
from wagtail.models import Page

from search.engines import current_engine
from search.engines.base import EngineUnavailable
from search.query.resolve import resolve_query
from search.query.search_query import SearchQuery
from search.registry import kind_of, registered
from search.results.planning import plan_without_words

__all__ = ["published_pages"]


def published_pages(text: str, model: type[Page], limit: int) -> list[int]:
    """Primary keys of pages of one type that the public search finds, the best first.

    None where the model is not searched or the engine does not answer.
    """
    if model not in registered():
        return []
    query = SearchQuery(
        text=text,
        locale=settings.LANGUAGE_CODE,
        facets={"kind": (kind_of(model),)},
        per_page=limit,
    )
    try:
        engine = current_engine()
        resolved = resolve_query(query, plan_without_words(query), engine)
        if resolved.rung.name == "all":  # nothing to search for
            return []
        answer = resolved.answer or engine.search(replace(resolved.plan, facets=()))
    except EngineUnavailable:
        return []
    return [int(hit.card["page_id"]) for hit in answer.hits]
