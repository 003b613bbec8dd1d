"""Persistent identifiers of cases lead to the page wherever it stands, and are never reused."""

from __future__ import annotations

import datetime
import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.test import Client
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction, Site

from casestudies.identifiers import record_identifiers
from casestudies.models import CaseIdentifier, CasesFromPage, CaseStudyPage
from casestudies.services import draft_case
from content.models import LoadedRecord
from content.services import load_content
from core.services import PageContent

SLUG = "higashikawa-care-scholarship"


@pytest.fixture
def case(site: Site) -> Any:
    return CaseStudyPage.objects.get(slug=SLUG, locale__language_code="ja")


def path_of(case: CaseStudyPage) -> str:
    return f"/id/case/{case.identifier_code}"


def test_every_public_case_has_an_identifier_of_its_own(site: Site) -> None:
    keys = set(
        CaseStudyPage.objects.live().public().filter(alias_of=None)
        .values_list("translation_key", flat=True)
    )  # fmt: skip
    assert keys
    assert set(CaseIdentifier.objects.values_list("translation_key", flat=True)) == keys
    assert record_identifiers() == (0, 0, 0)


@pytest.mark.parametrize(
    ("accepted", "start"),
    [
        ("", "/cases/"),
        ("ja", "/cases/"),
        ("en-GB,ja;q=0.1", "/en/cases/"),
        ("fr", "/cases/"),
    ],
)
def test_it_leads_to_the_page_in_the_readers_language(
    case: Any, client: Client, accepted: str, start: str
) -> None:
    response = client.get(path_of(case), headers={"accept-language": accepted})
    assert response.status_code == 303
    assert response["Location"].startswith(start)
    assert response["Location"].endswith(f"/{SLUG}/")
    assert "Accept-Language" in response["Vary"]
    assert client.get(response["Location"]).status_code == 200
    assert client.get(path_of(case).upper().replace("/ID/CASE/", "/id/case/")).status_code == 303


def test_it_survives_rename_move_and_loss_of_a_language(case: Any, client: Client) -> None:
    path = path_of(case)
    case.slug, case.title = "renamed", "別の題"
    case.save_revision().publish()
    elsewhere = CasesFromPage.objects.get(area="13", locale__language_code="ja")
    Page.objects.get(pk=case.pk).move(elsewhere, pos="last-child")
    assert client.get(path)["Location"] == "/cases/tokyo/renamed/"
    case.get_translations().get().unpublish()
    found = client.get(path, headers={"accept-language": "en"})
    assert found["Location"] == "/cases/tokyo/renamed/"


def test_a_withdrawn_case_is_gone_and_comes_back_under_the_same_identifier(
    case: Any, client: Client
) -> None:
    path = path_of(case)
    before = CaseIdentifier.objects.get(pk=case.identifier_code).changed_at
    for page in [case, *case.get_translations()]:
        page.unpublish()
    row = CaseIdentifier.objects.get(pk=case.identifier_code)
    assert not row.is_public
    assert row.changed_at > before
    for language, word in (("ja", "公開を終了"), ("en", "withdrawn")):
        gone = client.get(path, headers={"accept-language": language})
        assert gone.status_code == 410
        page = BeautifulSoup(gone.content, "html.parser")
        assert page.html["lang"] == language
        assert word in page.get_text()
        assert case.title not in page.get_text()
    case.save_revision().publish()
    assert client.get(path).status_code == 303
    assert CaseIdentifier.objects.get(pk=case.identifier_code).is_public


def test_what_never_was_public_answers_as_what_never_existed(case: Any, client: Client) -> None:
    draft = draft_case(
        parent=case.get_parent().specific, content=PageContent(fields={"title": "未公開の事例"})
    )
    never = client.get("/id/case/0000000000")
    hidden = client.get(path_of(draft))
    assert never.status_code == hidden.status_code == 404
    assert "未公開" not in hidden.content.decode()
    strip = [b"0000000000", draft.identifier_code.encode()]
    assert never.content.replace(strip[0], b"") == hidden.content.replace(strip[1], b"")
    # Published where nobody without an account may read it.
    elsewhere = CasesFromPage.objects.get(area="13", locale__language_code="ja")
    PageViewRestriction.objects.create(page=elsewhere, restriction_type="login")
    Page.objects.get(pk=draft.pk).move(elsewhere, pos="last-child")
    secret = CaseStudyPage.objects.get(pk=draft.pk)
    secret.save_revision(clean=False).publish()
    assert client.get(path_of(draft)).status_code == 404


def test_a_view_restriction_withdraws_and_gives_back(case: Any, client: Client) -> None:
    closed = PageViewRestriction.objects.create(page=case, restriction_type="login")
    assert client.get(path_of(case)).status_code == 410
    assert not CaseIdentifier.objects.get(pk=case.identifier_code).is_public
    closed.delete()
    assert client.get(path_of(case)).status_code == 303
    assert CaseIdentifier.objects.get(pk=case.identifier_code).is_public


def test_a_page_that_expired_is_gone_at_once(case: Any, client: Client) -> None:
    versions = Page.objects.filter(translation_key=case.translation_key)
    versions.update(expire_at=timezone.now() - datetime.timedelta(minutes=1))
    assert client.get(path_of(case)).status_code == 410


def test_a_deleted_case_is_gone_until_its_record_is_loaded_again(case: Any, client: Client) -> None:
    path, code = path_of(case), case.identifier_code
    versions = Page.objects.filter(translation_key=case.translation_key)
    while version := versions.first():
        version.delete()
    assert client.get(path).status_code == 410
    LoadedRecord.objects.filter(file="cases.jsonl", key__startswith=f"{SLUG}.").delete()
    load_content(Path(settings.BASE_DIR) / "content" / "data")
    again = CaseStudyPage.objects.get(slug=SLUG, locale__language_code="ja")
    assert again.identifier_code == code
    assert client.get(path).status_code == 303


def test_a_case_has_the_same_identifier_wherever_its_file_is_loaded(case: Any) -> None:
    made_of = f"nanif:cases.jsonl:{SLUG}"
    assert case.translation_key == uuid.uuid5(uuid.NAMESPACE_URL, made_of)


def test_page_data_api_and_files_name_it(case: Any, client: Client) -> None:
    url = case.identifier_url
    assert url == f"{settings.SITE_URL}{path_of(case)}"
    page = BeautifulSoup(client.get(case.get_url()).content, "html.parser")
    assert page.select_one("#cite-identifier-text").get_text() == url
    assert url in page.select_one("#cite-plain-text").get_text()
    assert url in page.select_one("#cite-bibtex-text").get_text()
    articles = [json.loads(each.string) for each in page.select('script[type*="ld+json"]')]
    assert url in [each.get("identifier") for each in articles]
    english = case.get_translations().get().specific
    assert english.identifier_url == url
    assert client.get(f"/api/v1/cases/{SLUG}").json()["identifier"] == url
    table = client.get("/search/export/?format=csv&q=東川町&kind=case")
    assert url in b"".join(table.streaming_content).decode()
