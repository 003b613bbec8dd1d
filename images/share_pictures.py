"""Draws the picture of a page that stands beside its link on other sites: 1200 by 630, as PNG.

Waves and arches as everywhere on the site, and the words of a `ShareCard` in letters that come with
the site, so that every machine draws the same.
"""

from __future__ import annotations

import io
from functools import cache
from hashlib import blake2b

from django.core.cache import caches
from noto_cjk_sans_jp_bold import FONT_PATH
from PIL import Image, ImageDraw, ImageFont

from images.share_cards import ShareCard

__all__ = ["share_picture"]

WIDTH, HEIGHT = 1200, 630
_EDGE = 72
# Raise it when the drawing changes, so that what was drawn before is not served any more.
_DRAWING = 1
_INDIGO, _ORANGE, _INK, _PAPER = "#00234b", "#fb5b01", "#414141", "#ffffff"
# By group of themes: ground, arches and letters, as in static/css/tokens.css.
_TINTS = {
    "1": ("#f0f9ff", ("#c0e4ff", "#57b8ff"), "#0055ad"),
    "2": ("#e6f5ec", ("#c2e5d1", "#71c598"), "#115a36"),
    "3": ("#ffeee2", ("#ffdfca", "#ffa66d"), "#ac3e00"),
    "4": ("#fbf5e0", ("#fff0b3", "#ffd43d"), "#604b00"),
    "5": ("#f1eafa", ("#ecddff", "#cda6ff"), "#5109ad"),
    "x": ("#e9f7f9", ("#c8f8ff", "#2bc8e4"), "#006173"),
}
# Signs that do not begin a line.
_NOT_FIRST = "、。，．・：；？！）」』】〕〉》ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々ゝ％%)]"


def share_picture(card: ShareCard) -> bytes:
    """The picture of a card, drawn once for each card and kept for all processes."""
    key = f"share-{_DRAWING}-{blake2b(repr(card).encode(), digest_size=16).hexdigest()}"
    kept: bytes | None = caches["shared"].get(key)
    if kept is None:
        kept = _drawn(card)
        caches["shared"].set(key, kept)
    return kept


def _drawn(card: ShareCard) -> bytes:
    ground, arches, ink = _TINTS.get(card.theme, _TINTS["1"])
    image = Image.new("RGB", (WIDTH, HEIGHT), ground)
    _draw_waves(image, arches)
    pen = ImageDraw.Draw(image)
    _draw_mark(image, (_EDGE, 52))
    pen.text((_EDGE + 92, 62), "NANIF", _INDIGO, _font(34))
    pen.text((_EDGE + 212, 73), card.network, _INK, _font(22))
    top = 148
    if card.above:
        pen.text((_EDGE, top), _cut(card.above, 30, WIDTH - 2 * _EDGE), ink, _font(30))
        top += 52
    size, lines = _fitted(card.title, 3 if card.number else 4)
    for line in lines:
        pen.text((_EDGE, top), line, _INDIGO, _font(size))
        top += round(size * 1.4)
    if card.number:
        number = _cut(card.number, 56, WIDTH - 2 * _EDGE)
        top = max(top + 14, 376)
        pen.text((_EDGE, top), number, _ORANGE if card.theme != "3" else ink, _font(56))
        beside = _EDGE + round(_font(56).getlength(number)) + 24
        note = _cut(card.note, 26, WIDTH - _EDGE - beside)
        if len(note) < min(len(card.note), 6):
            pen.text((_EDGE, top + 72), _cut(card.note, 24, WIDTH - 2 * _EDGE), _INK, _font(24))
        else:
            pen.text((beside, top + 31), note, _INK, _font(26))
    file = io.BytesIO()
    image.convert("P", palette=Image.Palette.ADAPTIVE, colors=128).save(file, "PNG", optimize=True)
    return file.getvalue()


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONT_PATH, size)


def _fitted(title: str, most: int) -> tuple[int, list[str]]:
    """The largest size at which a title needs no more than so many lines, and the lines."""
    for size in (64, 56, 48, 42):
        lines = _broken(title, size)
        if len(lines) <= min(most, 2 if size == 64 else most):
            return size, lines
    last = lines[most - 1] + lines[most]
    return size, [*lines[: most - 1], _cut(last, size, WIDTH - 2 * _EDGE)]


def _broken(text: str, size: int) -> list[str]:
    """Break a text into lines: between words where there are spaces, else between signs."""
    font, room = _font(size), WIDTH - 2 * _EDGE
    lines = [""]
    for piece in _pieces(text):
        if lines[-1] and font.getlength(lines[-1] + piece.rstrip()) > room:
            lines[-1] = lines[-1].rstrip()
            lines.append("")
        lines[-1] += piece
    return [line.strip() for line in lines if line.strip()]


def _pieces(text: str) -> list[str]:
    """What is not broken: words of Latin letters, and signs with those that do not begin a line."""
    pieces: list[str] = []
    for sign in text:
        joins = pieces and (
            sign in _NOT_FIRST
            or sign.isspace()
            or (sign.isascii() and pieces[-1].isascii() and not pieces[-1][-1].isspace())
            or pieces[-1][-1] in "（「『【〔〈《(["
        )
        if joins:
            pieces[-1] += sign
        else:
            pieces.append(sign)
    return pieces


def _cut(text: str, size: int, room: float) -> str:
    """As much of a text as has room, with an ellipsis where something is left out."""
    font = _font(size)
    if font.getlength(text) <= room:
        return text
    while text and font.getlength(f"{text}…") > room:
        text = text[:-1]
    return f"{text}…" if text else ""


def _draw_waves(image: Image.Image, colours: tuple[str, str]) -> None:
    """Two rows of arches along the lower edge, drawn larger and made smaller to be smooth."""
    scale, width = 2, 150
    band = Image.new("RGBA", (WIDTH * scale, 130 * scale))
    pen = ImageDraw.Draw(band)
    for row, (colour, shift) in enumerate([(colours[0], 0), (colours[1], width // 2)]):
        for left in range(-width - shift, WIDTH + width, width):
            for ring, radius in enumerate((76, 60, 44, 28)):
                paint = colour if ring % 2 == 0 else _PAPER
                x, y = (left + width // 2) * scale, (78 + 52 * row) * scale
                reach = radius * scale
                pen.ellipse((x - reach, y - reach, x + reach, y + reach), paint)
    small = band.resize((WIDTH, 130), Image.Resampling.LANCZOS)
    image.paste(small, (0, HEIGHT - 130), small)


def _draw_mark(image: Image.Image, corner: tuple[int, int]) -> None:
    """The two figures of the site's mark, as in static/img/favicon.svg."""
    scale = 6
    mark = Image.new("RGBA", (48 * scale, 44 * scale))
    pen = ImageDraw.Draw(mark)

    def arch(x: float, width: float, colour: str) -> None:
        outer, inner = 11 + width / 2, 11 - width / 2
        middle, foot = (x + 11) * scale, 42 * scale
        shape = Image.new("L", mark.size)
        cut = ImageDraw.Draw(shape)
        for radius, shade in ((outer, 255), (inner, 0)):
            reach = radius * scale
            cut.ellipse(
                (middle - reach, 30 * scale - reach, middle + reach, 30 * scale + reach), shade
            )
            cut.rectangle((middle - reach, 30 * scale, middle + reach, foot), shade)
        cut.rectangle((0, foot, *mark.size), 0)
        mark.paste(Image.new("RGBA", mark.size, colour), (0, 0), shape)

    for x, colour in ((15, _ORANGE), (33, _INDIGO)):
        pen.ellipse(((x - 5) * scale, 4.5 * scale, (x + 5) * scale, 14.5 * scale), colour)
    arch(4, 5.5, _ORANGE)
    arch(22, 9, _PAPER)
    arch(22, 5.5, _INDIGO)
    small = mark.resize((80, 73), Image.Resampling.LANCZOS)
    image.paste(small, corner, small)
