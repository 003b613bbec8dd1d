"""Semantic reranking and neighbours, where embeddings are on: they add to lexical hits.

Pages that have the words stand first and alone are counted. Where the words were loosened, meaning
helps to put the hits in order; and a few pages without the words stand in a list of their own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Sequence
from dataclasses import replace

from search.engines.base import Engine
from search.language.embeddings import embed_query
from search.plan import AllOf, Answer, Everything, Found, Plan
from search.query.interpretation import Interpretation
from search.query.search_query import PAGE_SIZE

__all__ = ["is_loose", "rerank_semantically", "semantic_neighbours"]

_LOOSE = {"some", "any"}
# So many hits are put in order, by their places in two lists.
_RERANKED = 50
_DAMPING = 20
_WEIGHT = 0.5
_DEEPEST = 1_000
# Texts about other things reach 0.22, questions to a text that answers them 0.27 to 0.6.
_LEAST = 0.25
_MOST_NEIGHBOURS = 5
# Neighbours much less similar than the nearest are left out.
_LEAST_SHARE_OF_NEAREST = 0.8


def is_loose(rung: str) -> bool:
    """Whether hits of this rung have only some of the words."""
    return rung in _LOOSE


def rerank_semantically(
    engine: Engine, plan: Plan, interpretation: Interpretation, answer: Answer
) -> Answer:
    """The same hits, of which the first fifty by words and by meaning change places.

    Each counts by its place in both lists, by meaning half (reciprocal rank fusion). The answer as
    it was when meaning is off, or another order than relevance was asked for.
    """
    vector = _vector(interpretation)
    if vector is None or plan.sort != "relevance" or plan.offset + plan.limit > _DEEPEST:
        return answer
    start = replace(plan, facets=(), offset=0)
    by_words = engine.search(replace(start, limit=max(_RERANKED, plan.offset + plan.limit))).hits
    by_meaning = engine.near(vector, replace(start, limit=_RERANKED))
    order = [*_fused(by_words[:_RERANKED], by_meaning)]
    taken = {found.key for found in order}
    order += [found for found in by_words[_RERANKED:] if found.key not in taken]
    return replace(answer, hits=tuple(order[plan.offset : plan.offset + plan.limit]))


def semantic_neighbours(
    engine: Engine,
    plan: Plan,
    interpretation: Interpretation,
    rung: str,
    total: int,
    *,
    without: Container[int] = (),
) -> tuple[Found, ...]:
    """Up to five pages near in meaning that are not among the hits, nearest first.

    They keep to the filters, and to words that were excluded. None where hits with all the words
    fill a page; where something stood in quotes; and where meaning is off.

    Args:
        rung: by which there are so many hits in `total`.
        without: ids of pages that are shown already.
    """
    if total >= PAGE_SIZE and not is_loose(rung):
        return ()
    vector = _vector(interpretation)
    if vector is None:
        return ()
    others = AllOf((Everything(),), without=(plan.query, *interpretation.excluded))
    found = engine.near(
        vector, replace(plan, query=others, facets=(), limit=2 * _MOST_NEIGHBOURS), _LEAST
    )
    new = [hit for hit in found if hit.card["page_id"] not in without][:_MOST_NEIGHBOURS]
    return tuple(hit for hit in new if hit.score >= _LEAST_SHARE_OF_NEAREST * new[0].score)


def _vector(interpretation: Interpretation) -> bytes | None:
    """What the words mean together; nothing for who wants exactly these letters."""
    kinds = {clause.kind for clause in interpretation.clauses}
    if "exact" in kinds or interpretation.is_empty:
        return None
    words = (c.converted or c.text for c in interpretation.clauses if c.kind == "word")
    return embed_query(" ".join(words))


def _fused(by_words: Sequence[Found], by_meaning: Sequence[Found]) -> list[Found]:
    scores: dict[str, float] = defaultdict(float)
    hits: dict[str, Found] = {}
    for weight, some in ((1.0, by_words), (_WEIGHT, by_meaning)):
        for place, found in enumerate(some):
            scores[found.key] += weight / (_DAMPING + place)
            hits.setdefault(found.key, found)
    return sorted(hits.values(), key=lambda found: -scores[found.key])
