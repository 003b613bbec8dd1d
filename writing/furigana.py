"""Kana above kanji, as `<ruby>`: readings from the dictionary of the search."""

from __future__ import annotations

import re

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from search.language.analysis import readings
from search.language.readings import hiragana

__all__ = ["ruby"]

_KANJI = r"[㐀-䶿一-鿿豈-﫿々〆ヶ]+"
_HAS_KANJI = re.compile(_KANJI)
# Longer ones are no words, and would be costly to divide.
_LONGEST_WORD = 30
_PIECES = re.compile(rf"({_KANJI})")


def ruby(text: str) -> SafeString:
    """The text as safe HTML, with readings above its kanji and line breaks kept.

    A dictionary does not always choose the right reading of a name: editors look at it first.
    """
    lines = [
        "".join(_word(surface, reading) for surface, reading in readings(line))
        for line in text.splitlines()
    ]
    return mark_safe("<br>".join(lines))  # noqa: S308 - every piece is escaped below


def _word(surface: str, reading: str) -> str:
    """One word: kana in it stay as they are, only kanji get their part of the reading."""
    if not reading or not _HAS_KANJI.search(surface):
        return escape(surface)
    if len(surface) > _LONGEST_WORD:
        return _above(surface, reading)
    pieces = [piece for piece in _PIECES.split(surface) if piece]
    pattern = "".join(
        "(.+?)" if _HAS_KANJI.fullmatch(piece) else f"({re.escape(hiragana(piece))})"
        for piece in pieces
    )
    match = re.fullmatch(pattern, reading)
    if match is None:
        return _above(surface, reading)
    return "".join(
        _above(piece, part) if _HAS_KANJI.fullmatch(piece) else escape(piece)
        for piece, part in zip(pieces, match.groups(), strict=True)
    )


def _above(kanji: str, kana: str) -> str:
    return format_html("<ruby>{}<rp>（</rp><rt>{}</rt><rp>）</rp></ruby>", kanji, kana)
