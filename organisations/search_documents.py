"""An organisation as a search document."""

from __future__ import annotations

from core.prose import plain_text
from organisations.models import OrganisationPage
from organisations.own_pages import has_own_page
from regions.selectors import area_lookups, area_names, area_paths
from search.index.document import ContentDocument
from search.registry import document_of, register


def organisation_document(page: OrganisationPage) -> ContentDocument:
    """What the public search knows of an organisation."""
    areas = list(page.areas.all())
    kinds = [kind for kind in (page.actor_type, page.kind) if kind is not None]
    return document_of(
        page,
        kind="organisation",
        summary=page.summary,
        lead=" ".join(
            [
                page.summary,
                page.other_names,
                area_names(areas),
                " ".join(f"{kind.label_ja} {kind.label_en}" for kind in kinds),
            ]
        ),
        body=plain_text(page.body),
        names=[page.kana, *page.other_names.split(", ")],
        facets={
            "region": area_paths(areas),
            "actor": [page.actor_type_id] if page.actor_type_id else [],
            "status": [page.status_id] if page.status_id else [],
        },
    )


register(
    OrganisationPage,
    organisation_document,
    related=["areas__parent__parent__parent", "actor_type", "kind"],
    kind="organisation",
    findable=has_own_page,
    lookups={"region": area_lookups("areas"), "actor": ["actor_type"], "status": ["status"]},
)
