"""What the page about the method says in numbers: all of them from the code and the figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.numbers import round_half_up
from core.templatetags.facts import partial_date
from places.likeness import CHECKED_ONE_IN, COMPARED_KINDS, Peers, current_peers
from places.peer_cases import day_of, share_text
from places.peers import (
    COMPARED_BACK,
    FAR,
    FEATURES,
    LEAST_SHARE,
    MOST_PEERS,
    NEAR,
    ONE_IN,
    Feature,
    PlaceFigures,
    Step,
)
from places.reasons import FEATURE_NAMES
from regions.models import Area
from surveys.series import SERIES, Series

__all__ = ["Example", "method_of"]

# A town that everybody in the field knows; where it is not compared, the first place that is.
_EXAMPLE = "105244"


@dataclass(frozen=True)
class Example:
    """The arithmetic between a place and the one most like it, in numbers as people read them.

    Attributes:
        rows: one for each feature: `label`, `here` and `there` (empty for a mix), `ratio`, `weight`
            and `part`.
        total: sum of the parts, which is the square of `distance`.
    """

    here: Area
    there: Area
    rows: list[dict[str, str]]
    total: str
    distance: str


def method_of() -> dict[str, Any]:
    """What the page shows. A fixed number of queries, seven more once after figures changed."""
    peers = current_peers()
    total = sum(feature.weight for feature in FEATURES)
    months = peers.figures.mix_months
    day = day_of(peers.figures.month) if peers.figures.month else ""
    return {
        "day": day,
        "day_before": day_of(peers.figures.month_before) if peers.figures.month else "",
        "kinds": [
            {
                "label": kind.label,
                "compared": peers.table.sizes[kind],
                "peers": min(MOST_PEERS, (peers.table.sizes[kind] - 1) // ONE_IN),
            }
            for kind in COMPARED_KINDS
            if kind in peers.table.sizes
        ],
        "features": [
            {
                "label": FEATURE_NAMES[feature.name],
                "weight": _percent(feature.weight / total),
                "series": SERIES[Series.STATUS if _is_mix(feature) else Series.REGISTER].source,
                "day": partial_date(months[feature.name]) if feature.name in months else day,
            }
            for feature in FEATURES
        ],
        "example": _example(peers),
        "missing": list(Area.objects.filter(code__in=peers.figures.missing).order_by("code")),
        "stability": _percent(peers.stability) if peers.stability is not None else "",
        "one_in": ONE_IN,
        "checked_one_in": CHECKED_ONE_IN,
        "most": MOST_PEERS,
        "years": COMPARED_BACK,
        "least": _percent(LEAST_SHARE, 1),
        "near": _percent(NEAR),
        "far": f"{FAR:g}",
    }


def _example(peers: Peers) -> Example | None:
    code = _EXAMPLE if peers.table.of(_EXAMPLE) else ""
    code = code or next((code for code in peers.table.codes if peers.table.of(code)), "")
    if not code:
        return None
    nearest = peers.table.of(code)[0]
    areas = Area.objects.in_bulk([code, nearest.code])
    steps = peers.table.steps(code, nearest.code)
    here, there = peers.by_code[code], peers.by_code[nearest.code]
    return Example(
        here=areas[code],
        there=areas[nearest.code],
        rows=[_row(step, here, there) for step in steps],
        total=_number(sum(step.part for step in steps), 3),
        distance=_number(nearest.distance, 2),
    )


def _row(step: Step, here: PlaceFigures, there: PlaceFigures) -> dict[str, str]:
    return {
        "label": str(FEATURE_NAMES[step.name]),
        "here": _shown(step.name, here),
        "there": _shown(step.name, there),
        "ratio": _number(step.ratio, 2),
        "weight": _percent(step.weight / sum(feature.weight for feature in FEATURES)),
        "part": _number(step.part, 3),
    }


def _shown(name: str, place: PlaceFigures) -> str:
    """The number behind a feature as people read it; empty for a mix."""
    if name == "population":
        return f"{place.population:,}"
    if name == "share":
        return share_text(place.residents, place.population)
    if name == "share_change":
        points = round_half_up(100 * (place.share - place.share_before), 1)
        return _("%(number)s points") % {"number": f"{points:+}"}
    if name == "population_change":
        return _percent(place.population / place.population_before - 1, 1, signed=True)
    return ""


def _is_mix(feature: Feature) -> bool:
    return feature.value is None


def _number(value: float, digits: int) -> str:
    return str(round_half_up(value, digits))


def _percent(part: float, digits: int = 0, *, signed: bool = False) -> str:
    number = round_half_up(100 * part, digits)
    return f"{number:+}%" if signed else f"{number}%"
