"""Places, their regional platforms and consultation desks for programs."""

from __future__ import annotations

import datetime
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Path, Query, Router, Schema
from pydantic import Field

from opendata.paging import paged
from opendata.problems import not_found
from opendata.schemas import (
    Answer,
    Code,
    Coded,
    InLanguage,
    Listing,
    ListParams,
    Text,
    api_url,
    coded,
    coded_list,
    frame,
)
from regions.desks import desks_matching
from regions.models import Area, ConsultationDesk, RegionalPlatformPage
from regions.selectors import area_by_code, area_url, areas_within, platforms_of_area

router = Router(tags=["regions"])


class AreaParams(ListParams):
    """Which areas."""

    kind: list[Code] = Field(
        [], max_length=11, description=gettext_noop("Kinds of area, for example prefecture.")
    )
    parent: Code | None = Field(
        None, description=gettext_noop("Code of the area they are part of.")
    )


class AreaRef(Schema):
    """An area by its code, with its name in both languages."""

    code: str
    label: Text


class AreaOut(AreaRef):
    """An area in a list."""

    kind: str
    kana: str
    parent: str | None = Field(description=gettext_noop("Code of the area it is part of."))
    valid_from: datetime.date | None
    valid_to: datetime.date | None = Field(
        description=gettext_noop("Last day on which the area existed.")
    )
    url: str
    api_url: str


class AreaList(Listing):
    """A page of areas."""

    items: list[AreaOut]


class PlatformOut(Schema):
    """A regional platform."""

    title: str
    language: str
    kind: str
    kind_label: str
    founded: int | None
    summary: str
    url: str


class AreaAnswer(Answer, AreaOut):
    """An area with what lies above and below it, and its platforms."""

    latitude: float | None
    longitude: float | None
    website: str
    path: list[AreaRef] = Field(description=gettext_noop("The areas it is part of, largest first."))
    parts: list[AreaRef] = Field(description=gettext_noop("Present areas within it."))
    successors: list[AreaRef]
    predecessors: list[AreaRef]
    platforms: list[PlatformOut] = Field(
        description=gettext_noop("Those at work in the area, or of which it is a member.")
    )
    wider_platforms: list[PlatformOut] = Field(
        description=gettext_noop(
            "Those of the prefecture, city or block in which it lies; it may not take part in them."
        )
    )


@router.get(
    "/regions",
    response=AreaList,
    operation_id="list_regions",
    summary=gettext_noop("Places"),
    description=gettext_noop(
        "Regions, prefectures, municipalities and wards of Japan, and places abroad with case "
        "studies."
    ),
)
def list_regions(
    request: HttpRequest, response: HttpResponse, params: Annotated[AreaParams, Query()]
) -> dict[str, Any]:
    """One page of the areas."""
    areas, listing = paged(areas_within(params.kind, params.parent), params, request, response)
    return {**listing, "items": [_area(area) for area in areas]}


@router.get(
    "/regions/{code}",
    response=AreaAnswer,
    operation_id="get_region",
    summary=gettext_noop("One place"),
    description=gettext_noop(
        "A place by its code: two digits for a prefecture, six for a municipality. The check "
        "digit may be left out."
    ),
)
def get_region(
    request: HttpRequest,
    code: Annotated[str, Path(description=gettext_noop("Code of the area."))],
    params: Annotated[InLanguage, Query()],
) -> dict[str, Any]:
    """An area with its neighbours in the tree and its platforms."""
    area = area_by_code(code)
    if area is None:
        raise not_found("code", code, _("See /api/v1/regions for the list."))
    platforms = platforms_of_area(area, params.locale)
    path: list[Area] = []
    above = area.parent
    while above is not None:
        path.insert(0, above)
        above = above.parent
    return {
        **frame(params.locale),
        **_area(area),
        "latitude": area.latitude,
        "longitude": area.longitude,
        "website": area.website,
        "path": [area_ref(above) for above in path],
        "parts": [area_ref(part) for part in area.parts.all() if part.valid_to is None],
        "successors": [area_ref(other) for other in area.successors.all()],
        "predecessors": [area_ref(other) for other in area.predecessors.all()],
        "platforms": [_platform(page) for page in platforms.own],
        "wider_platforms": [_platform(page) for page in platforms.wider],
    }


def area_ref(area: Area) -> dict[str, Any]:
    """An area as code and names."""
    return {"code": area.code, "label": {"ja": area.name_ja, "en": area.name_en}}


def _area(area: Area) -> dict[str, Any]:
    return {
        **area_ref(area),
        "kind": area.kind,
        "kana": area.kana,
        "parent": area.parent_id,
        "valid_from": area.valid_from,
        "valid_to": area.valid_to,
        "url": f"{settings.SITE_URL}{area_url(area.code)}",
        "api_url": api_url("get_region", area.code),
    }


def _platform(page: RegionalPlatformPage) -> dict[str, Any]:
    return {
        "title": page.title,
        "language": page.content_language,
        "kind": page.kind,
        "kind_label": page.get_kind_display(),
        "founded": page.founded,
        "summary": page.summary,
        "url": page.public_url,
    }


class DeskParams(ListParams):
    """Which desks."""

    region: Code | None = Field(
        None,
        description=gettext_noop(
            "Code of an area: its desks, those of wider areas, and those of all Japan."
        ),
    )
    language: Code | None = Field(
        None, description=gettext_noop("Code of a language in which one can ask.")
    )
    field: Code | None = Field(None, description=gettext_noop("Code of a field of advice."))


class PhoneOut(Schema):
    """A telephone number."""

    number: str
    language: Coded | None = Field(
        description=gettext_noop("The language for which it is, where it is for one alone.")
    )
    note: Text


class DeskOut(Schema):
    """A consultation desk."""

    code: str
    name: Text
    operator: Text
    areas: list[AreaRef] = Field(description=gettext_noop("Empty: for all of Japan."))
    phones: list[PhoneOut] = Field(
        description=gettext_noop("Without numbers that wait to be confirmed.")
    )
    email: str
    website: str
    address: Text
    languages: list[Coded]
    fields_of_advice: list[Coded]
    hours: Text
    interpreting: Text
    sources: list[str] = Field(description=gettext_noop("Addresses or names of documents."))
    as_of: str = Field(description=gettext_noop("Date of the source: 2024, 2024-05, 2024-05-31."))
    accessed: str = Field(description=gettext_noop("2026, 2026-11 or 2026-11-23."))
    last_confirmed: datetime.date | None
    is_stale: bool = Field(
        description=gettext_noop("Whether all of this is older than eighteen months.")
    )
    url: str


class DeskList(Listing):
    """A page of desks."""

    items: list[DeskOut]


@router.get(
    "/desks",
    response=DeskList,
    operation_id="list_desks",
    summary=gettext_noop("Consultation desks"),
    description=gettext_noop("Desks that foreign residents can ask, with languages and numbers."),
)
def list_desks(
    request: HttpRequest, response: HttpResponse, params: Annotated[DeskParams, Query()]
) -> dict[str, Any]:
    """One page of the desks."""
    area = area_by_code(params.region) if params.region else None
    if params.region and area is None:
        raise not_found("region", params.region, _("See /api/v1/regions for the list."))
    found = desks_matching(
        areas=[area] if area else [], language=params.language or "", field=params.field or ""
    )
    desks, listing = paged(found.order_by("code"), params, request, response)
    return {**listing, "items": [_desk(desk) for desk in desks]}


def _desk(desk: ConsultationDesk) -> dict[str, Any]:
    def text(name: str) -> dict[str, str]:
        return {language: getattr(desk, f"{name}_{language}") for language in ("ja", "en")}

    return {
        "code": desk.code,
        **{name: text(name) for name in ("name", "operator", "address", "hours", "interpreting")},
        "areas": [area_ref(area) for area in desk.areas.all()],
        "phones": [
            {
                "number": phone.number,
                "language": coded(phone.language),
                "note": {"ja": phone.note_ja, "en": phone.note_en},
            }
            for phone in desk.shown_phones
        ],
        "email": desk.email,
        "website": desk.url,
        "languages": coded_list(desk.languages.all()),
        "fields_of_advice": coded_list(desk.advice_fields.all()),
        "sources": desk.source_lines,
        "as_of": desk.as_of,
        "accessed": desk.accessed,
        "last_confirmed": desk.last_confirmed_at,
        "is_stale": desk.is_stale,
        "url": f"{settings.SITE_URL}{desk.get_absolute_url()}",
    }
