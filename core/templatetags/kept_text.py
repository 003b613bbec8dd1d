"""Keeps what is typed into a public form in the tab until it is sent."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from core.kept_text import kept_text_scripts

register = template.Library()


@register.simple_tag
def kept_text() -> SafeString:
    """The scripts of a form with `data-kept-text`, and of the page that says that it was sent."""
    return kept_text_scripts(is_admin=False)
