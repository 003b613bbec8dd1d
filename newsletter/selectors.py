"""Reads of the newsletter: what a month has to tell, and the archive."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from casestudies.models import CaseStudyPage
from casestudies.selectors import cases_in, cases_matching
from events.models import EventPage
from events.selectors import coming, events_in
from newsletter.models import NewsletterIssue
from programmes.calls import AnyCall, calls_in, open_calls
from surveys.residents import national_trend

__all__ = ["Contents", "Figure", "Selection", "contents_of", "keys_of", "month_before",
           "month_in_words", "sent_contents", "sent_issues", "with_told"]  # fmt: skip

JAPAN = ZoneInfo("Asia/Tokyo")
# So many of each are named in a mail, and in the archive, which holds what any reader was told.
MOST_CASES = 12
MOST_EVENTS = 8
MOST_ARCHIVED = 60
# Events that begin within so many days of the sending.
_AHEAD = datetime.timedelta(days=62)


@dataclass(frozen=True)
class Selection:
    """What a reader wants: an area and a theme by their codes, or all where empty."""

    region: str = ""
    theme: str = ""

    @classmethod
    def of(cls, params: str) -> Selection:
        """The selection saved as parameters of an address."""
        values = QueryDict(params)
        return cls(values.get("region", "")[:10], values.get("theme", "")[:10])


@dataclass(frozen=True)
class Figure:
    """How many foreign residents Japan had, with the day and the share in words."""

    residents: int
    day: str
    share: str

    def __str__(self) -> str:
        """In words, in the active language."""
        values = {
            "number": number_format(self.residents, force_grouping=True),
            "day": self.day,
            "share": self.share,
        }
        if self.share:
            return _("%(number)s people, %(share)s of all residents (%(day)s)") % values
        return _("%(number)s people (%(day)s)") % values


@dataclass(frozen=True)
class Contents:
    """What an issue tells.

    Attributes:
        more_cases: how many cases of the month are not named.
    """

    word: str
    cases: Sequence[CaseStudyPage] = ()
    calls: Sequence[AnyCall] = ()
    events: Sequence[EventPage] = ()
    figure: Figure | None = None
    more_cases: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing new: the figure alone is no news."""
        return not (self.cases or self.calls or self.events)


def month_before(day: datetime.date) -> str:
    """The month that was over when a day began, as `2026-11`."""
    return f"{day.replace(day=1) - datetime.timedelta(days=1):%Y-%m}"


def month_in_words(month: str) -> str:
    """A month in the active language: 2026年11月, November 2026."""
    return date_format(datetime.date.fromisoformat(f"{month}-01"), "YEAR_MONTH_FORMAT")


def contents_of(
    issue: NewsletterIssue,
    language: str,
    wanted: Selection,
    *,
    most_cases: int = MOST_CASES,
    most_events: int = MOST_EVENTS,
) -> Contents:
    """What an issue has to tell today in one language. A fixed number of queries."""
    first = datetime.date.fromisoformat(f"{issue.month}-01")
    begin, end = (
        datetime.datetime.combine(day, datetime.time(), JAPAN)
        for day in (first, (first + datetime.timedelta(days=32)).replace(day=1))
    )
    cases = cases_matching(
        language,
        regions=[wanted.region] if wanted.region else (),
        themes=[wanted.theme] if wanted.theme else (),
    ).filter(first_published_at__gte=begin, first_published_at__lt=end)
    numbers = list(cases.prefetch_related(None).values_list("pk", flat=True))
    events = coming(events_in(language, region=wanted.region, theme=wanted.theme))
    return Contents(
        word=_word(issue, language),
        cases=list(cases.filter(pk__in=numbers[:most_cases])),
        calls=open_calls(calls_in(language)),
        events=list(events.filter(begins_at__lt=timezone.now() + _AHEAD)[:most_events]),
        figure=_figure(language),
        more_cases=max(0, len(numbers) - most_cases),
    )


def keys_of(told: Mapping[str, Contents]) -> dict[str, Any]:
    """What an issue keeps of its contents, given by language, once it is sent."""

    def every(name: str, key: str) -> list[str]:
        found = (str(getattr(one, key)) for each in told.values() for one in getattr(each, name))
        return list(dict.fromkeys(found))

    return {
        "cases": every("cases", "translation_key"),
        "calls": every("calls", "uid"),
        "events": every("events", "translation_key"),
        "figure": {
            language: [each.figure.residents, each.figure.day, each.figure.share]
            for language, each in told.items()
            if each.figure
        },
        "more_cases": max(each.more_cases for each in told.values()),
    }


def with_told(kept: Mapping[str, Any], told: Iterable[Contents]) -> dict[str, Any]:
    """What an issue keeps, with all that single readers were told beyond it."""
    added = keys_of({str(number): contents for number, contents in enumerate(told)})
    merged = {
        name: list(dict.fromkeys([*kept[name], *added[name]]))
        for name in ("cases", "calls", "events")
    }
    more = kept["more_cases"] - (len(merged["cases"]) - len(kept["cases"]))
    return {**kept, **merged, "more_cases": max(0, more)}


def sent_issues() -> QuerySet[NewsletterIssue]:
    """The issues of the archive, the newest first."""
    return NewsletterIssue.objects.filter(sent_at__isnull=False).order_by("-month")


def sent_contents(issue: NewsletterIssue, language: str) -> Contents:
    """What an issue told when it was sent, without what is not public any more."""
    kept = issue.contents
    cases = cases_in(language).filter(translation_key__in=kept.get("cases", ()))
    events = events_in(language).filter(translation_key__in=kept.get("events", ()))
    calls = {str(call.uid): call for call in calls_in(language)}
    figure = kept.get("figure", {}).get(language)
    return Contents(
        word=_word(issue, language),
        cases=_in_order(cases, kept.get("cases", ())),
        calls=[calls[uid] for uid in kept.get("calls", ()) if uid in calls],
        events=_in_order(events, kept.get("events", ())),
        figure=Figure(*figure) if figure else None,
        more_cases=kept.get("more_cases", 0),
    )


def _in_order(pages: Any, keys: Sequence[str]) -> list[Any]:
    by_key = {str(page.translation_key): page for page in pages}
    return [by_key[key] for key in keys if key in by_key]


def _word(issue: NewsletterIssue, language: str) -> str:
    word: str = issue.word_ja if language == settings.LANGUAGE_CODE else issue.word_en
    return word.strip()


def _figure(language: str) -> Figure | None:
    with override(language):
        newest = national_trend()
        return (
            Figure(newest.residents, str(newest.day), str(newest.share or "")) if newest else None
        )
