"""What the records of published cases have, counted: for the command and for the public page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casestudies.completeness import FACET_ELEMENTS, counts_of_elements
from casestudies.fields import ELEMENTS
from casestudies.models import CaseStudyPage
from core.numbers import round_half_up
from core.visibility import publicly_visible
from page_cache.kept import kept
from upkeep.rules.sources import why_unfit
from upkeep.selectors import originals
from upkeep.sources import named_links

__all__ = ["RecordCount", "record_counts"]


@dataclass(frozen=True)
class RecordCount:
    """How many of the published cases have something.

    Attributes:
        code: an element of `casestudies.fields.ELEMENTS`, or one of the names below.
        total: of published cases.
    """

    code: str
    label: Any
    number: int
    total: int

    @property
    def percent(self) -> str:
        """The share with one decimal; nothing of nothing is none."""
        return f"{round_half_up(100 * self.number / self.total if self.total else 0, 1)}"

    @property
    def value(self) -> str:
        """Number and share, as a chart and a command show them."""
        return _("%(number)s (%(percent)s%%)") % {"number": self.number, "percent": self.percent}

    @property
    def url(self) -> str:
        """The search that finds these cases; empty where no facet does, or there are none."""
        if self.code not in FACET_ELEMENTS or not self.number:
            return ""
        return f"{reverse('search:search')}?kind=case&has={self.code}"


_LABELS: dict[str, Any] = {
    "english": gettext_lazy("Complete in English"),
    **ELEMENTS,
    "factors-conditions": gettext_lazy("Both what made it work and conditions"),
    "unfit-sources": gettext_lazy("With an unfit source"),
}


@kept
def record_counts() -> list[RecordCount]:
    """The counts over published cases, each translation group once. Kept, else some queries."""
    cases = publicly_visible(originals(CaseStudyPage))
    numbers = counts_of_elements(cases)
    published = set(cases.values_list("pk", flat=True))
    unfit = {
        pk for url, pages in named_links(CaseStudyPage).items() if why_unfit(url) for pk in pages
    }
    numbers["unfit-sources"] = len(unfit & published)
    return [RecordCount(code, _LABELS[code], numbers[code], numbers["all"]) for code in _LABELS]
