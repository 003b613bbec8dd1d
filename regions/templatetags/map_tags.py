"""Classes of numbers for the national map: which number gets which shade."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import template

register = template.Library()

# Upper ends of classes, in round numbers; maps have at most five classes above zero.
BOUNDS = [step * 10**power for power in range(7) for step in (1, 2, 5)]
CLASSES = 5
# Few classes are spread over the shades, so that they stay easy to tell apart.
SHADES = {1: (4,), 2: (2, 4), 3: (1, 3, 5), 4: (1, 2, 4, 5), 5: (1, 2, 3, 4, 5)}


@dataclass(frozen=True)
class Step:
    """One class of numbers, from `low` to `high`, shown in the shade `level` (0 to 5)."""

    level: int
    low: int
    high: int

    @property
    def name(self) -> str:
        """The class in the legend."""
        return str(self.low) if self.low == self.high else f"{self.low}–{self.high}"


@dataclass(frozen=True)
class Scale:
    """The classes that occur on a map, and the level of each prefecture by its code."""

    steps: Sequence[Any]
    prefectures: list[dict[str, Any]]


def steps_up_to(highest: int) -> list[Step]:
    """Classes for numbers from 0 to the highest, narrow ones first: 0, 1, 2, 3–5, 6–10, 11–14."""
    if highest <= 0:
        return [Step(0, 0, 0)]
    last = next((i for i, bound in enumerate(BOUNDS) if bound >= highest), len(BOUNDS) - 1)
    bounds = [*BOUNDS[max(0, last - CLASSES + 1) : last], highest]
    lows = [1, *(bound + 1 for bound in bounds)]
    shades = SHADES[len(bounds)]
    return [Step(0, 0, 0)] + [
        Step(level, low, high) for level, low, high in zip(shades, lows, bounds, strict=False)
    ]


@register.simple_tag
def map_scale(prefectures: Sequence[Mapping[str, Any]], classes: Sequence[Any] = ()) -> Scale:
    """Add `level` and `text` to the places of components/map_japan.html, by their `count`.

    With classes (regions.selectors.MapClass) the counts are shares in percent; a row may bring a
    text of its own.
    """
    if classes:
        return Scale(
            steps=classes,
            prefectures=[
                {
                    **row,
                    "level": next(one.level for one in classes if row["count"] < one.below),
                    "text": row.get("text") or f"{row['count']}%",
                }
                for row in prefectures
            ],
        )
    steps = steps_up_to(max((row["count"] for row in prefectures), default=0))
    return Scale(
        steps=steps,
        prefectures=[
            {
                **row,
                "level": next(step.level for step in steps if row["count"] <= step.high),
                "text": f"{row['count']:,}",
            }
            for row in prefectures
        ],
    )
