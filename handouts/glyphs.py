"""Which characters the letters of printed files have; what takes the place of others."""

from __future__ import annotations

import re
import struct
import unicodedata
from functools import cache
from pathlib import Path

from noto_cjk_sans_jp_bold import FONT_PATH as BOLD
from noto_cjk_sans_jp_regular import FONT_PATH as REGULAR

__all__ = ["BOLD_FONT", "FONT_NAME", "REGULAR_FONT", "SUBSTITUTE", "printable"]

FONT_NAME = "Noto Sans CJK JP"
REGULAR_FONT, BOLD_FONT = Path(str(REGULAR)), Path(str(BOLD))
# What Japanese printers set for a character that they do not have.
SUBSTITUTE = "〓"
_WIDE_SUBTABLE = 12
# Joiners and signs of direction and form are not printed, and no gap is left for them.
_UNSEEN = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\U000e0000-\U000e01ef]"
)
# They belong to the letter before them.
_MARKS = {"Mn", "Me", "Mc"}
_PICTURES = {"So", "Sk", "Cn", "Co"}


def printable(text: str) -> str:
    """The text with the characters that the font has.

    Pictures among letters (emoji) are left out; each run of other characters becomes one 〓.
    """
    text = _UNSEEN.sub("", unicodedata.normalize("NFC", text))
    out: list[str] = []
    for character in text:
        if character in "\n\t" or unicodedata.category(character) == "Cc":
            out.append(" ")
        elif ord(character) in _known():
            out.append(character)
        elif unicodedata.category(character) in _PICTURES:
            continue
        elif out[-1:] != [SUBSTITUTE] and unicodedata.category(character) not in _MARKS:
            out.append(SUBSTITUTE)
    return re.sub(" {2,}", " ", "".join(out)).strip()


@cache
def _known() -> frozenset[int]:
    """Code points for which the font has a letter, read from its table `cmap`."""
    content = REGULAR_FONT.read_bytes()
    tables = struct.unpack(">H", content[4:6])[0]
    records = struct.iter_unpack(">4sLLL", content[12 : 12 + tables * 16])
    start = next(offset for tag, _sum, offset, _length in records if tag == b"cmap")
    number = struct.unpack(">H", content[start + 2 : start + 4])[0]
    for index in range(number):
        at = start + 4 + index * 8
        table = start + struct.unpack(">L", content[at + 4 : at + 8])[0]
        if struct.unpack(">H", content[table : table + 2])[0] == _WIDE_SUBTABLE:
            return frozenset(_code_points(content, table))
    raise ValueError(f"{REGULAR_FONT.name} has no table of all its characters")


def _code_points(content: bytes, table: int) -> set[int]:
    groups = struct.unpack(">L", content[table + 12 : table + 16])[0]
    found: set[int] = set()
    for index in range(groups):
        at = table + 16 + index * 12
        first, last, _glyph = struct.unpack(">LLL", content[at : at + 12])
        found.update(range(first, last + 1))
    return found
