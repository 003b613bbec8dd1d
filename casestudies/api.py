"""Case studies for programs: every field that their pages show, with its sources."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

from django.conf import settings
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Path, Query, Router, Schema
from pydantic import Field, create_model

from casestudies.fields import CASE_FIELDS
from casestudies.models import CaseActor, CaseStudyPage
from casestudies.selectors import (
    PASSAGES,
    actors_by_part,
    case_by_slug,
    cases_matching,
    original_of,
    passages,
)
from casestudies.uptake import Node, family_of
from core.prose import plain_text
from opendata.paging import paged
from opendata.problems import not_found
from opendata.schemas import (
    Answer,
    Code,
    Coded,
    Day,
    InLanguage,
    Licence,
    Listing,
    ListParams,
    api_url,
    coded,
    coded_list,
    frame,
    licence_of,
)
from organisations.api import SourceOut, source_out
from regions.api import AreaRef, area_ref

router = Router(tags=["cases"])


class CaseParams(ListParams):
    """Which cases."""

    region: list[Code] = Field(
        [],
        max_length=30,
        description=gettext_noop("Area codes: in any of these areas or a part of them."),
    )
    theme: list[Code] = Field(
        [],
        max_length=30,
        description=gettext_noop("Theme codes: any of these themes or their subthemes."),
    )
    actor: list[Code] = Field(
        [], max_length=30, description=gettext_noop("Codes of types of organisation: any of these.")
    )
    organisation: Code | None = Field(
        None, description=gettext_noop("Slug of an organisation involved.")
    )
    has: list[Literal["cost", "results", "failures", "contact", "confirmed"]] = Field(
        [],
        max_length=5,
        description=gettext_noop("What the case study has: any of these."),
    )
    updated_since: Day | None = Field(
        None, description=gettext_noop("Only cases published or updated on or after this date.")
    )


class PlaceOut(AreaRef):
    """A place where a practice happens."""

    note: str
    api_url: str


class CaseOut(Schema):
    """A case in a list."""

    identifier: str = Field(
        description=gettext_noop("Persistent identifier: leads to the page even when it has moved.")
    )
    slug: str
    title: str
    language: str = Field(description=gettext_noop("Language of the text."))
    summary: str
    overview: str
    places: list[PlaceOut]
    themes: list[Coded]
    actor_types: list[Coded]
    started: str = Field(description=gettext_noop("2018, 2018-12 or 2018-12-01. May be empty."))
    ended: str
    status: Coded | None
    evidence_grade: Coded | None
    last_confirmed_at: datetime.date | None
    published: datetime.datetime | None
    updated: datetime.datetime | None
    url: str
    api_url: str


class CaseList(Listing):
    """A page of cases."""

    items: list[CaseOut]


class ActorOut(Schema):
    """An actor of a case."""

    part: str = Field(description=gettext_noop("lead, partner, bridge or funder."))
    part_label: str
    name: str
    actor_type: Coded | None
    bridging_role: Coded | None
    contribution: str
    url: str = Field(description=gettext_noop("Page of the organisation. May be empty."))


class PassageOut(Schema):
    """A part of the story in plain text."""

    name: str
    heading: str
    text: str
    language: str


class StepOut(Schema):
    """A step of the practice."""

    title: str
    phase: str
    what: str
    who: str
    enabling_factors: str
    lessons: str


class ResultOut(Schema):
    """A result in numbers."""

    indicator: str
    before: str
    after: str
    unit: str
    date: str
    source: str


class CaseSourceOut(SourceOut):
    """Where a case was read, how it was evaluated, or further reading."""

    kind: str = Field(description=gettext_noop("source, evaluation or reference."))


class UptakeOut(Schema):
    """What one body took over from another, and what came of it."""

    title: str = Field(description=gettext_noop("Title of the other case, or name of the body."))
    url: str = Field(description=gettext_noop("Page of the other case; may be empty."))
    places: list[str]
    date: str
    kept: str
    changed: str
    dropped: str
    result: str
    source_title: str
    source_url: str


class _CaseRowsOut(Answer, CaseOut):
    """What is more than fields of a case: rows, passages of the story, who adapted whom."""

    licence: Licence = Field(description=gettext_noop("Licence of this case study’s text."))
    actors: list[ActorOut]
    passages: list[PassageOut]
    steps: list[StepOut]
    results: list[ResultOut]
    adapted_from: list[UptakeOut]
    adapted_by: list[UptakeOut]
    sources: list[CaseSourceOut]


# Fields of a case that stand together in the answer: name and description of their schema.
_GROUPS = {
    "reached": ("ReachedOut", "How many people were to be reached, and were."),
    "cost": ("CostOut", "What a practice costs, in yen."),
    "staffing": ("StaffOut", "Who does the work."),
    "legal_basis": ("LegalBasisOut", "On what a practice stands."),
    "contact": ("ContactOut", "The public desk of the body in charge; never a person."),
    "plain_japanese": ("PlainOut", "The case in plain Japanese."),
}
_DESCRIPTIONS = {
    "provenance": gettext_noop("compiled or reported."),
    "cost.period": gettext_noop("total or year. May be empty."),
}


# The model's fields by their place in the answer (`cost.total`), without those above.
_PLAIN_FIELDS: dict[str, Any] = {
    field.api: CaseStudyPage._meta.get_field(field.name)
    for field in CASE_FIELDS
    if field.api and field.api not in _CaseRowsOut.model_fields
}


def _type_of(field: Any) -> Any:
    """What a field of the model is in the answer."""
    if field.many_to_many:
        return list[Coded]
    if field.is_relation:
        return Coded | None
    if isinstance(field, models.BooleanField):
        return bool
    if isinstance(field, models.IntegerField):
        return int | None if field.null else int
    return str


def _value_of(case: CaseStudyPage, field: Any) -> Any:
    value = getattr(case, field.name)
    if field.many_to_many:
        return coded_list(value.all())
    return coded(value) if field.is_relation else value


def _schema() -> Any:
    """The schema of one case: special parts, and every field that `CASE_FIELDS` puts in the API."""
    groups: dict[str, dict[str, Any]] = {"": {}}
    for path, field in _PLAIN_FIELDS.items():
        group, _dot, name = path.rpartition(".")
        described = Field(description=_DESCRIPTIONS.get(path))
        groups.setdefault(group, {})[name] = (_type_of(field), described)
    top = groups.pop("")
    for group, fields in groups.items():
        title, description = _GROUPS[group]
        top[group] = (create_model(title, __base__=Schema, __doc__=description, **fields), ...)
    return create_model(
        "CaseAnswer",
        __base__=_CaseRowsOut,
        __doc__="A case with everything that its page shows.",
        **top,
    )


CaseAnswer = _schema()


@router.get(
    "/cases",
    response=CaseList,
    operation_id="list_cases",
    summary=gettext_noop("Case studies"),
    description=gettext_noop(
        "Case studies, newest first. Values of one parameter are combined with OR, different "
        "parameters with AND. For more filters, use the search endpoint."
    ),
)
def list_cases(
    request: HttpRequest, response: HttpResponse, params: Annotated[CaseParams, Query()]
) -> dict[str, Any]:
    """One page of cases."""
    cases = cases_matching(
        params.locale,
        regions=params.region,
        themes=params.theme,
        actors=params.actor,
        organisation=params.organisation,
        has=params.has,
        updated_since=params.updated_since,
    )
    found, listing = paged(cases, params, request, response)
    return {**listing, "items": [_case(case) for case in found]}


@router.get(
    "/cases/{slug}",
    response=CaseAnswer,
    operation_id="get_case",
    summary=gettext_noop("One case study"),
    description=gettext_noop(
        "A case study with everything shown on its page, and its sources. Texts are plain text. "
        "Parts without a translation are given in the original language; see “language”."
    ),
)
def get_case(
    request: HttpRequest,
    slug: Annotated[str, Path(description=gettext_noop("Last part of the page address."))],
    params: Annotated[InLanguage, Query()],
) -> dict[str, Any]:
    """A case by the last part of its address."""
    case = case_by_slug(slug, params.locale)
    if case is None:
        raise not_found("slug", slug, _("See /api/v1/cases for the list."))
    original = original_of(case)
    steps = case.steps or (original.steps if original else [])
    actors = [actor for group in actors_by_part(case).values() for actor in group]
    return {
        **frame(params.locale),
        **_case(case),
        "licence": licence_of(case.licence),
        **_plain_values(case),
        "actors": [_actor(actor) for actor in actors],
        "passages": [
            {
                "name": passage.name,
                "heading": str(passage.heading),
                "text": plain_text(passage.value),
                "language": passage.language,
            }
            for passage in passages(case, original, PASSAGES)
        ],
        "steps": [
            {name: step.value.get(name) or "" for name in StepOut.model_fields} for step in steps
        ],
        "results": [
            {name: getattr(result, name) for name in ResultOut.model_fields}
            for result in case.results.all()
        ],
        **_uptake(case),
        "sources": [{**source_out(source), "kind": source.kind} for source in case.sources.all()],
    }


def _plain_values(case: CaseStudyPage) -> dict[str, Any]:
    """The values of all fields that stand in the answer as they are, groups within groups."""
    values: dict[str, Any] = {}
    for path, field in _PLAIN_FIELDS.items():
        group, _dot, name = path.rpartition(".")
        target = values.setdefault(group, {}) if group else values
        target[name] = _value_of(case, field)
    return values


def _case(case: CaseStudyPage) -> dict[str, Any]:
    return {
        "identifier": case.identifier_url,
        "slug": case.slug,
        "title": case.title,
        "language": case.content_language,
        "summary": case.summary,
        "overview": case.overview,
        "places": [
            {
                **area_ref(place.area),
                "note": place.note,
                "api_url": api_url("get_region", place.area.code),
            }
            for place in case.places.all()
        ],
        "themes": coded_list(case.themes.all()),
        "actor_types": coded_list(case.actor_types.all()),
        "started": case.started,
        "ended": case.ended,
        "status": coded(case.status),
        "evidence_grade": coded(case.evidence_grade),
        "last_confirmed_at": case.last_confirmed_at,
        "published": case.first_published_at,
        "updated": case.last_published_at,
        "url": case.public_url,
        "api_url": api_url("get_case", case.slug),
    }


def _uptake(case: CaseStudyPage) -> dict[str, list[dict[str, Any]]]:
    """Cases from which this one was adapted, and who adapted it."""
    family = family_of(case)
    return {
        "adapted_from": [_adaptation(node) for node in family.origins] if family else [],
        "adapted_by": [_adaptation(node) for node in family.adaptations] if family else [],
    }


def _adaptation(node: Node) -> dict[str, Any]:
    fields = ("date", "kept", "changed", "dropped", "result", "source_title", "source_url")
    return {
        "title": node.title,
        "url": f"{settings.SITE_URL}{node.url}" if node.url else "",
        "places": node.places,
        **{name: str(getattr(node.row, name)) for name in fields},
    }


def _actor(actor: CaseActor) -> dict[str, Any]:
    return {
        "part": actor.part,
        "part_label": actor.get_part_display(),
        "name": actor.display_name,
        "actor_type": coded(actor.actor_type),
        "bridging_role": coded(actor.bridging_role),
        "contribution": actor.contribution,
        "url": f"{settings.SITE_URL}{actor.url}" if actor.url else "",
    }
