"""What is coming: publications, ends, deadlines, events, and confirmations that grow old."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from core.addresses import absolute_url
from core.dates import PartialDate
from core.models import STALE_AFTER
from images.models import CustomImage
from overview import selectors
from overview.territory import NETWORK, Territory
from programmes.calls import calls_in
from programmes.models import FunderCall
from upkeep.selectors import KEPT_MODELS

__all__ = ["COLUMNS", "Coming", "Kind", "cells_of", "dates_for"]

# How far the list looks ahead.
AHEAD = datetime.timedelta(days=366)


class Kind(TextChoices):
    """What happens on a day."""

    PUBLICATION = "publication", _("Goes public")
    EXPIRY = "expiry", _("Disappears")
    DEADLINE = "deadline", _("Closes")
    EVENT = "event", _("Event")
    CONFIRMATION = "confirmation", _("Confirmation grows old")
    PICTURE = "picture", _("Permission for a picture ends")


@dataclass(frozen=True)
class Coming:
    """Something on a day to come.

    Attributes:
        time: where the hour is known.
        is_about: where no day is known, only a month or a year; `day` is its first day.
        url: where it can be changed, or read.
        codes: of the regions to which it belongs.
    """

    day: datetime.date
    time: datetime.time | None
    kind: Kind
    title: str
    url: str
    codes: tuple[str, ...]
    note: str = ""
    is_about: bool = False

    @property
    def month(self) -> datetime.date:
        """The first day of the month."""
        return self.day.replace(day=1)

    @property
    def moment(self) -> datetime.datetime | datetime.date:
        """Day and time as the clock on the wall shows them."""
        return self.day if self.time is None else datetime.datetime.combine(self.day, self.time)


def dates_for(territory: Territory, *, kind: str = "", code: str = "") -> list[Coming]:
    """Everything within a year that somebody sees, the nearest first. A fixed number of queries.

    Calls of the network and of other funders are shown to all regions.

    Args:
        kind: a value of `Kind`, or empty for all.
        code: a region, or empty for all.
    """
    now = timezone.now()
    until = timezone.localdate(now) + AHEAD
    found = [
        item
        for item in _everything(territory, now, until)
        if item.day <= until and kind in ("", item.kind) and (not code or code in item.codes)
    ]
    return sorted(found, key=lambda item: (item.day, item.time or datetime.time(), item.title))


def _everything(
    territory: Territory, now: datetime.datetime, until: datetime.date
) -> Iterator[Coming]:
    yield from _schedules(territory, now)
    yield from _events(territory, now)
    yield from _calls(territory)
    yield from _confirmations(territory, timezone.localdate(now), until)
    yield from _pictures(territory, timezone.localdate(now))


def _of_page(
    territory: Territory, page: Any, kind: Kind, moment: datetime.datetime, note: str = ""
) -> Coming:
    local = timezone.localtime(moment).replace(second=0, microsecond=0)
    return Coming(
        local.date(), local.time(), kind, page.draft_title or page.title, _form(page),
        territory.codes_of(page.path), note,
    )  # fmt: skip


def _form(page: Page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def _kind_of(page: Page) -> str:
    model = page.specific_class
    return str(capfirst(model._meta.verbose_name)) if model else ""


def _schedules(territory: Territory, now: datetime.datetime) -> Iterator[Coming]:
    pages: Any = selectors.scheduled().filter(territory.condition).select_related("content_type")
    for page in pages:
        yield _of_page(territory, page, Kind.PUBLICATION, page.goes_live_at, _kind_of(page))
    for page in selectors.expiring(now).filter(territory.condition).select_related("content_type"):
        if page.expire_at is not None:
            yield _of_page(territory, page, Kind.EXPIRY, page.expire_at, _kind_of(page))


def _events(territory: Territory, now: datetime.datetime) -> Iterator[Coming]:
    """Events, and the days on which their registration closes."""
    today = timezone.localdate(now)
    for event in selectors.events_to_come(now).filter(territory.condition):
        note = "" if event.live else gettext("draft")
        date = PartialDate.stored(event.starts_on)
        if event.start_time and date and date.is_day:
            yield _of_page(territory, event, Kind.EVENT, event.begins_at, note)
        else:
            yield _on_day(territory, event, Kind.EVENT, date, note, today)
        if event.join_until and event.join_until >= today:
            joining = " ".join(filter(None, [gettext("registration"), note]))
            day = PartialDate(*event.join_until.timetuple()[:3])
            yield _on_day(territory, event, Kind.DEADLINE, day, joining, today)


def _on_day(
    territory: Territory, page: Any, kind: Kind, date: PartialDate | None, note: str,
    today: datetime.date,
) -> Coming:  # fmt: skip
    """On a day, or about then; what has begun and goes on stands today."""
    day = max(date.first_day, today) if date else today
    codes = territory.codes_of(page.path)
    is_about = date is None or not date.is_day
    return Coming(day, None, kind, page.title, _form(page), codes, note, is_about)


def _calls(territory: Territory) -> Iterator[Coming]:
    """The last days of public calls."""
    today = timezone.localdate()
    for call in calls_in(get_language() or "ja"):
        closes = PartialDate.stored(call.closes)
        if closes is None or call.state.code == "closed":
            continue
        if isinstance(call, FunderCall):
            funder, url = call.funder, call.url
            form = reverse("funder_calls:edit", args=[call.pk])
        else:
            funder, url, form = call.page.title, call.public_url, _form(call.page)
        yield Coming(
            max(closes.first_day, today), call.closes_at, Kind.DEADLINE, call.title,
            form if territory.has_network else url,
            (NETWORK,), str(funder), not closes.is_day,
        )  # fmt: skip


def _confirmations(
    territory: Territory, today: datetime.date, until: datetime.date
) -> Iterator[Coming]:
    for model in KEPT_MODELS:
        pages = selectors.running_out(model, today, until).filter(territory.condition)
        label = str(capfirst(model._meta.verbose_name))
        for page in pages.only("title", "draft_title", "path", "last_confirmed_at"):
            yield Coming(
                page.last_confirmed_at + STALE_AFTER, None, Kind.CONFIRMATION, page.title,
                _form(page), territory.codes_of(page.path), label,
            )  # fmt: skip


def _pictures(territory: Territory, today: datetime.date) -> Iterator[Coming]:
    """Pictures of the collections of regions that somebody sees, for curators all of them."""
    collections = {
        region.collection_id: code
        for code, region in territory.on_board.items()
        if region.collection_id
    }
    pictures = CustomImage.objects.filter(permission_until__gte=today)
    if not territory.has_network:
        pictures = pictures.filter(collection__in=list(collections))
    for picture in pictures.only("title", "permission_until", "collection_id"):
        if picture.permission_until is not None:
            yield Coming(
                picture.permission_until, None, Kind.PICTURE, picture.title,
                reverse("wagtailimages:edit", args=[picture.pk]),
                (collections.get(picture.collection_id, NETWORK),),
            )  # fmt: skip


# --- Files ------------------------------------------------------------------------------------

COLUMNS = [
    _("Date"), _("What happens"), _("Title"), _("Region"), _("Note"), _("Address"),
]  # fmt: skip


def cells_of(item: Coming, names: Iterable[str]) -> list[Any]:
    """A line of the file.

    Args:
        names: of its regions.
    """
    url = absolute_url(item.url) if item.url.startswith("/") else item.url
    when = PartialDate(item.day.year, item.day.month) if item.is_about else item.moment
    return [
        str(when) if item.is_about else when, str(item.kind.label), item.title, list(names),
        item.note, url,
    ]  # fmt: skip
