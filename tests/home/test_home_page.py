"""The home page: who it is for, what curators feature, what is open, and numbers that lead on."""

from __future__ import annotations

import datetime
import re

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from wagtail.models import Site

from casestudies.models import CaseStudyPage
from home.models import HomePage
from programmes.models import FunderCall

pytestmark = pytest.mark.django_db

CASE = "higashikawa-care-scholarship"


def read(client: Client, url: str = "/") -> BeautifulSoup:
    return BeautifulSoup(client.get(url).content, "html.parser")


def feature(case: CaseStudyPage, reason: str = "") -> None:
    home = HomePage.objects.get(locale__language_code="ja")
    home.featured_case, home.featured_reason = case, reason
    home.save_revision().publish()


def case_of(language: str = "ja") -> CaseStudyPage:
    return CaseStudyPage.objects.get(slug=CASE, locale__language_code=language)


def test_it_says_for_whom_and_by_whom_with_three_doors(site: Site, client: Client) -> None:
    home = read(client)
    who = home.select_one(".hero__who").text
    assert "自治体、支援する人、外国人住民" in who
    assert "日本国際交流センター" in who
    assert len(home.select(".door")) == 3
    for link in home.select(".door a"):
        target = link["href"]
        if target.startswith("#"):
            assert home.select_one(target), target
        else:
            assert client.get(target, follow=True).status_code == 200, target


def test_every_number_leads_to_what_it_counts(site: Site, client: Client) -> None:
    home = read(client, "/en/")
    numbers = {
        link["href"]: int(link.select_one(".stat__number").text.replace(",", ""))
        for link in home.select(".numbers a")
    }
    assert len(numbers) == len(home.select(".stat")) == 4
    cases = read(client, "/en/search/?kind=case")
    assert str(numbers["/en/cases/"]) in cases.select_one("main").text
    national = home.select_one("a.national")
    assert national["href"] == "/en/surveys/#figures"
    number = national.select_one(".national__number").text
    assert re.fullmatch(r"[1-9],\d{3},\d{3}", number)
    assert number in read(client, "/en/surveys/").select_one("#figures").text
    assert national.select("svg rect")


def test_curators_feature_a_case_and_say_why(site: Site, client: Client) -> None:
    feature(case_of(), "介護の担い手を町ぐるみで育てた点を紹介したく選びました。")
    featured = read(client).select_one(".featured")
    assert CASE in featured.select_one(".card__link")["href"]
    assert "町ぐるみで育てた" in featured.text
    cards = read(client).select("section:not([aria-labelledby=home-featured]) .card__link")
    assert not [link for link in cards if CASE in link["href"]]
    # The English page features the same case, without words that are not its own.
    english = read(client, "/en/").select_one(".featured")
    assert CASE in english.select_one(".card__link")["href"]
    assert "町ぐるみ" not in english.text


def test_withdrawn_case_gives_way_to_the_one_confirmed_last(site: Site, client: Client) -> None:
    feature(case_of(), "理由")
    case_of().unpublish()
    confirmed = CaseStudyPage.objects.filter(locale__language_code="ja").exclude(slug=CASE)[0]
    confirmed.last_confirmed_at = timezone.localdate() + datetime.timedelta(days=1)
    confirmed.save_revision().publish()
    featured = read(client).select_one(".featured")
    assert confirmed.slug in featured.select_one(".card__link")["href"]
    assert "理由" not in featured.text


def test_case_that_is_not_public_cannot_be_featured(site: Site) -> None:
    case = case_of()
    case.unpublish()
    home = HomePage.objects.get(locale__language_code="ja")
    home.featured_case = CaseStudyPage.objects.get(pk=case.pk)
    with pytest.raises(ValidationError, match="featured_case"):
        home.full_clean()


def test_open_calls_stand_on_it_and_nothing_stands_for_none(site: Site, client: Client) -> None:
    assert not read(client).select("#home-now"), "no call and no event is to come"
    FunderCall.objects.create(
        title_ja="試験の公募",
        funder_ja="試験財団",
        url="https://example.org/",
        closes="2990-12-25",
        sources="https://example.org/",
        accessed="2026-11-30",
    )
    now = read(client).select_one("section[aria-labelledby=home-now]")
    assert "試験の公募" in now.text
    link = now.select_one(".now__title a")["href"]
    path, anchor = link.split("#")
    assert read(client, path).select_one(f"#{anchor}")
