"""Rules about dates: in the calendar, not in times to come, and not too long ago."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from casestudies.models import CaseStudyPage
from core.dates import PartialDate, ends_before_start
from core.models import STALE_AFTER
from organisations.models import OrganisationPage
from regions.models import RegionalPlatformPage
from upkeep.rules.checked import CheckedPage
from upkeep.rules.rule import Fault, rule
from writing.eras import era_years

__all__ = ["era_alone", "impossible_date", "stale"]


@rule(
    "impossible-date",
    label=_("Date that cannot be right"),
    reason=_("A day that is not in the calendar, not yet come, or before what it follows."),
    cure=_("Look the date up in the source."),
)
def impossible_date(checked: CheckedPage) -> Iterator[Fault]:
    """Dates outside the calendar, facts of days to come, and an end before its start."""
    page = checked.page
    for field, text in _dates(page):
        date = PartialDate.stored(text)
        if date is None or date.first_day > checked.today:
            yield Fault.of(field, text)
    if ends_before_start(page.started, page.ended):
        yield Fault.of("ended", f"{page.started} {page.ended}")


def _dates(page: Any) -> Iterator[tuple[str, Any]]:
    """Dates of what has happened. When a practice ends may be known before."""
    for name in ("started", "cost_date", "reached_date", "last_confirmed_at"):
        if value := getattr(page, name):
            yield name, value
    if page.ended and PartialDate.stored(page.ended) is None:
        yield "ended", page.ended
    for name, field in (("results", "date"), ("sources", "accessed")):
        for row in getattr(page, name).all():
            if value := getattr(row, field):
                yield f"{name}.{field}", value


@rule(
    "era-alone",
    label=_("Year of an era alone"),
    reason=_("Many readers cannot tell which year a year of an era is."),
    cure=_("Add the year of the common era."),
)
def era_alone(checked: CheckedPage) -> Iterator[Fault]:
    """Years that a text tells by their era alone."""
    for text in checked.texts:
        for year in era_years(text.original):
            yield Fault.of(text.name, year.text)


@rule(
    "stale",
    label=_("Not looked at for long"),
    reason=_("Desks, fees and people change: after eighteen months a page may mislead."),
    cure=_("Ask the lead organisation, or read the sources again and write when you did."),
    models=(CaseStudyPage, OrganisationPage, RegionalPlatformPage),
)
def stale(checked: CheckedPage) -> Iterator[Fault]:
    """A page confirmed more than eighteen months ago; where nobody confirmed it, read so."""
    page = checked.page
    read = (PartialDate.stored(source.accessed) for source in page.sources.all())
    days = [page.last_confirmed_at] if page.last_confirmed_at else [d.last_day for d in read if d]
    if days and max(days) < checked.today - STALE_AFTER:
        field = "last_confirmed_at" if page.last_confirmed_at else "sources.accessed"
        yield Fault.of(field, max(days))
