"""Area codes: the check digit, the accepted ways to write a code, and the refused ones."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regions.codes import InvalidAreaCode, check_digit, complete

GEO = Path(__file__).parents[2] / "content" / "data" / "geo"

five_digits = st.builds(
    "{:02d}{:03d}".format,
    st.integers(1, 47),
    st.one_of(st.just(0), st.integers(100, 999)),
)


def column(name: str, key: str) -> list[str]:
    with (GEO / name).open(encoding="utf-8", newline="") as file:
        return [row[key] for row in csv.DictReader(file)]


@pytest.mark.parametrize(
    ("five", "digit"),
    [
        ("01000", "6"),
        ("01100", "2"),
        ("13000", "1"),
        ("13104", "1"),
        ("22130", "9"),
        ("27100", "4"),
        ("47000", "7"),
    ],
)
def test_known_check_digits(five: str, digit: str) -> None:
    assert check_digit(five) == digit


def test_every_code_of_the_content() -> None:
    codes = column("municipalities.csv", "code6") + column("prefectures.csv", "code6")
    assert len(codes) == 1912 + 47
    for code in codes:
        assert complete(code) == code
        assert complete(code[:5]) == code


def test_every_prefecture_stays_two_digits() -> None:
    assert [complete(code) for code in column("prefectures.csv", "code")] == [
        f"{number:02d}" for number in range(1, 48)
    ]


@given(five_digits)
def test_five_digits_are_completed_and_the_result_is_accepted(five: str) -> None:
    full = complete(five)
    assert full[:5] == five
    assert len(full) == 6
    assert complete(full) == full


@given(five_digits, st.integers(0, 9))
def test_any_other_check_digit_is_refused_with_the_right_code(five: str, digit: int) -> None:
    full = complete(five)
    wrong = f"{five}{digit}"
    if wrong == full:
        return
    with pytest.raises(InvalidAreaCode) as error:
        complete(wrong)
    assert wrong in str(error.value)
    assert full in str(error.value)


@given(five_digits, st.integers(0, 4), st.integers(1, 9))
def test_one_wrong_digit_rarely_passes(five: str, place: int, shift: int) -> None:
    """Two remainders share the digit 0 and two the digit 1; every other slip is found."""
    wrong = five[:place] + str((int(five[place]) + shift) % 10) + five[place + 1 :]
    if check_digit(wrong) == check_digit(five):
        assert check_digit(five) in {"0", "1"}


@pytest.mark.parametrize(
    "written",
    ["131041", "13104", " 131041\n", "１３１０４１", "１３１０４", "\u3000131041\u3000"],
)
def test_ways_to_write_one_code(written: str) -> None:
    assert complete(written) == "131041"


@pytest.mark.parametrize(
    ("written", "full"),
    [
        ("1", "01"),
        ("1100", "011002"),
        ("11002", "011002"),
        ("10006", "010006"),
        ("12106", "121061"),
    ],
)
def test_lost_zeros(written: str, full: str) -> None:
    """12106 is complete without its zero, so it is not read as 012106."""
    assert complete(written) == full


@pytest.mark.parametrize("number", range(1, 10))
def test_a_lost_zero_never_leads_to_a_code_that_was_not_meant(number: int) -> None:
    """Without its zero, a code gives itself, or another that can be one by its five digits."""
    for code in column("municipalities.csv", "code6"):
        if code.startswith(f"0{number}"):
            short = code[1:]
            try:
                found = complete(short)
            except InvalidAreaCode as error:
                assert short in str(error)  # noqa: PT017
            else:
                assert found == code or found[:5] == short


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", "not an area code"),
        ("東京都", "not an area code"),
        ("13104a", "not an area code"),
        ("131", "not an area code"),
        ("1310412", "not an area code"),
        ("-13104", "not an area code"),
        ("00", "numbered 01 to 47"),
        ("48", "numbered 01 to 47"),
        ("99999", "numbered 01 to 47"),
        ("48100", "numbered 01 to 47"),
        ("130501", "numbered from 100"),
        ("11003", "numbered from 100"),
        ("131040", "131041"),
    ],
)
def test_refused_codes_are_named_with_the_reason(written: str, said: str) -> None:
    with pytest.raises(InvalidAreaCode) as error:
        complete(written)
    assert repr(written) in str(error.value)
    assert said in str(error.value)


@given(st.text())
def test_any_text_gives_a_code_or_a_message(text: str) -> None:
    try:
        code = complete(text)
    except InvalidAreaCode as error:
        assert repr(text) in str(error)  # noqa: PT017
    else:
        assert complete(code) == code


@pytest.mark.parametrize("five", ["", "1310", "131041", "1310a", "１３１０４"])
def test_the_check_digit_needs_five_digits(five: str) -> None:
    with pytest.raises(InvalidAreaCode, match="not five digits"):
        check_digit(five)
