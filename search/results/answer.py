"""Answer a query: resolve its words, ask the engine by a plan, present what was found."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import override

from page_cache.control import do_not_cache
from search.engines import current_engine
from search.engines.base import Engine, EngineUnavailable
from search.plan import Answer, Found, Plan
from search.query.interpretation import Clause, Interpretation
from search.query.lexicon import current_lexicon
from search.query.offers import records_offered
from search.query.places import places_named
from search.query.resolve import ResolvedQuery, resolve_query
from search.query.search_query import PAGE_SIZE, SearchQuery
from search.query.tiers import TieredAnswer, search_both
from search.registry import place_card
from search.results import facets
from search.results.best_bets import pinned_page_ids
from search.results.fallback import answer_from_database
from search.results.highlight import Marker
from search.results.page import Results
from search.results.planning import plan_without_words
from search.results.present import present
from search.results.semantic import is_loose, rerank_semantically, semantic_neighbours

__all__ = ["search"]

logger = logging.getLogger(__name__)


def search(query: SearchQuery, request: HttpRequest | None = None) -> Results:
    """Answer a query in its own language. Never raises for what somebody may type.

    Without an engine the database answers, by filters and titles.

    Args:
        request: saves looking up the site again for each address.
    """
    with override(query.locale):
        cleaned = facets.clean(query)
        try:
            results = _from_engine(cleaned, current_engine(), request)
        except EngineUnavailable as error:
            do_not_cache()
            logger.warning("Search is limited to filters and titles: %s", error)
            results = _from_database(cleaned, request)
        if results.query.page > 1 or not query.text:
            return results
        return replace(results, **_places(query), records=records_offered(cleaned))


def _places(query: SearchQuery) -> dict[str, Any]:
    """The places that the text names, and the card of the one that it can only mean."""
    places = places_named(query.text)
    now = [place for place in places if not place.ended]
    card = place_card(now[0].code) if len(now) == 1 else None
    return {"places": places, "place_card": card}


def _from_engine(query: SearchQuery, engine: Engine, request: HttpRequest | None) -> Results:
    resolved = resolve_query(query, plan_without_words(query), engine)
    interpretation, rung = resolved.interpretation, resolved.rung

    def ranked(plan: Plan, answer: Answer) -> Answer:
        if is_loose(rung.name) or interpretation.is_sentence:
            return rerank_semantically(engine, plan, interpretation, answer)
        return answer

    query, plan, answer, some, some_total = _both_tiers(resolved, engine, ranked)
    pinned = pinned_page_ids(query, query.asked, resolved.corrected)
    neighbours = (
        semantic_neighbours(
            engine,
            plan,
            interpretation,
            rung.name,
            answer.total,
            without=(*pinned, *(hit.card["page_id"] for hit in some)),
        )
        if query.page == 1
        else ()
    )
    return present(
        query,
        answer,
        marker=Marker(interpretation.marks, _literals(interpretation, rung.name)),
        weaker=Marker(interpretation.part_marks),
        pinned=pinned,
        some=some,
        some_total=some_total,
        neighbours=neighbours,
        request=request,
        rung=rung.name,
        message=_message(rung.name, query.text, resolved.corrected)
        if answer.total or resolved.total
        else "",
        understood=_understood(interpretation.clauses),
        corrections=resolved.corrections,
        wider=resolved.wider,
        corrected=resolved.corrected,
        unfiltered_total=resolved.total if not answer.total and query.is_filtered else 0,
    )


def _both_tiers(
    resolved: ResolvedQuery, engine: Engine, ranked: Callable[[Plan, Answer], Answer]
) -> tuple[SearchQuery, Plan, Answer, tuple[Found, ...], int]:
    """The page of the list, what has some of the words behind it, and how much there is of that.

    Somebody who asks for the tier `all` has both counted in one list. Else the second fills up a
    first page that is short, and the answer counts the first alone.
    """
    query, plan = resolved.query, resolved.plan
    behind = resolved.second_tier(engine) if query.tier == "all" else None
    if behind is not None:
        second = behind
        found: list[TieredAnswer] = []

        def ask(plan: Plan) -> Answer:
            found.append(
                search_both(plan, second, lambda p: ranked(p, engine.search(p)), engine.search)
            )
            return Answer(found[-1].total, found[-1].strict, found[-1].counts)

        query, plan, answer = _page_that_exists(query, plan, ask)
        return query, plan, answer, found[-1].some, found[-1].some_total
    query, plan, answer = _page_that_exists(query, plan, engine.search, resolved.answer)
    answer = ranked(plan, answer)
    if query.tier == "all" or query.page > 1 or answer.total >= PAGE_SIZE:
        return query, plan, answer, (), 0
    behind = resolved.second_tier(engine)
    if behind is None:
        return query, plan, answer, (), 0
    rest = engine.search(replace(behind, facets=(), offset=0, limit=PAGE_SIZE - answer.total))
    return query, plan, answer, rest.hits, rest.total


def _from_database(query: SearchQuery, request: HttpRequest | None) -> Results:
    """Hits by filters and titles, newest first, and the facet values that there are."""
    interpretation = Interpretation(query.text, current_lexicon())
    query, _plan, answer = _page_that_exists(
        query,
        plan_without_words(query),
        lambda plan: answer_from_database(plan, interpretation.parts),
    )
    return present(
        query,
        answer,
        marker=Marker(interpretation.marks, [part.text for part in interpretation.parts]),
        pinned=pinned_page_ids(query, query.text),
        is_counted=False,
        request=request,
        rung="titles",
        message=_(
            "Full search is not available at the moment. Filters work, but words are only "
            "searched for in titles. Results are sorted by date, and filters show no counts."
        ),
        understood=_understood(interpretation.parts),
        is_available=False,
    )


def _page_that_exists(
    query: SearchQuery, plan: Plan, ask: Callable[[Plan], Answer], answer: Answer | None = None
) -> tuple[SearchQuery, Plan, Answer]:
    """Ask for the page of the query, or with a note for the last one where there are fewer."""
    answer = answer or ask(plan)
    last = max(1, -(-answer.total // query.per_page))
    if query.page > last:
        query = replace(query, page=last).noting(
            _("That page does not exist. This is the last page.")
        )
        plan = replace(plan, offset=(last - 1) * query.per_page)
        answer = ask(plan)
    return query, plan, answer


def _literals(interpretation: Interpretation, rung: str) -> list[str]:
    """Texts to highlight letter by letter."""
    if rung == "contains":
        return list(interpretation.literals)
    return [clause.text for clause in interpretation.clauses if clause.kind == "exact"]


def _understood(clauses: tuple[Clause, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(
        (clause.text, clause.alternatives) for clause in clauses if clause.kind != "without"
    )


def _message(rung: str, text: str, corrected: str) -> str:
    """What a reader is told of how hits were found; empty where they have what was typed."""
    if corrected:
        return _("No results for “%(text)s”. Showing results for “%(corrected)s”.") % {
            "text": text,
            "corrected": corrected,
        }
    return {
        "words": _("Results contain all or most of your words, not always next to each other."),
        "contains": _("No exact match. Showing pages with part of your words or the same reading."),
        "nearly": _("No exact match. Showing similar spellings."),
        "some": _("No page has all your words. Showing pages with at least half of them."),
        "any": _("No page has all your words. Showing pages with any of them."),
    }.get(rung, "")
