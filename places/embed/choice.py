"""What a widget shows, as it stands in its address."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["MOST", "PARTS", "Choice", "ChoiceConverter", "ReadingConverter"]

PARTS = ("cases", "events", "desks")
MOST = 10


@dataclass(frozen=True)
class Choice:
    """The parts of a widget in their order, and how many entries each has at most."""

    parts: tuple[str, ...] = PARTS
    number: int = 3


class ChoiceConverter:
    """`cases-events-desks-3/`, or nothing for what is usual."""

    regex = r"(?:(?=[ced])(?:cases-)?(?:events-)?(?:desks-)?(?:10|[1-9])/)?"

    def to_python(self, value: str) -> Choice:
        """The choice that an address has."""
        if not value:
            return Choice()
        *parts, number = value.rstrip("/").split("-")
        return Choice(tuple(parts), int(number))

    def to_url(self, value: Choice) -> str:
        """As it stands in an address."""
        return "" if value == Choice() else f"{'-'.join(value.parts)}-{value.number}/"


class ReadingConverter:
    """`easy/` for plain Japanese, or nothing."""

    regex = r"(?:easy/)?"

    def to_python(self, value: str) -> bool:
        """Whether the widget is in plain Japanese."""
        return bool(value)

    def to_url(self, value: bool) -> str:
        """As it stands in an address."""
        return "easy/" if value else ""
