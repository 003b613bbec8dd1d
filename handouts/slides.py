"""A casebook as slides for a council meeting: one a case, whose words can be edited."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

import segno
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE
from pptx.util import Mm, Pt

from handouts.colours import INDIGO, INK, SOFT, colours_of
from handouts.selectors import Handout, chosen_number, made_today
from handouts.shortening import short
from handouts.word_fonts import name_fonts

__all__ = ["slides_of"]

_WIDTH, _HEIGHT = Mm(338.7), Mm(190.5)
_MARGIN, _SIDE = Mm(14), Mm(92)
_MAIN = _WIDTH - 2 * _MARGIN - _SIDE - Mm(8)
_TITLE_ONLY, _TITLE_SLIDE = 5, 0
# What one slide holds of each.
_MOST_NUMBERS, _MOST_STEPS = 4, 5
# Space above a paragraph by its size, both in points: above headings, and between their lines.
_BEFORE: dict[float, int] = {14: 9, 11: 3}


def slides_of(handouts: Sequence[Handout], title: str) -> bytes:
    """The slides: a first one with the title, then one for each case."""
    show = Presentation()
    show.slide_width, show.slide_height = _WIDTH, _HEIGHT
    show.core_properties.title = title
    show.core_properties.author = _("NANIF – National Network for an Inclusive Future")
    show.core_properties.language = (get_language() or "ja")[:2]
    _first(show, title, len(handouts))
    for handout in handouts:
        _case(show, handout)
    out = io.BytesIO()
    show.save(out)
    return out.getvalue()


def _first(show: Any, title: str, number: int) -> None:
    slide = show.slides.add_slide(show.slide_layouts[_TITLE_SLIDE])
    _band(slide, "1")
    _put(slide.shapes.title, _MARGIN, Mm(60), _WIDTH - 2 * _MARGIN, Mm(30))
    _write(slide.shapes.title.text_frame, [(title, 40, True, INDIGO)])
    below = slide.placeholders[1]
    _put(below, _MARGIN, Mm(94), _WIDTH - 2 * _MARGIN, Mm(40))
    network = _("NANIF – National Network for an Inclusive Future")
    _write(
        below.text_frame,
        [
            (chosen_number(number), 20, False, INK),
            (network, 16, True, INDIGO),
            (made_today(), 12, False, SOFT),
        ],
    )


def _case(show: Any, handout: Handout) -> None:
    slide = show.slides.add_slide(show.slide_layouts[_TITLE_ONLY])
    _band(slide, handout.group)
    ink = colours_of(handout.group).ink
    title = slide.shapes.title
    _put(title, _MARGIN, Mm(8), _WIDTH - 2 * _MARGIN, Mm(18))
    words = short(handout.title, 90)
    size = 24 if len(words) <= (60 if words.isascii() else 30) else 19
    _write(title.text_frame, [(words, size, True, INDIGO)])
    glance = short(" | ".join(short(line.value, 60) for line in handout.glance), 160)
    below = [(short(handout.line, 160), 14, False, INK), (glance, 11, False, SOFT)]
    _text(slide, _MARGIN, Mm(26), _WIDTH - 2 * _MARGIN, Mm(24), below)
    _numbers(slide, handout)
    top = Mm(84) if handout.numbers else Mm(53)
    _text(slide, _MARGIN, top, _MAIN, _HEIGHT - top - Mm(16), list(_story(handout, ink)))
    _text(slide, _WIDTH - _MARGIN - _SIDE, top, _SIDE, Mm(60), list(_means(handout, ink)))
    code = io.BytesIO()
    segno.make(handout.url, error="m").save(code, kind="png", scale=8, border=1)
    code.seek(0)
    picture = slide.shapes.add_picture(
        code, _WIDTH - _MARGIN - Mm(26), _HEIGHT - Mm(42), Mm(26), Mm(26)
    )
    picture._element.nvPicPr.cNvPr.set("descr", _("QR code of the page of this case"))
    foot = f"{handout.confirmed} · {handout.licence} · {handout.url}"
    _text(slide, _MARGIN, _HEIGHT - Mm(13), _WIDTH - 2 * _MARGIN, Mm(9), [(foot, 9, False, SOFT)])
    slide.notes_slide.notes_text_frame.text = "\n".join([*handout.overview, handout.origin])


def _numbers(slide: Any, handout: Handout) -> None:
    numbers = handout.numbers[:_MOST_NUMBERS]
    colours = colours_of(handout.group)
    gap = Mm(4)
    for index, number in enumerate(numbers):
        width = (_WIDTH - 2 * _MARGIN - gap * (len(numbers) - 1)) // len(numbers)
        tile = slide.shapes.add_shape(
            MSO_SHAPE.ROUNDED_RECTANGLE, _MARGIN + index * (width + gap), Mm(51), width, Mm(30)
        )
        tile.adjustments[0] = 0.06
        tile.fill.solid()
        tile.fill.fore_color.rgb = RGBColor.from_string(colours.pale)
        tile.line.fill.background()
        tile.shadow.inherit = False
        before = f"{number.before} → " if number.before else ""
        size = 24 if len(before + number.after + number.unit) <= 12 else 15
        _write(
            tile.text_frame,
            [
                (short(number.indicator, 60), 11, True, INK),
                (f"{before}{number.after} {number.unit}".strip(), size, True, colours.ink),
                (short(number.note, 60), 9, False, SOFT),
            ],
        )


def _story(handout: Handout, ink: str) -> Iterable[tuple[str, float, bool, str]]:
    if handout.steps:
        yield _("Step by step"), 14, True, ink
    for index, step in enumerate(handout.steps[:_MOST_STEPS], start=1):
        yield f"{index}. {step.title}: {short(step.what, 70)}", 11, False, INK
    for lesson in handout.lessons[:1]:
        yield lesson.heading, 14, True, ink
        for text in lesson.texts[:2]:
            yield short(text, 120), 11, False, INK


def _means(handout: Handout, ink: str) -> Iterable[tuple[str, float, bool, str]]:
    if handout.means:
        yield _("Cost, staff and legal basis"), 14, True, ink
    for line in handout.means[:3]:
        yield f"{line.label}: {short(line.value, 110)}", 11, False, INK
    if handout.contact:
        yield _("Contact details"), 14, True, ink
    for line in handout.contact:
        yield " ".join(filter(None, [line.label, short(line.value, 90)])), 11, False, INK


def _band(slide: Any, group: str) -> None:
    band = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, 0, 0, _WIDTH, Mm(4))
    band.fill.solid()
    band.fill.fore_color.rgb = RGBColor.from_string(colours_of(group).mid)
    band.line.fill.background()
    band.shadow.inherit = False


def _text(slide: Any, left: int, top: int, width: int, height: int, lines: list[Any]) -> None:
    _write(slide.shapes.add_textbox(left, top, width, height).text_frame, lines)


def _put(shape: Any, left: int, top: int, width: int, height: int) -> None:
    shape.left, shape.top, shape.width, shape.height = left, top, width, height


def _write(frame: Any, lines: Iterable[tuple[str, float, bool, str]]) -> None:
    """Fill a frame with paragraphs: words, size in points, whether bold, colour."""
    frame.word_wrap = True
    frame.auto_size = MSO_AUTO_SIZE.TEXT_TO_FIT_SHAPE
    frame.vertical_anchor = MSO_ANCHOR.TOP
    written = [line for line in lines if line[0]]
    for index, (words, size, is_bold, colour) in enumerate(written):
        paragraph = frame.paragraphs[0] if index == 0 else frame.add_paragraph()
        paragraph.alignment = 1
        if index:
            paragraph.space_before = Pt(_BEFORE.get(size, 0))
        run = paragraph.add_run()
        run.text = words
        run.font.size = Pt(size)
        run.font.bold = is_bold
        run.font.color.rgb = RGBColor.from_string(colour)
        name_fonts(run.font._element)
