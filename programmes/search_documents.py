"""Programmes as search documents."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from core.dates import PartialDate
from core.prose import plain_text
from programmes.models import ProgrammeIndexPage, ProgrammePage, SynthesisPage
from regions.selectors import area_lookups, area_names, area_paths
from search.index.document import ContentDocument
from search.registry import document_of, register


def programme_document(page: ProgrammePage) -> ContentDocument:
    """What the public search knows of a programme: its words, its codes, its years."""
    areas = list(page.areas.all())
    themes = list(page.themes.all())
    bodies = list(page.bodies.all())
    calls = list(page.calls.all())
    start = PartialDate.year_of(page.started)
    end = PartialDate.year_of(page.ended) or start
    lead = " ".join(
        [
            page.summary,
            page.short_name,
            page.formal_name,
            page.other_name,
            area_names(areas),
            # Nearly all are run by the same body: its name tells none of them apart.
            " ".join(body.name for body in bodies if body.part not in {"member", "runner"}),
            " ".join(f"{theme.label_ja} {theme.label_en}" for theme in themes),
        ]
    )
    body = "\n".join(
        [plain_text(page.aim), plain_text(page.steps), page.easy_summary]
        + [f"{fact.title} {fact.text} {fact.place}" for fact in page.facts.all()]
        + [f"{call.title} {call.amount} {call.eligibility}" for call in calls]
        + [f"{member.sector} {member.name}" for member in bodies if member.part == "member"]
        + [f"{row.topic} {row.japan} {row.korea}" for row in page.comparisons.all()]
    )
    return document_of(
        page,
        kind="programme",
        summary=page.summary,
        lead=lead,
        body=body,
        year=start,
        names=[page.short_name, page.other_name],
        facets={
            "region": area_paths(areas),
            "theme": [code for t in themes for code in (t.parent_id, t.code) if code],
            "programme": [page.slug],
            "year": [str(year) for year in range(start, (end or start) + 1)] if start else [],
        },
    )


def _in_years(codes: Sequence[str]) -> Q:
    """Condition that a programme went on in one of the years."""
    condition = Q(pk__in=())
    for year in codes:
        begun = Q(started__gt="", started__lt=str(int(year) + 1))
        condition |= begun & (Q(ended__gte=year) | Q(ended="", started__startswith=year))
    return condition


register(
    ProgrammePage,
    programme_document,
    related=["areas__parent__parent__parent", "themes", "bodies", "calls", "facts", "comparisons"],
    kind="programme",
    lookups={
        "region": area_lookups("areas"),
        "theme": ["themes", "themes__parent"],
        "programme": ["slug"],
        "year": _in_years,
        "period": ["started"],
    },
)


def index_document(page: ProgrammeIndexPage) -> ContentDocument:
    """What the public search knows of the home of the programmes."""
    return document_of(page, kind="page", summary=page.summary, body=page.intro)


register(ProgrammeIndexPage, index_document)


def synthesis_document(page: SynthesisPage) -> ContentDocument:
    """What the public search knows of a synthesis page: its words, not its numbers."""
    return document_of(page, kind="page", summary=page.summary, body=page.intro)


register(SynthesisPage, synthesis_document)
