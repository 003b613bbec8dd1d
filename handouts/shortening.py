"""Texts that are too long for paper, ended where a sentence ends."""

from __future__ import annotations

__all__ = ["short"]

_ENDS = ("。", ". ", "! ", "? ")


def short(text: str, most: int) -> str:
    """The text, or its whole sentences as far as there is room; always marked where it was cut."""
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    end = max(cut.rfind(sign) for sign in _ENDS)
    return (cut[: end + 1] if end > most // 2 else cut).rstrip() + "…"
