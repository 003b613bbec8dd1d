"""The plan of a query without its words: filters, facets, order and page."""

from __future__ import annotations

from search.index.fields import FACETS
from search.index.outbox import withdrawn
from search.plan import Everything, Plan
from search.query.search_query import SearchQuery
from search.results import facets

__all__ = ["plan_without_words"]


def plan_without_words(query: SearchQuery) -> Plan:
    """Ask for everything that fits the filters; `resolve_query` puts the words in."""
    chosen = {
        name: facets.narrowed(codes, facets.ALL[name].values(codes, query.locale))
        if len(codes) > 1
        else codes
        for name, codes in query.facets.items()
    }
    return Plan(
        query=Everything(),
        audience=query.locale,
        filters=chosen,
        within={"region": query.like_places.codes} if query.like_places else {},
        without={"status": ("ended",)} if query.without_ended else {},
        facets=FACETS,
        sort=query.sort,
        offset=(query.page - 1) * query.per_page,
        limit=query.per_page,
        withdrawn=withdrawn(),
    )
