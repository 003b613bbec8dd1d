"""A translation has words of its own before it stops being a stand-in.

Wagtail-localize would turn a stand-in into a page of its own as soon as a translation begins, with
the words of the original; so would Wagtail's "convert to ordinary page". Both are refused until the
title is translated and somebody publishes. Passages that are not translated then are left to the
original, where the page shows its words, marked, in place of an empty passage.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models.signals import pre_save
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Revision
from wagtail.signals import page_published
from wagtail_localize.models import StringSegment, StringTranslation, Translation

from translations.choice import current_request
from translations.counterparts import original_of

__all__ = ["NOT_TRANSLATED", "connect", "has_words", "translation_into"]

NOT_TRANSLATED = _(
    "The title is not translated yet. Until it is, the page shows the original words, labelled."
)


def connect() -> None:
    """Begin to listen."""
    pre_save.connect(_before_conversion, dispatch_uid="translations.words")
    page_published.connect(_on_published, dispatch_uid="translations.words")


def translation_into(page: Page) -> Translation | None:
    """The translation segment by segment that is going on for this page, if there is one."""
    found: Translation | None = Translation.objects.filter(
        source__object_id=page.translation_key, target_locale_id=page.locale_id, enabled=True
    ).first()
    return found


def has_words(translation: Translation) -> bool:
    """Whether the title is translated, by which a page is known everywhere."""
    titles = StringSegment.objects.filter(source=translation.source_id, context__path="title")
    return any(
        StringTranslation.objects.filter(
            translation_of_id=title.string_id,
            context_id=title.context_id,
            locale_id=translation.target_locale_id,
            has_error=False,
        )
        .exclude(data="")
        .exists()
        for title in titles
    )


def _before_conversion(
    sender: Any, instance: Any, update_fields: Collection[str] | None = None, **kwargs: Any
) -> None:
    """Refuse to make a page of its own out of a stand-in that has no words of its own.

    Both ways of doing so store this one field. Wagtail-localize takes a `ValidationError` of a
    field for a finding about its translation, undoes what it began, and keeps the translation.
    """
    if (
        not isinstance(instance, Page)
        or instance.alias_of_id
        or update_fields is None
        or not set(update_fields) <= {"alias_of", "alias_of_id"}
    ):
        return
    stored = Page.objects.filter(pk=instance.pk).exclude(alias_of__locale=instance.locale_id)
    if not stored.exclude(alias_of=None).exists():
        return
    translation = translation_into(instance)
    if translation is None or not has_words(translation) or _only_begins():
        raise ValidationError({"title": NOT_TRANSLATED})


def _only_begins() -> bool:
    """Whether somebody begins or updates a translation, rather than publishing it."""
    request = current_request()
    return request is not None and request.POST.get("action") != "publish"


def _on_published(sender: Any, instance: Page, **kwargs: Any) -> None:
    """Empty the passages into which wagtail-localize put the original's words."""
    names = getattr(instance, "falls_back_to_original", ())
    if not names or not instance.live or translation_into(instance) is None:
        return
    original = original_of(instance)
    if original is None:
        return
    words = original.specific.serializable_data()
    mine = instance.serializable_data()
    untranslated = [name for name in names if mine[name] == words[name] and getattr(instance, name)]
    if not untranslated:
        return
    for name in untranslated:
        setattr(instance, name, instance._meta.get_field(name).get_default() or "")
    instance.save(update_fields=untranslated, clean=False)
    emptied = instance.serializable_data()
    if (revision := instance.live_revision) is not None:
        content = revision.content | {name: emptied[name] for name in untranslated}
        Revision.objects.filter(pk=revision.pk).update(content=content)
