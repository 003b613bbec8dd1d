"""Facts that are set on an original reach its translations, however these were made.

Which fields are facts is declared with the page models (`core.shared_facts`). Facts are written
into a translation when its original is published, and when it is published itself: into the page
as the public sees it, and into its stored versions from then on, so that drafts have them too. The
words of a translation, published or not, stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models.signals import pre_save
from wagtail.models import Page, Revision, get_page_models
from wagtail.signals import page_published
from wagtail_localize.models import SegmentOverride

from core.models import BasePage
from core.shared_facts import overridable_fields, shared_fields, shared_rows
from translations.counterparts import original_of, translations_of

__all__ = ["apply_facts", "connect", "pairs", "share_facts"]


@dataclass(frozen=True)
class Before:
    """An original as it was before it was published, and the rows that it had."""

    page: BasePage
    rows: Mapping[str, Sequence[Any]]


def connect() -> None:
    """Begin to listen."""
    pre_save.connect(_before_saving, dispatch_uid="translations.facts")
    page_published.connect(_on_published, dispatch_uid="translations.facts")


def _before_saving(
    sender: type, instance: Any, update_fields: Any = None, raw: bool = False, **kwargs: Any
) -> None:
    """Keep how an original was before, which tells how its rows correspond to translated ones."""
    if (
        raw
        or update_fields is not None
        or not isinstance(instance, BasePage)
        or not instance.pk
        or not instance.live
        or instance.alias_of_id
        or instance.locale.language_code != settings.LANGUAGE_CODE
        or not translations_of(instance).exists()
    ):
        return
    page = sender._default_manager.filter(pk=instance.pk).first()  # type: ignore[attr-defined]
    if page is not None:
        # The rows are read now, before they change.
        rows = {name: list(getattr(page, name).all()) for name in shared_rows(type(page))}
        instance._before_publication = Before(page, rows)


def _on_published(sender: Any, instance: Page, **kwargs: Any) -> None:
    """Wagtail also sends this signal when a page is scheduled, which is then not public yet."""
    if not instance.live or instance.alias_of_id or not isinstance(instance, BasePage):
        return
    if instance.locale.language_code == settings.LANGUAGE_CODE:
        before = instance.__dict__.pop("_before_publication", None)
        for translation in translations_of(instance).specific():
            share_facts(_stored(instance), translation, before)
    else:
        original = original_of(instance)
        if original is not None and original.live:
            share_facts(original.specific, _stored(instance))


def _stored(page: Page) -> Any:
    return type(page)._default_manager.get(pk=page.pk)


def pairs() -> Iterator[tuple[BasePage, BasePage]]:
    """Every original that is public, with each of its translations, read with all their facts."""
    for model in get_page_models():
        if not issubclass(model, BasePage):
            continue
        pages = model._default_manager.filter(alias_of=None).select_related("locale")
        pages = pages.prefetch_related(*_relations(model))
        japanese = {"locale__language_code": settings.LANGUAGE_CODE}
        numbers = pages.exclude(**japanese).order_by("pk").values_list("pk", flat=True)
        numbers = list(numbers)
        for some in (numbers[at : at + 100] for at in range(0, len(numbers), 100)):
            translations = list(pages.filter(pk__in=some))
            keys = [each.translation_key for each in translations]
            originals = pages.filter(translation_key__in=keys, live=True, **japanese)
            by_key = {each.translation_key: each for each in originals}
            for translation in translations:
                if translation.translation_key in by_key:
                    yield by_key[translation.translation_key], translation


def _relations(model: type[Page]) -> list[str]:
    """What is read with many pages at once: their relations, rows, and what rows point to."""
    of_page = [name for name in shared_fields(model) if model._meta.get_field(name).is_relation]
    rows = shared_rows(model)
    of_rows = [
        f"{relation}__{name}"
        for relation, names in rows.items()
        for name in names
        if model._meta.get_field(relation).related_model._meta.get_field(name).is_relation
    ]
    return [*of_page, *rows, *of_rows]


def share_facts(
    original: BasePage, translation: BasePage, before: Before | None = None
) -> list[str]:
    """Write the original's facts into a translation, and into its drafts.

    Args:
        original: as it is stored.
        translation: as it is stored.
        before: the original as it was before it was published, where that is known.

    Returns:
        The names of the fields and rows that were different in the translation.
    """
    changed = apply_facts(original, translation, before)
    has_drafts = translation.latest_revision_id != translation.live_revision_id
    if changed or has_drafts:
        with transaction.atomic():
            _store(original, translation, before, changed=bool(changed))
    return changed


def _store(
    original: BasePage, translation: BasePage, before: Before | None, *, changed: bool
) -> None:
    if changed:
        translation.save(clean=False)
    since = translation.live_revision_id or translation.latest_revision_id
    if since is not None:
        of_page = Revision.page_revisions.filter(object_id=str(translation.pk), pk__gte=since)
        for revision in of_page:
            draft = revision.as_object()
            if apply_facts(original, draft, before):
                content = draft.serializable_data()
                Revision.objects.filter(pk=revision.pk).update(content=content)
    if changed and translation.live:
        # Calendars and the search learn of it as of any publication.
        page_published.send(
            sender=type(translation), instance=translation, revision=translation.live_revision
        )


def apply_facts(
    original: BasePage, translation: BasePage, before: Before | None = None
) -> list[str]:
    """Give a translation, not yet saved, the facts of its original. Returns what was different."""
    changed = [
        name
        for name in shared_fields(type(original))
        if not _are_same(original, translation, name)
        and not _stays_withheld(original, translation, name, before)
    ]
    if any(name in overridable_fields(type(original)) for name in changed):
        overridden = _overridden(translation) & overridable_fields(type(original))
        changed = [name for name in changed if name not in overridden]
    for name in changed:
        _copy(original, translation, name)
    for name, facts in shared_rows(type(original)).items():
        if _apply_rows(original, translation, name, facts, before):
            changed.append(name)
    return changed


def _overridden(translation: BasePage) -> set[str]:
    """Fields to which a translator gave a value of their own, such as an English address."""
    rows = SegmentOverride.objects.filter(
        locale_id=translation.locale_id, context__object_id=translation.translation_key
    )
    return {path.split(".")[0] for path in rows.values_list("context__path", flat=True)}


def _stays_withheld(
    original: BasePage, translation: BasePage, name: str, before: Before | None
) -> bool:
    """What a translation alone withholds is shown only when the original stops to withhold it."""
    return (
        name in original.withholding_fields
        and bool(getattr(translation, name))
        and not (before is not None and getattr(before.page, name))
    )


# --- Values -----------------------------------------------------------------------------------


def _identity(value: Any) -> Any:
    """What a value is in any language: pages are known by their translation key."""
    if isinstance(value, Page):
        return value.translation_key
    return value.pk if isinstance(value, models.Model) else value


def _value(owner: models.Model, name: str) -> Any:
    if owner._meta.get_field(name).many_to_many:
        return {_identity(each) for each in getattr(owner, name).all()}
    return _identity(getattr(owner, name))


def _are_same(one: models.Model, other: models.Model, name: str) -> bool:
    field: Any = one._meta.get_field(name)
    if field.many_to_one and getattr(one, field.attname) == getattr(other, field.attname):
        return True
    return bool(_value(one, name) == _value(other, name))


def _copy(original: Any, translation: Any, name: str, locale_id: int | None = None) -> None:
    """Copy a fact; of another page that in the translation's language, where there is one."""
    locale_id = locale_id or translation.locale_id
    field = original._meta.get_field(name)
    value = getattr(original, name)
    if field.many_to_many:
        setattr(translation, name, [_in_language(each, locale_id) for each in value.all()])
    elif isinstance(value, Page):
        setattr(translation, name, _in_language(value, locale_id))
    else:
        setattr(translation, name, value)


def _in_language(value: Any, locale_id: int) -> Any:
    """A page's translation, or itself where there is none; what is no page stays as it is."""
    if not isinstance(value, Page) or value.locale_id == locale_id:
        return value
    model = type(value)
    found = model.objects.filter(translation_key=value.translation_key, locale_id=locale_id)
    return found.first() or value


# --- Rows -------------------------------------------------------------------------------------


def _apply_rows(
    original: Any, translation: Any, name: str, facts: Sequence[str], before: Before | None
) -> bool:
    """Bring the rows of a translation in line: as many, in the same order, with the same facts.

    A row keeps the words that it has in the translation. New rows have the original's words until
    somebody translates them.
    """
    rows = list(getattr(original, name).all())
    translated = list(getattr(translation, name).all())
    earlier = before.rows.get(name) if before is not None else None
    partners = _partners(rows, translated, earlier, facts)
    result, is_changed = [], len(rows) != len(translated)
    for number, (row, partner) in enumerate(zip(rows, partners, strict=True)):
        if partner is None:
            partner, is_changed = _new_row(row), True
        else:
            is_changed |= partner is not translated[min(number, len(translated) - 1)]
        for fact in facts:
            if not _are_same(row, partner, fact):
                _copy(row, partner, fact, translation.locale_id)
                is_changed = True
        partner.sort_order = number
        result.append(partner)
    if is_changed:
        setattr(translation, name, result)
    return is_changed


def _partners(
    rows: Sequence[Any],
    translated: Sequence[Any],
    earlier: Sequence[Any] | None,
    facts: Sequence[str],
) -> list[Any | None]:
    """For each row of the original the row of the translation that says the same, or None."""
    if earlier is not None and len(earlier) == len(translated):
        free = list(range(len(earlier)))
        partners: list[Any | None] = []
        for row in rows:
            position = next((i for i in free if earlier[i].pk == row.pk), None)
            if position is None:
                # Wagtail stores rows of a draft anew: the same content is the same row.
                position = next((i for i in free if _content(earlier[i]) == _content(row)), None)
            if position is not None:
                free.remove(position)
            partners.append(None if position is None else translated[position])
        return partners
    if len(rows) == len(translated):
        return list(translated)
    found: list[Any | None] = [None] * len(rows)
    ours = [_key(row, facts) for row in rows]
    theirs = [_key(row, facts) for row in translated]
    for block in SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks():
        for step in range(block.size):
            found[block.a + step] = translated[block.b + step]
    return found


def _key(row: Any, facts: Sequence[str]) -> tuple[Any, ...]:
    return tuple(str(_value(row, name)) for name in facts)


def _content(row: Any) -> dict[str, Any]:
    content: dict[str, Any] = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key and field.name not in {"page", "sort_order"}
    }
    return content


def _new_row(row: Any) -> Any:
    return type(row)(**_content(row))
