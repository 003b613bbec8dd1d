"""A casebook as a Word file for papers of a council: headings, tables and lists to edit."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from docx import Document
from docx.enum.text import WD_BREAK
from docx.shared import Mm, Pt, RGBColor

from handouts.colours import INDIGO, colours_of
from handouts.selectors import Handout, Line, chosen_number, made_today
from handouts.word_fonts import EAST_ASIAN, LATIN

__all__ = ["word_file_of"]

_STYLES = {"Normal": 10.5, "Title": 26, "Heading 1": 18, "Heading 2": 13}


def word_file_of(handouts: Sequence[Handout], title: str) -> bytes:
    """The file: a title with the list of cases, then each case on a page of its own."""
    document = Document()
    _set_up(document, title)
    document.add_heading(title, level=0)
    document.add_paragraph(chosen_number(len(handouts)))
    document.add_paragraph(_("NANIF – National Network for an Inclusive Future"))
    document.add_paragraph(made_today())
    for handout in handouts:
        place = f" ({handout.place})" if handout.place else ""
        document.add_paragraph(f"{handout.title}{place}", style="List Number")
    for handout in handouts:
        document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        _case(document, handout)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _set_up(document: Any, title: str) -> None:
    language = (get_language() or "ja")[:2]
    document.core_properties.title = title
    document.core_properties.language = language
    document.core_properties.author = _("NANIF – National Network for an Inclusive Future")
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(22)
    section.top_margin = section.bottom_margin = Mm(20)
    for name, size in _STYLES.items():
        style = document.styles[name]
        style.font.name, style.font.size = LATIN, Pt(size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in [key for key in fonts.attrib if key.endswith("Theme")]:
            del fonts.attrib[attribute]
        fonts.set(f"{{{fonts.nsmap['w']}}}eastAsia", EAST_ASIAN)
        fonts.set(f"{{{fonts.nsmap['w']}}}hAnsi", LATIN)
        if name != "Normal":
            style.font.color.rgb = RGBColor.from_string(INDIGO)


def _case(document: Any, handout: Handout) -> None:
    ink = RGBColor.from_string(colours_of(handout.group).ink)
    document.add_heading(handout.title, level=1)
    line = document.add_paragraph().add_run(handout.line)
    line.bold, line.font.color.rgb = True, ink
    _table(document, [(each.label, each.value) for each in handout.glance])
    for text in handout.overview:
        document.add_paragraph(text)
    if handout.numbers:
        document.add_heading(_("Results in numbers"), level=2)
        _numbers(document, handout)
    for heading, lines in (
        (_("Cost, staff and legal basis"), handout.means),
        (_("Contact details"), handout.contact),
    ):
        _lines(document, heading, lines)
    if handout.steps:
        document.add_heading(_("Step by step"), level=2)
    for index, step in enumerate(handout.steps, start=1):
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{index}. {step.title}").bold = True
        for text in filter(None, [step.what, step.who]):
            paragraph.add_run().add_break()
            paragraph.add_run(text)
    for lesson in handout.lessons:
        document.add_heading(lesson.heading, level=2)
        for text in lesson.texts:
            document.add_paragraph(text)
    for text in (*handout.notices, handout.confirmed, handout.origin, handout.licence, handout.url):
        document.add_paragraph().add_run(text).font.size = Pt(8.5)


def _lines(document: Any, heading: str, lines: Sequence[Line]) -> None:
    if lines:
        document.add_heading(heading, level=2)
        _table(document, [(line.label, line.value) for line in lines])


def _table(document: Any, rows: Iterable[tuple[str, str]]) -> None:
    rows = list(rows)
    if not rows:
        return
    table = document.add_table(rows=0, cols=2, style="Table Grid")
    table.autofit = False
    for label, value in rows:
        cells = table.add_row().cells
        cells[0].width, cells[1].width = Mm(42), Mm(124)
        cells[0].paragraphs[0].add_run(label).bold = True
        cells[1].text = value
    document.add_paragraph()


def _numbers(document: Any, handout: Handout) -> None:
    headings = [_("Indicator"), _("Before"), _("After"), _("Date"), _("Source")]
    rows = [
        (
            number.indicator,
            f"{number.before} {number.unit}".strip() if number.before else "",
            f"{number.after} {number.unit}".strip(),
            number.date,
            number.source,
        )
        for number in handout.numbers
    ]
    # A column that would be empty is left out.
    columns = [index for index in range(len(headings)) if any(row[index] for row in rows)]
    table = document.add_table(rows=1, cols=len(columns), style="Table Grid")
    for cell, index in zip(table.rows[0].cells, columns, strict=True):
        cell.paragraphs[0].add_run(headings[index]).bold = True
    for row in rows:
        for cell, index in zip(table.add_row().cells, columns, strict=True):
            cell.text = row[index]
    document.add_paragraph()
