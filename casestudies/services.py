"""Writes to case studies."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from wagtail.models import Page

from casestudies.models import CasesFromPage, CaseStudyPage
from core.services import PageContent, publish_page
from regions.models import Area


def publish_case(
    *, parent: CasesFromPage, slug: str, content: PageContent, translation_of: Page | None = None
) -> CaseStudyPage:
    """Create or update a case study and publish it.

    Raises:
        ValidationError: something that publishing needs is missing, by field name.
    """
    with transaction.atomic():
        page = publish_page(
            model=CaseStudyPage,
            parent=parent,
            slug=slug,
            content=content,
            translation_of=translation_of,
        )
        if missing := page.missing_for_publication():
            raise ValidationError({name: str(text) for name, text in missing.items()})
    return page


def publish_cases_from(
    *, parent: Page, slug: str, area: Area, title: str, translation_of: Page | None = None
) -> CasesFromPage:
    """Create or update the page that lists the cases of one area."""
    return publish_page(
        model=CasesFromPage,
        parent=parent,
        slug=slug,
        content=PageContent(fields={"title": title, "area": area}),
        translation_of=translation_of,
    )
