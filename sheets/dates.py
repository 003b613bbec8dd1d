"""Dates in cells: what a cell adds to the texts that `core.dates` reads.

A bare number above 9999 that is no date itself is Excel's count of days.
"""

from __future__ import annotations

import datetime
import unicodedata

from django.utils.translation import gettext as _

from core.dates import read_written_date
from core.values import Reading, WrongValue
from sheets.tables import SheetDate, Value

__all__ = ["Reading", "WrongValue", "read_date", "read_text"]

_DAYS = range(10_000, 80_000)


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
    text = read_text(value).strip().strip("'")
    if not text:
        return Reading("")
    digits = unicodedata.normalize("NFKC", text) if len(text) == 5 else ""
    if digits.isascii() and digits.isdigit() and int(digits) in _DAYS:
        return _from_day_count(digits, starts_1904=starts_1904)
    return read_written_date(text)


def _from_day_count(text: str, *, starts_1904: bool) -> Reading:
    # Day 60 of 1900 never was, so from then on the count begins two days earlier.
    start = datetime.date(1904, 1, 1) if starts_1904 else datetime.date(1899, 12, 30)
    day = (start + datetime.timedelta(days=int(text))).isoformat()
    remark = _("“%(text)s” was read as %(date)s: %(rule)s.") % {
        "text": text,
        "date": day,
        "rule": _("Excel's count of days"),
    }
    return Reading(day, remark)
