"""Numbers that say how much there is agree with each other and with what they lead to."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from wagtail.models import Page

from casestudies.models import CaseStudyIndexPage, CaseStudyPage
from casestudies.selectors import case_map, newest_cases
from regions.models import Area, RegionalPlatformPage, RegionIndexPage
from regions.selectors import dossier_sections, platforms_by_index, platforms_of_area

pytestmark = pytest.mark.usefixtures("site")
LANGUAGES = ["ja", "en"]


def text_of(client: Client, url: str) -> str:
    """The HTML of a page."""
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


def search_total(client: Client, url: str) -> int:
    """How many hits the page of a search, or a list, says that it has."""
    answer = client.get(url)
    assert answer.status_code == 200, url
    return int(answer.context["results"].total)


@pytest.mark.parametrize("language", LANGUAGES)
def test_cases_of_each_prefecture_are_counted_alike_everywhere(
    language: str, client: Client, rf: Any
) -> None:
    """Map, chips of the index, the page of the place to which these lead, API, search."""
    index = CaseStudyIndexPage.objects.get(locale__language_code=language)
    context = client.get(index.url).context
    chips = {page.area_id: (page.count, page.url) for page in context["lists"]}
    with override(language):
        on_map = {row["code"]: row["count"] for row in case_map(language, "m")["prefectures"]}
        search = reverse("search:search")
    assert len(on_map) == 47
    assert on_map["10"] == 8
    wrong = []
    for code, count in on_map.items():
        area = Area.objects.get(pk=code)
        with override(language):
            sections = {s.name: s for s in dossier_sections([area], rf.get("/"))}
            address = reverse("area", args=[code])
        found = {
            "dossier": sections["cases"].context["total"] if "cases" in sections else 0,
            "API": client.get(
                "/api/v1/cases", {"region": code, "locale": language, "per_page": 1}
            ).json()["total"],
        }
        if code in chips:
            found["chip"] = chips[code][0]
            assert chips[code][1] == f"{address}#cases"
        if count:
            found["search"] = search_total(client, f"{search}?kind=case&region={code}")
        wrong += [f"{code} {name}: {n}, map {count}" for name, n in found.items() if n != count]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", LANGUAGES)
def test_map_of_platforms_counts_what_each_prefecture_shows(language: str) -> None:
    index = RegionIndexPage.objects.get(locale__language_code=language)
    city = Area.objects.get(pk="222119")
    council = RegionalPlatformPage.objects.get(
        slug="iwata-kyogikai", locale__language_code=language
    )
    council.areas.set([city])  # of one city: it counts in its prefecture
    council.save()
    with override(language):
        counts = {
            row["code"]: row["count"]
            for row in Client().get(index.url).context["map"]["prefectures"]
        }
        for code, count in counts.items():
            area = Area.objects.select_related("parent__parent__parent").get(pk=code)
            assert len(platforms_of_area(area, language).own) == count, code
    assert counts["22"] >= 1
    assert len(platforms_by_index(index)) <= sum(counts.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_links_to_all_lead_to_exactly_so_many(language: str, client: Client) -> None:
    """Every link of a region's, platform's or area's page that says how many there are."""
    platforms = RegionalPlatformPage.objects.filter(locale__language_code=language)
    with override(language):
        areas = [reverse("area", args=[code]) for code in ("10", "13", "23", "27", "231002")]
    followed = 0
    for url in [*(page.url for page in platforms), *areas]:
        for address, words in re.findall(
            r'<a class="more-link"\s+href="([^"]*kind=[^"]*)">(.*?)</a>', text_of(client, url), re.S
        ):
            number = re.search(r"\d[\d,]*", re.sub(r"<[^>]*>", "", words))
            if number is None:
                continue
            followed += 1
            total = search_total(client, html.unescape(address))
            assert total == int(number.group().replace(",", "")), f"{url}: {address}"
    assert followed > 20


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_on_chips_lead_to_exactly_so_many(language: str, client: Client) -> None:
    index = CaseStudyIndexPage.objects.get(locale__language_code=language)
    context = client.get(index.url).context
    with override(language):
        search = reverse("search:search")
    for theme in context["themes"]:
        total = search_total(client, f"{search}?kind=case&theme={theme.code}")
        assert total == theme.count, theme.code


def test_newest_cases_do_not_depend_on_the_order_of_loading(client: Client) -> None:
    """The day of publication or confirmation decides, and within a day nothing of the load."""
    before = [case.slug for case in newest_cases("ja", 12)]
    cases = CaseStudyPage.objects.filter(locale__language_code="ja", alias_of=None)
    day = cases.first().first_published_at  # type: ignore[union-attr]
    for number, case in enumerate(cases.order_by("-slug")):
        moment = day.replace(minute=number // 60 % 60, second=number % 60)
        Page.objects.filter(pk=case.pk).update(first_published_at=moment)
    assert [case.slug for case in newest_cases("ja", 12)] == before
    oldest = cases.order_by("slug").last()
    assert oldest is not None
    CaseStudyPage.objects.filter(pk=oldest.pk).update(last_confirmed_at="2030-01-01")
    index = CaseStudyIndexPage.objects.get(locale__language_code="ja")
    first = client.get(index.url).context["cases"].object_list[0]
    assert first.pk == oldest.pk
    assert newest_cases("ja", 1)[0].pk == oldest.pk
