"""Which pages `core.visibility` calls publicly visible, against each way of withholding one."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction
from wagtail.rich_text import RichText

from casestudies.models import CaseStudyIndexPage, CaseStudyPage
from core.services import ensure_alias
from core.visibility import (
    PUBLICLY_VISIBLE_SQL,
    is_released,
    publicly_visible,
    publicly_visible_pages,
    publicly_visible_q,
    restrictions_covering,
)
from home.models import StandardPage

pytestmark = pytest.mark.django_db


def restrict(page: Page) -> PageViewRestriction:
    return PageViewRestriction.objects.create(page=page, restriction_type="login")


def visible_by_every_way(page: Page) -> bool:
    """Ask the queryset, the raw SQL, the list and the model, and expect one answer."""
    with connection.cursor() as cursor:
        sql = f"SELECT page.id FROM wagtailcore_page AS page WHERE {PUBLICLY_VISIBLE_SQL}"  # noqa: S608
        cursor.execute(f"{sql} AND page.id = %s", [page.pk])
        by_sql = bool(cursor.fetchall())
    fresh = type(page).objects.get(pk=page.pk)
    answers = {
        by_sql,
        publicly_visible(Page.objects.filter(pk=page.pk)).exists(),
        publicly_visible(type(page).objects.filter(pk=page.pk)).exists(),
        bool(publicly_visible_pages([page])),
        is_released(fresh) and not fresh.get_view_restrictions().exists(),
    }
    assert len(answers) == 1, answers
    return answers.pop()


@pytest.fixture
def case(site: Any) -> CaseStudyPage:
    """A Japanese case that is not translated: an alias stands in for it in the English tree."""
    found = CaseStudyPage.objects.filter(locale__language_code="ja").order_by("-pk").first()
    assert found is not None
    CaseStudyPage.objects.get(
        translation_key=found.translation_key, locale__language_code="en"
    ).delete()
    ensure_alias(found, "en")
    return found


@pytest.fixture
def alias(case: CaseStudyPage) -> CaseStudyPage:
    return CaseStudyPage.objects.get(alias_of=case)


@pytest.fixture
def translated(site: Any) -> tuple[CaseStudyPage, CaseStudyPage]:
    """A Japanese case and its English translation."""
    english = CaseStudyPage.objects.filter(locale__language_code="en").order_by("pk").first()
    assert english is not None
    return CaseStudyPage.objects.get(
        translation_key=english.translation_key, locale__language_code="ja"
    ), english


def test_everything_is_visible_at_first(case: CaseStudyPage, alias: CaseStudyPage) -> None:
    assert visible_by_every_way(case)
    assert visible_by_every_way(alias)


def test_a_restriction_covers_the_alias(case: CaseStudyPage, alias: CaseStudyPage) -> None:
    restrict(case)
    assert not visible_by_every_way(case)
    assert not visible_by_every_way(alias)


def test_a_restriction_above_the_original_covers_the_alias_wherever_it_stands(
    case: CaseStudyPage, alias: CaseStudyPage
) -> None:
    home = Page.objects.get(depth=2, locale__language_code="en")
    alias.move(home, pos="last-child")
    alias.refresh_from_db()
    restrict(case.get_parent())
    assert not visible_by_every_way(alias)


def test_a_restriction_covers_the_alias_of_an_alias(case: CaseStudyPage) -> None:
    home = Page.objects.get(depth=2, locale__language_code="ja")
    copy = case.create_alias(parent=home, update_slug="copied-as-alias")
    second = ensure_alias(copy, "en")
    assert second.alias_of_id == copy.pk
    assert visible_by_every_way(second)
    restrict(case.get_parent())
    assert not visible_by_every_way(copy)
    assert not visible_by_every_way(second)


def test_a_restriction_on_an_original_covers_its_translation_but_not_the_reverse(
    translated: tuple[CaseStudyPage, CaseStudyPage],
) -> None:
    japanese, english = translated
    on_english = restrict(english)
    assert not visible_by_every_way(english)
    assert visible_by_every_way(japanese)
    on_english.delete()
    restrict(japanese)
    assert not visible_by_every_way(japanese)
    assert not visible_by_every_way(english)


def test_a_restricted_section_is_restricted_in_both_languages(
    translated: tuple[CaseStudyPage, CaseStudyPage], case: CaseStudyPage, alias: CaseStudyPage
) -> None:
    index = CaseStudyIndexPage.objects.get(locale__language_code="ja")
    restrict(index)
    for page in (*translated, case, alias):
        assert not visible_by_every_way(page)


def test_restricting_the_english_home_page_leaves_the_japanese_site_open(
    translated: tuple[CaseStudyPage, CaseStudyPage], alias: CaseStudyPage
) -> None:
    restrict(Page.objects.get(depth=2, locale__language_code="en"))
    japanese, english = translated
    assert visible_by_every_way(japanese)
    assert not visible_by_every_way(english)
    assert not visible_by_every_way(alias)


def test_a_neighbour_whose_path_begins_alike_is_not_covered(case: CaseStudyPage) -> None:
    restrict(case)
    sibling = CaseStudyPage.objects.child_of(case.get_parent()).exclude(pk=case.pk).first()
    if sibling is None:
        sibling = CaseStudyPage.objects.live().exclude(pk=case.pk).first()
    assert visible_by_every_way(sibling)


def test_an_alias_of_a_page_that_is_not_live_is_not_visible(
    case: CaseStudyPage, alias: CaseStudyPage, client: Client
) -> None:
    # As a version of the site before the mend left it: the alias live, its original not.
    Page.objects.filter(pk=case.pk).update(live=False)
    assert not visible_by_every_way(alias)
    assert client.get(alias.url).status_code == 404


def test_a_page_past_its_expiry_is_not_visible_though_nothing_unpublished_it_yet(
    case: CaseStudyPage, alias: CaseStudyPage, client: Client
) -> None:
    past = timezone.now() - datetime.timedelta(minutes=1)
    Page.objects.filter(pk__in=[case.pk]).update(expire_at=past)
    assert not visible_by_every_way(case)
    assert not visible_by_every_way(alias)
    assert client.get(case.url).status_code == 404
    assert client.get(alias.url).status_code == 404


def test_a_page_scheduled_for_later_is_public_in_no_language(
    case: CaseStudyPage, alias: CaseStudyPage, client: Client
) -> None:
    case.unpublish()
    case.refresh_from_db()
    case.go_live_at = timezone.now() + datetime.timedelta(days=3)
    case.save_revision().publish()
    case.refresh_from_db()
    alias.refresh_from_db()
    assert not case.live
    assert not alias.live
    assert not visible_by_every_way(alias)
    assert client.get(alias.url).status_code == 404
    # Its day comes.
    case.go_live_at = None
    case.save_revision().publish()
    alias.refresh_from_db()
    assert alias.live
    assert visible_by_every_way(alias)


def test_visitors_of_an_alias_and_of_a_translation_are_asked_to_sign_in(
    alias: CaseStudyPage,
    case: CaseStudyPage,
    translated: tuple[CaseStudyPage, CaseStudyPage],
    client: Client,
) -> None:
    restrict(CaseStudyIndexPage.objects.get(locale__language_code="ja"))
    for page in (case, alias, *translated):
        answer = client.get(page.url)
        assert answer.status_code == 302, page.url
        assert "login" in answer.headers["Location"] or "sign" in answer.headers["Location"]


def test_restrictions_covering_names_each_restriction_once(
    case: CaseStudyPage, alias: CaseStudyPage
) -> None:
    on_case, on_index = restrict(case), restrict(case.get_parent())
    for page in (case, alias):
        found = restrictions_covering(page).values_list("pk", flat=True)
        assert sorted(found) == [on_case.pk, on_index.pk]


def test_records_follow_the_page_that_they_hang_on(case: CaseStudyPage) -> None:
    rows = case.places.model.objects.filter(page=case)
    assert rows.filter(publicly_visible_q("page")).exists()
    restrict(case)
    assert not rows.filter(publicly_visible_q("page")).exists()


def test_asking_costs_one_query(case: CaseStudyPage, django_assert_num_queries: Any) -> None:
    restrict(case)
    with django_assert_num_queries(1):
        list(publicly_visible(CaseStudyPage.objects.all()))


def test_links_in_running_text_do_not_tell_the_address_of_a_withheld_page(
    case: CaseStudyPage, client: Client
) -> None:
    page = StandardPage.objects.filter(locale__language_code="ja").first()
    assert page is not None
    page.body = [("paragraph", RichText(f'<p><a linktype="page" id="{case.pk}">事例</a></p>'))]
    page.save_revision().publish()
    assert f'href="{case.url}"' in client.get(page.url).content.decode()
    restrict(case)
    answer = client.get(page.url).content.decode()
    assert case.slug not in answer
    assert ">事例<" in answer
