"""Plans as requests to Elasticsearch."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from elasticsearch_dsl import A, Search
from elasticsearch_dsl import query as q

from search.engines.ranking import NEWEST, SORT_FIELDS, first_number
from search.indexing import KEYWORD_FIELDS, facet_field
from search.plan import (
    AllOf,
    AnyOf,
    Best,
    Boost,
    Constant,
    Everything,
    Fuzzy,
    Node,
    Phrase,
    Plan,
    Prefix,
    Since,
    Term,
)

__all__ = ["by_number", "by_score", "counted", "counts_of", "filtered", "names", "preference"]

# A longer word is in no index; Lucene would refuse to look for the beginning of such a one.
_LONGEST_WORD = 255
_ALL_VALUES = 5_000


def filtered(plan: Plan) -> Search:
    """What the plan finds with all its filters."""
    return Search().query(_query(plan, plan.filters))


def counted(plan: Plan) -> Search:
    """The hits of the plan, and counts for its facets, each without its own filter.

    Filters act on hits after the counts were made, where there are facets to count.
    """
    chosen = {name: codes for name, codes in plan.filters.items() if codes}
    if not (chosen and plan.facets):
        search = filtered(plan)
    else:
        search = Search().query(_query(plan, {})).post_filter(q.Bool(filter=_codes(chosen)))
    search = search.extra(track_total_hits=True)
    for others, names in _by_filters(plan.facets, chosen).items():
        target = search.aggs
        if others:
            some = _codes({name: chosen[name] for name in others})
            target = target.bucket(_bucket_name(others), A("filter", filter=q.Bool(filter=some)))
        for name in names:
            target.bucket(name, A("terms", field=facet_field(name), size=_ALL_VALUES))
    return search


def by_number(search: Search, plan: Plan) -> Search:
    """One page of hits in the order of a number that no two documents share."""
    field = SORT_FIELDS.get(plan.sort, NEWEST)
    return search.sort({field: "desc"})[plan.offset : plan.offset + plan.limit]


def by_score(search: Search, first: int, last: int) -> Search:
    """Hits from first to last (exclusive), the best and of equals the newest first."""
    return search.sort({"_score": "desc"}, {NEWEST: "desc"})[first:last]


def names(plan: Plan) -> dict[str, Any]:
    """Names of the newest hits alone, in a few words: asked at each letter that somebody types."""
    return {
        "query": _query(plan, plan.filters).to_dict(),
        "sort": [{NEWEST: "desc"}],
        "size": plan.limit,
        "track_total_hits": False,
        "stored_fields": "_none_",
        "docvalue_fields": ["name"],
    }


def counts_of(plan: Plan, answer: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """Counts by facet and code from the answer to `counted`."""
    chosen = {name: codes for name, codes in plan.filters.items() if codes}
    counts: dict[str, dict[str, int]] = {}
    for others, names in _by_filters(plan.facets, chosen).items():
        found = answer[_bucket_name(others)] if others else answer
        for name in names:
            counts[name] = {b["key"]: b["doc_count"] for b in found[name]["buckets"]}
    return counts


def preference(plan: Plan) -> str:
    """Sends the same query to the same copy of the index, so that its pages fit together."""
    return hashlib.blake2b(repr(plan.query).encode("utf-8", "replace"), digest_size=6).hexdigest()


def _by_filters(
    facets: Sequence[str], chosen: Mapping[str, tuple[str, ...]]
) -> dict[tuple[str, ...], list[str]]:
    """Facets by the filters that act on their counts: those of all others."""
    out: dict[tuple[str, ...], list[str]] = {}
    for name in facets:
        out.setdefault(tuple(other for other in chosen if other != name), []).append(name)
    return out


def _bucket_name(filters: Iterable[str]) -> str:
    return "with " + " ".join(filters)


def _query(plan: Plan, filters: Mapping[str, tuple[str, ...]]) -> q.Query:
    chosen = {name: codes for name, codes in filters.items() if codes}
    audience = q.Terms(audience=[plan.audience])
    return q.Bool(
        must=[_compile(plan.query)],
        filter=[audience, *_codes(chosen)],
        must_not=[
            *_codes({name: codes for name, codes in plan.without.items() if codes}),
            *([q.Ids(values=list(plan.withdrawn))] if plan.withdrawn else []),
        ],
    )


def _codes(filters: Mapping[str, tuple[str, ...]]) -> list[q.Query]:
    """Codes of one facet are alternatives. A field that there is not holds no code."""
    return [q.Terms(**{facet_field(name): list(codes)}) for name, codes in filters.items()]


def _compile(node: Node) -> q.Query:
    match node:
        case Everything():
            return q.MatchAll()
        case Term(field, text) | Phrase(field, (text,)):
            if len(text) > _LONGEST_WORD:
                return q.MatchNone()
            if field in KEYWORD_FIELDS:
                return q.ConstantScore(filter=q.Term(**{field: text}), boost=1.0)
            return q.Term(**{field: text})
        case Phrase(field, words) if words:
            return q.MatchPhrase(**{field: " ".join(words)})
        case Phrase():
            return q.MatchNone()
        case Prefix(field, text):
            if len(text) > _LONGEST_WORD:
                return q.MatchNone()
            return q.ConstantScore(filter=q.Prefix(**{field: text}), boost=1.0)
        case Fuzzy(field, text, distance):
            if len(text) > _LONGEST_WORD:
                return q.MatchNone()
            # As a constant all words that are near count, not only the fifty nearest.
            near = {"value": text, "fuzziness": distance, "rewrite": "constant_score"}
            return q.ConstantScore(filter=q.Fuzzy(**{field: near}), boost=1.0)
        case Since(field, seconds):
            return q.ConstantScore(filter=q.Range(**{field: {"gte": first_number(seconds)}}))
        case Constant(part, score):
            return q.ConstantScore(filter=_compile(part), boost=score)
        case Boost(part, factor):
            return q.Bool(must=[_compile(part)], boost=factor)
        case Best(parts, tie) if parts:
            return q.DisMax(queries=[_compile(part) for part in parts], tie_breaker=tie)
        case AnyOf(parts, at_least) if parts:
            return q.Bool(
                should=[_compile(part) for part in parts],
                minimum_should_match=min(at_least, len(parts)),
            )
        case AllOf(parts, without, better) if parts:
            return q.Bool(
                must=[_compile(part) for part in parts],
                must_not=[_compile(part) for part in without],
                should=[_compile(part) for part in better],
                minimum_should_match=0,
            )
    return q.MatchNone()
