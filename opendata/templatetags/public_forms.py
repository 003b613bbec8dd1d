"""The marks of a form that anybody may send; see `opendata.public_forms`."""

from __future__ import annotations

from django import template

from opendata.public_forms import stamp

register = template.Library()


@register.simple_tag
def form_stamp(form: str) -> str:
    """A stamp for a form of this name, shown now."""
    return stamp(form)
