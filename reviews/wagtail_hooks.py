"""The admin as the editors' desk: menu by task, dashboard, lists, and how reviews look there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.action_menu import (
    ActionMenuItem,
    PublishMenuItem,
    RestartWorkflowMenuItem,
    SubmitForModerationMenuItem,
)
from wagtail.admin.views.home import (
    RecentEditsPanel,
    UserObjectsInWorkflowModerationPanel,
    WorkflowObjectsToModeratePanel,
)
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.models import Page

from reviews.audit import audit_item, audit_urls
from reviews.created_once import remember_created_page, save_into_created_page
from reviews.dashboard import PANELS, StartPanel
from reviews.listings import CaseStudyListing, OrganisationListing, RegionalPageListing
from reviews.mails import ask_reviewers
from reviews.menus import TASKS
from reviews.selectors import under_review_in, unpublished_cases

# A message names so many pages.
_NAMED = 5

# What the panels of the desk say better.
_REPLACED = (
    RecentEditsPanel,
    UserObjectsInWorkflowModerationPanel,
    WorkflowObjectsToModeratePanel,
)


class ListsGroup(ViewSetGroup):
    """Lists by kind of page."""

    menu_label = _("Lists of pages")
    menu_name = "lists"
    menu_icon = "list-ul"
    menu_order = 110
    items = [CaseStudyListing, RegionalPageListing, OrganisationListing]


@hooks.register("register_admin_viewset")
def register_lists() -> ListsGroup:
    """Put the lists into the admin's menu."""
    return ListsGroup()


@hooks.register("register_admin_urls")
def register_addresses() -> list[URLPattern | URLResolver]:
    """The desk's own addresses below the admin."""
    return [path("desk/", include("reviews.urls")), *audit_urls()]


hooks.register("register_reports_menu_item", audit_item)
hooks.register("before_create_page", save_into_created_page)
hooks.register("after_create_page", remember_created_page)


for _task in TASKS:
    hooks.register("register_admin_menu_item", _task)


@hooks.register("construct_homepage_panels")
def arrange_panels(request: HttpRequest, panels: list[Any]) -> None:
    """What to do instead of what was done; other apps' panels stay, in their order."""
    panels[:] = [panel for panel in panels if not isinstance(panel, _REPLACED)]
    panels += [StartPanel(), *(panel() for panel in PANELS)]


@hooks.register("construct_homepage_summary_items", order=100)
def leave_out_numbers(request: HttpRequest, items: list[Any]) -> None:
    """How many pages there are helps nobody to begin."""
    items.clear()


@hooks.register("construct_main_menu", order=100)
def leave_out_help(request: HttpRequest, items: list[Any]) -> None:
    """Wagtail's help leads to pages about Wagtail, in English."""
    items[:] = [item for item in items if item.name != "help"]


@hooks.register("insert_global_admin_css")
def add_styles() -> str:
    """Our own views on a phone, panels of the dashboard, and what is kept of a form."""
    return format_html_join(
        "",
        '<link rel="stylesheet" href="{}">',
        [(static("css/admin.css"),), (static("css/kept-text.css"),)],
    )


@hooks.register("insert_global_admin_js")
def start_widgets() -> str:
    """Start what Wagtail starts with inline scripts, which the admin's policy refuses."""
    return format_html('<script src="{}"></script>', static("js/admin-widgets.js"))


@hooks.register("insert_editor_js")
def count_characters() -> str:
    """Show how many characters a field holds."""
    return format_html(
        '<script type="module" src="{}" data-character-counts="{}"></script>',
        static("js/character-counts.js"),
        gettext("{length} of at most {most} characters"),
    )


@hooks.register("insert_editor_js")
def lead_to_what_is_missing() -> str:
    """Let the list of what a case lacks open the field of each line."""
    return format_html('<script type="module" src="{}"></script>', static("js/missing-list.js"))


@hooks.register("insert_editor_js")
def find_choices() -> str:
    """Show what is ticked of a long list as chips, with a box that finds the others."""
    said = {
        "find": gettext("Find a choice"),
        "all": gettext("Show all {count}"),
        "fewer": gettext("Show what is chosen"),
        "found": gettext("{count} found"),
    }
    return format_html(
        '<script type="module" src="{}" data-choice-chips="{}"></script>',
        static("js/choice-chips.js"),
        json.dumps(said, ensure_ascii=False),
    )


@hooks.register("before_edit_page")
def say_what_to_mend(request: HttpRequest, page: Page) -> None:
    """Above a form that was sent back: by whom it was read, and what is to be mended."""
    state = page.current_workflow_state
    if request.method != "GET" or state is None or state.status != state.STATUS_NEEDS_CHANGES:
        return
    step = state.current_task_state
    reason = step.comment if step else ""
    messages.warning(
        request,
        gettext("Sent back. What is to be mended: %(reason)s") % {"reason": reason},
    )


@hooks.register("construct_page_action_menu")
def name_actions(
    items: list[ActionMenuItem], request: HttpRequest, context: dict[str, Any]
) -> None:
    """One way to decide while a page is under review, and words for it.

    Publishing past the reviewers would leave no checklist; whoever must cancels the review first.
    """
    page = context.get("page")
    is_under_review = bool(page and page.pk and page.workflow_in_progress)
    left_out: tuple[type[ActionMenuItem], ...] = (RestartWorkflowMenuItem,)
    if is_under_review:
        left_out += (PublishMenuItem,)
    items[:] = [item for item in items if not isinstance(item, left_out)]
    for number, item in enumerate(items):
        if isinstance(item, SubmitForModerationMenuItem):
            items[number] = SubmitMenuItem(order=item.order)


class SubmitMenuItem(SubmitForModerationMenuItem):
    """Submits for review, in words that name no workflow."""

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """Label it “Submit for review”, whatever the workflow is called."""
        context: dict[str, Any] = super().get_context_data(parent_context)
        context["label"] = _("Submit for review")
        return context


# --- No way to the public past the reviewers ---


@hooks.register("before_publish_page")
def keep_to_the_review(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Refuse to publish by hand what is under review: the decision will. None lets it pass."""
    if not page.workflow_in_progress:
        return None
    messages.error(
        request,
        gettext(
            "Under review: %(titles)s. It was saved, and is published once the review is decided."
        )
        % {"titles": page.draft_title},
    )
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("before_bulk_action")
def publish_cases_one_by_one(
    request: HttpRequest, action_type: str, objects: Sequence[Any], action: Any
) -> HttpResponse | None:
    """Refuse to publish pages together when one is an unpublished case or under review.

    Many cases published at once would have no checklist. None lets the pages pass.
    """
    if action_type != "publish" or not objects or not all(isinstance(o, Page) for o in objects):
        return None
    below = action.cleaned_form.cleaned_data.get("include_descendants", False)
    cases = unpublished_cases(objects, below=below)
    found = cases if cases else under_review_in(objects, below=below)[:_NAMED]
    if not found:
        return None
    said = (
        gettext(
            "Case studies are published one by one through their review, where the six criteria "
            "are answered. Nothing was published: %(titles)s."
        )
        if cases
        else gettext("Under review: %(titles)s. Nothing was published.")
    )
    messages.error(request, said % {"titles": _titles(found)})
    return redirect("wagtailadmin_explore", objects[0].get_parent().pk)


# --- What happens to a page while others read it ---


@hooks.register("before_delete_page")
def keep_what_is_reviewed(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Refuse to delete a page that is under review; None lets it pass."""
    return _refusal(request, [page])


@hooks.register("before_bulk_action")
def keep_what_is_reviewed_together(
    request: HttpRequest, action_type: str, objects: Sequence[Any], action: Any
) -> HttpResponse | None:
    """Refuse to delete pages chosen together when one of them is under review."""
    if action_type != "delete" or not all(isinstance(item, Page) for item in objects):
        return None
    return _refusal(request, objects)


def _refusal(request: HttpRequest, pages: Sequence[Page]) -> HttpResponse | None:
    """Name `_NAMED` of the pages under review, and go back; None where there are none."""
    found = under_review_in(pages)[:_NAMED]
    if not found:
        return None
    messages.error(
        request,
        gettext(
            "Under review: %(titles)s. It can be deleted once the review is decided or cancelled."
        )
        % {"titles": _titles(found)},
    )
    return redirect("wagtailadmin_explore", pages[0].get_parent().pk)


def _titles(pages: Iterable[Page]) -> str:
    return gettext(", ").join(page.draft_title for page in pages)


@hooks.register("register_log_actions")
def register_words(actions: Any) -> None:
    """What a page's history says of a reminder."""
    actions.register_action(
        "reviews.reminded", _("Remind reviewers"), _("Those who can decide were reminded")
    )


@hooks.register("after_move_page")
def ask_the_new_region(request: HttpRequest, page: Page) -> None:
    """A page that moves under review is reviewed by whom it belongs to now."""
    for moved in under_review_in([Page.objects.get(pk=page.pk)]):
        state = moved.current_workflow_task_state
        if state is None:
            continue
        ask_reviewers(state, request.user)
        messages.info(
            request,
            gettext("“%(title)s” is under review. Those who review it at its new place were asked.")
            % {"title": moved.draft_title},
        )
