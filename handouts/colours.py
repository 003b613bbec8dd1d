"""The colours of slides and Word files: those of static/css/tokens.css for each broad theme."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["INDIGO", "INK", "SOFT", "Colours", "colours_of"]

INK, SOFT, INDIGO = "1A1A1A", "4D4D4D", "00234B"


@dataclass(frozen=True)
class Colours:
    """The family of a theme: a ground, a line and letters on the ground."""

    pale: str
    mid: str
    ink: str


_BY_GROUP = {
    "1": Colours("F0F9FF", "97D3FF", "00428C"),
    "2": Colours("E6F5EC", "71C598", "0C472A"),
    "3": Colours("FFEEE2", "FFA66D", "8B3200"),
    "4": Colours("FBF5E0", "FFC700", "604B00"),
    "5": Colours("F1EAFA", "CDA6FF", "41048E"),
    "x": Colours("E9F7F9", "2BC8E4", "004C59"),
}


def colours_of(group: str) -> Colours:
    """The colours of a broad theme; those of the first where it has none."""
    return _BY_GROUP.get(group, _BY_GROUP["1"])
