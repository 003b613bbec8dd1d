"""Years of Japanese eras that stand without the year of the common era."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from core.dates import ERAS
from core.numbers import read_integer
from core.values import WrongValue

__all__ = ["EraYear", "era_years"]

_BY_NAME = {era.name: era for era in ERAS}
_ERA = re.compile(rf"({'|'.join(_BY_NAME)})\s*(元|\d{{1,2}}|[一二三四五六七八九十]{{1,4}})\s*年度?")
# How far away the other way to write the year may stand.
_NEAR = 8


@dataclass(frozen=True)
class EraYear:
    """A year such as 令和5年, and which year that is."""

    text: str
    year: int

    @property
    def plain(self) -> str:
        """The year of the common era, as it is written in Japanese."""
        return f"{self.year}年"


def era_years(text: str) -> list[EraYear]:
    """Years that are told by their era alone, as NFKC writes them; in their order, with repeats.

    Left out is a year whose number of the common era stands within `_NEAR` signs of it, with
    or without brackets: `2023年（令和5年）` and the reverse.
    """
    plain = unicodedata.normalize("NFKC", text)
    found = []
    for match in _ERA.finditer(plain):
        try:
            number = 1 if match[2] == "元" else read_integer(match[2])
        except WrongValue:
            continue
        year = _BY_NAME[match[1]].year(number)
        around = plain[max(0, match.start() - _NEAR) : match.end() + _NEAR]
        if str(year) not in around:
            found.append(EraYear(match.group(), year))
    return found
