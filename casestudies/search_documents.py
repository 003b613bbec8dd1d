"""A case study as a search document."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from wagtail.fields import StreamField

from casestudies.completeness import facet_elements_of, has_lookup
from casestudies.fields import names_with
from casestudies.models import CaseStudyPage
from casestudies.municipalities import (
    fetch_municipal_facts,
    municipality_codes,
    municipality_lookup,
    plan_lookup,
    population_lookup,
    share_lookup,
)
from casestudies.uptake import fetch_adapted, uptake_codes, uptake_lookup
from core.prose import plain_text
from core.visibility import prefetch_visible
from organisations.models import OrganisationPage
from regions.selectors import area_lookups, area_names, area_paths
from search.index.document import ContentDocument
from search.registry import document_of, register


def _labels(terms: Iterable[Any]) -> str:
    """Labels in both languages, so that a theme's English word finds a Japanese case."""
    return " ".join(f"{term.label_ja} {term.label_en}" for term in terms)


def _actor_names(page: CaseStudyPage) -> str:
    return " ".join(
        actor.name or getattr(actor.organisation, "title", "") for actor in page.actors.all()
    )


def _roles(page: CaseStudyPage) -> dict[str, Any]:
    """Bridging roles of the case and of its actors, by code."""
    roles = {role.code: role for role in page.bridging_roles.all()}
    return roles | {
        actor.bridging_role_id: actor.bridging_role
        for actor in page.actors.all()
        if actor.bridging_role_id
    }


# The words of rows, and of what is more than its own field. All others are told by their type.
_OWN_WORDS: dict[str, Callable[[CaseStudyPage], str]] = {
    "places": lambda page: area_names(place.area for place in page.places.all()),
    "actors": _actor_names,
    "bridging_roles": lambda page: _labels(_roles(page).values()),
    # Sorted: rows of tags have no order of their own, and each database has another.
    "keywords": lambda page: " ".join(sorted(link.tag.name for link in page.keyword_items.all())),
}


def _words(page: CaseStudyPage, name: str) -> str:
    """The words of a field: its text, or the labels of its terms."""
    if name in _OWN_WORDS:
        return _OWN_WORDS[name](page)
    value = getattr(page, name)
    field: Any = CaseStudyPage._meta.get_field(name)
    if field.many_to_many:
        return _labels(value.all())
    if field.is_relation:
        return _labels([value] if value else [])
    return plain_text(value) if isinstance(field, StreamField) else str(value)


def case_document(page: CaseStudyPage) -> ContentDocument:
    """What the public search knows of a case: its words, its codes and its dates."""
    return document_of(
        page,
        kind="case",
        summary=page.summary or page.overview,
        lead=" ".join(_words(page, name) for name in names_with(words="lead")),
        body="\n".join(_words(page, name) for name in names_with(words="body")),
        year=page.start_year,
        facets={
            "region": area_paths([place.area for place in page.places.all()]),
            "theme": [code for t in page.themes.all() for code in (t.parent_id, t.code) if code],
            "actor": [kind.code for kind in page.actor_types.all()],
            "role": list(_roles(page)),
            "target": [group.code for group in page.target_groups.all()],
            "lang": [language.code for language in page.languages.all()],
            "evidence": [page.evidence_grade_id] if page.evidence_grade_id else [],
            "status": [page.status_id] if page.status_id else [],
            "uptake": uptake_codes(page),
            "has": facet_elements_of(page),
            **municipality_codes(page),
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
        "results",
        "keyword_items__tag",
        "origins",
        "adoptions",
        fetch_adapted,
        fetch_municipal_facts,
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
        "has": has_lookup,
        "municipality": municipality_lookup,
        "population": population_lookup,
        "share": share_lookup,
        "plan": plan_lookup,
        "year": ["started"],
        "period": ["started"],
    },
)
