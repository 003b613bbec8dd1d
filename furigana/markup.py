"""Kana above the kanji of an HTML page; not a byte of it changes but for what is added.

Nothing is written anew: the parser says where the texts stand, and `<ruby>` is put in around
kanji there. Whoever takes out `<rt>` and `<rp>` and unwraps `<ruby>` has the page as it was;
`<ruby-text>`, an element without any meaning, holds the words of a text together.

Words may go through tags such as `<strong>`, so the texts of a paragraph are read as one. Kana are
hidden from screen readers, which read the kanji themselves: names of links would have each word
twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import accumulate

from furigana.page_texts import NO_RUNNING_TEXT, PageTexts, Piece
from furigana.readings import Reader, Reading

__all__ = ["with_readings"]

_KANJI = re.compile(r"[㐀-䶿一-鿿豈-﫿々]")
_RUBY = '<ruby>{}<rp>（</rp><rt aria-hidden="true">{}</rt><rp>）</rp></ruby>'


class _JapaneseTexts(PageTexts):
    def is_text(self, tag: str, attributes: Mapping[str, str | None], *, around: bool) -> bool:
        """Everything but what holds no running text."""
        return around and tag not in NO_RUNNING_TEXT


def with_readings(page: str, reader: Reader) -> str:
    """The page with kana above its Japanese kanji."""
    out: list[str] = []
    done = 0
    for paragraph in _JapaneseTexts(page, "ja", is_text=True).paragraphs:
        pieces = paragraph.pieces
        found = list(_placed(pieces, reader))
        for start, end in _stretches(pieces) if found else []:
            inside = [
                Reading(reading.start - start, reading.end - start, reading.kana)
                for reading in found
                if start <= reading.start and reading.end <= end
            ]
            if inside:
                out += [page[done:start], _annotated(page[start:end], inside)]
                done = end
    return "".join([*out, page[done:]])


def _placed(paragraph: list[Piece], reader: Reader) -> Iterator[Reading]:
    """What is read in a paragraph, by its places in the page."""
    text = "".join(piece.text for piece in paragraph)
    if not _KANJI.search(text):
        return
    ends = list(accumulate(len(piece.text) for piece in paragraph))
    number = 0
    for reading in reader.read(text):
        while ends[number] <= reading.start:
            number += 1
        if reading.end <= ends[number]:
            yield from _in_page(paragraph[number], ends[number], [reading])
            continue
        # A word that a tag divides has no reading as a whole: 日本<mark>語</mark>.
        for piece, end in zip(paragraph[number:], ends[number:], strict=True):
            start = max(reading.start, end - len(piece.text))
            if start >= reading.end:
                break
            parts = reader.read(text[start : min(reading.end, end)])
            yield from _in_page(
                piece, end, [Reading(p.start + start, p.end + start, p.kana) for p in parts]
            )


def _in_page(piece: Piece, end: int, readings: list[Reading]) -> Iterator[Reading]:
    if piece.text == piece.written:
        shift = piece.place - (end - len(piece.text))
        for start, end_, kana in readings:
            yield Reading(start + shift, end_ + shift, kana)


def _stretches(paragraph: list[Piece]) -> Iterator[tuple[int, int]]:
    """Where texts without tags in them start and end in the page."""
    start = end = -1
    for piece in paragraph:
        if piece.place != end:
            if end > start:
                yield start, end
            start = piece.place
        end = piece.place + len(piece.written)
    yield start, end


def _annotated(text: str, readings: list[Reading]) -> str:
    """A text with its kana, held together: each word would be a box of its own in a flex row."""
    out: list[str] = []
    done = 0
    for start, end, kana in readings:
        out += [text[done:start], _RUBY.format(text[start:end], kana)]
        done = end
    annotated = "".join([*out, text[done:]])
    if len(readings) == 1 and text.strip() == text[readings[0].start : readings[0].end]:
        return annotated
    lead, trail = len(text) - len(text.lstrip()), len(text) - len(text.rstrip())
    held = annotated[lead : len(annotated) - trail]
    return f"{text[:lead]}<ruby-text>{held}</ruby-text>{text[len(text) - trail :]}"
