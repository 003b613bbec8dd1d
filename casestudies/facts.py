"""Facts of a case as lines of a list: a label and a value, for the sections of its page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from casestudies.fields import CASE_FIELDS, CaseField
from casestudies.models import CaseStudyPage
from core.models import PartialDateField
from core.templatetags.facts import grouped, partial_date
from taxonomy.models import CostBand

__all__ = ["Fact", "facts_of"]


@dataclass(frozen=True)
class Fact:
    """A line of a list of facts.

    Attributes:
        url: where the value leads; may be empty.
        source: address of where it was read; may be empty.
        icon: of a fact that stands at a glance; may be empty.
    """

    label: str
    value: str
    url: str = ""
    source: str = ""
    icon: str = ""


def facts_of(page: CaseStudyPage, section: str) -> list[Fact]:
    """The facts of a section that have a value, in the order of the case template."""
    facts = [
        Fact(
            str(field.fact),
            _value(page, field),
            url=str(getattr(page, f"{field.name}_url", "")),
            source=str(getattr(page, _SOURCES.get(field.name, ""), "")),
            icon=field.icon,
        )
        for field in CASE_FIELDS
        if field.section == section and field.fact
    ]
    return [fact for fact in facts if fact.value]


def _value(page: CaseStudyPage, field: CaseField) -> str:
    """The value in words; empty where nothing is known."""
    if field.name in _OWN_VALUES:
        return _OWN_VALUES[field.name](page)
    value = getattr(page, field.name)
    model_field: Any = CaseStudyPage._meta.get_field(field.name)
    if model_field.many_to_many:
        return _(", ").join(str(term.label) for term in value.all())
    if value is None or value == "":
        return ""
    if model_field.is_relation:
        return str(value.label)
    if model_field.choices:
        return str(getattr(page, f"get_{field.name}_display")())
    return partial_date(value) if isinstance(model_field, PartialDateField) else grouped(value)


# The fields with the addresses of where facts were read.
_SOURCES = {
    "cost_total": "cost_source",
    "cost_band": "cost_source",
    "staffing_note": "staffing_source",
}


def _cost(page: CaseStudyPage) -> str:
    if page.cost_total is None:
        return ""
    cost = (
        _("about %(amount)s yen %(period)s")
        if page.cost_is_approximate
        else _("JPY %(amount)s %(period)s")
    )
    cost %= {"amount": grouped(page.cost_total), "period": page.get_cost_period_display()}
    if not page.cost_date:
        return cost
    return _("%(fact)s (%(date)s)") % {"fact": cost, "date": partial_date(page.cost_date)}


def _cost_band(page: CaseStudyPage) -> str:
    """Only where no sum is known."""
    band = page.cost_band
    if band is None or band.code == CostBand.UNKNOWN or page.cost_total is not None:
        return ""
    return str(band.label)


def _people(number: int | None) -> str:
    if not number:
        return ""
    return ngettext("%(number)s person", "%(number)s people", number) % {"number": number}


_OWN_VALUES: dict[str, Callable[[CaseStudyPage], str]] = {
    "cost_total": _cost,
    "cost_band": _cost_band,
    "staff": lambda page: _people(page.staff),
    "volunteers": lambda page: _people(page.volunteers),
}
