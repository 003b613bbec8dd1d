"""Places like a place, and the register of plans, for programs."""

from __future__ import annotations

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
    InLanguage,
    Listing,
    ListParams,
    Text,
    api_url,
    frame,
)
from places.likeness import current_peers
from places.peers import FEATURES, Peer, PlaceFigures
from places.plans import governments_with_plans, status_of
from places.reasons import reason_of
from regions.api import AreaRef, area_ref
from regions.models import Area
from regions.selectors import area_by_code, area_url

router = Router(tags=["regions"])


class ComparedOut(AreaRef):
    """A place with the figures by which it is compared."""

    residents: int = Field(description=gettext_noop("Foreign residents in the resident register."))
    population: int
    residents_before: int
    population_before: int


class PeerOut(ComparedOut):
    """A place like the other one."""

    distance: float = Field(
        description=gettext_noop("0 for the same figures, about 1 for two places drawn by lot.")
    )
    near: list[str] = Field(description=gettext_noop("Names of the features in which it is near."))
    reason: str = Field(description=gettext_noop("The same in words."))
    api_url: str


class PeersAnswer(Answer):
    """The places like one, nearest first."""

    place: ComparedOut
    month: str = Field(description=gettext_noop("Month of the figures: 2025-01."))
    month_before: str = Field(description=gettext_noop("Month of the figures before."))
    weights: dict[str, int] = Field(description=gettext_noop("Weight by feature."))
    peers: list[PeerOut]


@router.get(
    "/regions/{code}/peers",
    response=PeersAnswer,
    operation_id="get_peers",
    summary=gettext_noop("Places like one"),
    description=gettext_noop(
        "The municipalities of the same kind that are most like one, nearest first, with the "
        "reason. How they are found is said at /areas/method/."
    ),
)
def get_peers(
    request: HttpRequest,
    code: Annotated[str, Path(description=gettext_noop("Code of the area."))],
    params: Annotated[InLanguage, Query()],
) -> dict[str, Any]:
    """The peers of a place."""
    area = area_by_code(code)
    peers = current_peers()
    found = peers.table.of(area.code) if area else ()
    if area is None or not found:
        raise not_found(
            "code", code, _("Municipalities and wards of today with figures have such places.")
        )
    areas = Area.objects.in_bulk([peer.code for peer in found])
    return {
        **frame(params.locale),
        "place": _compared(area, peers.by_code[area.code]),
        "month": peers.figures.month,
        "month_before": peers.figures.month_before,
        "weights": {feature.name: feature.weight for feature in FEATURES},
        "peers": [_peer(areas[peer.code], peers.by_code[peer.code], peer) for peer in found],
    }


def _peer(area: Area, figures: PlaceFigures, peer: Peer) -> dict[str, Any]:
    return {
        **_compared(area, figures),
        "distance": round(peer.distance, 3),
        "near": list(peer.near),
        "reason": reason_of(peer),
        "api_url": api_url("get_region", area.code),
    }


def _compared(area: Area, figures: PlaceFigures) -> dict[str, Any]:
    """The values of `ComparedOut`."""
    return {
        **area_ref(area),
        "residents": figures.residents,
        "population": figures.population,
        "residents_before": figures.residents_before,
        "population_before": figures.population_before,
    }


class PlanParams(ListParams):
    """Which local governments."""

    region: Code | None = Field(
        None, description=gettext_noop("Two digits of a prefecture: it and its municipalities.")
    )
    kind: Code | None = Field(
        None, description=gettext_noop("Kind of local government, for instance city.")
    )
    status: Code | None = Field(None, description=gettext_noop("own, part, none or unknown."))


class PlanOut(Schema):
    """What is known of the plan of a local government."""

    area: AreaRef
    kind: str
    status: str = Field(
        description=gettext_noop("`unknown` says nothing about whether there is a plan.")
    )
    title: Text
    starts: str = Field(description=gettext_noop("First fiscal year of the plan."))
    ends: str = Field(description=gettext_noop("Last fiscal year of the plan."))
    plan_url: str
    sources: list[str] = Field(description=gettext_noop("Addresses or names of documents."))
    as_of: str = Field(description=gettext_noop("Date of the source: 2024, 2024-05, 2024-05-31."))
    accessed: str = Field(description=gettext_noop("2026, 2026-11 or 2026-11-23."))
    is_stale: bool | None = Field(
        description=gettext_noop("Whether all of this is older than eighteen months.")
    )
    url: str


class PlanList(Listing):
    """A page of local governments."""

    items: list[PlanOut]


@router.get(
    "/plans",
    response=PlanList,
    operation_id="list_plans",
    summary=gettext_noop("Plans for multicultural coexistence"),
    description=gettext_noop(
        "Every local government of today, and what is known of its plan for multicultural "
        "coexistence."
    ),
)
def list_plans(
    request: HttpRequest, response: HttpResponse, params: Annotated[PlanParams, Query()]
) -> dict[str, Any]:
    """One page of the register."""
    found = governments_with_plans()
    if params.region:
        found = found.filter(code__startswith=params.region[:2])
    if params.kind:
        found = found.filter(kind=params.kind)
    if params.status == "unknown":
        found = found.filter(local_plan=None) | found.filter(local_plan__status="unknown")
    elif params.status:
        found = found.filter(local_plan__status=params.status)
    areas, listing = paged(found, params, request, response)
    return {**listing, "items": [_plan(area) for area in areas]}


def _plan(area: Area) -> dict[str, Any]:
    plan = getattr(area, "local_plan", None)
    return {
        "area": area_ref(area),
        "kind": area.kind,
        "status": status_of(area),
        "title": {"ja": plan.title_ja if plan else "", "en": plan.title_en if plan else ""},
        "starts": plan.starts if plan else "",
        "ends": plan.ends if plan else "",
        "plan_url": plan.url if plan else "",
        "sources": plan.source_lines if plan else [],
        "as_of": plan.as_of if plan else "",
        "accessed": plan.accessed if plan else "",
        "is_stale": plan.is_stale if plan else None,
        "url": f"{settings.SITE_URL}{area_url(area.code)}",
    }
