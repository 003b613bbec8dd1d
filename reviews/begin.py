"""Beginning a case study in one screen: place, title, who leads it, three sentences, a photo.

What was written becomes a draft below the list of cases of the place's region. Nothing is added to
it: the rest stays missing, and the form of the case lists it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.core.files.base import File
from django.db import transaction
from wagtail.images import get_image_model
from wagtail.models import Collection, Page
from wagtail.permissions import policy_registry

from casestudies.models import CaseActor, CasesFromPage, CaseStudyPage
from casestudies.services import draft_case
from core.services import PageContent
from images.models import People
from regions.models import Area, Region
from sheets.prose import prose_blocks

__all__ = ["SENTENCES", "begin_case", "collection_for_photo", "list_for", "lists_of", "only_sender"]

# The questions, and the passage of the case that each answer begins.
SENTENCES = {"why": "context", "done": "actions", "changed": "outcomes"}


def lists_of(user: AbstractUser) -> dict[str, CasesFromPage]:
    """By code of its area, each list of cases below which somebody may write. Two queries."""
    policy = policy_registry.get_by_type(Page)
    allowed = policy.instances_user_has_permission_for(user, "add")
    lists = CasesFromPage.objects.filter(
        pk__in=allowed.order_by().values("pk"),
        locale__language_code=settings.LANGUAGE_CODE,
        alias_of=None,
    )
    return {page.area_id: page for page in lists.order_by("path") if page.area_id}


def list_for(area: Area, lists: Mapping[str, CasesFromPage]) -> CasesFromPage | None:
    """The list of an area, or of the nearest one in which it lies; None where there is none."""
    at: Area | None = area
    while at is not None:
        if at.code in lists:
            return lists[at.code]
        at = at.parent
    return None


def collection_for_photo(parent: CasesFromPage, user: AbstractUser) -> Collection | None:
    """Where a photo for a case of this list goes: to the files of its region.

    Where that is not theirs, or there is none, to the first collection into which somebody may add
    pictures; None where they may into none.
    """
    policy = policy_registry.get_by_type(get_image_model())
    allowed = policy.collections_user_has_permission_for(user, "add")
    region = Region.objects.filter(cases_page=parent).first()
    own = allowed.filter(pk=region.collection_id) if region else allowed.none()
    return own.first() or allowed.order_by("path").first()


def only_sender(user: AbstractUser) -> Any:
    """Hold the account until the transaction ends: of two equal forms the second one waits."""
    return get_user_model().objects.select_for_update().get(pk=user.pk)


def begin_case(
    *, parent: CasesFromPage, user: AbstractUser, data: Mapping[str, Any]
) -> CaseStudyPage:
    """Make the draft of what `reviews.forms.BeginCaseForm` holds.

    Raises:
        ValidationError: a value does not fit its field; nothing has been written then.
    """
    told = {name: data[name] for name in SENTENCES if data[name]}
    organisation = data["organisation"]
    actor_type = data["actor_type"] or (organisation.actor_type if organisation else None)
    leads = {
        "part": CaseActor.Part.LEAD,
        "organisation": organisation,
        "name": "" if organisation else data["name"],
        "actor_type": actor_type,
    }
    with transaction.atomic():
        return draft_case(
            parent=parent,
            owner=user,
            content=PageContent(
                fields={
                    "title": data["title"],
                    "overview": "\n".join(told.values()),
                    "provenance": CaseStudyPage.Provenance.REPORTED,
                    "image": _photo(parent, user, data),
                    **{SENTENCES[name]: prose_blocks(text) for name, text in told.items()},
                },
                choices={"actor_types": [actor_type] if actor_type else []},
                rows={
                    "places": [{"area": data["place"]}],
                    "actors": [leads] if organisation or data["name"] else [],
                },
            ),
        )


def _photo(parent: CasesFromPage, user: AbstractUser, data: Mapping[str, Any]) -> Any:
    """The picture that was sent, stored; its file has been cleaned by the form."""
    file: File | None = data.get("photo")
    collection = collection_for_photo(parent, user) if file else None
    if collection is None:
        return None
    return get_image_model().objects.create(
        title=data["title"][:255],
        file=file,
        description=data["photo_words"],
        people=data["people"] or People.UNKNOWN,
        collection=collection,
        uploaded_by_user=user,
    )
