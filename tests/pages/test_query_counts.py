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
from programmes.models import ProgrammePage
from regions.models import RegionalPlatformPage
from tests.page_examples import LANGUAGES, address, kinds, prefix

# No page may need more than this, however much it shows, once what all pages share is kept.
MOST = 30
MOST_OF_KIND = {
    "home.HomePage": 15,
    "casestudies.CaseStudyIndexPage": 15,
    "casestudies.CasesFromPage": 15,
    "casestudies.CaseStudyPage": 15,
    "case with few facts": 15,
    "case not yet translated": 15,
    "regions.RegionalPlatformPage": 15,
    "programmes.ProgrammePage": 15,
    "events.EventPage": 15,
    "prefecture": 15,
    "municipality": 15,
    "search without words": 10,
    "search with hits": 15,
    "search with filters": 15,
    "search without hits": 15,
}
PLACES = {"city": "221309", "ward": "231011", "town": "105244", "village": "204102"}


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


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_kind_of_page_keeps_to_its_queries(site: Site, client: Client, language: str) -> None:
    """The second time: what all pages of a kind share is kept then, and the page is made anew."""
    found = {
        kind: queries(client, address(kind, language)) for kind in kinds() if kind != "not found"
    }
    assert {k: n for k, n in found.items() if n > MOST_OF_KIND.get(k, MOST)} == {}
    places = {
        kind: queries(client, f"{prefix(language)}/areas/{code}/") for kind, code in PLACES.items()
    }
    assert {kind: count for kind, count in places.items() if count > 15} == {}


@pytest.mark.django_db
def test_every_programme_and_platform_keeps_to_its_queries(site: Site, client: Client) -> None:
    """Pages of these kinds differ in what they show."""
    models = (ProgrammePage, RegionalPlatformPage)
    pages = [page for model in models for page in model.objects.live().public()]
    found = {page.get_url(): queries(client, page.get_url()) for page in pages}
    assert len(found) > 40
    assert {url: count for url, count in found.items() if count > 15} == {}
