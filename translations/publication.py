"""A page that is published stands in both trees, however it was made."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.models import Page
from wagtail.signals import page_published

from core.services import ensure_stand_ins
from translations.choice import current_request
from translations.counterparts import is_original, translations_of

__all__ = ["connect", "without_stand_in"]


def connect() -> None:
    """Begin to listen."""
    page_published.connect(_on_published, dispatch_uid="translations.stand_ins")


def _on_published(sender: Any, instance: Page, **kwargs: Any) -> None:
    """Wagtail also sends this signal when a page is scheduled, which is then not public yet."""
    if instance.live and not instance.alias_of_id and not instance.is_root():
        ensure_stand_ins(instance)
        _name_withdrawn_translations(instance)


def _name_withdrawn_translations(page: Page) -> None:
    """Tell whoever publishes a withdrawn page again that its translation is still withdrawn.

    It is not published by itself: its words may be older than what is published now.
    """
    request = current_request()
    if request is None or not is_original(page):
        return
    withdrawn = translations_of(page).filter(live=False, first_published_at__isnull=False)
    for translation in withdrawn.select_related("locale"):
        messages.warning(
            request,
            _(
                "The page in %(language)s was withdrawn and is still a draft. "
                "Check it, then publish it."
            )
            % {"language": translation.locale.get_display_name()},
            buttons=[
                messages.button(
                    reverse("wagtailadmin_pages:edit", args=[translation.pk]), _("Edit")
                )
            ],
        )


def without_stand_in() -> QuerySet[Page]:
    """Public pages that stand in one tree alone, parents first."""
    others = Page.objects.filter(translation_key=OuterRef("translation_key")).exclude(
        locale=OuterRef("locale")
    )
    other_trees = Page.objects.filter(depth=2).exclude(locale=OuterRef("locale"))
    pages = Page.objects.filter(live=True, alias_of=None, depth__gt=1)
    return pages.filter(~Exists(others), Exists(other_trees)).order_by(F("depth"), "path")
