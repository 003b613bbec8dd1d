"""Writes the rights of `users.rights` into the database, for Wagtail to enforce; repeatable."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from users.rights import (
    ALL_FILES,
    EDITED_BY,
    EXTRA,
    GROUPS,
    NETWORK_PAGE_RIGHTS,
    SHARED_FILES,
    TRANSLATION_PAGE_RIGHTS,
    Role,
)

# Files that every region may use. Named in both languages: the admin shows no other name.
SHARED_COLLECTION = "共有 (shared)"

_FILE_RIGHTS = ["add", "change", "choose"]


@transaction.atomic
def grant_network_rights() -> None:
    """Give the groups of the whole network their rights. Rights that were added by hand stay."""
    shared = shared_collection()
    for role, name in GROUPS.items():
        group, _created = Group.objects.get_or_create(name=name)
        grant_admin_access(group, role)
        _add_model_rights(group, role)
        if role in NETWORK_PAGE_RIGHTS:
            set_page_rights(group, Page.get_first_root_node(), NETWORK_PAGE_RIGHTS[role])
        if role in TRANSLATION_PAGE_RIGHTS:
            for home in _translated_homes():
                set_page_rights(group, home, TRANSLATION_PAGE_RIGHTS[role])
        # Wagtail's own migrations let every group choose all files, where they run after ours.
        set_file_rights(group, Collection.get_first_root_node(), ALL_FILES.get(role, ()))
        if role in SHARED_FILES:
            set_file_rights(group, shared, SHARED_FILES[role])


def shared_collection() -> Collection:
    """The collection that every region may use; made when it is missing."""
    root = Collection.get_first_root_node()
    found = root.get_children().filter(name=SHARED_COLLECTION).first()
    return found or root.add_child(name=SHARED_COLLECTION)


def grant_admin_access(group: Group, role: Role) -> None:
    """Let a group into the admin, with the rights that all of its role have everywhere."""
    for name, roles in EXTRA.items():
        if role in roles:
            app, codename = name.split(".")
            group.permissions.add(
                Permission.objects.get(content_type__app_label=app, codename=codename)
            )


def set_page_rights(group: Group, page: Page, rights: Iterable[str]) -> None:
    """Give a group exactly these of Wagtail's rights on a page and all below it.

    Args:
        rights: their names without `_page`: `add`, `publish`.

    Raises:
        ValueError: there is no such right; nothing has been changed then.
    """
    names = {f"{right}_page": right for right in rights}
    wanted = Permission.objects.filter(
        content_type=ContentType.objects.get_for_model(Page), codename__in=names
    )
    if unknown := names.keys() - {permission.codename for permission in wanted}:
        listed = ", ".join(sorted(names[codename] for codename in unknown))
        raise ValueError(f"Wagtail has no such right on pages: {listed}.")
    held = GroupPagePermission.objects.filter(group=group, page=page)
    held.exclude(permission__in=wanted).delete()
    for permission in wanted:
        GroupPagePermission.objects.get_or_create(group=group, page=page, permission=permission)


def set_file_rights(group: Group, collection: Collection, rights: Iterable[str]) -> None:
    """Give a group exactly these of `add`, `change` and `choose` on the files of a collection.

    Other rights that it has there stay.

    Raises:
        ValueError: there is no such right; nothing has been changed then.
    """
    rights = list(rights)
    if unknown := sorted(set(rights) - set(_FILE_RIGHTS)):
        raise ValueError(f"Wagtail has no such right on files: {', '.join(unknown)}.")
    wanted = _file_permissions(rights)
    held = GroupCollectionPermission.objects.filter(group=group, collection=collection)
    held.filter(permission__in=_file_permissions(_FILE_RIGHTS)).exclude(
        permission__in=wanted
    ).delete()
    for permission in wanted:
        GroupCollectionPermission.objects.get_or_create(
            group=group, collection=collection, permission=permission
        )


def keep_only(group: Group, *, pages: Iterable[Page], collections: Iterable[Collection]) -> None:
    """Take all rights of a group on other pages and collections than these."""
    kept = [page.pk for page in pages]
    GroupPagePermission.objects.filter(group=group).exclude(page__in=kept).delete()
    GroupCollectionPermission.objects.filter(group=group).exclude(
        collection__in=list(collections)
    ).delete()


def _file_permissions(rights: Iterable[str]) -> list[Permission]:
    """Wagtail keeps the rights on its own models, also where others stand in for them."""
    names = [f"{right}_{model}" for right in rights for model in ("image", "document")]
    return list(
        Permission.objects.filter(
            content_type__app_label__in=["wagtailimages", "wagtaildocs"], codename__in=names
        )
    )


def _add_model_rights(group: Group, role: Role) -> None:
    for label, roles in EDITED_BY.items():
        if role in roles:
            app, model = label.lower().split(".")
            group.permissions.add(
                *Permission.objects.filter(content_type__app_label=app, content_type__model=model)
            )


def _translated_homes() -> list[Page]:
    """The tops of the trees in other languages than the first."""
    return list(
        Page.objects.filter(depth=2, alias_of=None).exclude(
            locale__language_code=settings.LANGUAGE_CODE
        )
    )
