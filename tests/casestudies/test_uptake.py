"""Cases that adapt other cases: written in the admin, shown on both pages, found by the search."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from wagtail.models import GroupPagePermission, Site
from wagtail.test.utils.form_data import inline_formset

from casestudies.models import CaseOrigin, CasesFromPage, CaseStudyPage
from search.index.projection import documents_of
from search.models import SearchOutbox
from search.query.search_query import SearchQuery
from search.results.answer import search
from tests.casestudies.test_publication import COMPLETE, add, form

ROW = {
    "date": "2024-05",
    "kept": "週1回の教室の形",
    "changed": "会場を団地の集会所にした",
    "dropped": "保護者の講座",
    "result": "20人が通う",
    "source_title": "市の報告書",
    "source_url": "https://example.org/report",
}
AREA = {"organisation": "", "area": "014583", "name": ""}


@pytest.fixture
def origin(site: Site) -> CaseStudyPage:
    CaseOrigin.objects.all().delete()  # those of the content
    found = CaseStudyPage.objects.live().filter(locale__language_code="ja", alias_of=None)
    page = found.exclude(places__area__code__startswith="01").first()
    assert page is not None
    return page


@pytest.fixture
def parent(site: Site) -> CasesFromPage:
    return CasesFromPage.objects.get(area="01", locale__language_code="ja")


@pytest.fixture
def publisher(parent: CasesFromPage, django_user_model: Any) -> Client:
    """Somebody who may publish cases of one prefecture, and no others."""
    group = Group.objects.create(name="publishers of 01")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    for right in ["add", "change", "publish"]:
        permission = Permission.objects.get(codename=f"{right}_page")
        GroupPagePermission.objects.create(group=group, page=parent, permission=permission)
    user = django_user_model.objects.create_user("publisher")
    user.groups.add(group)
    client = Client()
    client.force_login(user)
    return client


def rows(*some: dict[str, Any]) -> dict[str, Any]:
    return inline_formset(list(some))


def text_of(address: str) -> str:
    return str(Client().get(address).content.decode())


@pytest.fixture(autouse=True)
def without_index(settings: Any, tmp_path: Any) -> None:
    """Filters are then answered by the database, which knows of changes at once."""
    settings.SEARCH_INDEX_DIR = tmp_path / "none"


def found(value: str) -> set[int]:
    return {hit.page_id for hit in search(SearchQuery(facets={"uptake": (value,)})).hits}


def edit(client: Client, page: CaseStudyPage, data: dict[str, Any]) -> Any:
    return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data)


def test_adaptation_is_written_by_the_adapting_region_and_seen_on_both_pages(
    origin: CaseStudyPage, parent: CasesFromPage, publisher: Client
) -> None:
    assert 'id="uptake"' not in text_of(origin.url)
    data = form(
        **COMPLETE,
        origins=rows({"origin": origin.pk, **ROW}),
        **{"action-publish": "1"},
    )
    add(publisher, parent, data)
    case = CaseStudyPage.objects.get(slug="new-case", locale__language_code="ja")

    for page, other in [(case, origin), (origin, case)]:
        text = text_of(page.url)
        assert 'id="uptake"' in text
        assert f'href="{other.url}"' in text
        for value in [*ROW.values()][1:]:
            assert value in text
        assert "2024年5月" in text
    assert "ほかの1か所で取組が行われています" in text_of(origin.url)
    assert found("adapted") == {origin.pk}
    assert found("adapts") == {case.pk}
    documents = {document.page_id: document for document in documents_of([origin.pk, case.pk])}
    assert documents[origin.pk].facets["uptake"] == ("adapted",)
    assert documents[case.pk].facets["uptake"] == ("adapts",)
    assert SearchOutbox.objects.filter(item_id=origin.pk, event="adapted").exists()

    # The origin belongs to another prefecture: this publisher cannot write there.
    assert edit(publisher, origin, data).status_code == 302
    assert not origin.adoptions.exists()

    case.refresh_from_db()
    case.unpublish()
    assert 'id="uptake"' not in text_of(origin.url)
    assert not found("adapted")


def test_row_that_is_taken_away_is_gone_from_both_pages_and_the_search(
    origin: CaseStudyPage, parent: CasesFromPage, publisher: Client
) -> None:
    written = form(
        **COMPLETE, origins=rows({"origin": origin.pk, **ROW}), **{"action-publish": "1"}
    )
    add(publisher, parent, written)
    case = CaseStudyPage.objects.get(slug="new-case", locale__language_code="ja")
    case.origins = []
    case.save_revision().publish()
    assert not CaseOrigin.objects.exists()
    assert 'id="uptake"' not in text_of(origin.url)
    assert not found("adapted")
    assert not found("adapts")


def test_family_is_one_tree_and_no_case_descends_from_itself(
    origin: CaseStudyPage, parent: CasesFromPage, publisher: Client
) -> None:
    add(
        publisher,
        parent,
        form(
            **COMPLETE,
            origins=rows({"origin": origin.pk, **ROW}),
            adoptions=rows({**AREA, **ROW}, {**AREA, "area": "", "name": "川辺の会", **ROW}),
            **{"action-publish": "1"},
        ),
    )
    case = CaseStudyPage.objects.get(slug="new-case", locale__language_code="ja")
    tree = text_of(case.url).split('<ul class="family">', 1)[1].split("</section>")[0]
    assert tree.index(origin.title) < tree.index(case.title) < tree.index("川辺の会")
    assert "ほかの2か所で取組が行われています" in text_of(case.url)
    assert found("adapted") == {origin.pk, case.pk}

    row = CaseOrigin(page=origin, origin=case, source_title="誤り")
    origin.origins.add(row)
    with pytest.raises(ValidationError, match="別の事例を選んでください"):
        row.full_clean()


def test_row_without_source_or_adopter_is_refused_with_the_field(
    parent: CasesFromPage, publisher: Client, origin: CaseStudyPage
) -> None:
    nobody = {**AREA, "area": "", **ROW}
    without = {"origin": origin.pk, **ROW, "source_title": ""}
    response = add(
        publisher,
        parent,
        form(
            **COMPLETE,
            origins=rows(without),
            adoptions=rows(nobody),
            **{"action-publish": "1"},
        ),
    )
    text = response.content.decode()
    assert "団体か地域を選ぶか、名称を書いてください。" in text
    assert not CaseStudyPage.objects.filter(slug="new-case").exists()
