"""What reading a typed value returns, and how it refuses one."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Reading", "WrongValue"]


class WrongValue(ValueError):
    """A value cannot be read, or does not fit; the message says why, and what would be right."""


@dataclass(frozen=True)
class Reading:
    """What was read: the value as canonical text, and what its writer should know about it."""

    text: str
    remark: str = ""
