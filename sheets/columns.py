"""A column described once: template, export, reading and the reference are made from it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import override

from sheets.kinds import Kind, plain

__all__ = ["MARK", "Column", "by_heading", "mapped"]

# Begins the first cell of rows that hold no record: code names, notes, an example.
MARK = "#"
# What offices write around a heading: （必須）, ※, *, (例：…).
_AROUND = re.compile(r"[(\[{【〔〈《<][^()\[\]{}【】〔〕〈〉《》<>]*[)\]}】〕〉》>]|[*※●○◎■□★☆]")


@dataclass(frozen=True)
class Column:
    """One column of a sheet.

    Attributes:
        name: the code name, the same in every language.
        label: heading, a lazy translation.
        kind: what its cells hold.
        required: whether a new record needs it.
        note: what to write, a lazy translation.
        example: a cell of the example row, as it would be written.
        aliases: other headings that offices use for this column.
        blank_means_unchanged: an empty cell keeps the value; new records get the default.
        is_immutable: the value is given once and never changed by a sheet, such as an identifier.
    """

    name: str
    label: Any
    kind: Kind = field(default_factory=Kind)
    required: bool = False
    note: Any = ""
    example: str = ""
    aliases: tuple[str, ...] = ()
    blank_means_unchanged: bool = False
    is_immutable: bool = False

    @property
    def headings(self) -> set[str]:
        """Every text that names this column, for comparing."""
        texts = [self.name, *self.aliases]
        for language in ("ja", "en"):
            with override(language):
                texts.append(str(self.label))
        return {plain(text) for text in texts}


def by_heading(columns: Sequence[Column]) -> dict[str, Column]:
    """Columns by everything that names them; where two share a name, the first has it."""
    return {heading: column for column in reversed(columns) for heading in column.headings}


def mapped(headings: Mapping[str, Column], cells: Sequence[str]) -> dict[int, Column]:
    """Which cells of a row are the headings of which columns, by position."""
    found: dict[int, Column] = {}
    for index, cell in enumerate(cells):
        text = plain(cell)
        column = headings.get(text) or headings.get(_AROUND.sub("", text))
        if column is not None:
            found[index] = column
    return found
