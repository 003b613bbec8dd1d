"""The page of a case study: what it shows, and what it leaves out."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone
from wagtail.models import Site

from casestudies.models import CaseStudyPage

SLUG = "higashikawa-care-scholarship"


def case(language: str = "ja", slug: str = SLUG) -> CaseStudyPage:
    return CaseStudyPage.objects.get(slug=slug, locale__language_code=language)


def read(client: Client, page: CaseStudyPage) -> BeautifulSoup:
    response = client.get(page.get_url())
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def test_case_shows_facts_bridge_evidence_and_sources(site: Site, client: Client) -> None:
    text = read(client, case()).main.get_text(" ", strip=True)
    assert "東川町などの協議会による介護留学生の奨学金と道内就職" in text
    assert "協議会が留学生の相談窓口となり、就職先を調整する。" in text
    assert "2018" in text
    assert "関係者の報告がある" in text
    assert "留学生の地域における就職促進" in text


def test_case_links_every_source_with_the_month_it_was_read(site: Site, client: Client) -> None:
    page = case()
    html = read(client, page)
    links = {a["href"] for a in html.main.find_all("a", href=True)}
    assert {source.url for source in page.sources.all()} <= links
    assert "2026" in html.find(id="sources").get_text()


def test_compiled_case_says_that_the_body_has_not_confirmed_it(
    site: Site, client: Client, settings: object
) -> None:
    assert "実施団体の確認前" in read(client, case()).get_text()


def test_empty_fields_leave_no_heading(site: Site, client: Client) -> None:
    page = case()
    assert not page.did_not_work
    headings = [h.get_text(strip=True) for h in read(client, page).main.find_all(["h2", "h3"])]
    assert not any("うまくいかなかった" in heading for heading in headings)
    assert all(headings)


def test_english_case_shows_untranslated_story_in_japanese_marked_as_such(
    site: Site, client: Client
) -> None:
    page = case("en")
    CaseStudyPage.objects.filter(pk=page.pk).update(context="[]")
    html = read(client, page)
    japanese = html.main.find_all(lang="ja")
    assert any("高齢化で道内の介護現場の人手が足りない" in tag.get_text() for tag in japanese)
    assert "Japanese" in html.main.get_text()


def test_hidden_place_is_not_drawn(site: Site, client: Client) -> None:
    hidden = CaseStudyPage.objects.filter(hide_exact_location=True, locale__language_code="ja")
    assert hidden.exists()
    for page in hidden:
        html = read(client, page)
        assert not html.select(".map-locator .is-highlighted, .map-locator circle")


def test_citation_names_the_public_address(site: Site, client: Client) -> None:
    text = read(client, case()).get_text()
    assert "http://127.0.0.1:8000/cases/hokkaido/higashikawa-care-scholarship/" in text
    assert "@misc{nanif-higashikawa-care-scholarship," in text
    assert timezone.localdate().isoformat() in text


def test_unpublished_case_is_gone(site: Site, client: Client) -> None:
    page = case()
    url = page.get_url()
    page.unpublish()
    assert client.get(url).status_code == 404


@pytest.mark.parametrize("text", ["50 % & more {x}", "a_b #1 $2", "back\\slash", "line\nbreak"])
def test_bibtex_escapes_titles(site: Site, text: str) -> None:
    from casestudies.citations import cite

    page = case()
    page.title = text
    title = cite(page).bibtex.splitlines()[1]
    assert title.startswith("  title = {{")
    assert title.endswith("}},")
    inner = title.removeprefix("  title = {{").removesuffix("}},")
    for sign in "%&#$_":
        assert inner.count(sign) == inner.count(f"\\{sign}")
