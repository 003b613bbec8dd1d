"""Units of numbers: in headings 「助成額（千円）」, above tables 「（単位：千円）」, in cells.

A unit has a factor by which its numbers are multiplied, and a measure: what it counts. Yen are the
only currency; any other is named as one, so that its numbers can be refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

__all__ = ["Unit", "heading_units", "line_units", "unit_of"]

_HUNDREDS = {"": 1, "十": 10, "百": 100, "千": 1_000}
_MYRIADS = {"": 1, "万": 10**4, "億": 10**8, "兆": 10**12}
_ENGLISH = {
    "": 1, "k": 1_000, "thousand": 1_000, "thousands": 1_000, "'000": 1_000, "000": 1_000,
    "000s": 1_000, "'000s": 1_000, "mn": 10**6, "m": 10**6, "million": 10**6, "millions": 10**6,
    "mil": 10**6, "billion": 10**9, "billions": 10**9, "bn": 10**9,
}  # fmt: skip
_YEN = {"円", "圓", "yen", "jpy", "¥", "¥en", "jp¥"}
_FOREIGN = {
    "ドル", "米ドル", "$", "us$", "usd", "dollar", "dollars", "ユーロ", "€", "eur", "euro", "euros",
    "ポンド", "£", "gbp", "元", "人民元", "rmb", "cny", "ウォン", "₩", "krw", "won",
}  # fmt: skip
_COUNTED = {
    "人", "名", "世帯", "件", "団体", "社", "校", "か所", "カ所", "ヶ所", "ケ所", "ヵ所", "箇所",
    "回",
    "自治体", "市町村", "施設", "部", "枚", "冊", "戸", "者", "people", "persons", "person",
    "households", "household", "cases", "answers", "respondents", "organisations", "organizations",
}  # fmt: skip
_SHARES = {
    "%": Fraction(1), "パーセント": Fraction(1), "percent": Fraction(1), "per cent": Fraction(1),
    "割": Fraction(10), "‰": Fraction(1, 10), "パーミル": Fraction(1, 10),
    "ポイント": Fraction(1), "pt": Fraction(1),
}  # fmt: skip

_JAPANESE = re.compile(r"(\d[\d,]{0,12})?([十百千]?)([万億兆]?)(\D{0,6})")
_BRACKETED = re.compile(
    r"[(\[{【〔〈《「<]([^()\[\]{}【】〔〕〈〉《》「」<>]{1,40})[)\]}】〕〉》」>]"
)
_PARTS = re.compile(r"[、・/;|]|(?<!\d),|,(?!\d)")
_NAMED = re.compile(r"(?:単位|unit|units)[:は=]?")


@dataclass(frozen=True)
class Unit:
    """What one number of a column or cell stands for.

    Attributes:
        text: as it is written.
        factor: what numbers are multiplied by.
        measure: `money`, `foreign` for another currency, `count`, `share`; empty for a bare factor.
    """

    text: str
    factor: Fraction
    measure: str = ""


def unit_of(text: str) -> Unit | None:
    """The unit that a text is, as a whole; None where it is none."""
    shown, _sign, kept = text.partition("÷")
    if kept:
        unit = unit_of(shown) or Unit(shown, Fraction(1))
        return Unit(text, unit.factor / int(kept), unit.measure)
    plain = _comparable_unit(text)
    named = _NAMED.match(plain)
    if named:
        plain = plain[named.end() :]
    if not plain or len(plain) > 24:
        return None
    return _japanese(plain, text) or _english(plain, text)


def heading_units(heading: str) -> list[Unit]:
    """The units that a heading names in brackets of any kind."""
    found = []
    for inner in _BRACKETED.findall(unicodedata.normalize("NFKC", heading)[:300]):
        found += _units_in(inner)
    return found


def line_units(cells: Iterable[str]) -> list[Unit]:
    """The units that cells beside a table name: 「（単位：千円、人）」, 「(千円)」, `Unit: JPY`."""
    found = []
    for cell in cells:
        text = unicodedata.normalize("NFKC", cell)[:300]
        named = re.search(r"単位|\bunits?\b\s*:", text, re.IGNORECASE)
        if named:
            rest = text[named.start() :]
            # Until the bracket closes in which it stands.
            found += _units_in(re.split(r"[)\]}】〕〉》」>\n]", rest)[0])
        elif bracketed := _BRACKETED.fullmatch(text.strip()):
            found += _units_in(bracketed[1])
    return found


def _units_in(text: str) -> list[Unit]:
    """The unit that the whole text is, else those of its parts."""
    whole = unit_of(text)
    if whole:
        return [whole]
    return [unit for part in _PARTS.split(text) if (unit := unit_of(part))]


def _comparable_unit(text: str) -> str:
    """A unit in one writing: NFKC, ¥ for \\, no spaces, small letters, no `:` or stop around it."""
    normal = unicodedata.normalize("NFKC", text).replace("\\", "¥").replace("’", "'")
    return re.sub(r"\s+", "", normal).casefold().strip(":.。")


def _japanese(plain: str, text: str) -> Unit | None:
    """A unit such as 千円, 百万人 or 割; None where it is none."""
    match = _JAPANESE.fullmatch(plain)
    if match is None:
        return None
    digits, hundreds, myriads, base = match.groups()
    factor = Fraction(
        int((digits or "1").replace(",", "")) * _HUNDREDS[hundreds] * _MYRIADS[myriads]
    )
    if base in _SHARES and factor == 1 and not digits:
        return Unit(text, _SHARES[base], "share")
    measure = _measure(base)
    # Digits alone are no unit.
    if measure is None or (not base and (digits or factor == 1)):
        return None
    return Unit(text, factor, measure)


def _english(plain: str, text: str) -> Unit | None:
    words = plain.replace("(in)", "").removeprefix("in").replace("of", "")
    for base in ("", *_YEN, *_FOREIGN, *_COUNTED):
        for scale, factor in _ENGLISH.items():
            if (base or scale) and words in {f"{scale}{base}", f"{base}{scale}"}:
                return Unit(text, Fraction(factor), _measure(base) or "")
            if base and scale == "" and words in {f"1,000{base}", f"{base}1,000"}:
                return Unit(text, Fraction(1_000), _measure(base) or "")
    return None


def _measure(base: str) -> str | None:
    if base in _YEN:
        return "money"
    if base in _FOREIGN:
        return "foreign"
    if base in _COUNTED:
        return "count"
    return None if base else ""
