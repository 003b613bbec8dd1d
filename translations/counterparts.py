"""Which pages are the original, the translations and the stand-ins of one another."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from wagtail.models import Page
from wagtail.query import PageQuerySet


def is_original(page: Page) -> bool:
    """Whether the other pages with its translation key follow this one.

    Where both languages have words of their own the Japanese page is the original. Where one
    language has a stand-in (an alias), the page that it stands for is.
    """
    if page.alias_of_id:
        return False
    if page.locale.language_code == settings.LANGUAGE_CODE:
        return True
    return not (
        counterparts_of(page)
        .filter(alias_of=None, locale__language_code=settings.LANGUAGE_CODE)
        .exists()
    )


def original_of(page: Page) -> Page | None:
    """The page whose facts this translation shares; None for originals and stand-ins."""
    if page.alias_of_id or page.locale.language_code == settings.LANGUAGE_CODE:
        return None
    found = counterparts_of(page).filter(
        alias_of=None, locale__language_code=settings.LANGUAGE_CODE
    )
    return found.select_related("locale").first()


def counterparts_of(page: Page) -> PageQuerySet:
    """The same page in other languages: translations and stand-ins."""
    return Page.objects.filter(translation_key=page.translation_key).exclude(pk=page.pk)


def translations_of(page: Page) -> PageQuerySet:
    """The counterparts that have words of their own."""
    return counterparts_of(page).filter(alias_of=None)


def followers(pages: Iterable[Page]) -> list[Page]:
    """The translations that follow any of these originals, for people to decide about."""
    found = []
    for page in pages:
        if is_original(page):
            found += translations_of(page).select_related("locale").specific()
    return found
