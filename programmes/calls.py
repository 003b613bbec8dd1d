"""Calls for applications, of the network's programmes and of others: open, to come, closed."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, cast
from uuid import UUID

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.dates import PartialDate
from core.pagination import paginate
from core.visibility import publicly_visible
from programmes.deadlines import JAPAN, call_state, last_moment
from programmes.models import FunderCall, ProgrammeCall, ProgrammePage

__all__ = [
    "AnyCall", "UsualOpening", "call_by_uid", "call_lists", "calls_in", "next_closing",
    "open_calls", "programme_calls_in", "usual_openings", "with_state",
]  # fmt: skip

AnyCall: TypeAlias = ProgrammeCall | FunderCall

CLOSED_PER_PAGE = 20
# So many past rounds say when the next one opens, where the last is not older than this.
_FEWEST_ROUNDS = 2
_STILL_GOING = datetime.timedelta(days=550)
_MONTHS = 12


@dataclass(frozen=True)
class UsualOpening:
    """When the next round of a call is to be expected, told from those of the past.

    Attributes:
        call: the last round.
        month: in words, such as 3月, or two neighbouring months.
        rounds: openings of the past rounds, the latest first.
    """

    call: AnyCall
    month: str
    rounds: Sequence[str]


def programme_calls_in(language: str) -> QuerySet[ProgrammeCall]:
    """Calls of the live, public programmes of one language's tree."""
    live = publicly_visible(ProgrammePage.objects.all()).filter(locale__language_code=language)
    return ProgrammeCall.objects.filter(page__in=live).select_related("page__locale")


def calls_in(language: str) -> list[AnyCall]:
    """All public calls of the network and of others, each with `state`. Two queries."""
    return with_state([*programme_calls_in(language), *FunderCall.objects.all()])


def call_by_uid(uid: UUID, language: str) -> AnyCall | None:
    """The public call that calendars know by this name; None where there is none."""
    programmes = programme_calls_in(language).filter(uid=uid)
    return programmes.first() or FunderCall.objects.filter(uid=uid).first()


def with_state(calls: Iterable[Any]) -> list[Any]:
    """Calls with `state`, those that close last first."""
    found = list(calls)
    for call in found:
        call.state = call_state(call)
    return sorted(found, key=lambda call: call.closes or call.opens, reverse=True)


def open_calls(calls: Iterable[AnyCall]) -> list[AnyCall]:
    """Of these the calls that are open or will open, those that close first at the top."""
    waiting = [call for call in calls if call.state.code in {"open", "upcoming"}]
    return sorted(waiting, key=lambda call: (call.state.code, call.closes or "9999"))


def call_lists(language: str, params: QueryDict) -> dict[str, Any]:
    """What the page of calls shows: `open`, `upcoming`, `closed` (a list page), and the choices.

    `state` of the address shows one of the three alone; unknown values show all.
    """
    calls = calls_in(language)
    groups: dict[str, list[AnyCall]] = {"open": [], "upcoming": [], "closed": []}
    for call in calls:
        groups.get(call.state.code, groups["closed"]).append(call)
    groups["open"].sort(key=lambda call: call.closes or "9999")
    groups["upcoming"].sort(key=lambda call: call.opens)
    chosen = params.get("state", "")
    chosen = chosen if chosen in groups else ""
    labels = {"open": _("Open now"), "upcoming": _("Coming"), "closed": _("Closed")}
    address = reverse("calls")
    return {
        "chosen": chosen,
        "shown": [code for code in groups if chosen in {"", code}],
        "open": groups["open"],
        "upcoming": groups["upcoming"],
        "closed": paginate(groups["closed"], params.get("page"), CLOSED_PER_PAGE),
        "choices": [
            {"label": _("All"), "count": len(calls), "url": address, "chosen": not chosen},
            *(
                {
                    "label": label,
                    "count": len(groups[code]),
                    "url": f"{address}?state={code}",
                    "chosen": code == chosen,
                }
                for code, label in labels.items()
            ),
        ],
        "expected": usual_openings(calls, _programmes_before(language)),
    }


def usual_openings(
    calls: Iterable[AnyCall],
    before: Mapping[Hashable, Hashable],
    today: datetime.date | None = None,
) -> list[UsualOpening]:
    """Say when the next rounds usually open, as far as the past supports it.

    It does where at least two rounds of different years opened in the same month or in neighbouring
    ones, the last of them not longer than one and a half years ago, and none is open or to come.

    Args:
        before: from the key of a programme to that of the programme that it follows.
        today: in Japan, if not the present day.
    """
    day = today or timezone.localdate(timezone=JAPAN)
    calls = list(calls)
    earlier: dict[Hashable, Hashable] = dict(before)
    earlier |= {call.pk: call.follows_id for call in calls if _is_funders(call)}
    rounds: dict[Hashable, list[AnyCall]] = defaultdict(list)
    for call in calls:
        key = call.pk if _is_funders(call) else cast(ProgrammeCall, call).page.translation_key
        rounds[_first(key, earlier)].append(call)
    found = [opening for series in rounds.values() if (opening := _usual_opening(series, day))]
    return sorted(found, key=lambda opening: opening.call.opens[5:7])


def next_closing(after: datetime.datetime) -> datetime.datetime | None:
    """When the next call that closes at a time of day does; others close at midnight."""
    moments = [
        last_moment(closes, at)
        for model in (ProgrammeCall, FunderCall)
        for closes, at in model.objects.filter(
            closes_at__isnull=False, closes__gte=after.date()
        ).values_list("closes", "closes_at")
    ]
    return min((each for each in moments if each is not None and each > after), default=None)


def _programmes_before(language: str) -> dict[Hashable, Hashable]:
    """From each programme to that which it follows, by the keys of their translations."""
    programmes = publicly_visible(ProgrammePage.objects.all()).filter(
        locale__language_code=language
    )
    pairs = programmes.values_list("translation_key", "follows__translation_key")
    return dict(pairs)


def _is_funders(call: AnyCall) -> bool:
    return isinstance(call, FunderCall)


def _first(key: Hashable, earlier: Mapping[Hashable, Hashable]) -> Hashable:
    """The first of a series; where editors let two follow each other, one of these."""
    seen = {key}
    while (above := earlier.get(key)) and above not in seen:
        seen.add(above)
        key = above
    return key


def _usual_opening(series: Sequence[AnyCall], today: datetime.date) -> UsualOpening | None:
    if any(call.state.code in {"open", "upcoming"} for call in series):
        return None
    dated = sorted(
        (
            (date.first_day, call)
            for call in series
            if (date := PartialDate.stored(call.opens)) is not None
            and len(call.opens) > len("2021")
        ),
        key=lambda pair: pair[0],
        reverse=True,
    )
    past = [(day, call) for day, call in dated if day <= today]
    if len({day.year for day, _call in past}) < _FEWEST_ROUNDS:
        return None
    last = past[0][0]
    months = sorted({day.month for day, _call in past})
    if months == [1, _MONTHS]:
        months = [_MONTHS, 1]
    is_regular = len(months) == 1 or (
        len(months) == _FEWEST_ROUNDS and (months[1] - months[0]) % _MONTHS == 1
    )
    if not is_regular or today - last > _STILL_GOING:
        return None
    names = [date_format(last.replace(day=1, month=month), "F") for month in months]
    return UsualOpening(
        call=past[0][1],
        month=_(" or ").join(names),
        rounds=[call.opens for _day, call in past],
    )
