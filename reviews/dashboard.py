"""The panels of the admin's home page: what somebody has to do, in the order in which it presses.

Other apps add panels of their own through Wagtail's hook `construct_homepage_panels`; `order` says
where they stand: 100 to 199 what waits for me, 200 to 299 what I have begun, from 300 what is good
to know.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import AbstractUser
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.ui.components import Component
from wagtail.models import Page, WorkflowState

from reviews import selectors
from reviews.menus import START_TASKS

__all__ = ["PANELS", "Row", "StartPanel", "WaitingPanel"]


@dataclass(frozen=True)
class Row:
    """One line of a panel: what it is about, where it leads, what to know, and since when."""

    title: str
    url: str
    notes: tuple[str, ...] = ()
    since: datetime.datetime | datetime.date | None = None
    language: str = ""


class DeskPanel(Component):
    """A heading, a sentence that says what to do, and lines; nothing at all without lines."""

    template_name = "reviews/admin/panel.html"
    name = ""
    order = 100
    heading: Any = ""
    hint: Any = ""
    since_label: Any = ""

    def rows(self, user: AbstractUser) -> list[Row]:
        """The lines for somebody."""
        raise NotImplementedError

    def get_context_data(self, parent_context: Mapping[str, Any]) -> Mapping[str, Any]:
        """The lines and what stands around them."""
        return {
            "name": self.name,
            "rows": self.rows(parent_context["request"].user),
            "heading": self.heading,
            "hint": self.hint,
            "since_label": self.since_label,
        }


class StartPanel(Component):
    """Tasks as buttons, rarer ones too: where somebody begins who comes for the first time."""

    name = "start"
    template_name = "reviews/admin/start.html"
    order = 10

    def get_context_data(self, parent_context: Mapping[str, Any]) -> Mapping[str, Any]:
        """Those tasks that are this person's."""
        request = parent_context["request"]
        return {
            "tasks": [
                (item.label, item.url, item.icon_name)
                for item in (task() for task in START_TASKS)
                if item.is_shown(request)
            ]
        }


def _row_of(page: Page, since: datetime.datetime | None, *notes: str) -> Row:
    """A page to work on; notes that are empty are left out."""
    return Row(
        page.draft_title or page.title,
        reverse("wagtailadmin_pages:edit", args=[page.pk]),
        tuple(filter(None, notes)),
        since,
        page.locale.language_code,
    )


def _comments(page: Page) -> str:
    number: int = page.open_comments
    return ngettext("%(count)d comment in the form", "%(count)d comments in the form", number) % {
        "count": number
    }


class SentBackPanel(DeskPanel):
    """What reviewers sent back to me."""

    name = "sent-back"
    order = 110
    heading = gettext_lazy("Sent back to you")
    hint = gettext_lazy("Open the page, mend what is asked for, and submit it again.")
    since_label = gettext_lazy("Sent back on")

    def rows(self, user: AbstractUser) -> list[Row]:
        """With the reviewer's reason and the number of comments."""
        return [
            _row_of(
                page,
                state.current_task_state.finished_at,
                state.current_task_state.comment,
                _comments(page) if page.open_comments else "",
            )
            for state, page in selectors.my_reviews(user, WorkflowState.STATUS_NEEDS_CHANGES)
            if state.current_task_state
        ]


class WaitingPanel(DeskPanel):
    """What waits for my decision."""

    name = "waiting"
    order = 120
    heading = gettext_lazy("Waiting for your review")
    hint = gettext_lazy(
        "Open the page, read it, and choose “Approve” or “Send back” at the bottom."
    )
    since_label = gettext_lazy("Submitted")

    def rows(self, user: AbstractUser) -> list[Row]:
        """With the step and who submitted it."""
        places = selectors.RegionMap.load()
        found = []
        for state, page in selectors.waiting_for(user):
            region = places.region_of(page.path)
            writer = state.workflow_state.requested_by
            found.append(
                _row_of(
                    page,
                    state.started_at,
                    str(region.area) if region else "",
                    state.task.name,
                    str(writer.get_full_name() or writer) if writer else "",
                )
            )
        return found


class DraftsPanel(DeskPanel):
    """What I have begun: changes neither public nor submitted, of pages I own or edited last.

    The newest `MOST_SHOWN`.
    """

    name = "drafts"
    order = 210
    heading = gettext_lazy("Your drafts")
    hint = gettext_lazy("Only you and your colleagues see them until you submit them.")
    since_label = gettext_lazy("Last changed")

    def rows(self, user: AbstractUser) -> list[Row]:
        """Newest first."""
        return [
            _row_of(
                page,
                page.latest_revision_created_at,
                _("Changes to a public page") if page.live else "",
            )
            for page in selectors.drafts_of(user)[: selectors.MOST_SHOWN]
        ]


class UnderReviewPanel(DeskPanel):
    """What I submitted and others are reading."""

    name = "under-review"
    order = 220
    heading = gettext_lazy("You submitted these")
    hint = gettext_lazy("Somebody is reading them. You get a mail when there is news.")
    since_label = gettext_lazy("Submitted")

    def rows(self, user: AbstractUser) -> list[Row]:
        """With the step at which each is."""
        return [
            _row_of(page, state.current_task_state.started_at, state.current_task_state.task.name)
            for state, page in selectors.my_reviews(user, WorkflowState.STATUS_IN_PROGRESS)
            if state.current_task_state
        ]


class SearchesPanel(DeskPanel):
    """What readers looked for and did not find."""

    name = "searches"
    order = 320
    since_label = ""

    def get_context_data(self, parent_context: Mapping[str, Any]) -> Mapping[str, Any]:
        """Say whether these are searches that name one's region, or those of the whole network."""
        asked, is_own = selectors.searches_without_hits(parent_context["request"].user)
        rows = [
            Row(
                row["text"],
                reverse("search:search") + "?" + urlencode({"q": row["text"]}),
                (
                    ngettext("%(count)d search", "%(count)d searches", row["asked"])
                    % {"count": row["asked"]},
                ),
            )
            for row in asked
        ]
        return {
            "name": self.name,
            "rows": rows,
            "heading": _("Searches without results that name your region")
            if is_own
            else _("Searches without results in the whole network"),
            "hint": _("Could you write about one of these?"),
            "since_label": "",
        }


PANELS = [
    SentBackPanel,
    WaitingPanel,
    DraftsPanel,
    UnderReviewPanel,
    SearchesPanel,
]
