"""The fonts of slides and Word files: those that the offices' computers have."""

from __future__ import annotations

from typing import Any

__all__ = ["EAST_ASIAN", "LATIN", "name_fonts"]

LATIN, EAST_ASIAN = "Yu Gothic", "Yu Gothic"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


def name_fonts(properties: Any) -> None:
    """Name the fonts of a run of a slide, for Latin and for East Asian letters."""
    for tag, name in (("latin", LATIN), ("ea", EAST_ASIAN)):
        element = properties.makeelement(f"{_DRAWING}{tag}")
        element.set("typeface", name)
        properties.append(element)
