"""Dates, times and moments as people in Japan write them: the one place that reads them.

Read are, in half or full width:
- 令和8年11月20日, 令和八年十一月二十日, R8.11.20, 平成31, 令和元年, 2026年12月10日（木）;
- 2026/12/10, 20261210, 2026-12, 20 November 2026, 2026-12-10T09:00:00+09:00;
- 13:30, 13時30分, 午後1時半, 正午, 1:30 pm.

What is not certain is refused: no year, a year of two digits without its era, 12時 with 午前 or
午後, a weekday that the day does not have.

An era year is the calendar year with the same number (令和5年 is 2023, 元年 is the era's first).
"""

from __future__ import annotations

import calendar
import datetime
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.numbers import kanji_as_digits
from core.values import Reading, WrongValue

__all__ = [
    "ERAS",
    "Era",
    "PartialDate",
    "ends_before_start",
    "read_day",
    "read_moment",
    "read_partial_date",
    "read_time",
    "read_written_date",
]


@dataclass(frozen=True)
class Era:
    """An era of the Japanese calendar with its first and last day."""

    name: str
    english: str
    first: datetime.date
    last: datetime.date

    def year(self, number: int) -> int:
        """The calendar year of a year of this era."""
        return self.first.year + number - 1


ERAS = (
    Era("明治", "Meiji", datetime.date(1868, 1, 25), datetime.date(1912, 7, 29)),
    Era("大正", "Taisho", datetime.date(1912, 7, 30), datetime.date(1926, 12, 24)),
    Era("昭和", "Showa", datetime.date(1926, 12, 25), datetime.date(1989, 1, 7)),
    Era("平成", "Heisei", datetime.date(1989, 1, 8), datetime.date(2019, 4, 30)),
    Era("令和", "Reiwa", datetime.date(2019, 5, 1), datetime.date(9999, 12, 31)),
)
# 令和, 令, R and Reiwa, in lower case. NFKC turns the one-character names (㋿) into two characters.
_ERA_OF = {
    sign.lower(): era
    for era in ERAS
    for sign in (era.name, era.name[0], era.english, era.english[0])
}
_SIGN = "|".join(sorted(_ERA_OF, key=len, reverse=True))
_MONTHS = [name.lower() for name in calendar.month_name if name]
_MONTH = "|".join(f"{name[:3]}(?:{name[3:]})?" for name in _MONTHS)
_WEEKDAYS = "月火水木金土日"

# Texts are prepared first: half width, lower case, digits, blanks left between digits alone.
_DATE = rf"""
    (?:(?P<era>{_SIGN})\.?)?(?P<year>元|\d{{1,4}})
    (?: 年?(?P<fiscal>年度|度)
      | (?:年|[-/.])(?P<month>\d{{1,2}})(?:(?:月|[-/.])(?P<day>\d{{1,2}})日?|月)?
      | 年
      )?
    """
_ENGLISH_DATE = rf"""
      (?P<en_day>\d{{1,2}})(?:st|nd|rd|th)?(?:of)?
      (?P<en_month>{_MONTH})\.?,?(?P<en_year>\d{{4}})
    | (?P<us_month>{_MONTH})\.?(?:(?P<us_day>\d{{1,2}})(?:st|nd|rd|th)?[,\ ]+)?(?P<us_year>\d{{4}})
    """
_WEEKDAY = r"""
    (?:\((?P<weekday>[月火水木金土日])(?:曜日?)?(?:[・,]?祝日?)?\)|(?P<weekday_bare>[月火水木金土日])曜日?)
    """
_TIME = r"""
    (?: (?P<noon>正午)
      | (?P<half>午前|午後|[ap]\.?m\.?)?(?P<hour>\d{1,2})
        (?: 時(?:(?P<and_half>半)|(?P<minute>\d{1,2})分?(?:(?P<second>\d{1,2})秒)?)?
          | :(?P<colon_minute>\d{2})(?::(?P<colon_second>\d{2})(?:\.(?P<fraction>\d{1,6}))?)?
          | (?=[ap]\.?m)
          )
        (?P<half_after>[ap]\.?m\.?)?
      )
    """
_OFFSET = r"(?:(?P<offset>z|utc|[+-]\d{2}:?\d{2})|(?P<japan>jst|日本時間))?"
# A day that ends in a digit and a time that begins with one need something between them.
_BETWEEN = r"(?:[t\ ]|,|(?<!\d)|(?!\d))"
_DATE_AND_TIME = re.compile(
    rf"(?:{_DATE}|{_ENGLISH_DATE})(?:{_WEEKDAY})?(?:{_BETWEEN}(?P<clock>{_TIME}){_OFFSET})?",
    re.VERBOSE,
)
_TIME_ALONE = re.compile(_TIME, re.VERBOSE)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_NEEDLESS_BLANK = re.compile(r"(?<!\d) | (?!\d)")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−ー", "-"))
_LONGEST = 60
_YEARS = range(1868, 2200)
_MIDNIGHT = datetime.time()


@dataclass(frozen=True)
class PartialDate:
    """A year, a month or a day, as precise as its source; only what is in the calendar exists.

    Its text is ISO: `2024`, `2024-05` or `2024-05-31`, and so it is stored.
    """

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        """Refuse what is not in the calendar.

        Raises:
            WrongValue: there is no such day.
        """
        try:
            datetime.date(self.year, self.month or 1, self.day or 1)
        except (ValueError, OverflowError) as error:
            raise WrongValue(_("There is no such day in the calendar.")) from error

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """The date of a canonical text.

        Raises:
            WrongValue: it is not canonical, or there is no such day.
        """
        match = _ISO.fullmatch(text)
        if match is None or not text.isascii():
            raise WrongValue(_("Write a year, a month or a day: 2024, 2024-05 or 2024-05-31."))
        return cls(*[int(part) if part else None for part in match.groups()])  # type: ignore[arg-type]

    @classmethod
    def stored(cls, text: object) -> PartialDate | None:
        """The date of a stored text; None where it is empty or no date, so that no page breaks."""
        return _stored(str(text or ""))

    @classmethod
    def year_of(cls, text: object) -> int | None:
        """The year of a stored text; None where it is empty or no date."""
        date = cls.stored(text)
        return date.year if date else None

    def __str__(self) -> str:
        """The canonical text."""
        parts = [f"{self.year:04}"] + [f"{part:02}" for part in (self.month, self.day) if part]
        return "-".join(parts)

    @property
    def is_day(self) -> bool:
        """Whether a day is known, not only a month or a year."""
        return self.day is not None

    @property
    def first_day(self) -> datetime.date:
        """The first day that is meant."""
        return datetime.date(self.year, self.month or 1, self.day or 1)

    @property
    def last_day(self) -> datetime.date:
        """The last day that is meant."""
        month = self.month or 12
        last = calendar.monthrange(self.year, month)[1]
        return datetime.date(self.year, month, self.day or last)

    def is_before(self, other: PartialDate) -> bool:
        """Whether it is earlier for certain: 2024 is not before 2024-05, 2023 is."""
        return self.last_day < other.first_day

    def label(self) -> str:
        """The date in words of the active language."""
        if self.month is None:
            return _("%(year)s") % {"year": self.year}
        return formats.date_format(
            self.first_day, "DATE_FORMAT" if self.is_day else "YEAR_MONTH_FORMAT"
        )

    def era_label(self) -> str:
        """The date in its era, in the active language; in both eras where it has two."""
        eras = [era for era in ERAS if era.first <= self.last_day and self.first_day <= era.last]
        if not (get_language() or "").startswith("ja"):
            return "/".join(f"{era.english} {self.year - era.first.year + 1}" for era in eras)
        rest = "".join(
            f"{part}{unit}" for part, unit in ((self.month, "月"), (self.day, "日")) if part
        )
        years = [(era.name, self.year - era.first.year + 1) for era in eras]
        return "・".join(f"{name}{'元' if n == 1 else n}年{rest}" for name, n in years)


@lru_cache(maxsize=10_000)
def _stored(text: str) -> PartialDate | None:
    try:
        return PartialDate.parse(text)
    except WrongValue:
        return None


def ends_before_start(start: str, end: str) -> bool:
    """Whether of two stored partial dates the end is certainly earlier; unknown ones are not."""
    first, last = PartialDate.stored(start), PartialDate.stored(end)
    return first is not None and last is not None and last.is_before(first)


def read_partial_date(text: str) -> PartialDate:
    """A year, a month or a day.

    Raises:
        WrongValue: it is none, or says more than such a date can hold.
    """
    written = _read(text)
    if written.is_fiscal_year:
        raise WrongValue(
            _("“%(text)s” is a fiscal year. Write the year or the month that is meant: %(iso)s-04.")
            % {"text": _short(text), "iso": written.date}
        )
    if written.time not in (None, _MIDNIGHT):
        raise WrongValue(
            _("“%(text)s” has a time of day, and only the day can be kept here.")
            % {"text": _short(text)}
        )
    return written.date


def read_day(text: str) -> datetime.date:
    """A day.

    Raises:
        WrongValue: it is none, or says more or less than a day.
    """
    date = read_partial_date(text)
    if not date.is_day:
        raise WrongValue(
            _("“%(text)s” is not a whole day. Write year, month and day: 2023-04-01.")
            % {"text": _short(text)}
        )
    return date.first_day


def read_time(text: str) -> datetime.time:
    """A time of day.

    Raises:
        WrongValue: it is none, or not certain.
    """
    match = _TIME_ALONE.fullmatch(_prepared(text))
    if match is None:
        raise WrongValue(
            _("“%(text)s” is not a time of day. Write 13:30 or %(example)s.")
            % {"text": _short(text), "example": "13時30分"}
        )
    return _time(text, match)


def read_moment(text: str) -> datetime.datetime:
    """A day with a time of day; with a time zone where one is written, else without.

    Raises:
        WrongValue: it is none, or the time is missing.
    """
    written = _read(text, is_moment=True)
    if not written.date.is_day or written.time is None:
        raise WrongValue(
            _("“%(text)s” is not a day with a time. Write both: 2026-12-10 09:00 or %(example)s.")
            % {"text": _short(text), "example": "令和8年12月10日 9時"}
        )
    return datetime.datetime.combine(written.date.first_day, written.time, tzinfo=written.zone)


def read_written_date(text: str) -> Reading:
    """A year, month or day from a table, as ISO text, with a remark where a rule was applied.

    Unlike a form, where somebody can be asked at once, a table may hold fiscal years (年度, named
    by the calendar year in which they begin) and times of day, which are left out.

    Raises:
        WrongValue: it cannot be read as a date.
    """
    written = _read(text)
    iso = str(written.date)
    if written.is_fiscal_year:
        rule = _("the calendar year in which the fiscal year begins")
    elif written.time not in (None, _MIDNIGHT):
        rule = _("the day without the time of day")
    elif written.era is None:
        return Reading(iso)
    elif written.date.last_day < written.era.first or written.era.last < written.date.first_day:
        rule = _("the era did not yet begin or had ended then")
    else:
        rule = _("the calendar year of the era year")
    remark = _("“%(text)s” was read as %(date)s: %(rule)s.") % {
        "text": _short(text),
        "date": iso,
        "rule": rule,
    }
    return Reading(iso, remark)


@dataclass(frozen=True)
class _Written:
    """What was written, all of it."""

    date: PartialDate
    era: Era | None = None
    is_fiscal_year: bool = False
    time: datetime.time | None = None
    zone: datetime.tzinfo | None = None


def _read(text: str, *, is_moment: bool = False) -> _Written:
    """Read a date with all that stands behind it.

    Args:
        text: what was typed.
        is_moment: keep the time zone as written; else the day is that in Japan.
    """
    prepared = _prepared(text)
    compact = _COMPACT.fullmatch(prepared)
    if compact and int(compact[1]) in _YEARS:
        return _Written(_partial_date(text, compact[1], compact[2], compact[3]))
    match = _DATE_AND_TIME.fullmatch(prepared)
    if match is None:
        raise WrongValue(
            _("“%(text)s” is not a date. Write 2023, 2023-04, 2023-04-01 or %(era)s.")
            % {"text": _short(text), "era": "令和5年4月1日"}
        )
    era, date = _era_and_date(text, match)
    _check_weekday(text, match, date)
    time = _time(text, match) if match["clock"] else None
    zone = _zone(text, match)
    if time is not None and not date.is_day:
        raise WrongValue(_("“%(text)s” has a time of day, but no day.") % {"text": _short(text)})
    if time not in (None, _MIDNIGHT) and zone is not None and not is_moment:
        moment = datetime.datetime.combine(date.first_day, time, tzinfo=zone)
        local = moment.astimezone(ZoneInfo(settings.TIME_ZONE))
        date, time = PartialDate(local.year, local.month, local.day), local.time()
    return _Written(date, era, bool(match["fiscal"]), time, zone)


def _era_and_date(text: str, match: re.Match[str]) -> tuple[Era | None, PartialDate]:
    year = match["en_year"] or match["us_year"]
    if year:
        month = _MONTHS.index(
            next(m for m in _MONTHS if m.startswith((match["en_month"] or match["us_month"])[:3]))
        )
        return None, _partial_date(text, year, str(month + 1), match["en_day"] or match["us_day"])
    era = _ERA_OF[match["era"]] if match["era"] else None
    number = 1 if match["year"] == "元" else int(match["year"])
    if era is None and (match["year"] == "元" or number not in _YEARS):
        raise WrongValue(
            _("“%(text)s” has no year of four digits and no era. Write 2023 or %(era)s.")
            % {"text": _short(text), "era": "令和5年"}
        )
    if era and not 1 <= number <= 99:
        raise WrongValue(_("“%(text)s” is not a year of an era.") % {"text": _short(text)})
    year = str(era.year(number) if era else number)
    return era, _partial_date(text, year, match["month"], match["day"])


def _partial_date(text: str, year: str, month: str | None, day: str | None) -> PartialDate:
    numbers = [int(part) for part in (year, month, day) if part is not None]
    try:
        if 0 in numbers:
            raise WrongValue
        return PartialDate(*numbers)
    except WrongValue as error:
        raise WrongValue(
            _("“%(text)s”: there is no such day in the calendar.") % {"text": _short(text)}
        ) from error


def _check_weekday(text: str, match: re.Match[str], date: PartialDate) -> None:
    weekday = match["weekday"] or match["weekday_bare"]
    if weekday and (not date.is_day or _WEEKDAYS[date.first_day.weekday()] != weekday):
        raise WrongValue(
            _("“%(text)s”: %(date)s is a %(weekday)s. Which is right, the date or the weekday?")
            % {
                "text": _short(text),
                "date": f"{date.label()} ({date.era_label()})",
                "weekday": formats.date_format(date.first_day, "l"),
            }
        )


def _time(text: str, match: re.Match[str]) -> datetime.time:
    if match["noon"]:
        return datetime.time(12)
    hour = int(match["hour"])
    minute = 30 if match["and_half"] else int(match["minute"] or match["colon_minute"] or 0)
    second = int(match["second"] or match["colon_second"] or 0)
    micro = int((match["fraction"] or "").ljust(6, "0"))
    half = match["half"] or match["half_after"] or ""
    if match["half"] and match["half_after"]:
        hour = 99
    elif half in ("午前", "午後"):
        if hour == 12:
            raise WrongValue(
                _("“%(text)s” may be noon or midnight. Write 12:00 or 0:00.")
                % {"text": _short(text)}
            )
        hour = 99 if hour > 12 else hour + 12 * (half == "午後")
    elif half:
        hour = hour % 12 + 12 * half.startswith("p") if 1 <= hour <= 12 else 99
    try:
        return datetime.time(hour, minute, second, micro)
    except ValueError as error:
        raise WrongValue(
            _("“%(text)s”: there is no such time. The day has 0:00 to 23:59.")
            % {"text": _short(text)}
        ) from error


def _zone(text: str, match: re.Match[str]) -> datetime.tzinfo | None:
    if match["japan"]:
        return ZoneInfo("Asia/Tokyo")
    offset = match["offset"]
    if not offset:
        return None
    if offset in ("z", "utc"):
        return datetime.UTC
    minutes = int(offset[1:3]) * 60 + int(offset[-2:])
    if minutes >= 24 * 60:
        raise WrongValue(_("“%(text)s” has no such time zone.") % {"text": _short(text)})
    return datetime.timezone(datetime.timedelta(minutes=-minutes if offset[0] == "-" else minutes))


def _prepared(text: str) -> str:
    """The text in the one form that the patterns read; what is too long is no date and empty."""
    bare = text.strip()
    if len(bare) > _LONGEST:
        return ""
    plain = unicodedata.normalize("NFKC", bare).translate(_DASHES).strip("'").lower()
    return _NEEDLESS_BLANK.sub("", kanji_as_digits(" ".join(plain.split())))


def _short(text: str) -> str:
    return text.strip()[:60]
