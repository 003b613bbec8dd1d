"""Writes that every section of the site needs: one page with its rows, in one language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import Locale, Page
from wagtail.signals import page_published, published

from core.slugs import slugs_below, unique_slug

PageType = TypeVar("PageType", bound=Page)


@dataclass(frozen=True)
class PageContent:
    """What a page shall hold.

    Attributes:
        fields: plain fields and foreign keys by name.
        choices: many-to-many fields by name, as lists of objects.
        rows: inline rows by relation name, as lists of field values in their order.
        tags: free keywords by field name.
    """

    fields: Mapping[str, Any]
    choices: Mapping[str, Sequence[models.Model]] = field(default_factory=dict)
    rows: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    tags: Mapping[str, Sequence[str]] = field(default_factory=dict)


def publish_page(
    *,
    model: type[PageType],
    parent: Page,
    slug: str,
    content: PageContent,
    translation_of: Page | None = None,
) -> PageType:
    """Create or update the page with this slug below the parent, and publish it.

    The page takes its parent's language. With `translation_of` it becomes that page's translation,
    and takes the place of an alias that stood in for it.

    Raises:
        ValidationError: a value does not fit its field; nothing has been written then.
    """
    # Adding a page below changes the parent's row; the caller's copy may be older than that.
    parent.refresh_from_db()
    page = model.objects.child_of(parent).filter(slug=slug).first()
    if page is not None and page.alias_of_id:
        page.delete()
        parent.refresh_from_db()
        page = None
    is_new = page is None
    if page is None:
        page = model(slug=slug, locale=parent.locale)
        if translation_of is not None:
            page.translation_key = translation_of.translation_key
    _fill(page, content)
    with _stand_ins_later():
        if is_new:
            _add_published(page, parent)
        else:
            page.save_revision().publish()
    # Publishing works on the revision's own copy of the page.
    page.refresh_from_db()
    return page


def _add_published(page: Page, parent: Page) -> None:
    """Add a page that is public at once, with its first revision.

    The same as adding a draft and publishing its revision, in half the time: Wagtail would read
    the page back from the revision and store it, with all its rows, once more.
    """
    page.live = True
    page.first_published_at = page.last_published_at = timezone.now()
    parent.add_child(instance=page)
    revision = page.save_revision(clean=False)
    page.live_revision, page.has_unpublished_changes = revision, False
    Page.objects.filter(pk=page.pk).update(live_revision=revision, has_unpublished_changes=False)
    for signal in (page_published, published):
        signal.send(sender=type(page), instance=page, revision=revision)
    log(instance=page, action="wagtail.publish", revision=revision, content_changed=True)


def draft_page(
    *, model: type[PageType], parent: Page, slug: str = "", content: PageContent, owner: Any = None
) -> PageType:
    """Create a draft below the parent, in its language.

    A slug that is taken gets a number; without one it is made from the title.

    Raises:
        ValidationError: a value does not fit its field; nothing has been written then.
    """
    parent.refresh_from_db()
    slug = unique_slug(slug, slugs_below(parent)) if slug else ""
    page = model(slug=slug, locale=parent.locale, live=False)
    page.owner = owner
    _fill(page, content)
    parent.add_child(instance=page)
    page.save_revision(user=owner, clean=False)
    return page


def _fill(page: Page, content: PageContent) -> None:
    """Give the page, not yet saved, what it shall hold."""
    for name, value in content.fields.items():
        setattr(page, name, value)
    page.draft_title = page.title
    for name, objects in content.choices.items():
        setattr(page, name, list(objects))
    for name, rows in content.rows.items():
        child_model = type(page)._meta.get_field(name).related_model
        children = [child_model(**row, sort_order=order) for order, row in enumerate(rows)]
        for order, child in enumerate(children, start=1):
            _check_row(child, name, order)
        setattr(page, name, children)
    for name, words in content.tags.items():
        getattr(page, name).set(words)


def _check_row(row: models.Model, name: str, number: int) -> None:
    """Check a row's plain values; its relations were resolved by the caller."""
    relations = [f.name for f in row._meta.get_fields() if f.is_relation]
    try:
        row.clean_fields(exclude=relations)
        row.clean()
    except ValidationError as error:
        raise ValidationError(
            [
                f"{name} {number}, {key}: {' '.join(texts)}"
                for key, texts in error.message_dict.items()
            ]
        ) from error


def ensure_alias(page: Page, language: str) -> Page:
    """Let a page stand in another language's tree until it is translated. Returns that page."""
    locale = Locale.objects.get(language_code=language)
    existing = page.get_translation_or_none(locale)
    if existing is not None:
        return existing
    return page.copy_for_translation(locale, copy_parents=True, alias=True)


# Whether `publish_page` is at work, after which a translation is often published next.
_waits: ContextVar[bool] = ContextVar("waits", default=False)


def ensure_stand_ins(page: Page) -> None:
    """Let a public page stand in the tree of every language in which it has no translation.

    A page below a parent that is missing in the other tree brings its parents along. Languages
    without a tree of their own get none.
    """
    if _waits.get():
        transaction.on_commit(lambda: _ensure_stand_ins(page.pk))
    else:
        _ensure_stand_ins(page.pk)


def _ensure_stand_ins(number: int) -> None:
    page = Page.objects.filter(pk=number, live=True, alias_of=None).first()
    if page is None:
        return
    have = Page.objects.filter(translation_key=page.translation_key).values("locale")
    trees = Page.objects.filter(depth=2).values("locale")
    for locale in Locale.objects.filter(pk__in=trees).exclude(pk__in=have):
        ensure_alias(page.specific, locale.language_code)


@contextmanager
def _stand_ins_later() -> Iterator[None]:
    """Make stand-ins at the end of the transaction, for pages that then have no translation.

    Whoever writes both languages publishes the original first; its stand-in would be made only to
    be replaced.
    """
    token = _waits.set(True)
    try:
        yield
    finally:
        _waits.reset(token)
