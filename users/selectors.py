"""Reads about people: role assignments, who holds them, and who may assign them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.auth.forms import PasswordResetForm
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from users.models import Invitation, User
from users.rights import GROUPS, INVITES, REGION_ROLES, Role

__all__ = [
    "RoleAssignment",
    "assignable_roles",
    "eligible_successors",
    "may_look_after",
    "open_invitations",
    "people",
    "role_assignment_for",
    "role_assignments",
    "roles_held_by",
    "users_who_may_reset",
]


@dataclass(frozen=True)
class RoleAssignment:
    """A role in the network, or in one region, with the group of those who hold it."""

    role: Role
    region: Any  # regions.models.Region, which this app may not know; None in the network
    group_id: int

    def __str__(self) -> str:
        if self.region is None:
            return str(self.role.label)
        return _("%(role)s (%(region)s)") % {"role": self.role.label, "region": self.region}


def role_assignments() -> list[RoleAssignment]:
    """All roles: those of the network, then those of the active regions."""
    groups = dict(Group.objects.filter(name__in=GROUPS.values()).values_list("name", "pk"))
    found = [
        RoleAssignment(role, None, groups[name]) for role, name in GROUPS.items() if name in groups
    ]
    regions = apps.get_model("regions.Region").objects.filter(is_active=True)
    for region in regions.select_related("area"):
        for role, group in zip(
            REGION_ROLES, (region.editors_id, region.publishers_id), strict=True
        ):
            if group is not None:
                found.append(RoleAssignment(role, region, group))
    return found


def role_assignment_for(role: str, region: Any) -> RoleAssignment | None:
    """The assignment of a role in a region (or None for the network), if there is one."""
    for assignment in role_assignments():
        if assignment.role == role and assignment.region == region:
            return assignment
    return None


def roles_held_by(
    user: User, among: Iterable[RoleAssignment] | None = None
) -> list[RoleAssignment]:
    """Roles that somebody holds. No query for users from `people`."""
    held = {group.pk for group in user.groups.all()}
    return [
        assignment
        for assignment in (role_assignments() if among is None else among)
        if assignment.group_id in held
    ]


def assignable_roles(user: User) -> list[RoleAssignment]:
    """Roles that somebody may assign and take away."""
    everything = role_assignments()
    if user.is_superuser:
        return everything
    given: list[RoleAssignment] = []
    for own in roles_held_by(user, everything):
        given += [
            assignment
            for assignment in everything
            if assignment.role in INVITES[own.role]
            and (own.region is None or assignment.region == own.region)
        ]
    return list(dict.fromkeys(given))


def may_look_after(
    user: User,
    other: User,
    *,
    held: Iterable[RoleAssignment] | None = None,
    given: Iterable[RoleAssignment] | None = None,
) -> bool:
    """Whether somebody may change or deactivate another one: all of whose roles they may assign.

    Nobody does so with their own account. Superusers are looked after by superusers alone, and
    people without a role by those who may give every role. Lists name the roles that `other` holds
    and `user` gives, which are looked up here otherwise.
    """
    if user == other or not user.is_active or (other.is_superuser and not user.is_superuser):
        return False
    given = set(assignable_roles(user) if given is None else given)
    held = roles_held_by(other) if held is None else list(held)
    if not held:
        return user.is_superuser or Role.ADMINISTRATOR in {assignment.role for assignment in given}
    return bool(given) and set(held) <= given


def people(user: User) -> list[tuple[User, list[RoleAssignment]]]:
    """Everybody whom somebody may look after, with their roles: active people first, by name."""
    everything = role_assignments()
    given = set(assignable_roles(user))
    found = User.objects.prefetch_related("groups").order_by(
        "-is_active", "last_name", "first_name", "username"
    )
    sees_all = user.is_superuser or Role.ADMINISTRATOR in {assignment.role for assignment in given}
    return [
        (other, held)
        for other in found
        if ((held := roles_held_by(other, everything)) and set(held) <= given) or sees_all
    ]


def open_invitations(user: User) -> list[tuple[Invitation, RoleAssignment]]:
    """Open invitations to roles that somebody may assign."""
    given = {
        (assignment.role.value, assignment.region): assignment
        for assignment in assignable_roles(user)
    }
    found = Invitation.objects.filter(accepted_at=None, withdrawn_at=None).select_related(
        "region__area", "invited_by"
    )
    return [
        (invitation, given[place])
        for invitation in found
        if (place := (invitation.role, invitation.region)) in given
    ]


def eligible_successors(user: User, leaving: User) -> QuerySet[User]:
    """Who can take over the pages of somebody who leaves: colleagues, and whoever asks."""
    everything = role_assignments()
    held = roles_held_by(leaving, everything)
    groups = [
        assignment.group_id
        for assignment in everything
        if assignment in held
        or (assignment.region and assignment.region in [own.region for own in held])
    ]
    ids = set(User.objects.filter(groups__in=groups).values_list("pk", flat=True)) | {user.pk}
    return (
        User.objects.filter(pk__in=ids, is_active=True)
        .exclude(pk=leaving.pk)
        .order_by("last_name", "first_name", "username")
    )


def users_who_may_reset(email: str) -> list[User]:
    """Active people with this mail address who have a password; Django compares the letters."""
    return list(PasswordResetForm().get_users(email))
