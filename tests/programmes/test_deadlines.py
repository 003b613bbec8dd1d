"""Calls are open and closed by Japanese time, also at the edge of a day and of a month."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from organisations.models import validate_corporate_number
from programmes.deadlines import call_state
from programmes.templatetags.programme_facts import yen


@dataclass
class Call:
    """The days of a call."""

    opens: str = ""
    closes: str = ""
    closes_at: datetime.time | None = None


MARCH = Call("2021-03-23", "2021-04-12")


@pytest.mark.parametrize(
    ("call", "utc", "code", "days"),
    [
        # Midnight in Japan is 15:00 of the day before in UTC.
        (MARCH, "2021-03-22T14:59:59", "upcoming", None),
        (MARCH, "2021-03-22T15:00:00", "open", 20),
        (MARCH, "2021-04-11T14:59:59", "open", 1),
        (MARCH, "2021-04-11T15:00:00", "open", 0),
        (MARCH, "2021-04-12T14:59:59", "open", 0),
        (MARCH, "2021-04-12T15:00:00", "closed", None),
        (Call("2021-03-23", "2021-04-12", datetime.time(17)), "2021-04-12T07:59:59", "open", 0),
        (
            Call("2021-03-23", "2021-04-12", datetime.time(17)),
            "2021-04-12T08:00:00",
            "closed",
            None,
        ),
        # A month closes with its last day.
        (Call("2019-12", "2020-02"), "2020-02-29T14:59:59", "open", 0),
        (Call("2019-12", "2020-02"), "2020-02-29T15:00:00", "closed", None),
        (Call("", "2020"), "2020-12-31T15:00:00", "closed", None),
        (Call("2030-01-01", ""), "2030-05-01T00:00:00", "open", None),
        (Call(), "2030-05-01T00:00:00", "unknown", None),
    ],
)
def test_state_of_a_call_follows_japanese_time(
    call: Call, utc: str, code: str, days: int | None
) -> None:
    state = call_state(call, datetime.datetime.fromisoformat(f"{utc}+00:00"))
    assert (state.code, state.days) == (code, days)


def test_state_is_said_in_words() -> None:
    moment = datetime.datetime.fromisoformat("2021-04-09T12:00:00+09:00")
    with override("ja"):
        assert call_state(MARCH, moment).label == "募集中（締切まであと3日）"
    with override("en"):
        assert call_state(MARCH, moment).label == "Open: closes in 3 days"


@pytest.mark.parametrize(
    ("amount", "ja", "en"),
    [
        (150_000_000, "1億5,000万円", "¥150,000,000"),
        (32_500_000, "3,250万円", "¥32,500,000"),
        (1_234, "1,234円", "¥1,234"),
        (0, "0円", "¥0"),
        (200_000_000, "2億円", "¥200,000,000"),
        (None, "", ""),
    ],
)
def test_yen_are_written_as_readers_expect(amount: int | None, ja: str, en: str) -> None:
    with override("ja"):
        assert yen(amount) == ja
    with override("en"):
        assert yen(amount) == en


@pytest.mark.parametrize("number", ["1180001000000", "118000100000", "12345678901234", "x" * 13])
def test_corporate_number_with_a_slip_is_refused(number: str) -> None:
    with pytest.raises(ValidationError):
        validate_corporate_number(number)


def test_corporate_number_with_its_check_digit_is_taken() -> None:
    # The example of the National Tax Agency's explanation of the check digit.
    validate_corporate_number("8700110005901")
