"""Places like a place, for programs."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Path, Query, Router
from pydantic import Field

from opendata.problems import not_found
from opendata.schemas import Answer, InLanguage, api_url, frame
from places.likeness import current_peers
from places.peers import FEATURES, Peer, PlaceFigures
from places.reasons import reason_of
from regions.api import AreaRef, area_ref
from regions.models import Area
from regions.selectors import area_by_code

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
    return {
        **area_ref(area),
        "residents": figures.residents,
        "population": figures.population,
        "residents_before": figures.residents_before,
        "population_before": figures.population_before,
    }
