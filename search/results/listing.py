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
from search.index.document import Item
from search.index.visibility import public_pages, records_to_show
from search.plan import Found, Plan
from search.query.resolve import resolve_query
from search.query.search_query import SearchQuery
from search.query.tiers import in_any_tier, search_both
from search.records import record_kinds
from search.results import facets
from search.results.planning import plan_without_words

__all__ = ["Listed", "Listing", "listing_of"]

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Listed:
    """A page or a record of the list: as the public sees it now, and its card in the index.

    `page` is the live and public page, None for a record; `url` is where it stands.
    """

    page: Page | None
    url: str
    card: Mapping[str, Any]

    @property
    def number(self) -> int | str:
        """What names it in files: the id of a page, or the key of a record, `desk:7`."""
        return self.page.pk if self.page else str(self.card["translation_key"])

    @property
    def slug(self) -> str:
        """What names it in its address: a page's slug, or the place of a record on a page."""
        return self.page.slug if self.page else self.url.rpartition("#")[2]

    @property
    def title(self) -> str:
        """The title, without signs that XML and spreadsheets refuse."""
        return _FORBIDDEN.sub("", self.card["title"])

    @property
    def summary(self) -> str:
        """One line about it, without such signs."""
        return _FORBIDDEN.sub("", self.card["summary"])


@dataclass(frozen=True)
class Listing:
    """Everything that a query finds in the tier it asks for, in the order of the search page.

    Attributes:
        query: the cleaned query, with notices of what was left out.
        total: number of hits.
        corrected: the text that was searched for in place of the one typed, or empty.
    """

    query: SearchQuery
    total: int
    corrected: str
    _plan: Plan
    _second: Plan | None
    _engine: Engine

    def batches(self, size: int, most: int) -> Iterator[list[Listed]]:
        """The first so many hits, a batch at a time. A search and a few queries for each batch.

        Whether the public may see them is asked for each batch, so a batch may be smaller.

        Raises:
            EngineUnavailable: the engine went away.
        """
        for start in range(0, min(self.total, most), size):
            plan = replace(self._plan, offset=start, limit=min(size, most - start))
            found = self._found(plan)
            items = {hit.key: Item.of_key(hit.key) for hit in found}
            ids = (item.pk for item in items.values() if item.is_page)
            pages = public_pages(ids, self.query.locale)
            records = records_to_show(items.values())
            batch: list[Listed] = []
            for hit in found:
                item = items[hit.key]
                if item.is_page and (page := pages.get(item.pk)):
                    batch.append(Listed(page, page.get_url() or "", hit.card))
                elif record := records.get(item):
                    batch.append(Listed(None, record.url, hit.card))
            yield batch

    def _found(self, plan: Plan) -> tuple[Found, ...]:
        if self._second is None:
            return self._engine.search(plan).hits
        both = search_both(plan, self._second, self._engine.search, self._engine.search)
        return (*both.strict, *both.some)


def listing_of(query: SearchQuery, *, newest_pages: bool = False) -> Listing:
    """What a query finds, by the same rung and spelling as on the search page.

    Args:
        newest_pages: pages alone, newest first: nobody knows when a record became public.

    Raises:
        EngineUnavailable: there is no engine to ask.
    """
    engine = current_engine()
    with override(query.locale):
        cleaned = facets.clean(query)
        resolved = resolve_query(cleaned, plan_without_words(cleaned), engine)
    plan = replace(resolved.plan, facets=(), offset=0, limit=1)
    second = resolved.second_tier(engine) if cleaned.tier == "all" else None
    if second is not None:
        second = replace(second, facets=())
    if newest_pages:
        records = tuple(kind.name for kind in record_kinds())
        if second is not None:
            plan, second = in_any_tier(plan, second), None
        plan = replace(plan, sort="newest", without={**plan.without, "kind": records})
    return Listing(
        query=resolved.query,
        total=engine.count(plan) + (engine.count(second) if second else 0),
        corrected=resolved.corrected,
        _plan=plan,
        _second=second,
        _engine=engine,
    )
