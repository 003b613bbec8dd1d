"""The directory of organisations for programs."""

from __future__ import annotations

import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Path, Query, Router, Schema
from pydantic import Field

from core.models import Source
from core.prose import plain_text
from opendata.paging import paged
from opendata.problems import not_found
from opendata.schemas import (
    Answer,
    Code,
    Coded,
    InLanguage,
    Listing,
    ListParams,
    api_url,
    coded,
    frame,
)
from organisations.models import OrganisationPage
from organisations.selectors import organisation_by_slug, organisations_in
from regions.api import AreaRef, area_ref

router = Router(tags=["organisations"])


class OrganisationParams(ListParams):
    """Which organisations."""

    actor: list[Code] = Field(
        [], max_length=30, description=gettext_noop("Codes of types of organisation: any of these.")
    )
    region: list[Code] = Field(
        [],
        max_length=30,
        description=gettext_noop("Area codes: in any of these areas or a part of them."),
    )


class OrganisationOut(Schema):
    """An organisation in a list."""

    slug: str
    title: str
    language: str = Field(description=gettext_noop("Language of the text."))
    kana: str
    other_names: str
    actor_type: Coded | None
    kind: Coded | None
    areas: list[AreaRef]
    summary: str
    website: str
    published: datetime.datetime | None
    updated: datetime.datetime | None
    url: str = Field(
        description=gettext_noop("Its page; empty where the directory has a row alone.")
    )
    api_url: str


class OrganisationList(Listing):
    """A page of the directory."""

    items: list[OrganisationOut]


class SourceOut(Schema):
    """Where a fact was read."""

    title: str
    publisher: str
    url: str
    accessed: str = Field(description=gettext_noop("2026, 2026-11 or 2026-11-23."))
    note: str


class OrganisationAnswer(Answer, OrganisationOut):
    """An organisation with its description and its sources."""

    description: str
    sources: list[SourceOut]


@router.get(
    "/organisations",
    response=OrganisationList,
    operation_id="list_organisations",
    summary=gettext_noop("Organisations"),
    description=gettext_noop(
        "Organisations that lead, partner in, connect people in or fund a practice."
    ),
)
def list_organisations(
    request: HttpRequest, response: HttpResponse, params: Annotated[OrganisationParams, Query()]
) -> dict[str, Any]:
    """One page of the directory."""
    found = organisations_in(params.locale, actors=params.actor, regions=params.region)
    pages, listing = paged(found, params, request, response)
    return {**listing, "items": [_organisation(page) for page in pages]}


@router.get(
    "/organisations/{slug}",
    response=OrganisationAnswer,
    operation_id="get_organisation",
    summary=gettext_noop("One organisation"),
    description=gettext_noop("An organisation with its description and sources."),
)
def get_organisation(
    request: HttpRequest,
    slug: Annotated[str, Path(description=gettext_noop("Last part of the page address."))],
    params: Annotated[InLanguage, Query()],
) -> dict[str, Any]:
    """An organisation by the last part of its address."""
    page = organisation_by_slug(slug, params.locale)
    if page is None:
        raise not_found("slug", slug, _("See /api/v1/organisations for the list."))
    return {
        **frame(params.locale),
        **_organisation(page),
        "description": plain_text(page.body),
        "sources": [source_out(source) for source in page.sources.all()],
    }


def source_out(source: Source) -> dict[str, str]:
    """A source as plain values."""
    return {
        name: getattr(source, name) for name in ("title", "publisher", "url", "accessed", "note")
    }


def _organisation(page: OrganisationPage) -> dict[str, Any]:
    return {
        "slug": page.slug,
        "title": page.title,
        "language": page.content_language,
        "kana": page.kana,
        "other_names": page.other_names,
        "actor_type": coded(page.actor_type),
        "kind": coded(page.kind),
        "areas": [area_ref(area) for area in page.areas.all()],
        "summary": page.summary,
        "website": page.website,
        "published": page.first_published_at,
        "updated": page.last_published_at,
        "url": page.public_url if page.has_own_page else "",
        "api_url": api_url("get_organisation", page.slug),
    }
