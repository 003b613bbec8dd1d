"""Which platforms stand on the page of an area, and as whose."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from regions.models import Area, RegionalPlatformPage
from regions.selectors import locator, platforms_of_area

pytestmark = pytest.mark.usefixtures("site")


def slugs(pages: list[RegionalPlatformPage]) -> set[str]:
    """Names in addresses."""
    return {page.slug for page in pages}


def area(code: str) -> Area:
    """An area with all above it."""
    return Area.objects.select_related("parent__parent__parent").get(pk=code)


def test_municipalities_have_what_they_are_members_of() -> None:
    """浜松市 and 太田市 are members of the cities' council; 静岡市 is not."""
    assert "shujutoshi" in slugs(platforms_of_area(area("221309"), "ja").own)
    assert "shujutoshi" in slugs(platforms_of_area(area("102059"), "en").own)
    other = platforms_of_area(area("221007"), "ja")
    assert "shujutoshi" not in slugs(other.own)
    assert "shujutoshi" in slugs(other.wider)


def test_bodies_of_the_prefecture_are_labelled_as_such(client: Client) -> None:
    found = platforms_of_area(area("221007"), "ja")
    assert not found.own
    assert "shizuoka-shingikai" in slugs(found.wider)
    for language, heading in [("ja", "静岡県全体の"), ("en", "Platforms of Shizuoka as a whole")]:
        with override(language):
            text = client.get(reverse("area", args=["221007"])).content.decode()
        assert heading in text
    prefecture = platforms_of_area(area("22"), "ja")
    assert "shizuoka-shingikai" in slugs(prefecture.own)
    assert not prefecture.wider


def test_council_of_one_municipality_is_not_that_of_others() -> None:
    found = platforms_of_area(area("221309"), "ja")
    assert "iwata-kyogikai" not in slugs(found.own + found.wider)
    council = RegionalPlatformPage.objects.get(slug="iwata-kyogikai", locale__language_code="ja")
    council.areas.set([Area.objects.get(pk="222119")])
    council.save()
    assert "iwata-kyogikai" in slugs(platforms_of_area(area("222119"), "ja").own)
    assert "iwata-kyogikai" in slugs(platforms_of_area(area("22"), "ja").own)


def test_ended_wards_are_not_part_of_later_networks() -> None:
    """浜松市中区 ended in 2023."""
    RegionalPlatformPage.objects.filter(slug="tokai-kyogikai").update(founded=2024)
    found = platforms_of_area(area("221317"), "ja")
    assert "tokai-kyogikai" not in slugs(found.own + found.wider)
    assert "tokai-charter" in slugs(found.wider)  # of 2008
    assert "shizuoka-shingikai" not in slugs(found.wider)  # nobody knows since when
    assert "tokai-kyogikai" in slugs(platforms_of_area(area("221384"), "ja").wider)


def test_api_tells_both_apart(client: Client) -> None:
    answer = client.get("/api/v1/regions/221007").json()
    assert answer["platforms"] == []
    assert any("shizuoka-shingikai" in one["url"] for one in answer["wider_platforms"])


@pytest.mark.parametrize(
    ("language", "name"), [("ja", "横浜市中区"), ("en", "Naka-ku, Yokohama-shi")]
)
def test_wards_are_named_as_wards_on_the_map_of_their_prefecture(language: str, name: str) -> None:
    """They are drawn as their city, but are not called by its name."""
    with override(language):
        drawn = locator([area("141046"), area("141011")])
    assert drawn is not None
    marked = [one for one in drawn["areas"] if one["highlighted"]]
    assert marked[0]["name"] == name or marked[1]["name"] == name
    assert {one["code"] for one in marked} == {"141046", "141011"}
    assert [bool(one["d"]) for one in marked] == [True, False]
