"""A result list from its beginning to its end, for what takes it away: files, feeds, mails."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import override
from wagtail.models import Page

from search.engines import current_engine
from search.engines.base import Engine
from search.index.visibility import public_pages
from search.plan import Plan
from search.query.resolve import resolve_query
from search.query.search_query import SearchQuery
from search.results import facets
from search.results.planning import plan_without_words

__all__ = ["Listed", "Listing", "listing_of"]

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Listed:
    """A page of the list: the live and public page as it is now, and its card in the index."""

    page: Page
    card: Mapping[str, Any]

    @property
    def title(self) -> str:
        """The title, without signs that XML and spreadsheets refuse."""
        return _FORBIDDEN.sub("", self.card["title"])

    @property
    def summary(self) -> str:
        """One line about the page, without such signs."""
        return _FORBIDDEN.sub("", self.card["summary"])


@dataclass(frozen=True)
class Listing:
    """Everything that a query finds, in the order of the search page.

    Attributes:
        query: the cleaned query, with notices of what was left out.
        total: number of hits.
        corrected: the text that was searched for in place of the one typed, or empty.
    """

    query: SearchQuery
    total: int
    corrected: str
    _plan: Plan
    _engine: Engine

    def batches(self, size: int, most: int) -> Iterator[list[Listed]]:
        """The first so many pages, a batch at a time. Two queries and a search for each batch.

        Whether a page is live and public is asked for each batch, so a batch may be smaller.

        Raises:
            EngineUnavailable: the engine went away.
        """
        for start in range(0, min(self.total, most), size):
            plan = replace(self._plan, offset=start, limit=min(size, most - start))
            found = self._engine.search(plan).hits
            pages = public_pages((hit.card["page_id"] for hit in found), self.query.locale)
            yield [
                Listed(pages[hit.card["page_id"]], hit.card)
                for hit in found
                if hit.card["page_id"] in pages
            ]


def listing_of(query: SearchQuery, *, newest_first: bool = False) -> Listing:
    """What a query finds, by the same rung and spelling as on the search page.

    Raises:
        EngineUnavailable: there is no engine to ask.
    """
    engine = current_engine()
    with override(query.locale):
        cleaned = facets.clean(query)
        resolved = resolve_query(cleaned, plan_without_words(cleaned), engine)
    plan = replace(resolved.plan, facets=(), offset=0, limit=1)
    if newest_first:
        plan = replace(plan, sort="newest")
    return Listing(
        query=resolved.query,
        total=engine.count(plan),
        corrected=resolved.corrected,
        _plan=plan,
        _engine=engine,
    )
