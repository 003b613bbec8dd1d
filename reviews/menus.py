"""The admin's menu by task; each entry leads where somebody with that role goes."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.auth import user_has_any_page_permission
from wagtail.admin.menu import MenuItem

from core.menus import menu_item_for
from regions.selectors import regions_of_user
from reviews.begin import lists_of

__all__ = ["START_TASKS", "TASKS", "PagesMenuItem"]


# Shown to those who may write below the list of cases of a region.
CaseWriterMenuItem = menu_item_for(lambda user: bool(lists_of(user)))
# Shown to those who write for a region.
RegionMenuItem = menu_item_for(lambda user: regions_of_user(user).exists())
# Shown to those who work on pages at all.
PagesMenuItem = menu_item_for(user_has_any_page_permission)


def waiting_item() -> MenuItem:
    """Menu item: pages awaiting my review."""
    return PagesMenuItem(
        _("Waiting for review"),
        reverse("reviews:waiting"),
        name="waiting-for-review",
        icon_name="clipboard-list",
        order=10,
    )


def case_item() -> MenuItem:
    """To the first words of a case study, which become a draft of the region of its place."""
    return CaseWriterMenuItem(
        _("Write a case study"),
        reverse("reviews:begin_case"),
        name="write-a-case",
        icon_name="edit",
        order=20,
    )


def regional_page_item() -> MenuItem:
    """To the page of one's own region."""
    return PagesMenuItem(
        _("Edit the regional page"),
        reverse("reviews:regional_page"),
        name="regional-page",
        icon_name="site",
        order=30,
    )


def embed_item() -> MenuItem:
    """To the code with which a region shows its news on its own website."""
    return RegionMenuItem(
        _("Show a region on your own website"),
        reverse("embed-code"),
        name="embed-code",
        icon_name="code",
        order=40,
    )


TASKS = [waiting_item, case_item, regional_page_item]
# What the admin's home page offers besides: too rare for a menu.
START_TASKS = [*TASKS, embed_item]
