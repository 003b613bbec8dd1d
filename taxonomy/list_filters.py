"""The filters and the order of a list, as its address names them: fields, chips and their links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.http import QueryDict

__all__ = ["Choice", "ListFilter", "choices_of", "list_tools", "sort_of"]


@dataclass(frozen=True)
class Choice:
    """One value of a filter; `group` is the heading below which it stands, or empty."""

    code: str
    label: str
    count: int | None = None
    group: str = ""


@dataclass(frozen=True)
class ListFilter:
    """One choice among the filters of a list.

    Attributes:
        name: in the address.
        every: what stands for no choice.
        value: the chosen code, or empty. One that is not among the choices finds nothing.
    """

    name: str
    label: Any
    every: Any
    value: str = ""
    choices: Sequence[Choice] = field(default_factory=list)

    @property
    def groups(self) -> list[tuple[str, list[Choice]]]:
        """The choices below their headings."""
        return [(name, list(them)) for name, them in groupby(self.choices, lambda one: one.group)]

    @property
    def chosen_label(self) -> str:
        """The chosen value in words; its code where it is none of the choices."""
        labels = {choice.code: choice.label for choice in self.choices}
        return labels.get(self.value, self.value)


def choices_of(rows: Iterable[Any]) -> list[Choice]:
    """Choices from rows or mappings that have a code, a label and perhaps a count."""
    return [
        Choice(str(row["code"]), str(row["label"]), row.get("count"))
        if isinstance(row, Mapping)
        else Choice(str(row.code), str(row.label), getattr(row, "count", None))
        for row in rows
    ]


def list_tools(
    params: QueryDict, filters: Sequence[ListFilter], sorts: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """What the page of a list needs to show its filters, its chips and its order.

    Args:
        sorts: orders by name, with their labels; the first is the usual one.
    """
    chosen = [one for one in filters if one.value]
    order = sort_of(params, sorts or {})
    return {
        "list_filters": filters,
        "chips": [
            {
                "facet": one.label,
                "label": one.chosen_label,
                "remove_url": _address(params, without={one.name, "page"}),
            }
            for one in chosen
        ],
        "chosen_count": len(chosen),
        "clear_url": _address(params, without={one.name for one in filters} | {"page"}),
        "sorts": [
            {"name": name, "label": label, "selected": name == order}
            for name, label in (sorts or {}).items()
        ],
    }


def sort_of(params: QueryDict, sorts: Mapping[str, Any]) -> str:
    """The order that the address names; the usual one where it names none that there is."""
    wanted = params.get("sort", "")
    return wanted if wanted in sorts else next(iter(sorts), "")


def _address(params: QueryDict, *, without: set[str]) -> str:
    """The address of this list with the other parameters alone, relative to the page."""
    kept = params.copy()
    for name in without:
        kept.pop(name, None)
    return f"?{kept.urlencode()}" if kept else "."
