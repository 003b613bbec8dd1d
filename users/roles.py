"""Who somebody is: the one place that says who acts as a curator, a translator, an administrator.

Administrators may do all that curators do, and superusers all that administrators do. Whoever asks
whether somebody may do something calls a function of this module, and names no group.

The groups of one region hang on `regions.models.Region`; `regions.selectors.regions_of_user` says
whose region it is. What each role may do with pages, files and views stands in `users.rights`.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import QuerySet

from users.models import User
from users.rights import ADMINISTRATORS, CURATORS, TRANSLATORS

__all__ = [
    "ADMINISTRATORS",
    "CURATORS",
    "TRANSLATORS",
    "curators_to_notify",
    "is_administrator",
    "is_curator",
    "is_translator",
]

Somebody = AbstractBaseUser | AnonymousUser


def is_administrator(user: Somebody) -> bool:
    """Whether somebody answers for the whole site."""
    return _is_in(user, [ADMINISTRATORS])


def is_curator(user: Somebody) -> bool:
    """Whether somebody may do what curators do: curators and administrators."""
    return _is_in(user, [CURATORS, ADMINISTRATORS])


def is_translator(user: Somebody) -> bool:
    """Whether somebody looks after translations: translators, curators and administrators."""
    return _is_in(user, [TRANSLATORS, CURATORS, ADMINISTRATORS])


def curators_to_notify() -> QuerySet[User]:
    """Whom to ask by mail about what curators decide: they, or administrators where there are none.

    Administrators may decide as well; mails about each page would only be in their way.
    """
    active = get_user_model().objects.filter(is_active=True)
    curators = active.filter(groups__name=CURATORS)
    people = curators if curators.exists() else active.filter(groups__name=ADMINISTRATORS)
    return people.distinct()


def _is_in(user: Somebody, groups: Iterable[str]) -> bool:
    """Whether somebody who can sign in is in one of the groups, or a superuser."""
    if not isinstance(user, User) or not user.is_active:
        return False
    return user.is_superuser or user.groups.filter(name__in=groups).exists()
