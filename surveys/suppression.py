"""Which counts of a question must stay hidden so that no respondent can be recognised.

A table is the counts of one question: options down, groups across, with the whole as one group.
Counts of 1 to 4 are hidden. So that nobody finds them again by subtraction, more is hidden:

- the option's count in the whole, from which the other groups could be taken away;
- the option in every group of other dimensions (sizes, where a kind was small), which make the
  same whole;
- where respondents choose one option, a second option of the same group, whose number of answers
  is known; that option's whole and other dimensions then follow as above.

Hidden cells look alike, whatever the reason, and percentages are hidden with the counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["SMALLEST", "Column", "hidden_cells", "is_small"]

SMALLEST = 5

Cell = tuple[str, str]  # option, group


@dataclass(frozen=True)
class Column:
    """A group of respondents: what dimension it belongs to, and how many answered."""

    dimension: str
    responses: int | None

    @property
    def is_whole(self) -> bool:
        """Whether the group is all respondents."""
        return self.dimension == "all"


def is_small(count: int | None) -> bool:
    """Whether a count could point at somebody. 0 points at nobody."""
    return count is not None and 0 < count < SMALLEST


def hidden_cells(
    counts: Mapping[Cell, int], columns: Mapping[str, Column], *, one_answer: bool
) -> set[Cell]:
    """The cells (option, group) of a question that must not be shown.

    Args:
        counts: known counts; a cell without one is not in the source.
        one_answer: whether each respondent chose one option, so that counts add up. Say so as well
            where it is not known.
    """
    hidden = {cell for cell, count in counts.items() if is_small(count)}
    for group, column in columns.items():
        cells = [cell for cell in counts if cell[1] == group]
        unanswered = _unanswered(cells, counts, column) if one_answer else None
        if is_small(column.responses) or is_small(unanswered):
            hidden |= set(cells) if is_small(column.responses) else {_smallest(cells, counts)}
    while True:
        more = _wholes_and_others(hidden, counts, columns)
        if one_answer:
            more |= _seconds(hidden | more, counts, columns)
        if more <= hidden:
            return hidden
        hidden |= more


def _unanswered(cells: list[Cell], counts: Mapping[Cell, int], column: Column) -> int | None:
    """How many of the group chose none of the options, where that can be worked out."""
    if column.responses is None or not cells:
        return None
    return column.responses - sum(counts[cell] for cell in cells)


def _smallest(cells: list[Cell], counts: Mapping[Cell, int]) -> Cell:
    """The cell that costs readers least; a count of 0 hides little and comes last."""
    return min(cells, key=lambda cell: (counts[cell] == 0, counts[cell], cell))


def _wholes_and_others(
    hidden: set[Cell], counts: Mapping[Cell, int], columns: Mapping[str, Column]
) -> set[Cell]:
    """For each hidden cell: the whole, and the other dimensions that make the same whole."""
    more: set[Cell] = set()
    for option, group in hidden:
        dimension = columns[group].dimension
        row = [cell for cell in counts if cell[0] == option]
        shown = {columns[cell[1]].dimension for cell in row} - {
            columns[cell[1]].dimension for cell in row if cell in hidden
        }
        # Of its own dimension one hidden cell is enough: the whole is hidden as well.
        more |= {cell for cell in row if columns[cell[1]].dimension in shown - {dimension}}
    return more


def _seconds(
    hidden: set[Cell], counts: Mapping[Cell, int], columns: Mapping[str, Column]
) -> set[Cell]:
    """A second cell in each group where one alone is hidden and the rest could be added up."""
    more: set[Cell] = set()
    for group, column in columns.items():
        cells = [cell for cell in counts if cell[1] == group]
        own = [cell for cell in cells if cell in hidden]
        unanswered = _unanswered(cells, counts, column)
        is_covered = unanswered is not None and unanswered > 0
        if len(own) == 1 and len(cells) > 1 and not is_covered:
            more.add(_smallest([cell for cell in cells if cell not in hidden], counts))
    return more
