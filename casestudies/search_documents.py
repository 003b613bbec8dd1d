"""A case study as a search document."""

from __future__ import annotations

from typing import Any

from casestudies.models import CaseStudyPage
from casestudies.uptake import fetch_adapted, uptake_codes, uptake_lookup
from core.prose import plain_text
from core.visibility import prefetch_visible
from organisations.models import OrganisationPage
from regions.selectors import area_lookups, area_names, area_paths
from search.index.document import ContentDocument
from search.registry import document_of, register

PROSE = (
    "context",
    "goal",
    "actions",
    "steps",
    "outcomes",
    "did_not_work",
    "success_factors",
    "remaining_problems",
    "conditions",
)


def _labels(*terms: Any) -> str:
    """Labels in both languages, so that a theme's English word finds a Japanese case."""
    return " ".join(f"{term.label_ja} {term.label_en}" for term in terms if term is not None)


def case_document(page: CaseStudyPage) -> ContentDocument:
    """What the public search knows of a case: its words, its codes and its dates."""
    places = list(page.places.all())
    areas = [place.area for place in places]
    actors = list(page.actors.all())
    themes = list(page.themes.all())
    roles = {role.code: role for role in page.bridging_roles.all()}
    roles |= {a.bridging_role_id: a.bridging_role for a in actors if a.bridging_role_id}
    actor_types = list(page.actor_types.all())
    targets = list(page.target_groups.all())
    languages = list(page.languages.all())
    names = [actor.name or getattr(actor.organisation, "title", "") for actor in actors]
    lead = " ".join(
        [
            page.summary,
            page.overview,
            area_names(areas),
            " ".join(names),
            _labels(*themes, *roles.values(), *actor_types, *targets, *languages),
            " ".join(link.tag.name for link in page.keyword_items.all()),
        ]
    )
    body = "\n".join(
        [page.bridging, page.participation_note, page.receiving_community, page.easy_summary]
        + [plain_text(getattr(page, name)) for name in PROSE]
    )
    return document_of(
        page,
        kind="case",
        summary=page.summary or page.overview,
        lead=lead,
        body=body,
        year=page.start_year,
        facets={
            "region": area_paths(areas),
            "theme": [code for t in themes for code in (t.parent_id, t.code) if code],
            "actor": [kind.code for kind in actor_types],
            "role": list(roles),
            "target": [group.code for group in targets],
            "lang": [language.code for language in languages],
            "evidence": [page.evidence_grade_id] if page.evidence_grade_id else [],
            "status": [page.status_id] if page.status_id else [],
            "uptake": uptake_codes(page),
        },
    )


register(
    CaseStudyPage,
    case_document,
    related=[
        "places__area__parent__parent__parent",
        prefetch_visible("actors__organisation", OrganisationPage),
        "actors__bridging_role",
        "themes",
        "bridging_roles",
        "actor_types",
        "target_groups",
        "languages",
        "keyword_items__tag",
        "origins",
        "adoptions",
        fetch_adapted,
    ],
    kind="case",
    lookups={
        "region": area_lookups("places__area"),
        "theme": ["themes", "themes__parent"],
        "actor": ["actor_types"],
        "role": ["bridging_roles", "actors__bridging_role"],
        "target": ["target_groups"],
        "lang": ["languages"],
        "evidence": ["evidence_grade"],
        "status": ["status"],
        "uptake": uptake_lookup,
        "period": ["started"],
    },
)
