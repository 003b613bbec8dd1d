"""Canonical texts and column names as people read them, for the preview."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from sheets.columns import Column

register = template.Library()


@register.filter
def shown(text: str, column: Column) -> str:
    """A canonical text with the labels of its codes."""
    return column.kind.show(text) if text else ""


@register.filter
def labelled(labels: Mapping[str, Any], name: str) -> str:
    """The heading of a column."""
    return str(labels.get(name, name))
