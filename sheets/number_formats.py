"""What the number format of an Excel cell says about the unit of its number.

`#,##0"千円"` shows 12000 as 12,000千円: the number is kept in thousands of yen. `#,##0,"千円"`
shows 12000000 so: each comma at the end hides three digits, and the number is kept in yen.
"""

from __future__ import annotations

import re

__all__ = ["unit_of_format"]

_QUOTED = re.compile(r'"([^"]*)"|\\(.)')
_BRACKETS = re.compile(r"\[([^\]\[]*)\]")
# A blank as wide as a sign, and a sign that fills the cell.
_FILLING = re.compile(r"[_*].")
_PLACES = re.compile(r"[0#?][0#?,]*(?:\.[0#?]*)?(?:[eE][+-]?[0#?]+)?")


def unit_of_format(number_format: str, number: float) -> str:
    """The unit that a cell with this format shows, such as `千円`, `%`, `円÷1000`; may be empty.

    `÷1000` says that the number is kept a thousand times as large as it is shown.
    """
    if number_format in {"", "General", "@"}:
        return ""
    section = _section(number_format, number)
    currency = "".join(
        inner[1:].partition("-")[0] for inner in _BRACKETS.findall(section) if inner.startswith("$")
    )
    literals = "".join(quoted or escaped for quoted, escaped in _QUOTED.findall(section))
    bare = _FILLING.sub("", _BRACKETS.sub("", _QUOTED.sub("", section)))
    # A percent sign that stands in quotes is no more than a letter.
    if "%" in bare:
        return "%"
    places = _PLACES.search(bare)
    if places is None:
        return ""
    hidden = len(places[0]) - len(places[0].rstrip(","))
    rest = (currency + literals + _PLACES.sub("", bare)).strip(" ()-+,.%％△▲")
    return f"{rest}÷{10 ** (3 * hidden)}" if hidden else rest


def _section(number_format: str, number: float) -> str:
    """The part for numbers of this sign: positive; negative; zero; text."""
    sections, is_quoted = [""], False
    for sign in number_format[:255]:
        is_quoted ^= sign == '"'
        if sign == ";" and not is_quoted:
            sections.append("")
        else:
            sections[-1] += sign
    if number < 0 and len(sections) > 1:
        return sections[1]
    if number == 0 and len(sections) > 2:
        return sections[2]
    return sections[0]
