"""Reads that every section of the site needs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from wagtail.models import Page, Site

from core.visibility import publicly_visible


def translations_by_key(model: type[Page], keys: Iterable[UUID], language: str) -> dict[UUID, Any]:
    """Live, public pages of a model in one language, by translation key. One query."""
    pages = publicly_visible(model.objects.all()).filter(
        translation_key__in=set(keys), locale__language_code=language
    )
    return {page.translation_key: page for page in pages}


def page_at(request: HttpRequest, route: str) -> Any:
    """The public page at a place of the tree in the active language; None where there is none."""
    root = Site.find_for_request(request).root_page.localized
    pages = Page.objects.filter(url_path=f"{root.url_path}{route}")
    return publicly_visible(pages).specific().first()
