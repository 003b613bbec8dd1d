"""Numbers in running text, so that two languages can be compared: 1億2,000万円 is 120 million yen.

A number that a text gives in digits is *told*. Words may also stand for numbers (三つ, "twenty",
"third"), or not (一部, "second-hand"): they are *possible*. One language lacks a number of the
other where that is told there, and neither told nor possible here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.dates import ERAS
from core.numbers import kanji_as_digits, read_decimal
from core.values import WrongValue

__all__ = ["WrittenNumbers", "lacking", "together", "written_numbers"]

# Every text has smaller ones, and each language writes them in its own way.
_SMALLEST = 2

_SCALES = {"thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_NUMERALS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
)
_TENS = "twent thirt fort fift sixt sevent eight ninet"
_ONES = {word: number for number, word in enumerate(_NUMERALS.split(), 1)}
_WORDS: dict[str, int] = {
    **_ONES,
    **{word: number for number, word in enumerate(_ORDINALS.split(), 1)},
    **{
        f"{stem}{end}": 10 * number
        for number, stem in enumerate(_TENS.split(), 2)
        for end in ("y", "ies", "ieth")
    },
    **dict.fromkeys(("twice", "both", "pair", "double", "doubled", "half"), 2),
    **dict.fromkeys(("thirds", "triple", "tripled", "quarters"), 3),
    **dict.fromkeys(("teens", "teenage", "teenagers"), 10),
    "quarter": 4,
    "dozen": 12,
    "hundred": 100,
    **_SCALES,
}
# Parts that are told in percent on the other side.
_SHARES = {
    "half": 50, "third": 33, "quarter": 25, "fifth": 20, "tenth": 10, "fifths": 20, "tenths": 10,
}  # fmt: skip
_NUMBER_WORD = "|".join(sorted([*_WORDS, "and"], key=len, reverse=True))
_IN_WORDS = re.compile(rf"\b(?:{_NUMBER_WORD})(?:[\s-]+(?:{_NUMBER_WORD}))*")
_IN_TEN = re.compile(rf"\b({'|'.join(_ONES)})(?: out of| in) (?:every )?ten\b")

_ERA_YEAR = re.compile(rf"({'|'.join(era.name for era in ERAS)})\s*(元|\d{{1,2}})\s*年")
_BY_NAME = {era.name: era for era in ERAS}
_MONTH = "(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
# Not the day that begins a second date: 16 April 2016–30 April 2016.
_SHORT_YEARS = re.compile(rf"(?<!\d)((?:19|20)\d\d)\s*[-–—~〜/]\s*(\d\d)(?![\d人月]|\s*{_MONTH})")
_SHORT_YEAR = re.compile(r"(?<!\d)([012]\d)年(?=\d{1,2}月)")
_NUMBER = r"(\d[\d,.]{0,15})"
_SAME_SCALE = re.compile(
    rf"(?<![\d,.]){_NUMBER}(?:\s?[千万億割])?\s?(?:[-–—~〜]|\bto\b)\s?{_NUMBER}"
    rf"([千万億割]|\s(?:{'|'.join(_SCALES)})\b)"
)
# Months, times of day, floors and what only looks like a number are written too differently.
_NOT_COMPARED = re.compile(
    r"https?://\S+|COVID-?19|(?<!\d)(?:\d{1,2}[~〜、・-])*\d{1,2}月|\d{1,2}階"
    r"|\d{1,2}時(?!間)(?:半|\d{1,2}分)?|\d{1,2}:\d{2}(?:\s*[ap]\.?m\.?)?|\d{1,2}\s*[ap]\.?m\b\.?"
    r"|\d分の\d",
    re.IGNORECASE,
)
_DIGITS = re.compile(
    r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[十百千万億兆]+(?:\d[\d,]*(?:\.\d+)?)?)*"
    rf"(割|[\s-]*(?:hundred|{'|'.join(_SCALES)})\b)?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class WrittenNumbers:
    """What numbers a text tells in digits, and which its words may stand for."""

    told: frozenset[Decimal]
    possible: frozenset[Decimal]


def written_numbers(text: str, said: Mapping[str, Sequence[str]] | None = None) -> WrittenNumbers:
    """All numbers of a text in either language, but those below two.

    Args:
        said: words that may stand for numbers, besides numerals.
    """
    plain = unicodedata.normalize("NFKC", text)
    plain = _ERA_YEAR.sub(_common_era, plain)
    plain = _SHORT_YEAR.sub(r"20\1年", plain)
    plain = _SHORT_YEARS.sub(_whole_years, plain)
    plain = _SAME_SCALE.sub(r"\1\3、\2\3", plain)
    plain = _NOT_COMPARED.sub(" ", plain)
    told = {number for match in _DIGITS.finditer(plain) if (number := _told(match)) is not None}
    return WrittenNumbers(
        frozenset(number for number in told if number >= _SMALLEST),
        frozenset(map(Decimal, [*_in_words(plain.lower()), *_in_kanji(plain)]))
        | {
            Decimal(number)
            for word, numbers in (said or {}).items()
            if word in plain
            for number in numbers
        },
    )


def together(parts: Iterable[WrittenNumbers]) -> WrittenNumbers:
    """The numbers of several texts."""
    found = list(parts)
    return WrittenNumbers(
        frozenset().union(*(part.told for part in found)),
        frozenset().union(*(part.possible for part in found)),
    )


def lacking(here: WrittenNumbers, there: WrittenNumbers) -> list[Decimal]:
    """Numbers that one text tells and the other lacks, in order."""
    return sorted(here.told - there.told - there.possible)


def _common_era(match: re.Match[str]) -> str:
    number = 1 if match[2] == "元" else int(match[2])
    return f" {_BY_NAME[match[1]].year(number)}年"


def _whole_years(match: re.Match[str]) -> str:
    """2013–14 as two years; 2013-04, a month, as the year."""
    first, second = match[1], match[2]
    return f"{first} {first[:2]}{second}" if second > first[2:] else first


def _told(match: re.Match[str]) -> Decimal | None:
    scale = (match[1] or "").strip(" -").lower()
    digits = match.group()[: len(match.group()) - len(match[1] or "")]
    try:
        number = read_decimal(digits, units=())
    except WrongValue:
        return None
    return number * {"割": 10, "hundred": 100, **_SCALES}.get(scale, 1)


def _in_kanji(text: str) -> list[int]:
    return [int(found) for found in re.findall(r"\d+", kanji_as_digits(text)) if len(found) < 5]


def _in_words(text: str) -> set[int]:
    """What English numerals stand for, together and one by one: `ten million`, `thirty-two`."""
    found = {10 * _ONES[match[1]] for match in _IN_TEN.finditer(text)}
    for match in _IN_WORDS.finditer(text):
        words = re.split(r"[\s-]+", match.group())
        found |= {_WORDS.get(word, 0) for word in words} | {_value(words)}
        found |= {(_WORDS.get(words[0], 1) if word.endswith("s") else 1) * _SHARES[word]
                  for word in words if word in _SHARES}  # fmt: skip
    return found


def _value(words: Sequence[str]) -> int:
    total = part = 0
    for word in words:
        if word in _SCALES:
            total, part = total + max(part, 1) * _SCALES[word], 0
        elif word == "hundred":
            part = max(part, 1) * 100
        else:
            part += _WORDS.get(word, 0)
    return total + part
