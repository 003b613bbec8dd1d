"""The table of all regions: what waits in each, how long, and what nobody looked at for long."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Avg, Count, Max, QuerySet
from django.db.models.functions import Substr
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Page

from casestudies.completeness import completeness
from overview import selectors
from overview.board import local
from overview.territory import NETWORK, TOP, Platform, Territory
from upkeep.selectors import KEPT_MODELS
from users.models import User

__all__ = [
    "COLUMNS",
    "FILE_COLUMNS",
    "SHOWN",
    "SILENT_AFTER",
    "RegionRow",
    "cells_of",
    "chosen",
    "rows_for",
]

# A region on board in which nobody changed anything for so long counts as silent.
SILENT_AFTER = datetime.timedelta(days=180)


@dataclass
class RegionRow:
    """One region in numbers.

    Attributes:
        block: the part of Japan in which it lies.
        people: who may work there: active editors and publishers.
        since: how long the page waits that waits longest.
        changed_at: when somebody changed any of its pages last.
        filled: how much of a complete record its public cases have on average, in percent.
    """

    code: str
    name: str
    block: str = ""
    reading: str = ""
    is_on_board: bool = False
    platforms: tuple[Platform, ...] = ()
    people: int = 0
    cases: int = 0
    waiting: int = 0
    since: datetime.datetime | None = None
    sent_back: int = 0
    drafts: int = 0
    unconfirmed: int = 0
    stale: int = 0
    changed_at: datetime.datetime | None = None
    filled: int | None = None
    now: datetime.datetime = field(default_factory=timezone.now)

    @property
    def is_network(self) -> bool:
        """Whether this stands for the pages of no region."""
        return self.code == NETWORK

    @property
    def is_silent(self) -> bool:
        """Whether a region on board has changed nothing for long."""
        if not self.is_on_board:
            return False
        return self.changed_at is None or self.changed_at < self.now - SILENT_AFTER

    @property
    def days(self) -> int | None:
        """For how many days the page has waited that waits longest."""
        if self.since is None:
            return None
        return (timezone.localdate(self.now) - timezone.localdate(self.since)).days


def rows_for(territory: Territory) -> list[RegionRow]:
    """One row for each region that somebody sees. A fixed number of queries."""
    now = timezone.now()
    rows = {code: _empty_row(territory, code, now) for code in territory.codes}
    _count_waiting(territory, rows)
    _count_drafts(territory, rows)
    _count_confirmations(territory, rows)
    _count_cases(territory, rows)
    _count_people(territory, rows)
    return list(rows.values())


def _empty_row(territory: Territory, code: str, now: datetime.datetime) -> RegionRow:
    if code == NETWORK:
        return RegionRow(code, _("Pages of no region"), now=now)
    area = territory.areas[code]
    return RegionRow(
        code,
        area.label,
        block=area.parent.label if area.parent else "",
        reading=f"{area.name_ja} {area.kana} {area.name_en}",
        is_on_board=code in territory.on_board,
        platforms=territory.platforms.get(code, ()),
        now=now,
    )


def _by_top(pages: QuerySet[Any], **values: Any) -> Iterable[Mapping[str, Any]]:
    """What is counted of the pages below each path of a region."""
    return pages.order_by().annotate(top=Substr("path", 1, TOP)).values("top").annotate(**values)


def waiting_longest(territory: Territory, *, most: int) -> list[RegionRow]:
    """Regions in which something waits for a review, the longest wait first; nothing else is told.

    Args:
        most: how many at most.
    """
    now = timezone.now()
    rows = {code: _empty_row(territory, code, now) for code in territory.codes}
    _count_waiting(territory, rows)
    found = [row for row in rows.values() if row.waiting]
    return sorted(found, key=lambda row: row.since or now)[:most]


def _count_waiting(territory: Territory, rows: Mapping[str, RegionRow]) -> None:
    pages = selectors.waiting().filter(territory.condition)
    for path, since in pages.values_list("path", "since"):
        for row in _rows_of(territory, rows, path):
            row.waiting += 1
            if since and (row.since is None or since < row.since):
                row.since = since


def _count_drafts(territory: Territory, rows: Mapping[str, RegionRow]) -> None:
    """What was sent back, drafts, and the last change."""
    seen = territory.condition
    for path in selectors.sent_back().filter(seen).values_list("path", flat=True):
        for row in _rows_of(territory, rows, path):
            row.sent_back += 1
    for found in _by_top(selectors.drafts().filter(seen), number=Count("pk")):
        for row in _rows_of(territory, rows, found["top"]):
            row.drafts += found["number"]
    changed = {"revised": Max("latest_revision_created_at"), "published": Max("last_published_at")}
    for found in _by_top(Page.objects.filter(seen, alias_of=None), **changed):
        moments = [found["revised"], found["published"]]
        for row in _rows_of(territory, rows, found["top"]):
            row.changed_at = max(filter(None, [row.changed_at, *moments]), default=None)


def _count_confirmations(territory: Territory, rows: Mapping[str, RegionRow]) -> None:
    conditions = {"unconfirmed": selectors.unconfirmed(), "stale": selectors.stale()}
    wanted = conditions["unconfirmed"] | conditions["stale"]
    for model in KEPT_MODELS:
        pages = selectors.to_confirm(model, wanted).filter(territory.condition)
        numbers = {name: Count("pk", filter=asked) for name, asked in conditions.items()}
        for found in _by_top(pages, **numbers):
            for row in _rows_of(territory, rows, found["top"]):
                row.unconfirmed += found["unconfirmed"]
                row.stale += found["stale"]


def _count_cases(territory: Territory, rows: Mapping[str, RegionRow]) -> None:
    cases = selectors.live_cases().filter(territory.condition).annotate(filled=completeness())
    sums: dict[str, float] = {}
    for found in _by_top(cases, number=Count("pk"), average=Avg("filled")):
        for row in _rows_of(territory, rows, found["top"]):
            row.cases += found["number"]
            sums[row.code] = sums.get(row.code, 0.0) + found["number"] * float(found["average"])
    for code, total in sums.items():
        rows[code].filled = round(total / rows[code].cases)


def _count_people(territory: Territory, rows: Mapping[str, RegionRow]) -> None:
    groups = {
        group: code
        for code, region in territory.on_board.items()
        for group in (region.editors_id, region.publishers_id)
        if group
    }
    people = User.objects.filter(is_active=True, groups__in=list(groups))
    found: dict[str, set[int]] = {}
    for number, group in people.values_list("pk", "groups"):
        if group in groups:
            found.setdefault(groups[group], set()).add(number)
    for code, numbers in found.items():
        rows[code].people = len(numbers)


def _rows_of(territory: Territory, rows: Mapping[str, RegionRow], path: str) -> Iterable[RegionRow]:
    return [rows[code] for code in territory.codes_of(path) if code in rows]


# --- Choosing and sorting ---------------------------------------------------------------------

# By the value in the address: what a row shows, and which rows are meant.
SHOWN: dict[str, tuple[Any, Any]] = {
    "waiting": (gettext_lazy("With something waiting"), lambda row: row.waiting),
    "back": (gettext_lazy("With something sent back"), lambda row: row.sent_back),
    "drafts": (gettext_lazy("With drafts"), lambda row: row.drafts),
    "confirm": (gettext_lazy("With something to confirm"), lambda row: row.unconfirmed + row.stale),
    "silent": (gettext_lazy("Silent"), lambda row: row.is_silent),
    "alone": (
        gettext_lazy("Nobody on board"),
        lambda row: not row.is_network and not (row.is_on_board and row.people),
    ),
    "without": (
        gettext_lazy("Without a platform"),
        lambda row: not row.is_network and not row.platforms,
    ),
}


@dataclass(frozen=True)
class Column:
    """A column of the table and of its file."""

    name: str
    label: Any
    is_number: bool = True


COLUMNS = [
    Column("name", gettext_lazy("Region"), is_number=False),
    Column("waiting", gettext_lazy("Waiting for review")),
    Column("days", gettext_lazy("Longest, in days")),
    Column("sent_back", gettext_lazy("Sent back")),
    Column("drafts", gettext_lazy("Drafts")),
    Column("unconfirmed", gettext_lazy("Never confirmed")),
    Column("stale", gettext_lazy("Confirmed long ago")),
    Column("cases", gettext_lazy("Public cases")),
    Column("filled", gettext_lazy("Filled")),
    Column("people", gettext_lazy("Registered staff")),
    Column("changed_at", gettext_lazy("Last changed"), is_number=False),
]


def chosen(rows: Iterable[RegionRow], *, text: str, shown: str, sort: str) -> list[RegionRow]:
    """The rows that fit, in the order that is asked for; unknown values choose nothing."""
    found = [row for row in rows if _is_named(row, text)]
    if shown in SHOWN:
        found = [row for row in found if SHOWN[shown][1](row)]
    name = sort.removeprefix("-")
    if name in {column.name for column in COLUMNS} - {"name"}:
        with_value = [row for row in found if getattr(row, name) is not None]
        without = [row for row in found if getattr(row, name) is None]
        with_value.sort(key=lambda row: getattr(row, name), reverse=sort.startswith("-"))
        found = with_value + without
    elif sort == "-name":
        found.reverse()
    return found


def _is_named(row: RegionRow, text: str) -> bool:
    names = [row.name, row.block, row.reading, *(platform.title for platform in row.platforms)]
    return text.lower() in " ".join(names).lower()


FILE_COLUMNS = [
    *(column.label for column in COLUMNS),
    gettext_lazy("Regional platforms"),
    gettext_lazy("On board"),
    gettext_lazy("Silent"),
]


def cells_of(row: RegionRow) -> list[Any]:
    """The row in a file: the columns of the table, the rest in words."""
    return [
        row.name, row.waiting, row.days, row.sent_back, row.drafts, row.unconfirmed, row.stale,
        row.cases, row.filled, row.people, local(row.changed_at),
        [platform.title for platform in row.platforms],
        _("yes") if row.is_on_board else _("no"),
        _("yes") if row.is_silent else _("no"),
    ]  # fmt: skip
