"""Reads of the imprint and of messages: whose they are, and who is told of them."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.db.models import Q, QuerySet
from wagtail.models import Page

from contact.models import Imprint, Message
from core.mailing.messages import preferred_language
from page_cache.kept import kept
from regions.models import Region
from regions.selectors import parts_condition, region_of_page, regions_of_user
from users.models import User
from users.roles import curators_to_notify, is_curator

__all__ = [
    "Receiver",
    "current_imprint",
    "may_see_messages",
    "messages_of_user",
    "receivers_of",
]

Somebody = AbstractUser | AnonymousUser


@dataclass(frozen=True)
class Receiver:
    """Who is told of a message.

    Attributes:
        has_account: reads it in the admin; others get the words themselves.
    """

    address: str
    language: str
    has_account: bool


def current_imprint() -> Imprint:
    """What the operator says of itself, kept; empty where nobody has said anything yet."""
    return copy(_imprint())


@kept
def _imprint() -> Imprint:
    return Imprint.objects.first() or Imprint()


def may_see_messages(user: Somebody) -> bool:
    """Whether somebody has messages to look after at all: curators, and people of a region."""
    return user.is_active and (is_curator(user) or regions_of_user(user).exists())


def messages_of_user(user: Somebody) -> QuerySet[Message]:
    """The messages that somebody looks after: about pages of their regions, or all for curators.

    A region that looks after another one sees the other's as well.
    """
    messages = Message.objects.select_related("page__locale", "done_by")
    if is_curator(user):
        return messages
    if not user.is_active:
        return messages.none()
    own = regions_of_user(user).values("pk")
    theirs = Q(pk__in=())
    for region in Region.objects.filter(Q(pk__in=own) | Q(looked_after_by__in=own)).select_related(
        "platform", "cases_page"
    ):
        theirs |= parts_condition(region)
    return messages.filter(page__in=Page.objects.filter(theirs).values("pk"))


def receivers_of(message: Message) -> list[Receiver]:
    """Who is told of a message.

    Of one about a page its region's editors and publishers are; messages of the contact form go to
    the operator's address. Curators are told where there is neither, and in any case of what should
    not be public.
    """
    receivers: list[Receiver] = []
    people: list[User] = []
    if not message.path and (mail := current_imprint().mail):
        receivers.append(Receiver(mail, settings.LANGUAGE_CODE, has_account=False))
    if message.page is not None and (region := region_of_page(message.page)):
        groups = [pk for pk in (region.editors_id, region.publishers_id) if pk]
        members = User.objects.filter(is_active=True, groups__in=groups)
        people += _reachable(members)
    if not (receivers or people) or message.kind == Message.Kind.WITHHOLD:
        people += _reachable(curators_to_notify())
    by_number = {person.pk: person for person in people}
    receivers += [
        Receiver(person.email, preferred_language(person), has_account=True)
        for person in by_number.values()
    ]
    return receivers


def _reachable(people: QuerySet[User]) -> QuerySet[User]:
    found = people.exclude(email="").select_related("wagtail_userprofile")
    return found.distinct().order_by("pk")
