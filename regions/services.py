"""Writes to places, regional platforms and consultation desks."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import models, transaction
from django.db.models import Case, Count, When
from django.dispatch import Signal
from django.utils.text import slugify
from django.utils.translation import gettext
from wagtail import hooks
from wagtail.log_actions import log
from wagtail.models import Collection, ModelLogEntry, Page

from core.services import PageContent, ensure_alias, publish_page
from regions.codes import InvalidAreaCode, complete
from regions.models import (
    Area,
    ConsultationDesk,
    DeskPhone,
    Region,
    RegionalPlatformPage,
    RegionIndexPage,
)
from regions.place_directory import areas_changed
from regions.selectors import parts_condition
from users.grants import (
    grant_admin_access,
    keep_only,
    set_file_rights,
    set_page_rights,
    shared_collection,
)
from users.rights import OWN_FILES, PAGE_RIGHTS, SHARED_FILES, Place, Role

ENGLISH = "en"

# Sent with the `codes` of areas that were changed in bulk, in the same transaction.
areas_stored = Signal()

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
    rows are kept. Returns the number of changes: fields and successors of one area count apart.

    Raises:
        Area.DoesNotExist: a successor is neither known nor in the rows; nothing is changed then.
        InvalidAreaCode: a municipality's code is not whole, or has a wrong check digit or shape.
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
    known_codes = {*known, *(area.code for area in new)}
    for code, targets in successors.items():
        if unknown := [target for target in targets if target not in known_codes]:
            raise Area.DoesNotExist(f"{code} is succeeded by unknown areas: {' '.join(unknown)}.")
    with transaction.atomic():
        Area.objects.bulk_create(new, batch_size=200)
        Area.objects.bulk_update(changed, sorted(names - {"code"}), batch_size=100)
        linked = 0
        for code, targets in successors.items():
            manager = Area.objects.get(pk=code).successors
            if set(manager.values_list("pk", flat=True)) != set(targets):
                manager.set(Area.objects.filter(pk__in=targets))
                linked += 1
        if new or changed:
            # Nothing announces rows that are stored in bulk.
            areas_changed()
            areas_stored.send(Area, codes=[area.code for area in changed])
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


def sync_desk(
    *,
    code: str,
    fields: Mapping[str, Any],
    choices: Mapping[str, Sequence[models.Model]],
    phones: Sequence[Mapping[str, Any]],
    overwrite: bool = False,
) -> Literal["changed", "unchanged", "kept"]:
    """Create or update a consultation desk from a content file.

    A desk that somebody changed in the admin since is `kept`, unless `overwrite` is asked for.

    Args:
        choices: `areas`, `languages`, `advice_fields`, as lists of objects.
        phones: field values of its numbers, in their order.

    Raises:
        ValidationError: a value does not fit its field; nothing has been written.
    """
    digest = _digest([fields, {name: [o.pk for o in found] for name, found in choices.items()},
                      [{**row, "language": getattr(row.get("language"), "pk", "")}
                       for row in phones]])  # fmt: skip
    desk = ConsultationDesk.objects.filter(code=code).first() or ConsultationDesk(code=code)
    if desk.loaded_digest == digest:
        return "unchanged"
    by_people = ModelLogEntry.objects.for_instance(desk).filter(user__isnull=False)
    if desk.pk and not overwrite and by_people.exists():
        return "kept"
    for name, value in fields.items():
        setattr(desk, name, value)
    desk.loaded_digest = digest
    numbers = [DeskPhone(sort_order=order, **row) for order, row in enumerate(phones)]
    desk.full_clean()
    for number in numbers:
        number.full_clean(exclude=["desk"])
    desk.phones.set(numbers)
    for name, objects in choices.items():
        setattr(desk, name, list(objects))
    desk.save()
    return "changed"


def _digest(values: Any) -> str:
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


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


# --- Regions that keep up their own part --------------------------------------------------------

PROVISION_HOOK = "nanif_provision_region"


class CannotProvision(Exception):
    """A region cannot be brought on board, or handed over; the message says why and what to do."""


@transaction.atomic
def provision_region(*, area: Area, platform: RegionalPlatformPage | None = None) -> Region:
    """Bring a region on board, or put right what is missing: pages, files, groups and rights.

    Its platform is the one given, the one it has, the one that covers this area alone, or a new
    draft. What belongs to other apps (its list of cases, its workflows) they add through
    `PROVISION_HOOK`; a function there gets the region, may set its fields, and must be repeatable.

    Raises:
        CannotProvision: the sections under which its pages belong do not exist yet.
    """
    region = Region.objects.select_for_update().filter(area=area).first() or Region(area=area)
    caretaker = region.looked_after_by
    region.is_active = True
    region.looked_after_by = None
    region.platform = platform or region.platform or _platform_of(area)
    ensure_alias(region.platform, ENGLISH)
    region.collection = region.collection or _collection_of(area)
    region.editors = region.editors or _group(area, "編集者", "editors")
    region.publishers = region.publishers or _group(area, "公開担当者", "publishers")
    region.save()
    for function in hooks.get_hooks(PROVISION_HOOK):
        function(region)
    region.save()
    grant_region_rights(region)
    if caretaker is not None:
        grant_region_rights(caretaker)
    log(instance=region, action="nanif.region.provision")
    return region


@transaction.atomic
def deprovision_region(*, region: Region, receiver: Region | None = None) -> None:
    """Hand over all of a region to another one, or to the curators; nothing is moved or deleted.

    Its pages keep their addresses, with their drafts, histories and reviews; its files stay where
    they are. The receiver's people get the rights on them, and its own people lose theirs: their
    locks are opened, and pages that they own go to nobody in particular.

    Raises:
        CannotProvision: the receiver is the region itself, or not active.
    """
    if receiver is not None and (receiver == region or not receiver.is_active):
        raise CannotProvision(
            gettext("Choose another region that is active, or leave it to the curators.")
        )
    groups = [group for group in (region.editors, region.publishers) if group]
    people = get_user_model().objects.filter(groups__in=groups)
    pages = Page.objects.filter(parts_condition(region))
    pages.filter(locked_by__in=people).update(locked=False, locked_by=None, locked_at=None)
    pages.filter(owner__in=people).update(owner=None)
    for group in groups:
        group.user_set.clear()
        keep_only(group, pages=[], collections=[])
    region.is_active = False
    region.looked_after_by = receiver
    region.save()
    Region.objects.filter(looked_after_by=region).update(looked_after_by=receiver)
    if receiver is not None:
        grant_region_rights(receiver)
    log(
        instance=region,
        action="nanif.region.hand_over",
        data={"receiver": str(receiver.pk) if receiver else ""},
    )


def grant_region_rights(region: Region) -> None:
    """Give a region's groups exactly their rights: on its parts, and on those it looks after."""
    parts = [region, *region.looks_after.all()]
    shared = shared_collection()
    for role, group in (
        (Role.REGION_EDITOR, region.editors),
        (Role.REGION_PUBLISHER, region.publishers),
    ):
        if group is None:
            continue
        grant_admin_access(group, role)
        pages = {
            page: PAGE_RIGHTS[role][place]
            for part in parts
            for place, anchor in (
                (Place.PLATFORM, part.platform),
                (Place.CASES, part.cases_page),
            )
            for page in (anchor.get_translations(inclusive=True) if anchor else ())
        }
        files = {part.collection: OWN_FILES[role] for part in parts if part.collection}
        files[shared] = SHARED_FILES[role]
        keep_only(group, pages=pages, collections=files)
        for page, rights in pages.items():
            set_page_rights(group, page, rights)
        for collection, rights in files.items():
            set_file_rights(group, collection, rights)


def _platform_of(area: Area) -> RegionalPlatformPage:
    """The platform of this area alone, or a new draft, stored below the Japanese index.

    Raises:
        CannotProvision: there is no such index yet.
    """
    index = RegionIndexPage.objects.filter(locale__language_code=settings.LANGUAGE_CODE).first()
    if index is None:
        raise CannotProvision(
            gettext("There is no page for regional platforms yet. Load the content first.")
        )
    found = (
        RegionalPlatformPage.objects.child_of(index)
        .annotate(covered=Count("areas"))
        .filter(covered=1, areas=area)
        .order_by(Case(When(kind=RegionalPlatformPage.Kind.NANIF, then=0), default=1), "path")
        .first()
    )
    if found is not None:
        return found
    slug = slugify(area.name_en) or area.code
    if index.get_children().filter(slug=slug).exists():
        slug = f"{slug}-{area.code}"
    page = RegionalPlatformPage(
        title=f"{area.name_ja}の地域プラットフォーム", slug=slug, locale=index.locale, live=False
    )
    page.areas = [area]
    index.add_child(instance=page)
    page.save_revision()
    return page


def _collection_of(area: Area) -> Collection:
    root = Collection.get_first_root_node()
    name = f"{area.name_ja} ({area.code})"
    found = root.get_children().filter(name=name).first()
    return found or root.add_child(name=name)


def _group(area: Area, japanese: str, english: str) -> Group:
    """A group of the region, named in both languages, as the admin shows no other name."""
    return Group.objects.get_or_create(name=f"{area.name_ja} {japanese} ({area.code} {english})")[0]
