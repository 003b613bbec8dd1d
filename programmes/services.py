"""Writes to programmes and grants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models, transaction
from wagtail.models import Page

from core.services import PageContent, publish_page
from programmes.models import Grant, ProgrammePage, SynthesisPage


def publish_programme(
    *, parent: Page, slug: str, content: PageContent, translation_of: Page | None = None
) -> ProgrammePage:
    """Create or update a programme's page and publish it."""
    return publish_page(
        model=ProgrammePage,
        parent=parent,
        slug=slug,
        content=content,
        translation_of=translation_of,
    )


def publish_synthesis(
    *, parent: Page, slug: str, content: PageContent, translation_of: Page | None = None
) -> SynthesisPage:
    """Create or update the page that counts what a study's cases say together."""
    return publish_page(
        model=SynthesisPage,
        parent=parent,
        slug=slug,
        content=content,
        translation_of=translation_of,
    )


def save_grant(
    *,
    identifier: str,
    fields: Mapping[str, Any],
    choices: Mapping[str, Sequence[models.Model]],
) -> tuple[Grant, bool]:
    """Create or update the grant with this identifier; returns it and whether anything changed.

    Args:
        choices: `areas`, `themes`, `cases`; a name that is missing is left as it is.

    Raises:
        ValidationError: a value does not fit its field; nothing has been written then.
    """
    with transaction.atomic():
        grant = Grant.objects.filter(identifier=identifier).first() or Grant(identifier=identifier)
        changed = grant.pk is None
        for name, value in fields.items():
            # Of a page its key alone: a new grant has no programme to ask for, and a body may come
            # as a `Page`.
            key = value.pk if isinstance(value, models.Model) else value
            column = getattr(Grant._meta.get_field(name), "attname", name)
            if getattr(grant, column) != key:
                setattr(grant, column, key)
                changed = True
        if changed:
            grant.full_clean()
            grant.save()
        for name, objects in choices.items():
            relation = getattr(grant, name)
            if {item.pk for item in objects} != set(relation.values_list("pk", flat=True)):
                relation.set(objects)
                changed = True
    return grant, changed
