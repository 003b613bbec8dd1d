"""Translations in the admin: written while a stand-in is public, deleted together."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.models import Page
from wagtail_localize.views.edit_translation import edit_translation

from translations.choice import are_translations_taken_along
from translations.counterparts import original_of
from translations.words import NOT_TRANSLATED, has_words, translation_into

# Before wagtail-localize, for which no stand-in is being translated.
FIRST = -100


@hooks.register("before_edit_page", order=FIRST)
def translate_behind_stand_in(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Let translators write while the stand-in is public; it is replaced on publication."""
    translation = translation_into(page)
    if translation is None:
        return None
    if request.POST.get("action") == "publish" and not has_words(translation):
        messages.error(request, str(NOT_TRANSLATED))
        return redirect(request.path)
    if not page.alias_of_id:
        return None
    response: HttpResponse = edit_translation(request, translation, page)
    return response


@hooks.register("before_convert_alias_page")
def convert_by_translating(request: HttpRequest, page: Page) -> HttpResponse | None:
    """A stand-in becomes a page of its own by being translated."""
    source = page.alias_of
    if source.locale_id == page.locale_id:
        return None
    messages.warning(request, _("Translate the page: it then gets words of its own."))
    return redirect(reverse("wagtail_localize:submit_page_translation", args=[source.pk]))


@hooks.register("before_bulk_action")
def delete_translations_once(
    request: HttpRequest, action_type: str, objects: list[Any], action: Any
) -> None:
    """Where an original and its translation are both chosen, the one goes with the other."""
    if action_type != "delete" or not are_translations_taken_along():
        return
    chosen = {page.pk for page in objects if isinstance(page, Page)}
    objects[:] = [page for page in objects if not _goes_with(page, chosen)]


def _goes_with(page: Any, chosen: set[int]) -> bool:
    if not isinstance(page, Page):
        return False
    original = page.alias_of or original_of(page)
    return original is not None and original.pk in chosen
