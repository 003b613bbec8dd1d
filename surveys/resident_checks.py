"""Checks of numbers of foreign residents before they are stored: sums, missing places, jumps.

What a file says is checked together with what is stored for the same month, so that a correction
of one place is checked like a whole file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from django.utils.translation import gettext as _

from core.templatetags.facts import partial_date
from regions.models import Area
from surveys.models import ResidentCount
from surveys.services import NATION
from surveys.statistical_tables import first_day

__all__ = [
    "JUMP_OF_POPULATION",
    "JUMP_OF_RESIDENTS",
    "NATION",
    "AreaTree",
    "jump_of",
    "latest_before",
]

# A place changes more than this from one count to the next in a few cases a year: of the 1,741
# municipalities 6 to 32 with at least 100 foreign residents, and at most 3 of the populations.
JUMP_OF_RESIDENTS = 1.5
JUMP_OF_POPULATION = 1.1
_FEW_RESIDENTS = 100
_FEW_PEOPLE = 1_000

_COUNTED = {
    kind
    for kind in Area.Kind.values
    if kind not in {Area.Kind.BLOCK, Area.Kind.COUNTRY, Area.Kind.PROVINCE}
}


class AreaTree:
    """The areas of Japan that are counted, with the parts of which each is the sum."""

    def __init__(self) -> None:
        areas = Area.objects.filter(kind__in=_COUNTED).only(
            "code", "kind", "name_ja", "name_en", "parent", "valid_from", "valid_to"
        )
        self.areas = {area.code: area for area in areas if area.code.isdigit()}
        self.parts: dict[str, list[str]] = defaultdict(list)
        for code, area in sorted(self.areas.items()):
            is_prefecture = area.kind == Area.Kind.PREFECTURE
            self.parts[NATION if is_prefecture else area.parent_id or ""].append(code)

    def label(self, code: str) -> str:
        """The name of an area or the country."""
        return _("Japan") if code == NATION else self.areas[code].label

    def existed(self, code: str, month: str) -> bool:
        """Whether an area existed when the people were counted."""
        area, day = self.areas[code], first_day(month)
        return (area.valid_from is None or area.valid_from <= day) and (
            area.valid_to is None or area.valid_to >= day
        )

    def parts_of(self, code: str, month: str) -> list[str]:
        """The parts that an area had in a month."""
        return [part for part in self.parts.get(code, []) if self.existed(part, month)]

    def sum_of(self, code: str, month: str, value: Callable[[str], int | None]) -> int | None:
        """What the parts of an area add up to; its own number where it has no parts with one.

        None where some parts have a number and others have none.
        """
        parts = self.parts_of(code, month)
        numbers = [self.sum_of(part, month, value) for part in parts]
        if all(number is None for number in numbers):
            return value(code)
        if any(number is None for number in numbers):
            return None
        return sum(number for number in numbers if number is not None)

    def missing(self, month: str, known: Mapping[str, object]) -> dict[str, list[str]]:
        """By city, prefecture or country, the parts without parts of their own that are missing."""
        found: dict[str, list[str]] = {}
        for parent in self.parts:
            lacking = [
                part
                for part in self.parts_of(parent, month)
                if part not in known and not self.parts_of(part, month)
            ]
            if lacking and (parent == NATION or parent in self.areas):
                found[parent] = lacking
        return found


def jump_of(
    label: str,
    new: tuple[int, int | None],
    old: ResidentCount | None,
) -> str:
    """What is to be checked of a new number beside that of the count before; empty for nothing."""
    if old is None:
        return ""
    residents, population = new
    if _jumped(residents, old.residents, JUMP_OF_RESIDENTS, _FEW_RESIDENTS):
        return _(
            "%(place)s: %(new)s foreign residents, %(month)s there were %(old)s. Check it in the "
            "source."
        ) % {
            "place": label,
            "new": f"{residents:,}",
            "old": f"{old.residents:,}",
            "month": partial_date(old.month),
        }
    if (
        population is not None
        and old.population is not None
        and _jumped(population, old.population, JUMP_OF_POPULATION, _FEW_PEOPLE)
    ):
        return _(
            "%(place)s: total population %(new)s, %(month)s it was %(old)s. Check it in the source."
        ) % {
            "place": label,
            "new": f"{population:,}",
            "old": f"{old.population:,}",
            "month": partial_date(old.month),
        }
    return ""


def _jumped(new: int, old: int, factor: float, few: int) -> bool:
    low, high = sorted((new, old))
    return high >= few and high > low * factor


def latest_before(
    rows: Iterable[ResidentCount],
) -> dict[tuple[str, str, str], ResidentCount]:
    """Of each area, dimension and category the row of the latest month."""
    found: dict[tuple[str, str, str], ResidentCount] = {}
    for row in sorted(rows, key=lambda row: row.month):
        found[row.area_id or NATION, row.dimension, row.category] = row
    return found
