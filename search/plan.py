"""A query as a tree that any engine can compile, and what an engine answers.

Nothing here knows an engine. Texts in the tree are index words (see `analysis`); fields are those
of `indexing`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

__all__ = ["AllOf", "Answer", "AnyOf", "Best", "Boost", "Constant", "Everything", "Found", "Fuzzy",
           "Node", "Phrase", "Plan", "Prefix", "Since", "Term", "matching"]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Everything:
    """Matches every document."""


@dataclass(frozen=True, slots=True)
class Term:
    """One index word, or one code of a keyword field, which scores 1."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Index words next to each other, in this order."""

    field: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prefix:
    """Beginning of an index word; scores 1."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """An index word with at most `distance` typing errors; scores 1."""

    field: str
    text: str
    distance: int


@dataclass(frozen=True, slots=True)
class Since:
    """A moment of a document (`published`, `confirmed`) is this one or later; scores 1."""

    field: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Constant:
    """What the part matches, each with the same score."""

    part: Node
    score: float


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part matches and no `without` does; `should` only raises the score."""

    parts: tuple[Node, ...]
    without: tuple[Node, ...] = ()
    should: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least so many of the parts match; scores add up."""

    parts: tuple[Node, ...]
    at_least: int = 1


@dataclass(frozen=True, slots=True)
class Best:
    """At least one part matches; the best score counts, and `tie` of the others."""

    parts: tuple[Node, ...]
    tie: float = 0.2


@dataclass(frozen=True, slots=True)
class Boost:
    """The part with its score multiplied."""

    part: Node
    factor: float


Node: TypeAlias = (
    Everything | Term | Phrase | Prefix | Fuzzy | Since | Constant | AllOf | AnyOf | Best | Boost
)


def matching(node: Node) -> Node:
    """A tree that finds the same without what only scores, for who counts: a third of the work."""
    match node:
        case Constant(part, _) | Boost(part, _):
            return matching(part)
        case AllOf((part,), (), _):
            return matching(part)
        case AllOf(parts, without, _):
            return AllOf(tuple(map(matching, parts)), tuple(map(matching, without)))
        case AnyOf(parts, at_least):
            return AnyOf(tuple(map(matching, parts)), at_least)
        case Best(parts, _):
            return AnyOf(tuple(map(matching, parts)))
    return node


@dataclass(frozen=True)
class Plan:
    """What an engine is asked.

    Attributes:
        query: which documents, and how well they match.
        audience: language of the reader; only the best version of a page for it is found.
        filters: codes by facet. Codes of one facet are alternatives, facets are all required.
        within: codes by facet of which a hit must have one; they act on all counts too, that of
            their own facet among them.
        without: codes by facet that a hit must not have; they act on all counts too.
        facets: facets to count, each without its own filter.
        sort: `relevance`, `newest` or `confirmed`.
        offset, limit: which hits.
        withdrawn: keys of documents that must neither be found nor counted, though they may still
            be in the index.
    """

    query: Node
    audience: str
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    within: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    without: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    facets: tuple[str, ...] = ()
    sort: str = "relevance"
    offset: int = 0
    limit: int = 10
    withdrawn: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """A hit as the engine gives it; `card` is `ContentDocument.as_dict()` of the document."""

    key: str
    score: float
    card: Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """Total, one page of hits, and counts by facet and code."""

    total: int
    hits: tuple[Found, ...]
    counts: Mapping[str, Mapping[str, int]]
