"""Persistent identifiers of cases: which are given, where they lead, which were withdrawn."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.signals import post_delete, post_migrate, post_save
from django.utils import timezone
from wagtail.models import PageViewRestriction
from wagtail.signals import page_published, page_unpublished, post_page_move

from casestudies.models import CaseIdentifier, CaseStudyPage
from core.visibility import publicly_visible

__all__ = ["announce_changes", "case_of", "public_cases", "record_identifiers"]


def public_cases() -> QuerySet[CaseStudyPage]:
    """Every public page of a case that has words of its own; no stand-ins."""
    cases: QuerySet[CaseStudyPage] = publicly_visible(
        CaseStudyPage.objects.filter(alias_of=None)
    ).select_related("locale")
    return cases


def case_of(identifier: CaseIdentifier, language: str) -> CaseStudyPage | None:
    """The public page of that case in a language, else in another one; None if there is none."""
    visible = publicly_visible(
        CaseStudyPage.objects.filter(translation_key=identifier.translation_key)
    ).select_related("locale")
    by_language = {case.locale.language_code: case for case in visible}
    return by_language.get(language) or next(iter(by_language.values()), None)


def record_identifiers(
    keys: Iterable[UUID] | None = None, *, has_changed: bool = False
) -> tuple[int, int, int]:
    """Give identifiers to cases that have become public; note which were withdrawn or came back.

    Running it again changes nothing.

    Args:
        keys: translation keys of the cases concerned; all cases by default.
        has_changed: whether those that are public have been published anew.

    Returns the numbers of identifiers that are new, public again or changed, and withdrawn.
    """
    cases, rows = public_cases(), CaseIdentifier.objects.all()
    if keys is not None:
        keys = list(keys)
        cases, rows = cases.filter(translation_key__in=keys), rows.filter(translation_key__in=keys)
    public = set(cases.order_by().values_list("translation_key", flat=True))
    now = timezone.now()
    known = {row.translation_key: row for row in rows}
    new = [
        CaseIdentifier(code=CaseIdentifier.code_of(key), translation_key=key, changed_at=now)
        for key in sorted(public - known.keys())
    ]
    back = [
        key for key, row in known.items() if key in public and (has_changed or not row.is_public)
    ]
    withdrawn = [key for key, row in known.items() if row.is_public and key not in public]
    if new:
        CaseIdentifier.objects.bulk_create(new)
    for changed, is_public in ((back, True), (withdrawn, False)):
        if changed:
            CaseIdentifier.objects.filter(translation_key__in=changed).update(
                is_public=is_public, changed_at=now
            )
    return len(new), len(back), len(withdrawn)


def announce_changes() -> None:
    """Begin to follow whatever makes a case public or withdraws it."""
    page_published.connect(_on_published, sender=CaseStudyPage, dispatch_uid="identifiers")
    page_unpublished.connect(_on_withdrawn, sender=CaseStudyPage, dispatch_uid="identifiers")
    post_delete.connect(_on_withdrawn, sender=CaseStudyPage, dispatch_uid="identifiers")
    for signal, sender in (
        (post_page_move, None),
        (post_save, PageViewRestriction),
        (post_delete, PageViewRestriction),
        # What was public before there were identifiers, or was changed in the database itself.
        (post_migrate, None),
    ):
        signal.connect(_on_tree_changed, sender=sender, dispatch_uid="identifiers of all")


def _on_published(instance: CaseStudyPage, **kwargs: Any) -> None:
    record_identifiers([instance.translation_key], has_changed=True)


def _on_withdrawn(instance: CaseStudyPage, **kwargs: Any) -> None:
    record_identifiers([instance.translation_key])


def _on_tree_changed(sender: Any, **kwargs: Any) -> None:
    if kwargs.get("raw") or getattr(sender, "label", "casestudies") != "casestudies":
        return
    record_identifiers()
