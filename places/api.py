"""The register of plans for programs."""

from __future__ import annotations

from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from ninja import Query, Router, Schema
from pydantic import Field

from opendata.paging import paged
from opendata.schemas import Code, Listing, ListParams, Text
from places.plans import governments_with_plans, status_of
from regions.api import AreaRef, area_ref
from regions.models import Area
from regions.selectors import area_url

router = Router(tags=["regions"])


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
