"""The page of a case study: what it shows, and what it leaves out."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.cache import caches
from django.test import Client
from django.utils import timezone
from PIL import Image
from wagtail.models import Site

from casestudies.models import CaseStudyPage
from casestudies.sections import SECTIONS
from tests.page_examples import address

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
    assert "実施団体には未確認" in read(client, case()).get_text()


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


@pytest.mark.parametrize("kind", ["casestudies.CaseStudyPage", "case with few facts"])
@pytest.mark.parametrize("reading", ["ja", "en", "easy"])
def test_sections_stand_in_one_order_and_all_in_the_navigation(
    site: Site, client: Client, kind: str, reading: str
) -> None:
    if reading == "easy":
        client.cookies["reading"] = "easy"
    url = address(kind, "en" if reading == "en" else "ja")
    html = BeautifulSoup(client.get(url).content, "html.parser")
    shown = html.select(".case__story > section[id]")
    names = [section["id"] for section in shown]
    declared = [kind.name for kind in SECTIONS]
    assert names == sorted(names, key=declared.index)
    assert {"results", "means", "contact", "sources", "history", "cite"} <= set(names)
    links = html.select(".case .section-nav a")
    assert [link["href"] for link in links] == [f"#{name}" for name in names]
    headings = [section.find("h2").get_text(strip=True) for section in shown]
    assert [link.get_text(strip=True) for link in links] == headings


@pytest.mark.parametrize("kind", ["casestudies.CaseStudyPage", "case with few facts"])
def test_readers_see_nothing_empty(site: Site, client: Client, kind: str) -> None:
    html = BeautifulSoup(client.get(address(kind, "ja")).content, "html.parser")
    story = html.select_one(".case__story")
    assert story
    for part in story.select("section, dd, dt, li, p, h2, h3, ul, dl, summary"):
        assert part.get_text(strip=True), part
    for section in story.select("section[id]"):
        assert section.get_text(strip=True) != section.find("h2").get_text(strip=True)


def test_result_stands_as_a_change_with_its_date_and_source(site: Site, client: Client) -> None:
    page = case(slug="aikawa-lao-center")
    first = read(client, page).select_one("#results .result")
    assert first
    words = " ".join(first.get_text(" ", strip=True).split())
    assert words.startswith("町の外国籍の人 取組前 2,745 人 取組後 3,280 人 2023年8月")
    assert "広報あいかわ" in words


def test_sources_are_folded_and_counted(site: Site, client: Client) -> None:
    page = case(slug="aikawa-lao-center")
    folded = read(client, page).select_one("#sources details:not([open])")
    assert folded
    assert str(page.sources.count()) in folded.summary.get_text()
    assert len(folded.select(".sources__item")) == page.sources.count()


def test_editors_alone_see_what_is_missing_and_it_is_never_cached(
    site: Site, client: Client, django_user_model: Any, settings: Any
) -> None:
    settings.PAGE_CACHE = True
    caches["pages"].clear()
    page = case(slug="aikawa-lao-center")
    assert not page.has_element("failures")
    editor = Client()
    editor.force_login(django_user_model.objects.create_superuser("chief", password="pass"))
    seen = read(editor, page).select(".case__missing a")
    links = {link.get_text(strip=True): link["href"] for link in seen}
    assert links["うまくいかなかったこと"] == f"/admin/pages/{page.pk}/edit/#did_not_work"
    form = editor.get(links["うまくいかなかったこと"].partition("#")[0]).content.decode()
    for target in (link.partition("#")[2] for link in links.values()):
        assert f'id="{target}"' in form
    assert not read(client, page).select(".case__missing")
    assert not read(client, page).select(".case__missing")  # from the cache
    stranger = Client()
    stranger.force_login(django_user_model.objects.create_user("stranger", password="pass"))
    assert not read(stranger, page).select(".case__missing")


def test_dates_and_what_no_confirmation_means_stand_once(site: Site, client: Client) -> None:
    page = case()
    html = read(client, page)
    dates = html.select_one(".case__dates").get_text(" ", strip=True)
    day = timezone.localtime(page.first_published_at)
    assert f"{day.year}年{day.month}月{day.day}日公開" in dates
    assert html.main.get_text().count("下の出典の公開資料をもとに") == 1
    assert html.select("#history time")

    CaseStudyPage.objects.filter(pk=page.pk).update(last_confirmed_at="2026-11-02")
    confirmed = read(client, page).select_one(".case__dates").get_text(" ", strip=True)
    assert "2026年11月2日確認" in confirmed
    assert "実施団体の確認前" not in confirmed


def test_case_without_a_picture_shows_the_drawings_of_its_themes(
    site: Site, client: Client
) -> None:
    page = case()
    drawing = read(client, page).select_one(".case__drawings")
    assert drawing["role"] == "img"
    assert all(theme.label in drawing["aria-label"] for theme in page.themes.all())


def test_article_names_author_place_picture_and_dates(site: Site, client: Client) -> None:
    html = read(client, case())
    data = json.loads(html.find("script", type="application/ld+json").string)
    assert data["@type"] == "Article"
    assert data["author"]["name"] == data["publisher"]["name"] == "NANIF"
    assert data["contentLocation"][0]["name"] == "東川町"
    assert data["contentLocation"][0]["address"]["addressRegion"] == "北海道"
    assert data["datePublished"] <= data["dateModified"]
    assert data["image"] == [html.find("meta", property="og:image")["content"]]

    page = case()
    CaseStudyPage.objects.filter(pk=page.pk).update(provenance="reported")
    reported = json.loads(read(client, page).find("script", type="application/ld+json").string)
    assert reported["author"][0]["name"] != "NANIF"


@pytest.mark.parametrize(
    "kind",
    [
        "casestudies.CaseStudyPage",
        "events.EventPage",
        "organisations.OrganisationPage",
        "municipality",
        "prefecture",
    ],
)
def test_page_has_a_picture_to_share(site: Site, client: Client, kind: str) -> None:
    html = BeautifulSoup(client.get(address(kind, "ja")).content, "html.parser")
    url = html.find("meta", property="og:image")["content"].removeprefix("http://127.0.0.1:8000")
    response = client.get(url)
    assert response["Content-Type"] == "image/png"
    assert Image.open(io.BytesIO(response.content)).size == (1200, 630)
    assert client.get(url, headers={"If-None-Match": response["ETag"]}).status_code == 304


def test_no_picture_to_share_of_what_is_not_public(site: Site, client: Client) -> None:
    page = case()
    url = f"/share/{page.pk}.png"
    assert client.get(url).status_code == 200
    page.unpublish()
    assert client.get(url).status_code == 404


def test_page_says_why_a_case_was_chosen(site: Site, client: Client) -> None:
    page = case()
    CaseStudyPage.objects.filter(pk=page.pk).update(chosen_because="費用まで書いてあります。")
    assert "費用まで書いてあります。" in read(client, page).select_one(".case__chosen").get_text()
    in_english = read(client, case("en")).select_one(".case__chosen [lang=ja]")
    assert in_english.get_text(strip=True) == "費用まで書いてあります。"
