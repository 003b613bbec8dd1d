"""Days, months and years as Japanese offices write them, as ISO text: 2023, 2023-04, 2023-04-01.

The rules: an era year is the calendar year with the same number (令和5年 is 2023, 元年 is the
era's first). A fiscal year (年度) is named by the calendar year in which it begins, as in Japan:
平成31年度 is 2019. A bare number above 9999 that is no date itself is Excel's count of days.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext as _

from sheets.reading import SheetDate, Value

__all__ = ["Reading", "WrongValue", "read_date", "read_text"]

# Era: Latin letter, the year before its first, its first and its last day.
_ERAS = {
    "明治": ("M", 1867, datetime.date(1868, 1, 25), datetime.date(1912, 7, 29)),
    "大正": ("T", 1911, datetime.date(1912, 7, 30), datetime.date(1926, 12, 24)),
    "昭和": ("S", 1925, datetime.date(1926, 12, 25), datetime.date(1989, 1, 7)),
    "平成": ("H", 1988, datetime.date(1989, 1, 8), datetime.date(2019, 4, 30)),
    "令和": ("R", 2018, datetime.date(2019, 5, 1), datetime.date(9999, 12, 31)),
}
_BY_SIGN = (
    {name: name for name in _ERAS}
    | {letter: name for name, (letter, *_rest) in _ERAS.items()}
    | {name[0]: name for name in _ERAS}
)
# NFKC turns the one-character names (㋿, ㍻) into two characters.
_SIGN = "|".join(sorted(_BY_SIGN, key=len, reverse=True))
_DATE = re.compile(
    rf"""(?P<era>{_SIGN})?\.?\s*(?P<year>元|\d{{1,4}})
        (?:\s*年?\s*(?P<fiscal>年度|度)
        | (?:\s*年|[-/.])?\s*$
        | (?:\s*年\s*|[-/.]\s*)(?P<month>\d{{1,2}})
          (?:\s*月?\s*$ | (?:\s*月\s*|[-/.]\s*)(?P<day>\d{{1,2}})\s*日?)
        )""",
    re.VERBOSE | re.IGNORECASE,
)
_TIME = re.compile(r"[T\s]+0{1,2}:00(:00)?(\.0+)?$")
_WEEKDAY = re.compile(r"\s*\([月火水木金土日](曜日?)?\)$")
_EXAMPLE = "令和5年4月1日"
_DAYS = range(10_000, 80_000)
_YEARS = range(1868, 2200)


class WrongValue(ValueError):
    """A cell's value does not fit its column; the message says why, and what would."""


@dataclass(frozen=True)
class Reading:
    """What was read in a cell: the value as text, and what the reader should know about it."""

    text: str
    remark: str = ""


def read_text(value: Value) -> str:
    """A cell as text: numbers without a needless `.0`, dates as ISO."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def read_date(value: Value, *, starts_1904: bool = False) -> Reading:
    """A day, month or year as ISO text, with a remark where a rule was applied.

    Raises:
        WrongValue: it cannot be read as a date.
    """
    if isinstance(value, SheetDate):
        return Reading(str(value))
    if isinstance(value, float) and not value.is_integer():
        # 2023.10 is kept by Excel as the number 2023.1.
        raise WrongValue(
            _("%(text)s is a number in Excel, so the month is not certain. Write 2023-10.")
            % {"text": value}
        )
    text = unicodedata.normalize("NFKC", read_text(value)).strip()
    text = _WEEKDAY.sub("", _TIME.sub("", text)).strip().strip("'")
    if not text:
        return Reading("")
    if text.isascii() and text.isdigit():
        return _from_digits(text, starts_1904=starts_1904)
    match = _DATE.fullmatch(text)
    if match is None:
        raise WrongValue(
            _("“%(text)s” is not a date. Write 2023, 2023-04, 2023-04-01 or %(era)s.")
            % {"text": text[:60], "era": _EXAMPLE}
        )
    return _from_parts(text, match)


def _from_digits(text: str, *, starts_1904: bool) -> Reading:
    number = int(text)
    if len(text) == 4 and number in _YEARS:
        return Reading(text)
    if len(text) == 8 and int(text[:4]) in _YEARS:
        return Reading(_iso(text, int(text[:4]), int(text[4:6]), int(text[6:])))
    if len(text) == 6 and int(text[:4]) in _YEARS and 1 <= int(text[4:]) <= 12:
        return Reading(f"{text[:4]}-{text[4:]}")
    if number in _DAYS:
        # Day 60 of 1900 never was, so from then on the count begins two days earlier.
        start = datetime.date(1904, 1, 1) if starts_1904 else datetime.date(1899, 12, 30)
        day = (start + datetime.timedelta(days=number)).isoformat()
        return Reading(day, _remark(text, day, _("Excel's count of days")))
    raise WrongValue(
        _("“%(text)s” is not a date. Write 2023, 2023-04, 2023-04-01 or %(era)s.")
        % {"text": text[:60], "era": _EXAMPLE}
    )


def _from_parts(text: str, match: re.Match[str]) -> Reading:
    era = _BY_SIGN.get((match["era"] or "").upper())
    number = 1 if match["year"] == "元" else int(match["year"])
    if era is None and (match["year"] == "元" or number not in _YEARS):
        raise WrongValue(
            _("“%(text)s” has no year of four digits and no era. Write 2023 or %(era)s.")
            % {"text": text[:60], "era": _EXAMPLE[:4]}
        )
    year = _ERAS[era][1] + number if era else number
    if era and not 1 <= number <= 99:
        raise WrongValue(_("“%(text)s” is not a year of an era.") % {"text": text[:60]})
    if match["fiscal"]:
        return Reading(
            str(year),
            _remark(text, str(year), _("the calendar year in which the fiscal year begins")),
        )
    iso = _iso(
        text,
        year,
        int(match["month"]) if match["month"] else None,
        int(match["day"]) if match["day"] else None,
    )
    return Reading(iso, _remark(text, iso, _era_rule(era, iso)) if era else "")


def _era_rule(era: str, iso: str) -> str:
    _letter, _before, first, last = _ERAS[era]
    if not first.isoformat()[: len(iso)] <= iso <= last.isoformat()[: len(iso)]:
        return _("the era did not yet begin or had ended then")
    return _("the calendar year of the era year")


def _remark(text: str, iso: str, rule: str) -> str:
    return _("“%(text)s” was read as %(date)s: %(rule)s.") % {
        "text": text,
        "date": iso,
        "rule": rule,
    }


def _iso(text: str, year: int, month: int | None, day: int | None) -> str:
    if month is None:
        return str(year)
    try:
        date = datetime.date(year, month, day or 1)
    except ValueError as error:
        raise WrongValue(
            _("“%(text)s”: there is no such day in the calendar.") % {"text": text[:60]}
        ) from error
    return date.isoformat() if day else date.isoformat()[:7]
