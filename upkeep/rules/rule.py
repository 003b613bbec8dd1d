"""What a rule is: a name, the reason, the cure, and a function that finds faults on a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from wagtail.models import Page

from casestudies.models import CaseStudyPage
from upkeep.rules.checked import CheckedPage

__all__ = ["Fault", "Rule", "rule"]

# So many letters of a text name a fault well enough.
_LONGEST_WORDS = 80


@dataclass(frozen=True)
class Fault:
    """A place on a page that breaks a rule.

    Attributes:
        field: the model's field; that of a row with its relation in front (`results.unit`).
        words: what stands there, the same in every language of the admin.
    """

    field: str
    words: str

    @classmethod
    def of(cls, field: str, words: object) -> Fault:
        """The fault with so many of the words as name it, in one line."""
        return cls(field, " ".join(str(words).split())[:_LONGEST_WORDS])


Find = Callable[[CheckedPage], Iterator[Fault]]


@dataclass(frozen=True)
class Rule:
    """One thing that shall be so on every page.

    Attributes:
        name: by which commands and the list of accepted findings call it.
        label, reason, cure: in the active language.
        models: kinds of pages on which it is looked for.
        find: the faults of a page.
    """

    name: str
    label: Any
    reason: Any
    cure: Any
    models: tuple[type[Page], ...]
    find: Find


def rule(
    name: str,
    *,
    label: Any,
    reason: Any,
    cure: Any,
    models: tuple[type[Page], ...] = (CaseStudyPage,),
) -> Callable[[Find], Rule]:
    """Make a rule of a function that finds its faults."""
    return lambda find: Rule(name, label, reason, cure, models, find)
