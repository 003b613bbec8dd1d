"""Writes to places and regional platforms."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from wagtail.models import Page

from core.services import PageContent, publish_page
from regions.codes import InvalidAreaCode, complete
from regions.models import Area, RegionalPlatformPage

MUNICIPAL_KINDS = {
    Area.Kind.DESIGNATED_CITY,
    Area.Kind.CORE_CITY,
    Area.Kind.CITY,
    Area.Kind.SPECIAL_WARD,
    Area.Kind.TOWN,
    Area.Kind.VILLAGE,
    Area.Kind.WARD,
}


def sync_areas(rows: Iterable[Mapping[str, Any]]) -> int:
    """Bring areas in line with rows of field values, matched by `code`; wider areas first.

    A row may name `successors` (codes), for areas that no longer exist. Areas that are not in the
    rows are kept. Returns how many areas were created or changed.

    Raises:
        InvalidAreaCode: a municipality's code has a wrong check digit or shape.
    """
    known = Area.objects.in_bulk()
    new: list[Area] = []
    changed: list[Area] = []
    names: set[str] = set()
    successors: dict[str, list[str]] = {}
    for row in rows:
        values = dict(row)
        codes = values.pop("successors", [])
        if values["kind"] in MUNICIPAL_KINDS and complete(values["code"]) != values["code"]:
            raise InvalidAreaCode(
                f"{values['code']} is not a full code; the full code is {complete(values['code'])}."
            )
        if codes:
            successors[values["code"]] = list(codes)
        names.update(values)
        area = known.get(values["code"])
        if area is None:
            new.append(Area(**values))
        elif any(getattr(area, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(area, name, value)
            changed.append(area)
    with transaction.atomic():
        Area.objects.bulk_create(new, batch_size=200)
        Area.objects.bulk_update(changed, sorted(names - {"code"}), batch_size=100)
        linked = 0
        for code, targets in successors.items():
            manager = Area.objects.get(pk=code).successors
            if set(manager.values_list("pk", flat=True)) != set(targets):
                manager.set(Area.objects.filter(pk__in=targets))
                linked += 1
    return len(new) + len(changed) + linked


def merge_areas(
    old_codes: Iterable[str], new_codes: Iterable[str], last_day: datetime.date
) -> None:
    """Record that areas ended on a day and that others took their place.

    Raises:
        Area.DoesNotExist: one of the codes is unknown; nothing is changed then.
    """
    with transaction.atomic():
        successors = [Area.objects.get(pk=code) for code in new_codes]
        for code in old_codes:
            area = Area.objects.get(pk=code)
            area.valid_to = last_day
            area.save(update_fields=["valid_to"])
            area.successors.add(*successors)


def publish_platform(
    *, parent: Page, slug: str, content: PageContent, translation_of: Page | None = None
) -> RegionalPlatformPage:
    """Create or update a regional platform's page and publish it."""
    return publish_page(
        model=RegionalPlatformPage,
        parent=parent,
        slug=slug,
        content=content,
        translation_of=translation_of,
    )
