"""What templates show of a page in the reading that was chosen."""

from __future__ import annotations

from typing import Any

from django import template

from core.readings import is_plain

register = template.Library()


@register.filter
def title_as_read(page: Any, ordinary: str = "") -> str:
    """The title of a page: in plain Japanese where that is read and there is one.

    Args:
        page: a page, also one of which only what all pages share is known.
        ordinary: another title than the page's own for the ordinary reading.
    """
    if not page:
        return ordinary
    plain = ""
    if is_plain():
        # A section has the same name wherever it is named.
        section = getattr(getattr(page, "specific_class", None), "section_name", "")
        plain = getattr(page, "easy_title", "") or str(section)
    return plain or ordinary or getattr(page, "title", "")


@register.filter
def summary_as_read(page: Any) -> str:
    """The summary of a page: in plain Japanese where that is read and there is one."""
    if not page:
        return ""
    plain = ""
    if is_plain():
        section = getattr(page, "section_summary", "")
        plain = getattr(page, "easy_summary", "") or str(section)
    return plain or getattr(page, "summary", "")
