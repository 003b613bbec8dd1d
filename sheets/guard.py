"""Cells that no program takes for a formula, and the same cells read back.

An apostrophe in front makes a cell text that begins with a sign of formulas, also with those of
full width, which Japanese Excel reads alike. Reading takes exactly that apostrophe away again.
"""

from __future__ import annotations

import re

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

__all__ = ["LEFT_OUT", "LONGEST_CELL", "guarded", "unguarded"]

# Excel keeps no more in a cell.
LONGEST_CELL = 32_767
# Stands in Excel files for a longer text; reading it leaves the stored text as it is.
LEFT_OUT = "[…]"

_SIGNS = r"'*[\s\x00]*[=+\-@＝＋－＠\t\r]"
_NEEDS_GUARD = re.compile(_SIGNS)
_HAS_GUARD = re.compile(f"'{_SIGNS}")


def guarded(text: str) -> str:
    """The text as a cell that is safe to open."""
    text = ILLEGAL_CHARACTERS_RE.sub("", text)
    return f"'{text}" if _NEEDS_GUARD.match(text) else text


def unguarded(text: str) -> str:
    """The text of a cell that `guarded` may have made."""
    return text[1:] if _HAS_GUARD.match(text) else text
