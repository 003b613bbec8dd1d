"""The number of SQL queries of a page does not grow with the content."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Site

from casestudies.models import CasesFromPage, CaseStudyPage
from casestudies.services import publish_case
from core.services import PageContent
from organisations.models import OrganisationIndexPage, OrganisationPage
from organisations.services import publish_organisation
from tests.page_examples import address, kinds

# No page may need more than this, however much it shows.
MOST = 60


def queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def copy_of(case: CaseStudyPage, parent: CasesFromPage, number: int) -> CaseStudyPage:
    """Another case at the same place, with the same themes, actors and number of sources."""
    parent.refresh_from_db()
    return publish_case(
        parent=parent,
        slug=f"{case.slug}-{number}",
        content=PageContent(
            fields={
                "title": f"{case.title} {number}",
                "overview": case.overview,
                "provenance": case.provenance,
                "status": case.status,
                "started": case.started,
                "evidence_grade": case.evidence_grade,
                "actions": case.actions,
            },
            choices={
                name: list(getattr(case, name).all())
                for name in ("actor_types", "themes", "bridging_roles", "target_groups")
            },
            rows={
                "places": [{"area": place.area} for place in case.places.all()],
                "actors": [
                    {
                        "part": actor.part,
                        "organisation": actor.organisation,
                        "name": actor.name,
                        "actor_type": actor.actor_type,
                        "bridging_role": actor.bridging_role,
                    }
                    for actor in case.actors.all()
                ],
                "sources": [
                    {"title": source.title, "url": source.url} for source in case.sources.all()
                ],
            },
        ),
    )


@pytest.fixture
def grow(site: Site) -> Callable[[], None]:
    """A function that adds a dozen cases and organisations like those of the examples."""

    def add() -> None:
        case = CaseStudyPage.objects.get(
            slug="higashikawa-care-scholarship", locale__language_code="ja"
        )
        parent = case.get_parent().specific
        index = OrganisationIndexPage.objects.get(locale__language_code="ja")
        model = OrganisationPage.objects.get(slug="higashikawa-town", locale__language_code="ja")
        for number in range(12):
            copy_of(case, parent, number)
            index.refresh_from_db()
            publish_organisation(
                parent=index,
                slug=f"like-higashikawa-{number}",
                content=PageContent(
                    fields={"title": f"団体 {number}", "actor_type": model.actor_type},
                    choices={"areas": list(model.areas.all())},
                ),
            )

    return add


def test_queries_stay_the_same_as_content_grows(client: Client, grow: Callable[[], None]) -> None:
    """On every kind of page, and on the page of a case whose place has twelve more."""
    urls = {kind: address(kind, "ja") for kind in kinds() if kind != "not found"}
    urls["case of the place that grows"] = "/cases/hokkaido/higashikawa-care-scholarship/"
    before = {kind: queries(client, url) for kind, url in urls.items()}
    grow()
    after = {kind: queries(client, url) for kind, url in urls.items()}
    assert after == before
    assert {kind: count for kind, count in after.items() if count > MOST} == {}
