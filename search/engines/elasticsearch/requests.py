"""Plans as requests to Elasticsearch.

In plain values: objects for each clause take longer to make than a short request takes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from search.engines.ranking import NEWEST, SORT_FIELDS, first_number
from search.index.fields import KEYWORD_FIELDS, facet_field
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
_NOTHING: dict[str, Any] = {"match_none": {}}

Body: TypeAlias = dict[str, Any]


def filtered(plan: Plan) -> Body:
    """What the plan finds with all its filters, as a query."""
    return _query(plan, plan.filters)


def counted(plan: Plan) -> Body:
    """The hits of the plan, and counts for its facets, each without its own filter.

    Filters act on hits after the counts were made, where there are facets to count.
    """
    chosen = {name: codes for name, codes in plan.filters.items() if codes}
    if not (chosen and plan.facets):
        body: Body = {"query": filtered(plan)}
    else:
        body = {"query": _query(plan, {}), "post_filter": {"bool": {"filter": _codes(chosen)}}}
    counts: Body = {}
    for others, names in _by_filters(plan.facets, chosen).items():
        some: Body = {
            name: {"terms": {"field": facet_field(name), "size": _ALL_VALUES}} for name in names
        }
        if others:
            filters = _codes({name: chosen[name] for name in others})
            counts[_bucket_name(others)] = {"filter": {"bool": {"filter": filters}}, "aggs": some}
        else:
            counts |= some
    return body | {"track_total_hits": True} | ({"aggs": counts} if counts else {})


def by_number(plan: Plan) -> Body:
    """One page of hits in the order of a number that no two documents share."""
    field = SORT_FIELDS.get(plan.sort, NEWEST)
    return {"sort": [{field: "desc"}], "from": plan.offset, "size": plan.limit}


def by_score(first: int, last: int) -> Body:
    """Hits from first to last (exclusive), the best and of equals the newest first."""
    return {"sort": [{"_score": "desc"}, {NEWEST: "desc"}], "from": first, "size": last - first}


def names(plan: Plan) -> Body:
    """Names of the newest hits alone, in a few words: asked at each letter that somebody types."""
    return {
        "query": filtered(plan),
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


def _query(plan: Plan, filters: Mapping[str, tuple[str, ...]]) -> Body:
    chosen = {name: codes for name, codes in filters.items() if codes}
    excluded = _codes({name: codes for name, codes in plan.without.items() if codes})
    if plan.withdrawn:
        excluded.append({"ids": {"values": list(plan.withdrawn)}})
    return {
        "bool": {
            "must": [_compile(plan.query)],
            "filter": [
                {"terms": {"audience": [plan.audience]}},
                *_codes(chosen),
                *_codes(plan.within),
            ],
            "must_not": excluded,
        }
    }


def _codes(filters: Mapping[str, tuple[str, ...]]) -> list[Body]:
    """Codes of one facet are alternatives. A field that there is not holds no code."""
    return [{"terms": {facet_field(name): list(codes)}} for name, codes in filters.items()]


def _compile(node: Node) -> Body:
    """A part of a query in Elasticsearch's language; what has no words finds nothing."""
    match node:
        case Everything():
            return {"match_all": {}}
        case Term(_, text) | Phrase(_, (text,)) | Prefix(_, text) | Fuzzy(_, text, _) if (
            len(text) > _LONGEST_WORD
        ):
            return _NOTHING
        case Term(field, text) | Phrase(field, (text,)):
            term: Body = {"term": {field: text}}
            return _constant(term) if field in KEYWORD_FIELDS else term
        case Phrase(field, words) if words:
            return {"match_phrase": {field: " ".join(words)}}
        case Prefix(field, text):
            return _constant({"prefix": {field: text}})
        case Fuzzy(field, text, distance):
            # As a constant all words that are near count, not only the fifty nearest.
            near = {"value": text, "fuzziness": distance, "rewrite": "constant_score"}
            return _constant({"fuzzy": {field: near}})
        case Since(field, seconds):
            return _constant({"range": {field: {"gte": first_number(seconds)}}})
        case Constant(part, score):
            return _constant(_compile(part), score)
        case Boost(part, factor):
            return {"bool": {"must": [_compile(part)], "boost": factor}}
        case Best(parts, tie) if parts:
            return {"dis_max": {"queries": list(map(_compile, parts)), "tie_breaker": tie}}
        case AnyOf(parts, at_least) if parts:
            return {
                "bool": {
                    "should": list(map(_compile, parts)),
                    "minimum_should_match": min(at_least, len(parts)),
                }
            }
        case AllOf(parts, without, should) if parts:
            return {
                "bool": {
                    "must": list(map(_compile, parts)),
                    "must_not": list(map(_compile, without)),
                    "should": list(map(_compile, should)),
                    "minimum_should_match": 0,
                }
            }
    return _NOTHING


def _constant(query: Body, score: float = 1.0) -> Body:
    return {"constant_score": {"filter": query, "boost": score}}
