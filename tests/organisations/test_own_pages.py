"""Organisations that are a name alone: rows with their cases, and no page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from wagtail.models import Page, Site

from organisations.models import OrganisationPage
from programmes.models import ProgrammeBody, ProgrammePage
from search.engines import current_engine
from search.index.outbox import deliver

# Led by it is one case; nothing else is known of it.
NAME, SLUG, CASE = "愛川町消防団", "aikawa-fire-corps", "aikawa-multilingual-fire-corps"


def soup(client: Client, url: str) -> BeautifulSoup:
    response = client.get(url)
    assert response.status_code == 200, url
    return BeautifulSoup(response.content, "html.parser")


def links_to_it(page: BeautifulSoup) -> list[Any]:
    return page.select(f"a[href*='/organisations/{SLUG}/']")


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_name_alone_is_a_row_with_its_cases_and_nowhere_a_page(
    site: Site, client: Client, prefix: str
) -> None:
    moved = client.get(f"{prefix}/organisations/{SLUG}/")
    assert moved.status_code == 302
    address, anchor = moved["Location"].split("#")
    directory = soup(client, address)
    row = directory.find(id=anchor)
    assert row.select_one(f"a[href$='/{CASE}/']"), "the row that its address leads to has its case"
    area = soup(client, f"{prefix}/areas/144011/")
    assert area.find(id=anchor).select_one(f"a[href$='/{CASE}/']")
    case = soup(client, row.select_one("a")["href"])
    assert row.select_one(".names__name span").text in case.main.text
    hits = soup(client, f"{prefix}/search/?q={NAME}")
    assert hits.select(f".hit a[href$='/{CASE}/']"), "its case is found in its place"
    for page in (directory, area, case, hits):
        assert not links_to_it(page)
    sitemap = client.get("/sitemap.xml").content.decode()
    assert f"{prefix}/organisations/jcie/" in sitemap
    assert SLUG not in sitemap.replace(CASE, "")
    answer = client.get(f"/api/v1/organisations/{SLUG}").json()
    assert (answer["title"], answer["url"]) == (NAME, "")


def test_site_or_role_gives_a_page_and_its_loss_takes_it(site: Site, client: Client) -> None:
    body = OrganisationPage.objects.get(slug=SLUG, locale__language_code="ja")
    programme = ProgrammePage.objects.get(slug="survey", locale__language_code="ja")

    def change(what: Callable[[], object]) -> bool:
        """Whether it has a page afterwards, in the same words for readers and for the search."""
        what()
        deliver(current_engine())
        found = bool(links_to_it(soup(client, f"/search/?q={NAME}&kind=organisation")))
        has_page = client.get(f"/organisations/{SLUG}/").status_code == 200
        assert found == has_page
        return has_page

    def site_is(address: str) -> None:
        body.website = address
        body.save_revision().publish()

    assert change(lambda: site_is("https://example.org/"))
    assert not change(lambda: site_is(""))
    row = ProgrammeBody(page=programme, name=NAME, organisation=body, sources="x")
    assert change(row.save)
    assert not change(programme.unpublish), "a role in what the public cannot see is none"
    assert change(lambda: programme.save_revision().publish())
    assert not change(row.delete)


def test_editors_choose_no_page_that_is_none(
    site: Site, client_of: Callable[[str], Client]
) -> None:
    editor = client_of("Editors")

    def offered(name: str) -> bool:
        found = editor.get(f"{reverse('wagtailadmin_choose_page_search')}?q={name}")
        return "/organisations/" in found.content.decode()

    assert offered("日本国際交流センター")
    assert not offered(NAME)


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_page_of_the_operator_lists_what_it_runs(site: Site, client: Client, prefix: str) -> None:
    page = soup(client, f"{prefix}/organisations/jcie/")
    programmes = Page.objects.type(ProgrammePage).filter(
        locale__language_code="en" if prefix else "ja"
    )
    run = {f"{prefix}/programmes/{each.slug}/" for each in programmes} - {
        f"{prefix}/programmes/npos-role/"
    }
    assert len(run) == 12
    assert {link["href"] for link in page.select("#programmes a")} == run
    assert page.select("#grants a[href*='/grants/']")
    assert page.select(f"#surveys a[href='{prefix}/surveys/jcie-local-governments/']")
