"""Similar cases: the right ones, with their reasons, and never what is not public."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from wagtail.models import Locale, PageViewRestriction, Site

from casestudies.models import CasePlace, CaseStudyPage
from casestudies.selectors import onward_of
from page_cache.versions import record_change

# Cases and one that a reader of each would want next, judged from reading them.
WANTED = [
    ("sapporo-disaster-multilingual", "sendai-disaster-multilingual-center"),
    ("matsudo-mirai-night-junior-high", "kawaguchi-yoshun-night-junior-high"),
    ("seoul-foreign-residents-council", "kawasaki-representative-assembly"),
    ("kyoto-lfa-korean-elder-care", "kobe-kfc-hana-no-kai-elder-care"),
    ("aichi-medical-interpreting-system", "oshu-medical-interpreting"),
]


def case(slug: str, language: str = "ja") -> CaseStudyPage:
    return CaseStudyPage.objects.get(slug=slug, locale__language_code=language)


def similar_cases(page: CaseStudyPage) -> list[CaseStudyPage]:
    """Those that the page of a case shows as similar."""
    return onward_of(page, []).similar


def slugs(slug: str, language: str = "ja") -> list[str]:
    with override(language):
        return [other.slug for other in similar_cases(case(slug, language))]


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize(("slug", "wanted"), WANTED)
def test_readers_find_what_they_want_next(
    site: Site, slug: str, wanted: str, language: str
) -> None:
    assert wanted in slugs(slug, language)


def test_reasons_name_what_both_have(site: Site) -> None:
    page = case("nagaoka-chuetsu-2004")
    reasons = {other.slug: other.reasons for other in similar_cases(page)}
    assert any(
        "長岡市国際交流センター" in text for text in reasons["kashiwazaki-multilingual-center-2007"]
    )
    for texts in reasons.values():
        assert 1 <= len(texts) <= 3


def test_reasons_are_in_the_language_of_the_reader(site: Site) -> None:
    with override("en"):
        texts = [
            reason
            for other in similar_cases(case("aichi-medical-interpreting-system", "en"))
            for reason in other.reasons
        ]
    assert "Same topic: medical interpreter" in texts
    assert all(text.isascii() for text in texts)


def test_the_case_and_its_translations_are_not_among_them(site: Site) -> None:
    for language in ("ja", "en"):
        for page in CaseStudyPage.objects.live().filter(locale__language_code=language)[::20]:
            found = similar_cases(page)
            assert page.translation_key not in {other.translation_key for other in found}
            assert {other.locale.language_code for other in found} <= {language}


def test_cases_from_one_place_make_way_for_others(site: Site) -> None:
    for page in CaseStudyPage.objects.live().filter(locale__language_code="ja")[::10]:
        found = similar_cases(page)
        places = CasePlace.objects.filter(page__in=found).values_list("area_id", "page_id")
        most = Counter(area for area, _page in set(places)).most_common(1)
        assert not most or most[0][1] <= 3


def test_number_of_queries_is_the_same_for_every_case(site: Site) -> None:
    numbers = set()
    for slug, _wanted in WANTED:
        similar_cases(case(slug))
        page = case(slug)
        with CaptureQueriesContext(connection) as queries:
            assert similar_cases(page)
        numbers.add(len(queries))
    assert len(numbers) == 1
    assert numbers.pop() <= 20


def test_unpublished_and_private_cases_are_gone_at_once(site: Site) -> None:
    slug = "sapporo-disaster-multilingual"
    first, second = (case(found) for found in slugs(slug)[:2])
    # Without the signals: as in the moment before the index hears of it.
    CaseStudyPage.objects.filter(pk=first.pk).update(live=False)
    PageViewRestriction.objects.bulk_create(
        [PageViewRestriction(page=second, restriction_type=PageViewRestriction.LOGIN)]
    )
    left = slugs(slug)
    assert left
    assert not {first.slug, second.slug} & set(left)


def test_page_shows_the_reasons(site: Site, client: Client) -> None:
    response = client.get(case("sapporo-disaster-multilingual").get_url())
    html = BeautifulSoup(response.content, "html.parser")
    lists = html.select("[aria-labelledby=similar-title] .case-row__reasons")
    assert lists
    assert all(items.find("li") for items in lists)
    similar = {a["href"] for a in html.select("[aria-labelledby=similar-title] .case-row__title a")}
    nearby = {a["href"] for a in html.select("[aria-labelledby=nearby-title] .case-row__title a")}
    assert nearby
    assert not similar & nearby


def test_page_stands_without_an_index(
    site: Site, client: Client, settings: Any, tmp_path: Path
) -> None:
    settings.SEARCH_INDEX_DIR = tmp_path / "nowhere"
    record_change()
    response = client.get(case("sapporo-disaster-multilingual").get_url())
    assert response.status_code == 200
    assert "similar-title" not in response.content.decode()


@pytest.mark.parametrize("language", ["ja", "en"])
def test_cases_that_editors_named_come_first_on_both_pages(
    site: Site, client: Client, language: str
) -> None:
    """Whatever side and language it was written on; drafts are left out."""
    cases = CaseStudyPage.objects.live().filter(locale__language_code="ja", alias_of=None)
    here, there, draft = cases.order_by("-pk")[:3]
    CaseStudyPage.related_cases.through.objects.all().delete()
    here.related_cases.set([there, draft])
    here.save()
    CaseStudyPage.objects.filter(translation_key=draft.translation_key).update(live=False)
    for case, other in [(here, there), (there, here)]:
        shown = case.get_translation_or_none(Locale.objects.get(language_code=language)) or case
        similar = client.get(shown.url).context["similar"]
        assert similar[0].translation_key == other.translation_key
        assert similar[0].reasons[0] in {"編集部が選んだ関連事例", "named by the editors"}
        assert draft.translation_key not in {page.translation_key for page in similar}
