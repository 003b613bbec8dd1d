"""Accounts in the menus, and what closes gaps of Wagtail between people of one admin."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.forms import HiddenInput
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.log_actions import LogActionRegistry
from wagtail.models import Locale, Page
from wagtail.query import PageQuerySet
from wagtail_localize.models import TranslationSource
from wagtail_localize.views.submit_translations import SubmitPageTranslationView
from wagtail_localize.views.update_translations import UpdateTranslationsView

from core.menus import menu_item_for
from core.pickers.pages import choosable
from users.admin_api import (
    DocumentsOfOwnCollections,
    ImagesOfOwnCollections,
    PagesWithoutActions,
)
from users.choosers import with_published_title
from users.guards import oversees
from users.models import User
from users.selectors import assignable_roles

# Before wagtail-localize registers the same addresses.
FIRST = -100


@hooks.register("construct_page_chooser_queryset")
def hide_drafts_of_others(pages: PageQuerySet, request: HttpRequest) -> PageQuerySet:
    """In choosers everybody finds what is published, and the drafts that they may edit."""
    return pages.filter(choosable(request.user))


@hooks.register("construct_admin_api", order=1000)
def limit_admin_api(router: WagtailAPIRouter) -> None:
    """Replace Wagtail's endpoints, which Wagtail's own apps register before."""
    router.register_endpoint("images", ImagesOfOwnCollections)
    router.register_endpoint("documents", DocumentsOfOwnCollections)
    router.register_endpoint("pages", PagesWithoutActions)


@hooks.register("register_admin_urls", order=FIRST)
def guard_translations() -> list[URLPattern]:
    """Beginning and updating a translation asks for the right on the page, not in general."""
    return [
        path("localize/submit/page/<int:page_id>/", begin_translation, name="begin_translation"),
        path(
            "localize/update/<int:translation_source_id>/",
            update_translation,
            name="update_translation",
        ),
    ]


class _BeginTranslationView(SubmitPageTranslationView):
    """Names a page of others by the title that is published."""

    def get_object(self) -> Page:
        """The page."""
        page: Page = super().get_object()
        if page.permissions_for_user(self.request.user).can_edit():
            return page
        readers: Page = with_published_title(page)
        return readers


class _UpdateView(UpdateTranslationsView):
    """Takes over changes of the source; publishing is for whoever has translated them.

    Wagtail-localize offers to publish at once, with the new passages in the original language.
    """

    def get_form(self) -> Any:
        """The form without that offer."""
        form = super().get_form()
        form.fields["publish_translations"].disabled = True
        form.fields["publish_translations"].widget = HiddenInput()
        return form


def begin_translation(request: HttpRequest, page_id: int) -> HttpResponse:
    """Hand on to wagtail-localize when the person may edit the page, or the place it goes to."""
    page = get_object_or_404(Page, pk=page_id)
    if not _may_translate(request.user, page):
        raise PermissionDenied
    return _BeginTranslationView.as_view()(request, page_id=page_id)


def update_translation(request: HttpRequest, translation_source_id: int) -> HttpResponse:
    """The same for bringing translations up to date with their source."""
    source = get_object_or_404(TranslationSource, pk=translation_source_id)
    page = source.get_source_instance()
    if isinstance(page, Page) and not _may_translate(request.user, page):
        raise PermissionDenied
    return _UpdateView.as_view()(request, translation_source_id=translation_source_id)


def _may_translate(user: Any, page: Page) -> bool:
    """Who may edit a page may translate it; what is published also who writes where it goes."""
    if page.permissions_for_user(user).can_edit():
        return True
    parent = page.get_parent()
    if not page.live or parent is None:
        return False
    return any(
        "add" in other.permissions_for_user(user).permissions
        for locale in Locale.objects.exclude(pk=page.locale_id)
        if (other := parent.get_translation_or_none(locale)) is not None
    )


@hooks.register("construct_reports_menu")
def hide_reports_about_all(request: HttpRequest, items: list[MenuItem]) -> None:
    """Reports that are closed to somebody do not stand in the menu."""
    hidden = {
        name
        for name, depth in {"page-types-usage": 1, "translations": 2}.items()
        if not oversees(request.user, depth=depth)
    }
    items[:] = [item for item in items if item.name not in hidden]


# Shown to people who may invite somebody.
AccountsMenuItem = menu_item_for(
    lambda user: isinstance(user, User) and bool(assignable_roles(user))
)


@hooks.register("register_admin_menu_item")
def accounts_menu_item() -> MenuItem:
    """People stand in the menu beside the regions."""
    return AccountsMenuItem(
        gettext_lazy("Accounts"), reverse("accounts"), name="accounts", icon_name="user", order=606
    )


@hooks.register("register_account_menu_item")
def second_factor_item(request: HttpRequest) -> dict[str, str]:
    """Everybody finds the second factor on the page of their own account."""
    return {
        "url": reverse("second_factor"),
        "label": gettext("Second factor"),
        "help_text": gettext("Protect your account with a code from your telephone."),
    }


@hooks.register("register_log_actions")
def register_account_actions(actions: LogActionRegistry) -> None:
    """What the history says of accounts."""
    for name, label, message in [
        ("invite", gettext_lazy("Invite"), gettext_lazy("Invited")),
        ("accept", gettext_lazy("Accept an invitation"), gettext_lazy("Accepted the invitation")),
        ("change_post", gettext_lazy("Change the role"), gettext_lazy("Changed the role")),
        ("deactivate", gettext_lazy("Close an account"), gettext_lazy("Closed the account")),
    ]:
        actions.register_action(f"nanif.account.{name}", label, message)
