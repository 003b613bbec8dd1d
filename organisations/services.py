"""Writes to the directory."""

from __future__ import annotations

from wagtail.models import Page

from core.services import PageContent, publish_page
from organisations.models import OrganisationPage


def publish_organisation(
    *, parent: Page, slug: str, content: PageContent, translation_of: Page | None = None
) -> OrganisationPage:
    """Create or update an organisation's page and publish it."""
    return publish_page(
        model=OrganisationPage,
        parent=parent,
        slug=slug,
        content=content,
        translation_of=translation_of,
    )
