"""Answer a query: resolve its words, ask the engine by a plan, present what was found."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import override

from page_cache.control import do_not_cache
from search.engines import current_engine
from search.engines.base import Engine, EngineUnavailable
from search.plan import Answer, Plan
from search.query.interpretation import Clause, Interpretation
from search.query.lexicon import current_lexicon
from search.query.offers import records_offered
from search.query.places import places_named
from search.query.resolve import resolve_query
from search.query.search_query import SearchQuery
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
        return replace(results, places=places_named(query.text), records=records_offered(cleaned))


def _from_engine(query: SearchQuery, engine: Engine, request: HttpRequest | None) -> Results:
    resolved = resolve_query(query, plan_without_words(query), engine)
    query, plan, answer = _page_that_exists(
        resolved.query, resolved.plan, engine.search, resolved.answer
    )
    interpretation, rung = resolved.interpretation, resolved.rung
    if is_loose(rung.name) or interpretation.is_sentence:
        answer = rerank_semantically(engine, plan, interpretation, answer)
    pinned = pinned_page_ids(query, query.text, resolved.corrected)
    neighbours = (
        semantic_neighbours(engine, plan, interpretation, rung.name, answer.total, without=pinned)
        if query.page == 1
        else ()
    )
    return present(
        query,
        answer,
        marker=Marker(interpretation.marks, _literals(interpretation, rung.name)),
        pinned=pinned,
        neighbours=neighbours,
        request=request,
        rung=rung.name,
        message=_message(rung.name, query.text, resolved.corrected)
        if answer.total or resolved.total
        else "",
        understood=_understood(interpretation.clauses),
        corrections=resolved.corrections,
        corrected=resolved.corrected,
        unfiltered_total=resolved.total if not answer.total and query.is_filtered else 0,
    )


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
            "The full search is not available just now. Filters work as usual, but words are only "
            "looked for in titles. The newest pages come first, and there are no numbers beside "
            "the filters."
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
        query = replace(query, page=last).noting(_("There is no such page. This is the last one."))
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
        return _("No page has “%(text)s” as it stands. These are the hits for “%(corrected)s”.") % {
            "text": text,
            "corrected": corrected,
        }
    return {
        "words": _("Hits have all or most of the words, not always next to each other."),
        "contains": _("No page has these words; hits have them inside other words or sound so."),
        "nearly": _("No page has these words; hits have words that are spelt nearly so."),
        "some": _("No page has all these words; hits have at least half of them."),
        "any": _("No page has all these words; hits have at least one of them."),
    }.get(rung, "")
