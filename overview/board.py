"""One region's own board: the pages behind each number, with since when and whose turn it is."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Max, Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from wagtail.models import Page, WorkflowState

from overview import selectors
from overview.territory import Territory
from upkeep.models import Confirmation

__all__ = [
    "COLUMNS",
    "SECTIONS",
    "Item",
    "Section",
    "cells_of",
    "items_of",
    "local",
    "pages_of",
    "to_confirm_in",
]


@dataclass(frozen=True)
class Item:
    """One page of a list.

    Attributes:
        who: whose turn it is, or who did it last.
        note: what else is to be known: the step of the review, the reviewer's reason.
        asked_at: when the body in charge was asked last.
    """

    page: Page
    kind: str
    since: datetime.datetime | datetime.date | None
    who: str
    note: str
    asked_at: datetime.datetime | None = None

    @property
    def title(self) -> str:
        """As its editors call it."""
        return str(self.page.draft_title or self.page.title)

    @property
    def url(self) -> str:
        """The form of the page."""
        return reverse("wagtailadmin_pages:edit", args=[self.page.pk])

    @property
    def language(self) -> str:
        """Of the page."""
        return str(self.page.locale.language_code)


Noted = Callable[[Sequence[Page]], Iterable[Item]]


@dataclass(frozen=True)
class Section:
    """A list of the board.

    Attributes:
        pages: all of them, in every region, in their order.
        items: what is told of some of them.
        asks: what its buttons ask for: `confirm`, `remind`, or nothing.
    """

    name: str
    heading: Any
    hint: Any
    nothing: Any
    since: Any
    who: Any
    pages: Callable[[], QuerySet[Page]]
    items: Noted
    asks: str = ""


def pages_of(section: Section, territory: Territory, code: str) -> QuerySet[Page]:
    """The pages of a section in one region."""
    return section.pages().filter(territory.within(code))


def to_confirm_in(territory: Territory, codes: Iterable[str]) -> QuerySet[Page, int]:
    """Numbers of the pages that were never confirmed, or long ago, in these regions."""
    here = Q(pk__in=())
    for code in codes:
        here |= territory.within(code)
    wanted = selectors.kept_q(selectors.unconfirmed() | selectors.stale())
    return Page.objects.filter(wanted).filter(here).order_by("pk").values_list("pk", flat=True)


def items_of(section: Section, pages: Any) -> list[Item]:
    """What is told of some pages of a section, a queryset. A fixed number of queries."""
    found = pages.select_related("locale", "content_type", "owner", "latest_revision__user")
    return list(section.items(list(found)))


def _kind(page: Page) -> str:
    model = page.specific_class
    return str(capfirst(model._meta.verbose_name)) if model else ""


def _name(person: Any) -> str:
    return str(person.get_full_name() or person) if person else ""


def _half_of(name: str) -> str:
    """A step of a review in the reader's language: names stand in the database in both at once."""
    japanese, _slash, english = name.partition(" / ")
    return english if english and not (get_language() or "ja").startswith("ja") else japanese


def _states_of(pages: Sequence[Page]) -> dict[str, WorkflowState]:
    states = WorkflowState.objects.filter(
        object_id__in=[str(page.pk) for page in pages],
        status__in=[WorkflowState.STATUS_IN_PROGRESS, WorkflowState.STATUS_NEEDS_CHANGES],
    ).select_related("requested_by", "current_task_state__task", "current_task_state__finished_by")
    return {state.object_id: state for state in states.order_by("pk")}


def _waiting(pages: Sequence[Page]) -> Iterable[Item]:
    """With the step of the review, and who submitted it."""
    states = _states_of(pages)
    for page in pages:
        state = states.get(str(page.pk))
        step = state.current_task_state if state else None
        yield Item(
            page, _kind(page), getattr(page, "since", None),
            _name(state.requested_by) if state else "", _half_of(step.task.name) if step else "",
        )  # fmt: skip


def _sent_back(pages: Sequence[Page]) -> Iterable[Item]:
    """With the reviewer's reason, and whose turn it is."""
    states = _states_of(pages)
    for page in pages:
        state = states.get(str(page.pk))
        step = state.current_task_state if state else None
        writer = (state.requested_by if state else None) or page.owner
        yield Item(
            page, _kind(page), getattr(page, "since", None), _name(writer),
            step.comment if step else "",
        )  # fmt: skip


def _drafts(pages: Sequence[Page]) -> Iterable[Item]:
    """With who changed it last."""
    for page in pages:
        revision = page.latest_revision
        who = _name(revision.user if revision else None) or _name(page.owner)
        changed = page.latest_revision_created_at or page.last_published_at
        note = gettext_lazy("Changes to a public page") if page.live else ""
        yield Item(page, _kind(page), changed, who, str(note))


def _to_confirm(pages: Sequence[Page]) -> Iterable[Item]:
    """With the address that is asked, and when it was asked last."""
    numbers = [page.pk for page in pages]
    asked = dict(
        Confirmation.objects.filter(page__in=numbers)
        .order_by()
        .values("page")
        .annotate(last=Max(Coalesce("mailed_at", "asked_at")))
        .values_list("page", "last")
    )
    found: Any = Page.objects.filter(pk__in=numbers).specific()
    specific = {page.pk: page for page in found}
    for page in pages:
        address = specific[page.pk].confirmation_email if page.pk in specific else ""
        confirmed = specific[page.pk].last_confirmed_at if page.pk in specific else None
        yield Item(page, _kind(page), confirmed, address, "", asked.get(page.pk))


def _pages_to_confirm(condition: Callable[[], Q]) -> Callable[[], QuerySet[Page]]:
    confirmed = Coalesce(
        *(F(f"{name}__last_confirmed_at") for name in
          ("casestudypage", "organisationpage", "regionalplatformpage"))
    )  # fmt: skip
    return lambda: Page.objects.filter(selectors.kept_q(condition())).order_by(
        confirmed.asc(nulls_first=True), "title", "pk"
    )


SECTIONS: dict[str, Section] = {
    section.name: section
    for section in [
        Section(
            "waiting",
            gettext_lazy("Waiting for review"),
            gettext_lazy("The longest wait first. A reminder goes to those who can decide."),
            gettext_lazy("Nothing waits for a review."),
            gettext_lazy("Submitted"),
            gettext_lazy("Submitted by"),
            selectors.waiting,
            _waiting,
            asks="remind",
        ),
        Section(
            "sent_back",
            gettext_lazy("Sent back"),
            gettext_lazy("It is the writer’s turn to mend what was asked for."),
            gettext_lazy("Nothing was sent back."),
            gettext_lazy("Sent back on"),
            gettext_lazy("Whose turn it is"),
            selectors.sent_back,
            _sent_back,
        ),
        Section(
            "drafts",
            gettext_lazy("Drafts"),
            gettext_lazy("Begun and not submitted; those that nobody touched for longest first."),
            gettext_lazy("There are no drafts."),
            gettext_lazy("Last changed"),
            gettext_lazy("Last changed by"),
            selectors.drafts,
            _drafts,
        ),
        Section(
            "unconfirmed",
            gettext_lazy("Never confirmed"),
            gettext_lazy("Public pages that no lead organisation has confirmed so far."),
            gettext_lazy("Every public page has been confirmed."),
            gettext_lazy("Last confirmed"),
            gettext_lazy("Who is asked"),
            _pages_to_confirm(selectors.unconfirmed),
            _to_confirm,
            asks="confirm",
        ),
        Section(
            "stale",
            gettext_lazy("Confirmed long ago"),
            gettext_lazy("Public pages whose last confirmation is older than eighteen months."),
            gettext_lazy("No confirmation is older than eighteen months."),
            gettext_lazy("Last confirmed"),
            gettext_lazy("Who is asked"),
            _pages_to_confirm(selectors.stale),
            _to_confirm,
            asks="confirm",
        ),
    ]
}

COLUMNS = [
    gettext_lazy("Which list"), gettext_lazy("Title"), gettext_lazy("Type of page"),
    gettext_lazy("Language"), gettext_lazy("Since"), gettext_lazy("Who"), gettext_lazy("Note"),
    gettext_lazy("Asked on"),
]  # fmt: skip


def cells_of(section: Section, item: Item) -> list[Any]:
    """A line of the file: moments in local time."""
    return [
        str(section.heading), item.title, item.kind, item.language, local(item.since), item.who,
        item.note, local(item.asked_at),
    ]  # fmt: skip


def local(moment: datetime.datetime | datetime.date | None) -> Any:
    """A moment as the clock on the wall shows it, for a file; days stay."""
    if isinstance(moment, datetime.datetime):
        return timezone.localtime(moment).replace(tzinfo=None, microsecond=0)
    return moment
