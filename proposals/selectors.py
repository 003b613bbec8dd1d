"""Reads of proposals: whose they are, and what a private link shows."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.db.models import Q, QuerySet
from wagtail.models import Page

from casestudies.models import CasesFromPage
from proposals.models import Attachment, Proposal
from proposals.tokens import read_attachment, read_follow
from regions.models import Area, Region
from regions.selectors import regions_of_user, within
from users.roles import curators_to_notify, is_curator

__all__ = [
    "deciders",
    "decides_everywhere",
    "kept_attachments",
    "lost_attachments",
    "may_see_proposals",
    "parent_for",
    "proposal_by_link",
    "proposals_of_user",
    "region_of_proposal",
]

User = AbstractUser | AnonymousUser


def decides_everywhere(user: User) -> bool:
    """Whether somebody decides on proposals of all places: curators and administrators."""
    return is_curator(user)


def may_see_proposals(user: User) -> bool:
    """Whether somebody has a queue at all."""
    return user.is_active and (decides_everywhere(user) or regions_of_user(user).exists())


def proposals_of_user(user: User) -> QuerySet[Proposal]:
    """The proposals that somebody decides on: those from the places of their regions, or all."""
    proposals = Proposal.objects.select_related("area__parent", "page", "decided_by")
    if decides_everywhere(user):
        return proposals
    if not user.is_active:
        return proposals.none()
    areas = [region.area for region in regions_of_user(user).select_related("area")]
    return proposals.filter(within(areas)) if areas else proposals.none()


def region_of_proposal(proposal: Proposal) -> Region | None:
    """The active region in which the place lies; the narrowest where there are several."""
    codes = []
    area: Area | None = proposal.area
    while area is not None:
        codes.append(area.code)
        area = area.parent
    regions = Region.objects.filter(is_active=True, area__in=codes).select_related(
        "area", "editors", "publishers", "collection"
    )
    return min(regions, key=lambda region: codes.index(region.area_id), default=None)


def deciders(proposal: Proposal) -> Sequence[AbstractUser]:
    """Who is told of a new proposal: the region's editors and publishers, else the curators."""
    region = region_of_proposal(proposal)
    people = get_user_model().objects.filter(is_active=True).exclude(email="")
    groups = [region.editors_id, region.publishers_id] if region else []
    found = list(people.filter(groups__in=[pk for pk in groups if pk]).distinct())
    return found or list(curators_to_notify().exclude(email=""))


def parent_for(proposal: Proposal) -> Page | None:
    """The page below which the draft belongs: in the proposal's language where it is there.

    That is the region's page of cases; without a region the page of the prefecture.
    """
    region = region_of_proposal(proposal)
    page = region.cases_page if region else None
    if page is None:
        lists = CasesFromPage.objects.filter(
            Q(area=proposal.area) | Q(area=proposal.area.prefecture_code)
        ).exclude(alias_of__isnull=False)
        page = lists.filter(locale__language_code="ja").first() or lists.first()
    if page is None:
        return None
    in_language = (
        Page.objects.filter(
            translation_key=page.translation_key,
            locale__language_code=proposal.locale,
            alias_of=None,
        ).first()
        or page
    )
    return in_language.specific


def proposal_by_link(token: str) -> Proposal | None:
    """The proposal of a private link; None when it is forged, expired, replaced or deleted."""
    found = read_follow(token)
    if found is None:
        return None
    number, key = found
    return (
        Proposal.objects.select_related("area", "page", "actor_type", "status")
        .filter(pk=number, key=key)
        .exclude(proposer_mail="")
        .first()
    )


def lost_attachments(tokens: list[str]) -> bool:
    """Whether a form brings back files that have been deleted meanwhile; looks at twenty."""
    keys = {key for token in tokens[:20] if (key := read_attachment(token))}
    return len(keys) > Attachment.objects.filter(key__in=keys).count()


def kept_attachments(tokens: list[str], proposal: Proposal | None = None) -> list[Attachment]:
    """Files that a form brings back: uploads of nobody, or of this proposal; twenty at most."""
    keys = [key for token in tokens[:20] if (key := read_attachment(token))]
    owner = Q(proposal=None)
    if proposal is not None:
        owner |= Q(proposal=proposal)
    return list(Attachment.objects.filter(owner, key__in=keys))
