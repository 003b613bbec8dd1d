"""Codes of local governments (全国地方公共団体コード): five digits and a check digit.

Two digits for the prefecture (JIS X 0401), three for the municipality (JIS X 0402; 000 is the
prefecture itself, 100 and above are municipalities and wards), and the check digit: with the five
digits a–e, the last digit of 11 − (6a + 5b + 4c + 3d + 2e) mod 11.
"""

from __future__ import annotations

import unicodedata

PREFECTURES = 47
WEIGHTS = (6, 5, 4, 3, 2)


class InvalidAreaCode(ValueError):
    """A text that cannot be the code of a local government; the message says why."""


def check_digit(five: str) -> str:
    """The check digit of five digits.

    Raises:
        InvalidAreaCode: it is not five digits.
    """
    if len(five) != 5 or not _is_number(five):
        raise InvalidAreaCode(f"{five!r} is not five digits.")
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, five, strict=True))
    return str((11 - total % 11) % 10)


def complete(code: str) -> str:
    """The full code: two digits stay, five get their check digit, six are checked.

    Full-width digits and blanks around the code are accepted. A zero that a spreadsheet has taken
    from the front is put back where only one reading is possible: `1` is 01, `1100` is 01100, and
    `11002` can only be 011002. Five digits that can be a code without check digit are read as
    that. Fifteen places have such a twin (12106 is 美浜区 in Chiba, but 012106 is 岩見沢市), so an
    import from a spreadsheet should compare names too.

    Raises:
        InvalidAreaCode: other characters or another length, no such prefecture, a number that no
            municipality can have, or a wrong check digit.
    """
    text = unicodedata.normalize("NFKC", code).strip()
    if not _is_number(text) or len(text) not in {1, 2, 4, 5, 6}:
        raise InvalidAreaCode(
            f"{code!r} is not an area code. Write six digits (131041), or five (13104), "
            "or two for a prefecture (13)."
        )
    if len(text) in {1, 4} or _has_lost_zero(text):
        text = f"0{text}"
    if not _has_prefecture(text):
        raise InvalidAreaCode(f"{code!r}: prefectures are numbered 01 to {PREFECTURES}.")
    if len(text) == 2:
        return text
    if not _is_possible(text):
        raise InvalidAreaCode(
            f"{code!r}: the third to fifth digits are {text[2:5]}, but municipalities are "
            "numbered from 100, and the prefecture itself is 000."
        )
    expected = text[:5] + check_digit(text[:5])
    if len(text) == 6 and text != expected:
        raise InvalidAreaCode(
            f"{code!r} has a wrong check digit; with these five digits it would be {expected}."
        )
    return expected


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _has_prefecture(text: str) -> bool:
    return 1 <= int(text[:2]) <= PREFECTURES


def _is_possible(text: str) -> bool:
    municipality = int(text[2:5])
    return _has_prefecture(text) and (municipality == 0 or municipality >= 100)


def _has_lost_zero(text: str) -> bool:
    """Whether five digits can only be a six-digit code without its first zero."""
    padded = f"0{text}"
    return (
        len(text) == 5
        and not _is_possible(text)
        and _is_possible(padded)
        and padded[5] == check_digit(padded[:5])
    )
