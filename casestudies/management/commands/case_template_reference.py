"""Write the reference of the case template, from the declarations of its fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import override

from casestudies.fields import CASE_FIELDS, CaseField, Needed
from casestudies.models import CaseStudyPage

HEAD = """# Case template

The fields of a case study in the order in which people tell it. `manage.py
case_template_reference` writes this page from `casestudies/fields.py`, where each field is
declared once; [Add a field](../howto/add-a-field.md) says how. The values are stored in
`casestudies.models.CaseStudyPage`, those of rows in models of their own.

- **No.**: number in the network's template of 42 fields; 0 for fields beside it. Not stored: 36
  (SDG and other international codes) and 37 (criteria check by a reviewer). 5 (organisation in
  the lead) is an actor whose part is `lead`, 24 (evaluation reports) a source whose kind is
  `evaluation`; 42 (English version) is the page's translation in the English tree.
- **Needed** for publication: **c** by every case, also one compiled from public sources; **r** by
  a case that the body in charge reports. A draft may leave everything but title and slug empty.
  The reason is [decision 0005](../decisions/0005-required-fields.md).
- **API**: where the value stands in the answer of `get_case`. **Search**: which words of the
  search document it adds to. **Page**: the section in which it is shown.

"""
TAIL = """
Of `actors`, the one in the lead is what a reported case needs; of the four ways to reach the
desk, one.

## What is not shown

Where a column has –, the field does not appear there;
`tests/casestudies/test_every_field_appears.py` says why. A fact without a value shows nothing.

## Checks

- An end must not lie before the start; a cost needs its period (in total, or a year).
- An actor needs a page of the directory or a name.
- Three themes at most.
- Dates: `2018`, `2018-12` or `2018-12-01`, and what is in the calendar alone. Forms read other
  ways to write them ([Type dates and numbers](../howto/type-dates-and-numbers.md)).
- A translation may leave summary, prose and steps empty; the page shows the original's words for
  them, labelled.
"""
_NEEDED = {None: "–", Needed.ALWAYS: "c", Needed.WHEN_REPORTED: "r"}


class Command(BaseCommand):
    """`manage.py case_template_reference`: Markdown on the standard output."""

    help = "Write the reference of the case template, as Markdown."

    def handle(self, *args: Any, **options: Any) -> None:
        """One table, a row for each field."""
        self.stdout.write(HEAD, ending="")
        self.stdout.write("| No. | Field | 日本語 | English | Needed | API | Search | Page |")
        self.stdout.write("|--:|---|---|---|---|---|---|---|")
        for field in CASE_FIELDS:
            self.stdout.write(f"| {' | '.join(_cells(field))} |")
        self.stdout.write(TAIL, ending="")


def _cells(field: CaseField) -> Iterator[str]:
    yield str(field.number)
    parts = ", ".join(f"`{name}`" for name in _parts(field))
    yield f"`{field.name}`: {parts}" if parts else f"`{field.name}`"
    for language in ("ja", "en"):
        with override(language):
            yield _label(field)
    yield _NEEDED[field.needed]
    yield f"`{field.api}`" if field.api else "–"
    yield field.words or "–"
    yield field.section or "–"


def _label(field: CaseField) -> str:
    if field.rows is not None:
        return str(field.rows[1])
    model_field: Any = CaseStudyPage._meta.get_field(field.name)
    return str(model_field.verbose_name)


def _parts(field: CaseField) -> list[str]:
    """Names of the fields of a row, or of the parts of a step."""
    model_field: Any = CaseStudyPage._meta.get_field(field.name)
    if field.rows is None:
        return list(_step_parts(model_field)) if field.name == "steps" else []
    return [
        part.name
        for part in model_field.related_model._meta.get_fields()
        if not part.auto_created and part.name not in {"id", "sort_order", "page"}
    ]


def _step_parts(stream_field: Any) -> Iterator[str]:
    for block in stream_field.stream_block.child_blocks.values():
        yield from block.child_blocks
