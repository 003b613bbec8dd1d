"""The two tiers of an answer: what has what was asked for, then what has some of its words.

The first tier is the rung of the ladder by which a query is answered. The second has the pages of a
lower rung that the first has not. They have no page in common, so totals and counts add up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from search.engines.base import Engine
from search.plan import AllOf, Answer, AnyOf, Found, Plan
from search.query.interpretation import Rung

__all__ = ["TieredAnswer", "in_any_tier", "search_both", "second_tier"]

# So many hits both tiers together should have.
_ENOUGH = 10
_WITH_SOME = {"phrase", "words", "some", "any"}


@dataclass(frozen=True)
class TieredAnswer:
    """One page of hits of both tiers: those of the first before all others.

    Attributes:
        strict, some: hits of the first and of the second tier on the page.
        strict_total, some_total: how many there are of each on all pages.
        counts: by facet and code, of both together.
    """

    strict: tuple[Found, ...]
    some: tuple[Found, ...]
    strict_total: int
    some_total: int
    counts: Mapping[str, Mapping[str, int]]

    @property
    def total(self) -> int:
        """Hits of both tiers."""
        return self.strict_total + self.some_total


def second_tier(
    engine: Engine, rungs: Sequence[Rung], rung: Rung, plan: Plan, total: int
) -> Plan | None:
    """What is asked for the second tier; None where no rung has another page.

    The first of the rungs is taken that fills a page. As the first tier it does not depend on
    filters.

    Args:
        rungs: to choose from, strictest first.
        rung: that of the first tier.
        plan: of the first tier.
        total: its number of hits without filters.
    """
    best: AllOf | None = None
    most = 0
    for candidate in rungs:
        if candidate.name not in _WITH_SOME:
            continue
        others = AllOf((candidate.query,), without=(rung.query,))
        found = engine.count(Plan(others, plan.audience, withdrawn=plan.withdrawn))
        if found > most:
            best, most = others, found
        if total + most >= _ENOUGH:
            break
    return replace(plan, query=best) if best else None


def search_both(
    plan: Plan, second: Plan, ask: Callable[[Plan], Answer], rest: Callable[[Plan], Answer]
) -> TieredAnswer:
    """Answer a page of the list that has the first tier and behind it the second.

    Args:
        ask, rest: give the answers of the first and of the second tier.
    """
    first = ask(plan)
    others = rest(
        replace(
            second,
            offset=max(plan.offset - first.total, 0),
            limit=plan.limit - len(first.hits),
        )
    )
    return TieredAnswer(
        strict=first.hits,
        some=others.hits,
        strict_total=first.total,
        some_total=others.total,
        counts={name: _sum(first.counts, others.counts, name) for name in plan.facets},
    )


def in_any_tier(plan: Plan, second: Plan) -> Plan:
    """Both tiers as one, for who wants another order than that of relevance."""
    return replace(plan, query=AnyOf((plan.query, second.query)))


def _sum(
    first: Mapping[str, Mapping[str, int]], other: Mapping[str, Mapping[str, int]], name: str
) -> dict[str, int]:
    one, two = first.get(name, {}), other.get(name, {})
    return {code: one.get(code, 0) + two.get(code, 0) for code in {**one, **two}}
