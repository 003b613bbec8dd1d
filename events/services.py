"""Writes to events: their pages, and the numbers by which calendars see that one has changed."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.utils import timezone
from wagtail.models import Page

from core.services import PageContent, publish_page
from events.models import EventPage, EventVersion


def publish_event(
    *, parent: Page, slug: str, content: PageContent, translation_of: Page | None = None
) -> EventPage:
    """Create or update an event's page and publish it."""
    return publish_page(
        model=EventPage,
        parent=parent,
        slug=slug,
        content=content,
        translation_of=translation_of,
    )


def on_published(sender: Any, instance: EventPage, **kwargs: Any) -> None:
    """Follow the publication of an event, in the transaction that publishes it."""
    raise_sequence(page=instance)


def raise_sequence(*, page: EventPage) -> EventVersion:
    """Count a publication that changes what calendars show; others leave the number as it is.

    The number never goes down, also where an old revision is published again.
    """
    digest = _digest(page)
    version = EventVersion.objects.filter(page_id=page.pk).first()
    if version is None:
        return EventVersion.objects.create(
            page_id=page.pk, digest=digest, changed_at=timezone.now()
        )
    if version.digest != digest:
        version.sequence += 1
        version.digest = digest
        version.changed_at = timezone.now()
        version.save()
    return version


def _digest(page: EventPage) -> str:
    """A digest of everything that a calendar entry says."""
    said = [
        page.title,
        page.summary,
        page.status,
        page.status_note,
        page.starts_on,
        page.start_time,
        page.ends_on,
        page.end_time,
        page.time_zone,
        page.venue,
        page.address,
        page.is_online,
        page.join_text,
        page.join_url,
        page.caveat,
        page.contact_name,
        sorted(area.pk for area in page.areas.all()),
        sorted(theme.pk for theme in page.themes.all()),
    ]
    text = json.dumps(said, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
