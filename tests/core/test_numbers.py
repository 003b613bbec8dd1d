"""Numbers as people type them: read exactly or refused; and rounding half up."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest

from core.numbers import read_decimal, read_integer, round_half_up
from core.values import WrongValue


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("120", 120), ("１２０万円", 1_200_000), ("1億2,000万円", 120_000_000),
        ("百万円", 1_000_000),
        ("120百万円", 120_000_000), ("12,000千円", 12_000_000), ("5千円", 5_000),
        ("2千5百万円", 25_000_000), ("1.5億", 150_000_000), ("三百二十", 320), ("三二〇", 320),
        ("弐百万円", 2_000_000), ("△12", -12), ("▲１，２００円", -1_200), ("−5", -5),
        ("¥ 1,200", 1_200),
        ("¥-1,200", -1_200), ("1 200 000", 1_200_000), ("30人", 30), ("0", 0),
        ("1億2000", 100_002_000),
    ],
)  # fmt: skip
def test_whole_numbers_are_read(written: str, number: int) -> None:
    assert read_integer(written) == number


@pytest.mark.parametrize(
    "written",
    [
        "", "円", "万円", "約120万円", "120万円以上", "12 0", "1,20", "1、200", "1億20000万円",
        "1_000",
        "1e5", "1.2.3", "nan", "Infinity", "1.5", "1.5万5千", "0.12345万", "△", "12万億", "9千9千",
        "120%", "１２０万ドル",
    ],
)  # fmt: skip
def test_what_is_no_certain_whole_number_is_refused(written: str) -> None:
    with pytest.raises(WrongValue):
        read_integer(written)


def test_decimals_are_exact_and_units_are_those_of_the_field() -> None:
    assert read_decimal("４５．３") == Decimal("45.3")
    assert read_decimal("45.3％", units=["%"]) == Decimal("45.3")
    with pytest.raises(WrongValue):
        read_decimal("45.3円", units=["%"])


@pytest.mark.parametrize(
    "text",
    ["x" + " " * 99_000 + "y", "1," * 50_000, "十" * 100_000, "1" * 100_000, "万億" * 50_000],
)
def test_long_repetitive_text_costs_no_time(text: str) -> None:
    began = time.process_time()
    with pytest.raises(WrongValue):
        read_integer(text)
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize(
    ("number", "places", "rounded"),
    [
        (Decimal("0.25"), 1, "0.3"), (0.25, 1, "0.3"), (2.675, 2, "2.68"),
        (Decimal("-0.25"), 1, "-0.3"),
        (2.5, 0, "3"), (3.5, 0, "4"), (45, 1, "45.0"),
    ],
)  # fmt: skip
def test_five_is_rounded_up(number: Decimal | float, places: int, rounded: str) -> None:
    assert str(round_half_up(number, places)) == rounded
