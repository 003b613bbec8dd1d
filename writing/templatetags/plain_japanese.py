"""What templates need to show plain Japanese."""

from __future__ import annotations

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from writing.furigana import ruby

register = template.Library()


@register.filter
def furigana(text: str, wanted: object = True) -> SafeString:
    """The text in paragraphs' lines, with kana above its kanji when that is wanted."""
    if wanted:
        return ruby(str(text or ""))
    return mark_safe("<br>".join(escape(line) for line in str(text or "").splitlines()))  # noqa: S308
