"""What a picker is, and which model has one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.utils.functional import Promise

__all__ = [
    "MOST_OPTIONS",
    "Option",
    "Picker",
    "picker_by_name",
    "picker_for",
    "picker_names",
    "register_picker",
]

# Options in one answer. More cannot be looked through; typing on is quicker.
MOST_OPTIONS = 30


@dataclass(frozen=True)
class Option:
    """One record: its primary key as text, its name, and what tells it from others of that name."""

    value: str
    label: str
    note: str = ""


class Picker(ABC):
    """Finds records of one model for people who fill in a form."""

    name: ClassVar[str]
    """Stands in the address of the endpoint."""
    model: ClassVar[type[Model]]
    placeholder: ClassVar[str | Promise]
    """Tells what can be typed."""
    ended_label: ClassVar[str | Promise] = ""
    """Label of the switch that adds records which have ended; empty where there are none."""

    @abstractmethod
    def search(self, text: str, user: Any, *, with_ended: bool, limit: int) -> list[Option]:
        """The first records that fit the text and that the user may see, the most likely first."""

    @abstractmethod
    def describe(self, values: Sequence[str], user: Any) -> list[Option]:
        """The records with these primary keys, in this order; unknown ones are left out.

        `user` is None where nobody is known: only what everybody may read is told then.
        """

    def allowed(self, queryset: QuerySet[Any], user: Any) -> QuerySet[Any]:
        """Of the records that a form field accepts, those that the user may choose."""
        return queryset


_by_name: dict[str, Picker] = {}


def register_picker(picker: Picker) -> None:
    """Remember a picker. Apps call `core.pickers.fields.register_picker`, which does more."""
    _by_name[picker.name] = picker


def picker_by_name(name: str) -> Picker | None:
    """The picker whose endpoint has this name."""
    return _by_name.get(name)


def picker_names() -> list[str]:
    """The names of all endpoints."""
    return sorted(_by_name)


def picker_for(model: type[Model]) -> Picker | None:
    """The picker for records of a model."""
    return next((picker for picker in _by_name.values() if picker.model is model), None)
