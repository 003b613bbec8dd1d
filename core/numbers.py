"""Numbers as people in Japan type them, read exactly or refused; and rounding half up.

Read are full-width digits, commas between thousands, 十百千万億兆 (with digits too: 1億2,000万),
kanji numerals (三百二十, 三二〇), △ and ▲ for minus, a currency sign in front and a unit such as
円 or 人 behind. Anything else, such as 約 or 以上, is refused: a number cannot hold it.
"""

from __future__ import annotations

import decimal
import re
import unicodedata
from collections.abc import Collection
from decimal import Decimal

from django.utils.translation import gettext as _

from core.values import WrongValue

__all__ = ["UNITS", "kanji_as_digits", "read_decimal", "read_integer", "round_half_up"]

# What may stand behind a number without changing it.
UNITS = (
    "円", "人", "名", "件", "社", "回", "校", "冊", "部", "枚", "歳", "年", "世帯", "団体",
    "か所", "カ所", "ヶ所", "ケ所", "箇所", "市町村", "yen", "jpy", "people",
)  # fmt: skip
_LONGEST = 60
# The formal forms (大字) that stand in contracts, and the plain ones.
_PLAIN = str.maketrans("壱弐参拾萬零", "一二三十万〇")
_DIGITS = str.maketrans("〇一二三四五六七八九", "0123456789")
_SMALL = {"十": 10, "百": 100, "千": 1_000}
_LARGE = {"万": 10**4, "億": 10**8, "兆": 10**12}
_MINUS = "-‐‑‒–—―−ー△▲"
_TOKEN = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?|\.\d+|[〇一二三四五六七八九]+|[十百千万億兆]")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+")
_KANJI = "〇零一二三四五六七八九十百千壱弐参拾"
_KANJI_RUN = re.compile(rf"(?<![\d{_KANJI}])[{_KANJI}]{{1,12}}(?![\d{_KANJI}])")
_SPACE_IN_NUMBER = re.compile(r"(?<=\d) (?=\d)")


def read_integer(text: str, *, units: Collection[str] = UNITS) -> int:
    """A whole number, exactly as it was meant.

    Raises:
        WrongValue: it is no number, or has a fraction.
    """
    number = read_decimal(text, units=units)
    if number != number.to_integral_value():
        raise WrongValue(_("“%(text)s” is not a whole number.") % {"text": _short(text)})
    return int(number)


def read_decimal(text: str, *, units: Collection[str] = UNITS) -> Decimal:
    """A number, exactly as it was meant.

    Args:
        text: what was typed.
        units: words that may stand behind the number.

    Raises:
        WrongValue: it is no number.
    """
    rest = text.strip()
    if len(rest) <= _LONGEST:
        rest = " ".join(unicodedata.normalize("NFKC", rest).translate(_PLAIN).split()).casefold()
        sign, rest = _without_sign(rest.lstrip("¥\\ "))
        rest = _SPACE_IN_NUMBER.sub(",", _without_unit(rest.lstrip("¥\\ "), units)).replace(" ", "")
        number = _value(rest)
        if number is not None:
            return sign * number
    raise WrongValue(
        _("“%(text)s” is not a number that can be read. Write digits: 1200000 or %(example)s.")
        % {"text": _short(text), "example": "120万"}
    )


def round_half_up(number: Decimal | int | float | str, places: int = 0) -> Decimal:
    """A number with so many decimals; five is rounded away from zero, as in Japanese statistics.

    A float counts as the decimal it is shown as: 0.25 is a quarter, 2.675 is not 2.67499….
    """
    exact = number if isinstance(number, Decimal) else Decimal(str(number))
    return exact.quantize(Decimal(1).scaleb(-places), rounding=decimal.ROUND_HALF_UP)


def kanji_as_digits(text: str) -> str:
    """A text whose kanji numerals below ten thousand are digits: 令和八年十一月 is 令和8年11月."""

    def digits(match: re.Match[str]) -> str:
        value = _value(match.group().translate(_PLAIN))
        return match.group() if value is None else str(value)

    return _KANJI_RUN.sub(digits, text)


def _short(text: str) -> str:
    return text.strip()[:60]


def _without_sign(text: str) -> tuple[int, str]:
    if text[:1] and text[0] in _MINUS:
        return -1, text[1:]
    return 1, text.removeprefix("+")


def _without_unit(text: str, units: Collection[str]) -> str:
    for unit in units:
        if text.endswith(unit):
            return text.removesuffix(unit).rstrip()
    return text


def _value(text: str) -> Decimal | None:
    """The value of digits and powers of ten in falling order; None where they make no number."""
    total = section = Decimal(0)
    current: Decimal | None = None
    last_small, last_large, position = 10**4, 10**16, 0
    had_fraction = False
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            return None
        token, position = match.group(), match.end()
        if token in _SMALL:
            if _SMALL[token] >= last_small:
                return None
            last_small = _SMALL[token]
            section += (Decimal(1) if current is None else current) * last_small
            current = None
        elif token in _LARGE:
            factor = _LARGE[token]
            amount = section + (current or 0)
            is_missing = current is None and last_small == 10**4
            if is_missing or factor >= last_large or amount * factor >= last_large:
                return None
            total += amount * factor
            section, current, last_small, last_large = Decimal(0), None, 10**4, factor
        else:
            if current is not None or had_fraction:
                return None
            digits = token.translate(_DIGITS)
            if not _GROUPED.fullmatch(digits):
                return None
            had_fraction = "." in digits
            current = Decimal(digits.replace(",", ""))
            if current >= last_small < 10**4 or current >= last_large < 10**16:
                return None
    if not text or (section + (current or 0) >= last_large < 10**16):
        return None
    return total + section + (current or 0)
