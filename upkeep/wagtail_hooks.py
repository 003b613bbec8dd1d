"""What keeps pages true, in the admin: the menu, the dashboard, and words of the history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.models import Page

from casestudies.models import CaseStudyIndexPage
from core.dossier import CASES_HOOK, Section
from core.page_pictures import problems_of_pictures
from upkeep.record_counts import record_counts
from upkeep.reports.confirmations import ConfirmationsViewSet, tasks_in
from upkeep.reports.content import ContentViewSet
from upkeep.reports.desks import DesksViewSet
from upkeep.reports.incomplete import IncompleteViewSet
from upkeep.reports.links import LinksViewSet
from upkeep.reports.orphans import OrphansViewSet
from upkeep.reports.pictures import PicturesViewSet
from upkeep.reports.plans import PlansViewSet
from upkeep.reports.stale import StaleViewSet
from upkeep.selectors import expiring_pages, pictures_to_look_after, questions_for

_SHOWN = 5


class UpkeepGroup(ViewSetGroup):
    """All lists of what needs somebody's eyes."""

    menu_label = gettext_lazy("Keep pages true")
    menu_name = "upkeep"
    menu_icon = "check"
    menu_order = 615
    items = [
        ConfirmationsViewSet,
        StaleViewSet,
        DesksViewSet,
        PlansViewSet,
        IncompleteViewSet,
        ContentViewSet,
        LinksViewSet,
        OrphansViewSet,
        PicturesViewSet,
    ]


@hooks.register(CASES_HOOK)
def record_counts_section(index: CaseStudyIndexPage, request: HttpRequest) -> Section:
    """What the records of published cases have, in numbers."""
    counts = record_counts()
    return Section(
        name="records",
        title=_("What the case studies include"),
        template="upkeep/record_counts.html",
        order=10,
        context={"counts": counts, "total": counts[0].total},
    )


@hooks.register("register_admin_viewset")
def register_upkeep() -> UpkeepGroup:
    """Put the lists into the admin's menu."""
    return UpkeepGroup()


class ToConfirmPanel(Component):
    """What asks for a confirmation of pages that one may edit.

    Answers of bodies to look at and bodies that do not answer come first, then pages whose
    confirmation runs out soon or has.
    """

    name = "to_confirm"
    template_name = "upkeep/admin/panel.html"
    order = 250

    def get_context_data(self, parent_context: Mapping[str, Any]) -> Mapping[str, Any]:
        """The first few of both, and how many answers there are."""
        user = parent_context["request"].user
        tasks = tasks_in(questions_for(user))
        return {
            "heading": _("To confirm"),
            "tasks": tasks.order_by("-answered_at", "pk")[:_SHOWN],
            "total": tasks.count(),
            "list_url": reverse("confirmations:index"),
            "expiring": expiring_pages(user, most=_SHOWN),
        }


class PicturesPanel(Component):
    """Pictures in use that disappear soon, have disappeared, or wait for an answer."""

    name = "pictures_to_look_after"
    template_name = "upkeep/admin/pictures_panel.html"
    order = 260

    def get_context_data(self, parent_context: Mapping[str, Any]) -> Mapping[str, Any]:
        """The most urgent ones, and how many there are."""
        pictures = pictures_to_look_after(parent_context["request"].user)
        return {
            "pictures": pictures[:_SHOWN],
            "total": len(pictures),
            "list_url": reverse("pictures_to_look_after:index"),
        }


@hooks.register("construct_homepage_panels")
def add_panel(request: HttpRequest, panels: list[Component]) -> None:
    """Show on the dashboard what is to be confirmed."""
    panels.append(ToConfirmPanel())
    panels.append(PicturesPanel())


@hooks.register("before_bulk_action")
def keep_unfit_pictures_unpublished(
    request: HttpRequest, action_type: str, objects: Sequence[Any], action: Any
) -> HttpResponse | None:
    """Refuse to publish pages together unless all their pictures may be; None lets them pass.

    `_SHOWN` of the reasons are said.
    """
    if action_type != "publish" or not objects or not all(isinstance(o, Page) for o in objects):
        return None
    found = list(objects)
    if action.cleaned_form.cleaned_data.get("include_descendants", False):
        for page in objects:
            found += list(page.get_descendants())
    problems = [
        f"{page.draft_title}: {message}"
        for page in found
        for _picture, message in problems_of_pictures(page.get_latest_revision_as_object())
    ]
    if not problems:
        return None
    for problem in problems[:_SHOWN]:
        messages.error(request, problem)
    return redirect("wagtailadmin_explore", objects[0].get_parent().pk)


@hooks.register("register_log_actions")
def register_words(actions: Any) -> None:
    """What a page's history says of questions and answers."""
    for name, label, message in [
        ("asked", gettext_lazy("Ask for confirmation"),
         gettext_lazy("The lead organisation was asked whether this is still correct")),
        ("right", gettext_lazy("Confirm"),
         gettext_lazy("The lead organisation confirmed that this is still correct")),
        ("changed", gettext_lazy("Report a change"),
         gettext_lazy("The lead organisation said that something has changed")),
        ("ended", gettext_lazy("Report the end"),
         gettext_lazy("The lead organisation said that this has ended")),
        ("marked_ended", gettext_lazy("Mark as ended"),
         gettext_lazy("Marked as ended, as the lead organisation had said")),
    ]:  # fmt: skip
        actions.register_action(f"upkeep.{name}", label, message)
