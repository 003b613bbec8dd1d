"""Comparing typed words with names, whatever kind of letters somebody types."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

__all__ = ["closeness", "fold", "hiragana", "katakana"]

_TO_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)} | {
    # 茅ヶ崎 and 茅ケ崎; the two small letters are written for the large ones.
    ord("ヶ"): "け",
    ord("ゖ"): "け",
    ord("ヵ"): "か",
    ord("ゕ"): "か",
}
_LEFT_OUT = re.compile(r"[\s\-‐–'’・,]")
_LONG_VOWELS = re.compile(r"ou|oo|uu")


def hiragana(text: str) -> str:
    """Katakana as hiragana; everything else stays."""
    return "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in text)


def katakana(text: str) -> str:
    """Hiragana as katakana; everything else stays."""
    return "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" else c for c in text)


def fold(text: str) -> str:
    """One spelling for full and half width, katakana and hiragana, capitals and long vowels.

    `ﾌﾁｭｳ` and `フチュウ` become `ふちゅう`; `Fuchū-shi` and `fuchuu shi` become `fuchushi`.
    """
    text = unicodedata.normalize("NFKC", text).casefold().translate(_TO_HIRAGANA)
    if not text.isascii():
        letters = unicodedata.normalize("NFD", text)
        # Marks of Latin letters go (ū), those of kana stay (ば).
        kept = (c for c in letters if not "\u0300" <= c <= "\u036f")
        text = unicodedata.normalize("NFC", "".join(kept))
    text = _LEFT_OUT.sub("", text)
    return _LONG_VOWELS.sub(lambda found: found.group()[0], text)


def closeness(word: str, names: Iterable[str]) -> int | None:
    """How near a folded word comes to one of the folded names.

    0 is the whole name, 1 its beginning, 2 a part of it, None nothing of it.
    """
    found = [
        0 if word == name else 1 if name.startswith(word) else 2 for name in names if word in name
    ]
    return min(found, default=None)
