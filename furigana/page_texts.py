"""Where the texts of a finished HTML page stand, for what is put into them afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from itertools import accumulate
from typing import NamedTuple

__all__ = ["NO_RUNNING_TEXT", "PageTexts", "Paragraph", "Piece"]

_VOID = {
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr",
}  # fmt: skip
# Tags inside which a word may go on.
_WITHIN_WORDS = {
    "a", "abbr", "b", "bdi", "button", "cite", "data", "dfn", "em", "i", "mark", "q", "s", "small",
    "span", "strong", "sub", "sup", "time", "u", "wbr",
}  # fmt: skip
# What holds no running text, or must not have elements in it.
NO_RUNNING_TEXT = {
    "audio", "canvas", "code", "datalist", "head", "iframe", "kbd", "math", "noscript", "object",
    "option", "pre", "ruby", "samp", "script", "select", "style", "svg", "template", "textarea",
    "title", "var", "video",
}  # fmt: skip


class Piece(NamedTuple):
    """A text between tags, or a character that the page has as a reference such as `&amp;`."""

    text: str
    place: int
    written: str


@dataclass
class Paragraph:
    """The texts that are read as one, since words may go through tags such as `<strong>`.

    Attributes:
        end: where the next paragraph begins; -1 where nothing may be put there.
    """

    pieces: list[Piece] = field(default_factory=list)
    end: int = -1

    @property
    def text(self) -> str:
        """The words without markup."""
        return "".join(piece.text for piece in self.pieces)


class _Element(NamedTuple):
    name: str
    is_text: bool
    language: str


class PageTexts(HTMLParser):
    """Finds the texts of one language, paragraph by paragraph. Subclasses say where they stand.

    Nothing of the page is written anew: who adds something puts it in at these places.
    """

    def __init__(self, page: str, language: str, *, is_text: bool) -> None:
        """Read the page.

        Args:
            language: as in the attribute `lang`, without a region; texts outside of any such
                attribute count as being in it.
            is_text: whether a text counts that stands in no element.
        """
        super().__init__(convert_charrefs=False)
        self.paragraphs: list[Paragraph] = [Paragraph()]
        self._language = language
        self._page = page
        lengths = map(len, page.split("\n"))
        self._lines = [0, *accumulate(length + 1 for length in lengths)]
        self._open: list[_Element] = [_Element("", is_text, language)]
        self.feed(page)
        self.close()

    def is_text(self, tag: str, attributes: Mapping[str, str | None], *, around: bool) -> bool:
        """Whether the texts straight in this element count.

        Args:
            around: whether those count that stand around it.
        """
        raise NotImplementedError

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note whether what follows counts, and in which language it is."""
        self._divide(tag)
        if tag in _VOID:
            return
        around, attributes = self._open[-1], dict(attrs)
        self._open.append(
            _Element(
                tag,
                self.is_text(tag, attributes, around=around.is_text),
                (attributes.get("lang") or around.language).lower().split("-")[0],
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
        """Keep a text that counts, with its place in the page."""
        self._keep(data, data)

    def handle_entityref(self, name: str) -> None:
        """Keep a character between words."""
        self._keep(unescape(f"&{name};"), f"&{name}")

    def handle_charref(self, name: str) -> None:
        """Keep a character between words."""
        self._keep(unescape(f"&#{name};"), f"&#{name}")

    def _is_read(self) -> bool:
        return self._open[-1].is_text and self._open[-1].language == self._language

    def _place(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def _keep(self, text: str, written: str) -> None:
        if not self._is_read():
            return
        place = self._place()
        if not self._page.startswith(written, place):
            self.paragraphs.append(Paragraph())  # nothing may be put where the place is not certain
            return
        if written != text and self._page.startswith(";", place + len(written)):
            written += ";"
        self.paragraphs[-1].pieces.append(Piece(text, place, written))

    def _divide(self, tag: str) -> None:
        if tag not in _WITHIN_WORDS and self.paragraphs[-1].pieces:
            if self._is_read():
                self.paragraphs[-1].end = self._place()
            self.paragraphs.append(Paragraph())
