"""`manage.py permissions_document`: write docs/reference/permissions.md from the map of rights."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import override

from users.rights import (
    EDITED_BY,
    FILE_ACTIONS,
    INVITES,
    KEPT_BY_REGIONS,
    OWN_VIEWS,
    PAGE_ACTIONS,
    PAGES,
    REGION_PLACES,
    REGION_ROLES,
    SHEETS,
    TASKS,
    WITHOUT_ACCOUNT,
    Access,
    Action,
    Place,
    Role,
    Scope,
    file_rights,
    may,
    page_rights,
)

PATH = Path("docs/reference/permissions.md")

HEAD = """\
# Permissions

Who may do what. This page is made of [`users/rights.py`](../../users/rights.py) by
`manage.py permissions_document`, and a test goes through the admin to see that it is so. To work
with it: [Bring a region on board](../howto/bring-a-region-on-board.md).

People who are not signed in, and people whose groups have no role here, may do none of this.
Superusers, who are made on the command line alone, may do everything.
"""


class Command(BaseCommand):
    """Write the page about permissions, in Japanese and English, from `users/rights.py`."""

    help = "Write docs/reference/permissions.md from the map of rights."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the page."""
        (settings.BASE_DIR / PATH).write_text(permissions_document(), encoding="utf-8")


def permissions_document() -> str:
    """The whole page, as Markdown."""
    parts = [HEAD]
    for language, heading in (("ja", "日本語"), ("en", "English")):
        with override(language):
            parts.append(f"## {heading}\n")
            parts += _sections()
    return "\n".join(parts)


def _sections() -> Iterator[str]:
    yield f"### {_('Roles')}\n"
    yield _table(
        [_("Role"), _("Task"), _("May invite")],
        [
            [
                str(role.label),
                str(TASKS[role]),
                _(", ").join(str(other.label) for other in INVITES[role]) or "–",
            ]
            for role in Role
        ],
    )
    for place in REGION_PLACES:
        for scope in (Scope.OWN, Scope.OTHER):
            yield f"### {place.label}{_(': ')}{scope.label}\n"
            yield _kinds(place)
            yield _matrix(PAGE_ACTIONS, partial(page_rights, place=place, scope=scope))
    yield f"### {Place.NETWORK.label}\n"
    yield _kinds(Place.NETWORK)
    yield _matrix(PAGE_ACTIONS, lambda role: page_rights(role, Place.NETWORK, Scope.NETWORK))
    yield f"### {_('English pages of the network')}\n"
    yield _matrix(
        PAGE_ACTIONS,
        lambda role: page_rights(role, Place.NETWORK, Scope.NETWORK, translated=True),
    )
    for scope in Scope:
        yield f"### {_('Pictures and documents')}{_(': ')}{scope.label}\n"
        yield _matrix(FILE_ACTIONS, partial(file_rights, scope=scope))
    yield f"### {_('Other content')}\n"
    yield _table(
        [_("Content"), *[str(role.label) for role in Role]],
        [
            [
                f"{_name(label)} (`{label}`)",
                *[_access(Access(roles, label in KEPT_BY_REGIONS), role) for role in Role],
            ]
            for label, roles in sorted(EDITED_BY.items())
        ],
    )
    yield from _views()


def _views() -> Iterator[str]:
    """Our own views of the admin, and the spreadsheets, by the name in their address."""
    for heading, column, rows in [
        (_("Views of the admin"), _("View"), OWN_VIEWS),
        (_("Spreadsheets"), _("Spreadsheet"), SHEETS),
    ]:
        yield f"### {heading}\n"
        yield _table(
            [column, *[str(role.label) for role in Role]],
            [
                [f"`{name}`", *[_access(access, role) for role in Role]]
                for name, access in sorted(rows.items())
                if access is not WITHOUT_ACCOUNT
            ],
        )


def _access(access: Access, role: Role) -> str:
    if role not in access.roles:
        return _mark(False)
    if access.own_region and role in REGION_ROLES:
        return str(Scope.OWN.label)
    return _mark(True)


def _kinds(place: Place) -> str:
    names = [f"{_name(label)} (`{label}`)" for label, where in PAGES.items() if where == place]
    return "\n".join(f"- {name}" for name in names) + "\n"


def _name(label: str) -> str:
    return str(apps.get_model(label)._meta.verbose_name)


def _matrix(actions: Sequence[Action], rights: Callable[[Role], set[str]]) -> str:
    return _table(
        [_("Action"), *[str(role.label) for role in Role]],
        [
            [str(action.label), *[_mark(may(rights(role), action)) for role in Role]]
            for action in actions
        ],
    )


def _mark(is_so: bool) -> str:
    return "✓" if is_so else "–"


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
