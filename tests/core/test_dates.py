"""Dates, times and moments as people type them: read as they were meant, or refused."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable

import pytest
from django.utils.translation import override

from core.dates import (
    PartialDate,
    read_day,
    read_moment,
    read_partial_date,
    read_time,
    read_written_date,
)
from core.values import WrongValue

JST = datetime.timezone(datetime.timedelta(hours=9))


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("令和8年11月20日", "2026-11-20"), ("令和八年十一月二十日", "2026-11-20"),
        ("R8.11.20", "2026-11-20"), ("R.8.11.20", "2026-11-20"), ("令8/11/20", "2026-11-20"),
        ("令和 8 年 11 月 20 日", "2026-11-20"), ("㋿８年１１月２０日（金）", "2026-11-20"),
        ("平成31", "2019"), ("令和元年", "2019"), ("昭和64年1月7日", "1989-01-07"),
        ("平成三十一年四月三十日", "2019-04-30"), ("二〇二六年一二月一〇日", "2026-12-10"),
        ("2026/12/10", "2026-12-10"), ("2026.12.10", "2026-12-10"), ("20261210", "2026-12-10"),
        ("２０２６ー１２ー１０", "2026-12-10"), ("2026年12月", "2026-12"), ("202612", "2026-12"),
        ("2026年12月10日(木・祝)", "2026-12-10"), ("2026年12月10日 木曜日", "2026-12-10"),
        ("2026-12-10T00:00:00+09:00", "2026-12-10"), ("2026-12-09T15:00:00Z", "2026-12-10"),
        ("20 November 2026", "2026-11-20"), ("Nov. 20, 2026", "2026-11-20"), ("Reiwa 8", "2026"),
        ("  2026 年 ", "2026"),
    ],
)  # fmt: skip
def test_partial_dates_are_read(written: str, iso: str) -> None:
    assert str(read_partial_date(written)) == iso


@pytest.mark.parametrize(
    "written",
    [
        "", "春", "5年", "12/10", "26/12/10", "10/12/2026", "元年", "令和0年", "2026-13",
        "2026-02-31", "2026-0-1", "令和8年11月20日（木）", "2026-12-10 9:00", "令和5年度",
        "2026-12-10頃", "Thursday", "2026-12-10T", "十十年",
    ],
)  # fmt: skip
def test_what_is_no_certain_date_is_refused(written: str) -> None:
    with pytest.raises(WrongValue):
        read_partial_date(written)


def test_a_day_needs_year_month_and_day() -> None:
    assert read_day("R8.11.20") == datetime.date(2026, 11, 20)
    with pytest.raises(WrongValue):
        read_day("2026-12")


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("13:30", "13:30"), ("13時30分", "13:30"), ("１３：３０", "13:30"), ("13時半", "13:30"),
        ("午後1時半", "13:30"), ("午後 1 時 30 分", "13:30"), ("十三時三十分", "13:30"),
        ("13時", "13:00"), ("午前0時", "00:00"), ("午後0時30分", "12:30"), ("正午", "12:00"),
        ("1:30 pm", "13:30"), ("PM1:30", "13:30"), ("12 pm", "12:00"), ("12:00 a.m.", "00:00"),
        ("13:05:10", "13:05:10"),
    ],
)  # fmt: skip
def test_times_are_read(written: str, iso: str) -> None:
    assert read_time(written) == datetime.time.fromisoformat(iso)


@pytest.mark.parametrize(
    "written",
    ["", "13", "1330", "13:5", "24:00", "25時", "午後12時", "午後13時", "9時から", "9時〜"],
)
def test_what_is_no_certain_time_is_refused(written: str) -> None:
    with pytest.raises(WrongValue):
        read_time(written)


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2026年12月10日 9時", "2026-12-10T09:00:00"),
        ("2026年12月10日9時", "2026-12-10T09:00:00"),
        ("令和8年12月10日（木） 午後1時半", "2026-12-10T13:30:00"),
        ("2026-12-10 09:00", "2026-12-10T09:00:00"),
        ("20 November 2026, 9:00 am", "2026-11-20T09:00:00"),
        ("2026-12-10T09:00:00+09:00", "2026-12-10T09:00:00+09:00"),
        ("2026-12-10T00:00:00.000Z", "2026-12-10T09:00:00+09:00"),
        ("2026-12-10 09:00 JST", "2026-12-10T09:00:00+09:00"),
    ],
)
def test_moments_are_read(written: str, iso: str) -> None:
    read = read_moment(written)
    assert (read.astimezone(JST) if read.tzinfo else read).isoformat() == iso


@pytest.mark.parametrize(
    "written", ["2026-12-10", "9時", "2026-12 9:00", "2026-1209:00", "明日 9時"]
)
def test_what_is_no_whole_moment_is_refused(written: str) -> None:
    with pytest.raises(WrongValue):
        read_moment(written)


@pytest.mark.parametrize(
    ("written", "iso", "has_remark"),
    [
        ("2023-04-01T00:00:00Z", "2023-04-01", False),
        ("2023-04-01T09:30:00+09:00", "2023-04-01", True),
        ("2023-04-01 10:00", "2023-04-01", True),
        ("令和五年四月一日", "2023-04-01", True),
        ("平成31年度", "2019", True),
    ],
)
def test_tables_may_say_more_than_the_day_and_get_a_remark(
    written: str, iso: str, has_remark: bool
) -> None:
    reading = read_written_date(written)
    assert (reading.text, bool(reading.remark)) == (iso, has_remark)


@pytest.mark.parametrize("read", [read_partial_date, read_time, read_moment, read_written_date])
@pytest.mark.parametrize(
    "text",
    [
        "x" + " " * 99_000 + "y", "令和" * 50_000, "1" * 100_000, "十" * 100_000,
        "2026-12-10" + " " * 100_000 + "x", "（金" * 30_000, "2026-12-10 " * 10_000,
    ],
    ids=lambda text: repr(text[:12]),
)  # fmt: skip
def test_long_repetitive_text_costs_no_time(read: Callable[[str], object], text: str) -> None:
    began = time.process_time()
    with pytest.raises(WrongValue):
        read(text)
    assert time.process_time() - began < 0.5


# --- Partial dates ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("iso", "first", "last"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2024-02-10", "2024-02-10", "2024-02-10"),
        ("9999-12", "9999-12-01", "9999-12-31"),
    ],
)
def test_first_and_last_day(iso: str, first: str, last: str) -> None:
    date = PartialDate.parse(iso)
    assert (str(date), date.first_day.isoformat(), date.last_day.isoformat()) == (iso, first, last)


@pytest.mark.parametrize(
    "text", ["2026-02-31", "0000", "2026-13", "２０２６", "2026-1", "26", "", "x"]
)
def test_impossible_stored_values_are_no_date_and_break_nothing(text: str) -> None:
    assert PartialDate.stored(text) is None
    with pytest.raises(WrongValue):
        PartialDate.parse(text)


def test_earlier_is_said_only_where_it_is_certain() -> None:
    year, month, day = map(PartialDate.parse, ("2024", "2024-05", "2024-06-01"))
    assert month.is_before(day)
    assert not year.is_before(month)
    assert not month.is_before(year)
    assert PartialDate.parse("2023-12").is_before(year)


@pytest.mark.parametrize(
    ("iso", "ja", "en", "era", "english_era"),
    [
        ("2026-11-20", "2026年11月20日", "20 November 2026", "令和8年11月20日", "Reiwa 8"),
        ("2026-11", "2026年11月", "November 2026", "令和8年11月", "Reiwa 8"),
        ("2019", "2019年", "2019", "平成31年・令和元年", "Heisei 31/Reiwa 1"),
        ("1800", "1800年", "1800", "", ""),
    ],
)
def test_labels_in_both_languages_and_eras(
    iso: str, ja: str, en: str, era: str, english_era: str
) -> None:
    date = PartialDate.parse(iso)
    with override("ja"):
        assert (date.label(), date.era_label()) == (ja, era)
    with override("en"):
        assert (date.label(), date.era_label()) == (en, english_era)
