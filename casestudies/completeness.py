"""How complete the records of cases are: of one case, and in numbers over all.

What counts is declared in `casestudies/fields.py`: the fields that publishing needs, and the
elements of a complete record. Each question exists for a page at hand and for the database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Cast, Length
from django.db.models.lookups import GreaterThan
from django.urls import reverse
from django.utils.translation import gettext
from wagtail.fields import StreamField

from casestudies.fields import CASE_FIELDS, ELEMENTS, fields_of_element
from casestudies.forms import REQUIRED, REQUIRED_WHEN_REPORTED
from casestudies.models import CaseActor, CaseStudyPage
from core.shared_facts import shared_fields
from core.visibility import publicly_visible
from taxonomy.models import CostBand

__all__ = ["FACET_ELEMENTS", "completeness", "counts_of_elements", "facet_elements_of",
           "has_element", "has_lookup", "missing_in"]  # fmt: skip

# The elements by which readers filter.
FACET_ELEMENTS = ("cost", "results", "failures", "contact", "confirmed")


def facet_elements_of(case: CaseStudyPage) -> list[str]:
    """Those of the elements by which readers filter that a case has."""
    return [code for code in FACET_ELEMENTS if case.has_element(code)]


@dataclass(frozen=True)
class Missing:
    """Something that a record lacks, and where in the editor's form it is written.

    Attributes:
        name: of the field.
        anchor: of the field in the form, `url` with the address of the form before it.
        is_needed: whether the case cannot be published, nor submitted, without it.
    """

    name: str
    label: str
    url: str
    anchor: str
    is_needed: bool


def missing_in(case: CaseStudyPage) -> list[Missing]:
    """What a case lacks, for its editors: what publishing needs, then what makes it complete.

    Both in the order in which a case is told.
    """
    needed = case.missing_for_publication()
    fields = {name: str(request) for name, request in needed.items()}
    for code, label in ELEMENTS.items():
        if not case.has_element(code):
            fields.setdefault(fields_of_element(code)[0], str(label))
    if not case.image_id:
        fields["image"] = gettext("Picture")
    form = reverse("wagtailadmin_pages:edit", args=[case.pk])
    order = {field.name: number for number, field in enumerate(CASE_FIELDS)}
    return [
        Missing(name, fields[name], f"{form}#{_anchor(name)}", _anchor(name), name in needed)
        for name in sorted(fields, key=lambda name: (name not in needed, order[name]))
    ]


def _anchor(name: str) -> str:
    """What stands at a field in the form of the admin, by the kind of the field."""
    field: Any = CaseStudyPage._meta.get_field(name)
    if field.one_to_many:
        return f"id_{name}-FORMS"
    return name if isinstance(field, StreamField) else f"id_{name}-label"


def has_element(code: str) -> Q:
    """`CaseStudyPage.has_element` as a condition on cases."""
    names = fields_of_element(code)
    return reduce(lambda found, name: found | _is_filled(name), names, Q(pk__in=()))


def has_lookup(codes: Sequence[str]) -> Q:
    """Whether a case has one of these elements, for the search without an engine."""
    known = [code for code in codes if code in FACET_ELEMENTS]
    return reduce(lambda found, code: found | has_element(code), known, Q(pk__in=()))


def counts_of_elements(cases: QuerySet[CaseStudyPage]) -> dict[str, int]:
    """Of these cases, how many there are (`all`), have each element, and are complete in English.

    One query. `factors-conditions` counts those that have both.
    """
    counted = {code: has_element(code) for code in ELEMENTS}
    counted["factors-conditions"] = counted["factors"] & counted["conditions"]
    counted["english"] = Q(_is_complete_in_english())
    counted["all"] = ~Q(pk=None)
    found = cases.order_by().aggregate(
        # Names that no field has.
        **{f"has-{code}": Count("pk", filter=condition) for code, condition in counted.items()}
    )
    return {code: found[f"has-{code}"] for code in counted}


def _is_complete_in_english() -> Exists:
    """A public English page of its own, which has every text that the Japanese one has."""
    facts = {*shared_fields(CaseStudyPage), "title"}
    texts = {
        field.name
        for field in CaseStudyPage._meta.get_fields()
        if isinstance(field, CharField | TextField | StreamField)
    }
    names = [field.name for field in CASE_FIELDS if field.name in texts - facts]
    english = publicly_visible(CaseStudyPage.objects.all()).filter(
        translation_key=OuterRef("translation_key"), locale__language_code="en", alias_of=None
    )
    for name in names:
        is_said_here = GreaterThan(_length(OuterRef(name)), _nothing(name))
        english = english.filter(~Q(is_said_here) | _is_filled(name))
    return Exists(english)


def completeness() -> CombinedExpression:
    """How much of what a reported case needs is filled, in percent, as a database expression.

    The same fields for every case, whoever wrote it, so that cases can be compared.
    """
    names = [*REQUIRED, *REQUIRED_WHEN_REPORTED]
    filled = sum(
        (Case(When(_is_filled(name), then=1), default=0) for name in names),
        start=Value(0),
    )
    return filled * 100 / len(names)


def _is_filled(name: str) -> Any:
    """Condition that a field, or the rows or choices of that name, say something."""
    if name == "actors":
        return Exists(CaseActor.objects.filter(page=OuterRef("pk"), part=CaseActor.Part.LEAD))
    if name == "contact_name":
        parts = ("name", "phone", "email", "url")
        return ~Q(**{f"contact_{part}": "" for part in parts})
    if name == "cost_band":
        return Q(cost_band__isnull=False) & ~Q(cost_band=CostBand.UNKNOWN)
    field: Any = CaseStudyPage._meta.get_field(name)
    if field.one_to_many:
        return Exists(field.related_model.objects.filter(page=OuterRef("pk")))
    if field.many_to_many:
        return Exists(field.remote_field.through.objects.filter(casestudypage=OuterRef("pk")))
    if isinstance(field, CharField | TextField | StreamField):
        return Q(GreaterThan(_length(name), _nothing(name)))
    return Q(**{f"{name}__isnull": False})


def _length(name: str | OuterRef) -> Length:
    return Length(Cast(name, TextField()))


def _nothing(name: str) -> int:
    """How long a text is that says nothing: prose without blocks is stored as a list."""
    return len("[]") if isinstance(CaseStudyPage._meta.get_field(name), StreamField) else 0
