"""Shares are rounded half up, as in Japanese statistics: 0.25 is 0.3."""

from __future__ import annotations

from decimal import Decimal

import pytest

from surveys.selectors import percent_of
from surveys.series import share_of


@pytest.mark.parametrize(
    ("count", "responses", "percent"), [(1, 400, "0.3"), (1, 800, "0.1"), (49, 80, "61.3")]
)
def test_shares_are_rounded_half_up(count: int, responses: int, percent: str) -> None:
    assert percent_of(count, responses) == Decimal(percent)
    assert share_of(count, responses) == Decimal(percent)
