"""Reads about people: which posts there are, who holds them, and who may give them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.forms import PasswordResetForm
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from users.models import Invitation, User
from users.rights import GROUPS, INVITES, REGION_ROLES, Role

__all__ = [
    "Post",
    "language_of",
    "may_look_after",
    "open_invitations",
    "people",
    "post_of",
    "posts",
    "posts_given_by",
    "posts_held_by",
    "receivers",
    "users_who_may_reset",
]


@dataclass(frozen=True)
class Post:
    """A role in the network, or in one region, with the group of those who hold it."""

    role: Role
    region: Any  # regions.models.Region, which this app may not know; None in the network
    group_id: int

    def __str__(self) -> str:
        """The role, and its region."""
        if self.region is None:
            return str(self.role.label)
        return _("%(role)s (%(region)s)") % {"role": self.role.label, "region": self.region}


def posts() -> list[Post]:
    """All posts there are: those of the network, then those of the regions on board."""
    groups = dict(Group.objects.filter(name__in=GROUPS.values()).values_list("name", "pk"))
    found = [Post(role, None, groups[name]) for role, name in GROUPS.items() if name in groups]
    regions = apps.get_model("regions.Region").objects.filter(is_active=True)
    for region in regions.select_related("area"):
        for role, group in zip(
            REGION_ROLES, (region.editors_id, region.publishers_id), strict=True
        ):
            if group is not None:
                found.append(Post(role, region, group))
    return found


def post_of(role: str, region: Any) -> Post | None:
    """The post of a role in a region (or None for the network), if there is one."""
    for post in posts():
        if post.role == role and post.region == region:
            return post
    return None


def posts_held_by(user: User, among: Iterable[Post] | None = None) -> list[Post]:
    """The posts of somebody; asks no query for people from `people`."""
    held = {group.pk for group in user.groups.all()}
    return [post for post in (posts() if among is None else among) if post.group_id in held]


def posts_given_by(user: User) -> list[Post]:
    """The posts to which somebody may invite, and from which they may release."""
    everything = posts()
    if user.is_superuser:
        return everything
    given: list[Post] = []
    for own in posts_held_by(user, everything):
        given += [
            post
            for post in everything
            if post.role in INVITES[own.role] and (own.region is None or post.region == own.region)
        ]
    return list(dict.fromkeys(given))


def may_look_after(
    user: User,
    other: User,
    *,
    held: Iterable[Post] | None = None,
    given: Iterable[Post] | None = None,
) -> bool:
    """Whether somebody may change or deactivate another one: all of whose posts they give.

    Nobody does so with their own account. Superusers are looked after by superusers alone, and
    people without a post by those who may give every post. Lists name the posts that `other` holds
    and `user` gives, which are looked up here otherwise.
    """
    if user == other or not user.is_active or (other.is_superuser and not user.is_superuser):
        return False
    given = set(posts_given_by(user) if given is None else given)
    held = posts_held_by(other) if held is None else list(held)
    if not held:
        return user.is_superuser or Role.ADMINISTRATOR in {post.role for post in given}
    return bool(given) and set(held) <= given


def people(user: User) -> list[tuple[User, list[Post]]]:
    """Everybody whom somebody may look after, with their posts: active people first, by name."""
    everything = posts()
    given = set(posts_given_by(user))
    found = User.objects.prefetch_related("groups").order_by(
        "-is_active", "last_name", "first_name", "username"
    )
    sees_all = user.is_superuser or Role.ADMINISTRATOR in {post.role for post in given}
    return [
        (other, held)
        for other in found
        if ((held := posts_held_by(other, everything)) and set(held) <= given) or sees_all
    ]


def open_invitations(user: User) -> list[tuple[Invitation, Post]]:
    """Invitations to posts that somebody may give, not yet accepted."""
    given = {(post.role.value, post.region): post for post in posts_given_by(user)}
    found = Invitation.objects.filter(accepted_at=None, withdrawn_at=None).select_related(
        "region__area", "invited_by"
    )
    return [
        (invitation, given[place])
        for invitation in found
        if (place := (invitation.role, invitation.region)) in given
    ]


def receivers(user: User, leaving: User) -> QuerySet[User]:
    """Who can take over the pages of somebody who leaves: colleagues, and whoever asks."""
    everything = posts()
    held = posts_held_by(leaving, everything)
    groups = [
        post.group_id
        for post in everything
        if post in held or (post.region and post.region in [own.region for own in held])
    ]
    ids = set(User.objects.filter(groups__in=groups).values_list("pk", flat=True)) | {user.pk}
    return (
        User.objects.filter(pk__in=ids, is_active=True)
        .exclude(pk=leaving.pk)
        .order_by("last_name", "first_name", "username")
    )


def language_of(user: User) -> str:
    """The language in which somebody wants the admin and mails."""
    profile = getattr(user, "wagtail_userprofile", None)
    return (profile.preferred_language if profile else "") or settings.LANGUAGE_CODE


def users_who_may_reset(email: str) -> list[User]:
    """Active people with this mail address who have a password; Django compares the letters."""
    return list(PasswordResetForm().get_users(email))
