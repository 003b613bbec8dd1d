"""Puts explanations of terms into an HTML page, at the end of the paragraph where each stands.

A term becomes a button that shows its explanation: browsers do it by the attribute `popover`,
without a script. Those that do not know it, and paper, show the explanation below the paragraph.
Templates mark with `data-glossary` where the running text of a page is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from furigana.page_texts import NO_RUNNING_TEXT, PageTexts, Piece
from glossary.terms import Explanation, Terms

__all__ = ["MARK", "with_explanations"]

MARK = "data-glossary"
_BUTTON = '<button type="button" class="term" popovertarget="term-note-{}">{}</button>'
# Where a button must not or should not stand.
_LEFT_ALONE = NO_RUNNING_TEXT | {
    "a", "button", "caption", "cite", "dt", "figcaption", "form", "h1", "h2", "h3", "h4", "h5",
    "h6", "label", "legend", "nav", "summary", "table",
}  # fmt: skip


class _RunningTexts(PageTexts):
    def is_text(self, tag: str, attributes: Mapping[str, str | None], *, around: bool) -> bool:
        """What the templates mark, without headings, links, tables and the like."""
        return (around or MARK in attributes) and tag not in _LEFT_ALONE


def with_explanations(
    page: str, language: str, terms: Terms, note: Callable[[Explanation], str]
) -> str:
    """The page with each term explained where it stands first.

    Args:
        language: of the texts in which terms are looked for.
        note: makes the HTML of an explanation, of phrasing content alone, with the id
            `term-note-` and the key of the term.
    """
    out: list[str] = []
    done = 0
    explained: set[int] = set()
    for paragraph in _RunningTexts(page, language, is_text=False).paragraphs:
        if paragraph.end < 0:
            continue
        notes: list[str] = []
        for found in terms.found(paragraph.text, explained):
            place = _place(paragraph.pieces, found.start, found.end)
            if place is None:
                continue
            end = place + found.end - found.start
            key = found.explanation.key
            out += [page[done:place], _BUTTON.format(key, page[place:end])]
            done = end
            explained.add(key)
            notes.append(note(found.explanation))
        if notes:
            out += [page[done : paragraph.end], *notes]
            done = paragraph.end
    return "".join([*out, page[done:]])


def _place(pieces: list[Piece], start: int, end: int) -> int | None:
    """Where a part of a paragraph stands in the page; None where tags divide it."""
    for piece in pieces:
        if start < len(piece.text):
            is_whole = end <= len(piece.text) and piece.text == piece.written
            return piece.place + start if is_whole else None
        start, end = start - len(piece.text), end - len(piece.text)
    return None
