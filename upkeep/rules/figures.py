"""Rules about figures: each has a source."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from core.numbers import read_decimal
from core.values import WrongValue
from upkeep.rules.checked import CheckedPage
from upkeep.rules.rule import Fault, rule
from upkeep.rules.written_numbers import written_numbers

__all__ = ["figure_without_source"]

# Fields with a number, and the field in which its source stands.
_FIGURES = {
    "cost_total": "cost_source",
    "staff": "staffing_source",
    "volunteers": "staffing_source",
    "reached_planned": "reached_source",
    "reached_actual": "reached_source",
}
# Texts beside the figures themselves, which say nothing of where these come from.
_LABELS = ("cost_", "reached_", "results.")


@rule(
    "figure-without-source",
    label=_("Figure without source"),
    reason=_("Nobody can check a number without knowing where it was read."),
    cure=_("Give the source beside the number, or say the number in the text, which has sources."),
)
def figure_without_source(checked: CheckedPage) -> Iterator[Fault]:
    """Figures without a source of their own that neither the text nor a source's note tells."""
    page = checked.page
    texts = [text.original for text in checked.texts if not text.name.startswith(_LABELS)]
    told = written_numbers("\n".join([*texts, *(source.note for source in page.sources.all())]))
    is_told = (told.told | told.possible).__contains__
    for name, source in _FIGURES.items():
        value = getattr(page, name)
        if value is not None and not getattr(page, source) and not is_told(Decimal(value)):
            yield Fault.of(name, value)
    for row in page.results.all():
        if not row.source and not all(map(is_told, _figures(row.after))):
            yield Fault.of("results.after", f"{row.indicator} {row.after}")


def _figures(text: str) -> list[Decimal]:
    """The number of a cell; nothing where it holds words."""
    try:
        return [read_decimal(text)]
    except WrongValue:
        return []
