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
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from itertools import accumulate
from typing import NamedTuple

from furigana.readings import Reader, Reading

__all__ = ["with_readings"]

_KANJI = re.compile(r"[㐀-䶿一-鿿豈-﫿々]")
_RUBY = '<ruby>{}<rp>（</rp><rt aria-hidden="true">{}</rt><rp>）</rp></ruby>'
_VOID = {
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr",
}  # fmt: skip
# Tags inside which a word may go on.
_WITHIN_WORDS = {
    "a", "abbr", "b", "bdi", "cite", "data", "dfn", "em", "i", "mark", "q", "s", "small", "span",
    "strong", "sub", "sup", "time", "u", "wbr",
}  # fmt: skip
# What holds no running text, or must not have elements in it.
_LEFT_ALONE = {
    "audio", "canvas", "code", "datalist", "head", "iframe", "kbd", "math", "noscript", "object",
    "option", "pre", "ruby", "samp", "script", "select", "style", "svg", "template", "textarea",
    "title", "var", "video",
}  # fmt: skip


class _Piece(NamedTuple):
    """A text between tags, or a character that the page has as a reference such as `&amp;`."""

    text: str
    place: int
    written: str


class _Element(NamedTuple):
    name: str
    is_text: bool
    is_japanese: bool

    @property
    def is_read(self) -> bool:
        """Whether what stands in it is to have readings."""
        return self.is_text and self.is_japanese


class _Texts(HTMLParser):
    """Finds the texts to be read, paragraph by paragraph."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=False)
        self.paragraphs: list[list[_Piece]] = [[]]
        self._page = page
        lengths = map(len, page.split("\n"))
        self._lines = [0, *accumulate(length + 1 for length in lengths)]
        self._open: list[_Element] = [_Element("", True, True)]
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note whether what follows is to be read, and in which language it is."""
        self._divide(tag)
        if tag in _VOID:
            return
        around = self._open[-1]
        language = dict(attrs).get("lang")
        self._open.append(
            _Element(
                tag,
                around.is_text and tag not in _LEFT_ALONE,
                language.lower().split("-")[0] == "ja" if language else around.is_japanese,
            )
        )

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A drawing's `<path/>` has no text."""

    def handle_endtag(self, tag: str) -> None:
        """Go back to what was around the element, and around those in it that were not closed."""
        self._divide(tag)
        for number in range(len(self._open) - 1, 0, -1):
            if self._open[number].name == tag:
                del self._open[number:]
                return

    def handle_data(self, data: str) -> None:
        """Keep a text that is to be read, with its place in the page."""
        self._keep(data, data)

    def handle_entityref(self, name: str) -> None:
        """Keep a character between words."""
        self._keep(unescape(f"&{name};"), f"&{name}")

    def handle_charref(self, name: str) -> None:
        """Keep a character between words."""
        self._keep(unescape(f"&#{name};"), f"&#{name}")

    def _keep(self, text: str, written: str) -> None:
        if not self._open[-1].is_read:
            return
        line, column = self.getpos()
        place = self._lines[line - 1] + column
        if not self._page.startswith(written, place):
            self.paragraphs.append([])  # nothing may be put where the place is not certain
            return
        if written != text and self._page.startswith(";", place + len(written)):
            written += ";"
        self.paragraphs[-1].append(_Piece(text, place, written))

    def _divide(self, tag: str) -> None:
        if tag not in _WITHIN_WORDS and self.paragraphs[-1]:
            self.paragraphs.append([])


def with_readings(page: str, reader: Reader) -> str:
    """The page with kana above its Japanese kanji."""
    out: list[str] = []
    done = 0
    for paragraph in _Texts(page).paragraphs:
        found = list(_placed(paragraph, reader))
        for start, end in _stretches(paragraph) if found else []:
            inside = [
                Reading(reading.start - start, reading.end - start, reading.kana)
                for reading in found
                if start <= reading.start and reading.end <= end
            ]
            if inside:
                out += [page[done:start], _annotated(page[start:end], inside)]
                done = end
    return "".join([*out, page[done:]])


def _placed(paragraph: list[_Piece], reader: Reader) -> Iterator[Reading]:
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


def _in_page(piece: _Piece, end: int, readings: list[Reading]) -> Iterator[Reading]:
    if piece.text == piece.written:
        shift = piece.place - (end - len(piece.text))
        for start, end_, kana in readings:
            yield Reading(start + shift, end_ + shift, kana)


def _stretches(paragraph: list[_Piece]) -> Iterator[tuple[int, int]]:
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
