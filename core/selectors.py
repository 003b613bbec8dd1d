"""Reads that every section of the site needs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from wagtail.models import Page

from core.visibility import publicly_visible


def translations_by_key(model: type[Page], keys: Iterable[UUID], language: str) -> dict[UUID, Any]:
    """Live, public pages of a model in one language, by translation key. One query."""
    pages = publicly_visible(model.objects.all()).filter(
        translation_key__in=set(keys), locale__language_code=language
    )
    return {page.translation_key: page for page in pages}
