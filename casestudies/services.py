"""Writes to case studies."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from wagtail.models import Page

from casestudies.models import CasesFromPage, CaseStudyIndexPage, CaseStudyPage
from core.services import PageContent, draft_page, publish_page
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


def hold_back_case(
    *, parent: CasesFromPage, slug: str, content: PageContent, reason: str
) -> CaseStudyPage:
    """Keep a case as a draft that may not be published yet; unpublish it where it is public.

    Args:
        reason: for curators; stands at the top of the internal note.
    """
    page = CaseStudyPage.objects.child_of(parent).filter(slug=slug, alias_of=None).first()
    if page is None:
        note = f"{reason}\n{content.fields.get('internal_note', '')}".strip()
        held = replace(content, fields={**content.fields, "internal_note": note})
        return draft_case(parent=parent, slug=slug, content=held)
    for version in [page, *page.get_translations()]:
        if version.live:
            version.unpublish()
    return page


def draft_case(
    *, parent: CasesFromPage, slug: str = "", content: PageContent, owner: Any = None
) -> CaseStudyPage:
    """Create a case study as a draft, which may be incomplete.

    Args:
        owner: the user in whose name it is written.

    Raises:
        ValidationError: a value does not fit its field; nothing has been written then.
    """
    return draft_page(model=CaseStudyPage, parent=parent, slug=slug, content=content, owner=owner)


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


def ensure_cases_from(area: Area) -> CasesFromPage | None:
    """The Japanese page that lists the cases of an area; made in all languages when missing.

    Returns None where the section of case studies does not exist yet.
    """
    original: CasesFromPage | None = None
    indexes = CaseStudyIndexPage.objects.filter(alias_of=None).select_related("locale")
    by_language = {index.locale.language_code: index for index in indexes}
    for language in sorted(by_language, key=lambda code: code != settings.LANGUAGE_CODE):
        index = by_language[language]
        is_japanese = language == settings.LANGUAGE_CODE
        page = CasesFromPage.objects.descendant_of(index).filter(area=area).first()
        if page is None or page.alias_of_id:
            page = publish_cases_from(
                parent=index,
                slug=slugify(area.name_en) or area.code,
                area=area,
                title=f"{area.name_ja}の事例" if is_japanese else f"Cases from {area.name_en}",
                translation_of=original,
            )
        if is_japanese:
            original = page
    return original
