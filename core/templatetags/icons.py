"""Icons as inline SVG, so that they take the colour of the text around them."""

from __future__ import annotations

import re
from functools import cache

from django import template
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

NAME = re.compile(r"[a-z0-9-]+")


@cache
def _drawing(name: str) -> SafeString:
    return mark_safe(get_template(f"icons/{name}.svg").render().strip())  # noqa: S308


@register.simple_tag
def icon(name: str) -> SafeString:
    """Return the drawing `templates/icons/<name>.svg`; it is hidden from screen readers.

    Raises TemplateDoesNotExist for an unknown name, and ValueError for one that is no plain name.
    """
    if not NAME.fullmatch(name):
        raise ValueError(f"not the name of an icon: {name!r}")
    return _drawing(name)


@register.simple_tag
def theme_picture(group: str) -> SafeString:
    """Return the picture of a group of themes (`1` to `5`, `x`), or nothing for another code."""
    return _drawing(f"theme-{group}") if group in set("12345x") else mark_safe("")
