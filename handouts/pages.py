"""Hand-outs and casebooks as PDF: what the layouts of `handouts/layout` are given.

Texts are lists of pieces, so that kana can stand above kanji in plain Japanese. Each item has a
rank: where a page is too long, items of rank 1 are left out, then those of rank 2, and so on, and
the page says that there is more on the site. Nothing is ever set smaller to fit.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import segno
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.readings import is_plain
from furigana.selectors import current_reader
from handouts.glyphs import printable
from handouts.selectors import Handout, Line, chosen_number, made_today
from handouts.shortening import short
from handouts.typesetting import typeset
from search.language.analysis import spoken_words

__all__ = ["casebook_pdf", "handout_pdf"]

# Never left out; and the rank up to which two pages may be shortened.
_KEPT = 100
_LAST_CUT = 9


@dataclass(frozen=True)
class _Ranks:
    """In which order items are left out, by their number in the list, or by what they are.

    `one_page` is the rank up to which one page is shortened before there are two.
    """

    one_page: int
    numbers: tuple[tuple[int, int], ...]
    steps: tuple[tuple[int, int], ...]
    means: tuple[tuple[int, int], ...]
    lessons: dict[str, int]
    overview: int
    has_actors_of_steps: bool = True


_ORDINARY = _Ranks(
    one_page=6,
    numbers=((6, 1), (3, 6), (0, _KEPT)),
    steps=((8, 5), (5, 7), (3, 9), (0, _KEPT)),
    means=((4, 2), (0, _KEPT)),
    lessons={"did_not_work": 3, "success_factors": 4, "conditions": 8},
    overview=5,
)
# The words in plain Japanese are what its readers came for; the rest is ordinary Japanese.
_PLAIN = _Ranks(
    one_page=8,
    numbers=((6, 1), (3, 4), (0, _KEPT)),
    steps=((5, 2), (2, 6), (0, 8)),
    means=((3, 1), (1, 4), (0, 7)),
    lessons={"did_not_work": 2, "success_factors": 3, "conditions": 5},
    overview=_KEPT,
    has_actors_of_steps=False,
)

# One text at most, in characters: longer ones end with the last whole sentence.
_LONGEST_TEXT = 420
_LONGEST_LINE = 160
_LONGEST_FACT = 280

# By the most characters of a number, its size in points.
_NUMBER_SIZES = ((6, 18), (10, 14), (999, 10.5))
# What no line could hold is divided after so many letters.
_ENDLESS, _PART = re.compile("[A-Za-z0-9]{40,}"), re.compile(".{1,20}")
_PARTICLE = re.compile("[ぁ-ん]{1,3}")
_IS_WORD = re.compile(r"\w{2,12}")

_SCHEMES = {"phone": "tel:", "email": "mailto:", "url": ""}

Pieces = list[str | list[str]]


def handout_pdf(handout: Handout) -> bytes:
    """The hand-out of one case, on one page or two.

    Raises:
        CannotTypeset: it cannot be made now.
    """
    data = {**_document([handout]), "title": printable(handout.title)}
    return typeset("handout", {**data, "description": printable(handout.line)})


def casebook_pdf(handouts: Sequence[Handout], title: str) -> bytes:
    """A book of hand-outs with a cover and contents.

    Raises:
        CannotTypeset: it cannot be made now.
    """
    data = {**_document(handouts), "title": printable(title)}
    return typeset("casebook", {**data, "description": data["author"]})


def _document(handouts: Sequence[Handout]) -> dict[str, Any]:
    author = _("NANIF – National Network for an Inclusive Future")
    labels = {
        "numbers": _("Results in numbers"),
        "means": _("Cost, staff and legal basis"),
        "contact": _("Contact details"),
        "steps": _("Step by step"),
        "page": _("To the page of this case"),
        "shortened": _("Shortened to fit the paper: the rest stands on the page of this case."),
        "site": _("National Network for an Inclusive Future"),
        "made": made_today(),
        "contents": _("Contents"),
        "casebook": _("Casebook"),
        "chosen": chosen_number(len(handouts)),
        "network": author,
    }
    return {
        "language": (get_language() or "ja")[:2],
        "has_kana": is_plain(),
        "author": author,
        "cases": [_case(handout) for handout in handouts],
        "one_page_cut": _ranks().one_page,
        "last_cut": _LAST_CUT,
        "labels": {
            **{name: _pieces(label) for name, label in labels.items()},
            "site_short": "NANIF",
            "qr": _("QR code of the page of this case"),
        },
    }


def _case(handout: Handout) -> dict[str, Any]:
    title = _short(handout.title, _LONGEST_LINE)
    ranks = _ranks()
    return {
        "slug": handout.slug,
        "url": handout.url,
        "shown_url": printable(unquote(handout.url)),
        "qr": _qr_code(handout.url),
        "group": handout.group,
        "themes": [_pieces(theme) for theme in handout.themes],
        "title": _title(title, handout.language),
        "short_title": _pieces(title),
        "place": _pieces(_short(handout.place, 60)),
        "title_size": 21 if len(title) <= (40 if title.isascii() else 22) else 17,
        "line": _pieces(_short(handout.line, 300)),
        "overview": [_pieces(_short(text)) for text in handout.overview],
        "overview_rank": ranks.overview,
        "overview_size": 11 if is_plain() else 9.4,
        "glance": [_line(line) for line in handout.glance],
        "numbers": [
            {
                "indicator": _pieces(_short(number.indicator, 80)),
                "before": _pieces(number.before),
                "after": _pieces(number.after),
                "unit": _pieces(number.unit),
                "note": _pieces(_short(number.note, 70)),
                "size": _size(number.after),
                "rank": _rank(ranks.numbers, index),
            }
            for index, number in enumerate(handout.numbers)
        ],
        "means": [
            {**_line(line), "rank": _rank(ranks.means, index)}
            for index, line in enumerate(handout.means)
        ],
        "contact": [_way(line) for line in handout.contact],
        "steps": [
            {
                "number": index + 1,
                "title": _pieces(step.title),
                "phase": _pieces(step.phase),
                "what": _pieces(_short(step.what)),
                "who": _pieces(_short(step.who if ranks.has_actors_of_steps else "")),
                "rank": _rank(ranks.steps, index),
            }
            for index, step in enumerate(handout.steps)
        ],
        "lessons": [
            {
                "heading": _pieces(lesson.heading),
                "texts": [_pieces(_short(text)) for text in lesson.texts[:6]],
                "rank": ranks.lessons[lesson.name],
            }
            for lesson in handout.lessons
        ],
        "confirmed": _pieces(handout.confirmed),
        "origin": _pieces(_short(handout.origin, 300)),
        "licence": _pieces(handout.licence),
        "notices": [_pieces(notice) for notice in handout.notices],
    }


def _ranks() -> _Ranks:
    return _PLAIN if is_plain() else _ORDINARY


def _rank(ranks: Sequence[tuple[int, int]], index: int) -> int:
    return next(rank for start, rank in ranks if index >= start)


def _line(line: Line) -> dict[str, Any]:
    return {"label": _pieces(line.label), "value": _pieces(_short(line.value, _LONGEST_FACT))}


def _way(line: Line) -> dict[str, Any]:
    """A way to reach the desk; the telephone number is what somebody looks for on paper."""
    is_main = line.kind in {"name", "phone"}
    value = unquote(line.value) if line.kind == "url" else line.value
    return {
        "label": _pieces(line.label),
        "value": _pieces(_short(value, _LONGEST_LINE)),
        "size": {"phone": 12, "name": 9.2}.get(line.kind, 7.6),
        "weight": "bold" if is_main else "regular",
        "url": _SCHEMES[line.kind] + line.value.replace(" ", "") if line.kind != "name" else "",
    }


def _size(value: str) -> float:
    """How large a number is set: long ones have less room."""
    return next(size for most, size in _NUMBER_SIZES if len(value) <= most)


def _short(text: str, most: int = _LONGEST_TEXT) -> str:
    return short(printable(text), most)


def _pieces(text: str) -> Pieces:
    """The text in pieces: kanji with their kana in plain Japanese, else the text as a whole."""
    text = _ENDLESS.sub(lambda run: "\u200b".join(_PART.findall(run[0])), printable(text))
    if not text:
        return []
    if not is_plain():
        return [text]
    pieces: Pieces = []
    done = 0
    for start, end, kana in current_reader().read(text):
        pieces += [text[done:start], [text[start:end], kana]]
        done = end
    return [piece for piece in [*pieces, text[done:]] if piece]


def _title(text: str, language: str) -> Pieces:
    """A title in pieces; a Japanese one in words with their particles, which no line divides."""
    if language != "ja" or is_plain():
        return _pieces(text)
    pieces: Pieces = []
    done = 0
    for word in spoken_words(text):
        surface = text[word.start : word.end]
        last = pieces[-1] if pieces else ""
        if word.start > done:
            pieces.append(text[done : word.start])
        elif isinstance(last, list) and _PARTICLE.fullmatch(surface):
            pieces[-1], surface = [last[0] + surface], ""
        # Punctuation loses its own space at the edge of what is held together.
        if surface:
            pieces.append([surface] if _IS_WORD.fullmatch(surface) else surface)
        done = word.end
    return [piece for piece in [*pieces, text[done:]] if piece]


def _qr_code(url: str) -> str:
    out = io.BytesIO()
    segno.make(url, error="m").save(out, kind="svg", border=1, dark="#00234b")
    return out.getvalue().decode()
