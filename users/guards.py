"""What people of one region may see of others in the admin, where Wagtail itself does not ask.

Wagtail shows titles of pages to everybody who may enter the admin: in the explorer, in forms that
ask before something is moved or done with several pages, in messages and in two reports. Here each
view that names a page is closed to those who have no part in it.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page
from wagtail.permissions import policy_registry

__all__ = ["check_view", "oversees"]

# Parts of addresses that are numbers of pages.
PAGE_PARTS = ("page_id", "parent_page_id", "page_to_move_id")
# What is published is open to everybody: in choosers, and to those who begin a translation.
OPEN_WHEN_PUBLISHED = {"wagtailadmin_choose_page_child", "begin_translation"}
# Lists of all pages, whoever they belong to, and how deep in the tree one's rights may begin.
REPORTS = {
    "wagtailadmin_reports:page_types_usage": 1,
    "wagtailadmin_reports:page_types_usage_results": 1,
    "wagtail_localize:translations_report": 2,
    "wagtail_localize:translations_report_results": 2,
}


def check_view(request: HttpRequest, kwargs: dict[str, Any]) -> None:
    """Look at a request for the admin before its view does.

    Raises:
        PermissionDenied: it names pages or files in which this person has no part.
    """
    match = request.resolver_match
    if match is None or request.user.is_superuser or not request.user.is_authenticated:
        return
    name = match.view_name
    if name in REPORTS and not oversees(request.user, depth=REPORTS[name]):
        raise PermissionDenied
    numbers = [kwargs[part] for part in PAGE_PARTS if part in kwargs]
    if name.startswith("wagtailadmin_pages:") and "pk" in kwargs:
        numbers.append(kwargs["pk"])
    for number in numbers:
        _check_page(request.user, number, may_be_published=name in OPEN_WHEN_PUBLISHED)
    if name == "wagtail_bulk_action":
        _check_bulk(request, f"{kwargs['app_label']}.{kwargs['model_name']}")


def oversees(user: Any, *, depth: int) -> bool:
    """Whether somebody may change all pages (depth 1), or all of one language (depth 2)."""
    return user.is_superuser or any(
        "change" in page.permissions_for_user(user).permissions
        for page in Page.objects.filter(depth__lte=depth)
    )


def _check_page(user: Any, number: Any, *, may_be_published: bool) -> None:
    page = Page.objects.filter(pk=number).first()
    if page is None or (may_be_published and page.live):
        return
    policy = policy_registry.get_by_type(Page)
    is_explorable = policy.explorable_instances(user).filter(pk=page.pk).exists()
    # A reviewer is let in by the workflow.
    if not is_explorable and not page.permissions_for_user(user).can_edit():
        raise PermissionDenied


def _check_bulk(request: HttpRequest, label: str) -> None:
    """Everything chosen is something in which this person has a part."""
    chosen = [number for number in request.GET.getlist("id") if number.isdigit()]
    policy_of = policy_registry.get_by_type
    if label == Page._meta.label_lower:
        visible = policy_of(Page).explorable_instances(request.user)
    elif label in {model._meta.label_lower for model in (get_image_model(), get_document_model())}:
        model = next(
            model
            for model in (get_image_model(), get_document_model())
            if model._meta.label_lower == label
        )
        visible = policy_of(model).instances_user_has_any_permission_for(
            request.user, ["change", "delete", "choose"]
        )
    else:
        return
    if visible.filter(pk__in=chosen).count() != len(set(chosen)):
        raise PermissionDenied
