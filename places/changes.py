"""How figures of foreign residents have changed, and which are too small to say it in percent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from core.numbers import round_half_up
from surveys.models import ResidentCount
from surveys.series import FEWEST

__all__ = ["FEWEST", "percent_changed", "points_changed", "signed"]


def signed(number: Any) -> str:
    """A number with its sign, a true minus, and `±` for zero."""
    return f"{'+' if number > 0 else '−' if number < 0 else '±'}{abs(number):,}"


def percent_changed(before: ResidentCount, after: ResidentCount) -> str:
    """The change in percent, to one decimal; empty where there are fewer than `FEWEST`."""
    if min(before.residents, after.residents) < FEWEST:
        return ""
    change = Decimal(100) * (after.residents - before.residents) / before.residents
    return f"{signed(round_half_up(change, 1))}%"


def points_changed(before: ResidentCount, after: ResidentCount) -> str:
    """The change of the exact shares in points, rounded; empty where one is not known or small."""
    if not before.population or not after.population:
        return ""
    if min(before.residents, after.residents) < FEWEST:
        return ""
    first, last = (Decimal(100) * row.residents / (row.population or 1) for row in (before, after))
    return signed(round_half_up(last - first, 1))
