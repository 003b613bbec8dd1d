"""Kana above the kanji of what an editor has written, as readers may see it."""

from __future__ import annotations

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from furigana.markup import with_readings
from furigana.selectors import current_reader

__all__ = ["ruby"]


def ruby(text: str) -> SafeString:
    """The text as safe HTML, with readings above its kanji and line breaks kept."""
    lines = "<br>".join(escape(line) for line in text.splitlines())
    return mark_safe(with_readings(lines, current_reader()))  # noqa: S308 - escaped above
