"""Writes about people: adding them from files, and removing them everywhere."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.models import ModelLogEntry, Page, Revision
from wagtail_localize.models import TranslationSource

from people.models import Person, RemovedPerson
from people.selectors import PersonRows, pages_mentioning, pages_naming, rows_about_people
from search.index.outbox import announce

Outcome = Literal["changed", "unchanged", "kept", "removed"]


@dataclass(frozen=True)
class Removal:
    """What a removal did.

    Attributes:
        pages: pages that named the person in rows, which are gone now.
        revisions: how many stored versions of pages were cleaned.
        mentions: pages whose running text still holds the name; an editor must rewrite it.
    """

    pages: list[Page]
    revisions: int
    mentions: list[Page]


def sync_person(*, code: str, values: Mapping[str, Any]) -> Outcome:
    """Add or update a person from a content file.

    Somebody whom a curator changed is `kept` as on the site; somebody who was `removed` does not
    come back.

    Raises:
        ValidationError: a value does not fit its field; nothing has been written.
    """
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, default=str)
    digest = hashlib.sha256(text.encode()).hexdigest()
    person = Person.objects.filter(code=code).first()
    if person is None:
        if RemovedPerson.covers(values["name_ja"], values.get("name_en") or ""):
            return "removed"
        person = Person(code=code)
    elif person.loaded_digest == digest:
        return "unchanged"
    elif ModelLogEntry.objects.for_instance(person).filter(user__isnull=False).exists():
        return "kept"
    for name, value in values.items():
        setattr(person, name, value)
    person.loaded_digest = digest
    person.full_clean()
    person.save()
    return "changed"


@transaction.atomic
def remove_person(*, person: Person) -> Removal:
    """Remove a person everywhere, for good; this cannot be undone.

    Rows of other apps go with the person. They are taken out of every stored version of the pages
    too, so that an old version or a draft that is published later does not bring them back; so are
    the log entries that carry the name. A mark that names nobody keeps content files and editors
    from adding the same name again. The search learns of the pages concerned.
    """
    pages = pages_naming(person)
    cleaned = sum(_clean_stored_versions(rows, person.pk) for rows in rows_about_people())
    mentions = pages_mentioning(person)
    RemovedPerson.objects.bulk_create(RemovedPerson.marks_of(person.name_ja, person.name_en))
    ModelLogEntry.objects.for_instance(person).delete()
    person.delete()
    keys = {page.translation_key for page in pages}
    announce(
        Page.objects.filter(translation_key__in=keys).values_list("pk", flat=True), "person removed"
    )
    return Removal(pages, cleaned, mentions)


def _clean_stored_versions(rows: PersonRows, pk: int) -> int:
    """Take the person's rows out of revisions and of texts that wait to be translated.

    Returns the number of revisions that were changed.
    """
    if rows.owner is None:
        return 0
    owner = ContentType.objects.get_for_model(rows.owner)
    cleaned = 0
    for revision in Revision.objects.filter(content_type=owner).iterator(chunk_size=100):
        if _without(revision.content, rows, pk):
            Revision.objects.filter(pk=revision.pk).update(content=revision.content)
            cleaned += 1
    for source in TranslationSource.objects.filter(specific_content_type=owner).iterator(100):
        content = json.loads(source.content_json)
        if _without(content, rows, pk):
            text = json.dumps(content)
            TranslationSource.objects.filter(pk=source.pk).update(content_json=text)
    return cleaned


def _without(content: dict[str, Any], rows: PersonRows, pk: int) -> bool:
    """Take the rows out of a stored version; whether there were any."""
    before = content.get(rows.relation or "")
    if not isinstance(before, list):
        return False
    kept = [row for row in before if row.get(rows.field) != pk]
    content[rows.relation or ""] = kept
    return len(kept) < len(before)
