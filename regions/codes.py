"""Codes of local governments (全国地方公共団体コード): five digits and a check digit.

The check digit: with the five digits a–e, the last digit of 11 − (6a + 5b + 4c + 3d + 2e) mod 11.
"""

from __future__ import annotations

import unicodedata

WEIGHTS = (6, 5, 4, 3, 2)


class InvalidAreaCode(ValueError):
    """A code that cannot be the code of a local government."""


def check_digit(five: str) -> str:
    """The check digit of five digits."""
    if len(five) != 5 or not (five.isascii() and five.isdigit()):
        raise InvalidAreaCode(f"{five!r} is not five digits.")
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, five, strict=True))
    return str((11 - total % 11) % 10)


def complete(code: str) -> str:
    """The full code: two digits stay, five get their check digit, six are checked.

    Full-width digits and blanks around the code are accepted.

    Raises:
        InvalidAreaCode: another length, other characters, no such prefecture, wrong check digit.
    """
    text = unicodedata.normalize("NFKC", code).strip()
    if not (text.isascii() and text.isdigit()) or len(text) not in {2, 5, 6}:
        raise InvalidAreaCode(
            f"{code!r} is not an area code. Write six digits (131041), or five (13104), "
            "or two for a prefecture (13)."
        )
    if not 1 <= int(text[:2]) <= 47:
        raise InvalidAreaCode(f"{code!r}: prefectures are numbered 01 to 47.")
    if len(text) == 2:
        return text
    expected = text[:5] + check_digit(text[:5])
    if len(text) == 6 and text != expected:
        raise InvalidAreaCode(
            f"{code!r} has a wrong check digit; with these five digits it would be {expected}."
        )
    return expected
