"""Which region a page belongs to by its place in the tree, and for which somebody works."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from wagtail.models import Locale, Page

from casestudies.models import CasesFromPage, CaseStudyIndexPage, CaseStudyPage
from regions.models import Area, Region
from regions.selectors import region_of_page, regions_of_user

pytestmark = pytest.mark.django_db


def cases_from(area: Area) -> CasesFromPage:
    """A "Cases from …" page below an index of its own."""
    root = Page.objects.get(depth=1)
    index = root.add_child(instance=CaseStudyIndexPage(title="事例", slug=f"cases-{area.code}"))
    return index.add_child(instance=CasesFromPage(title=str(area), slug=area.code, area=area))


def add_area(code: str) -> Area:
    return Area.objects.create(
        code=code, kind=Area.Kind.PREFECTURE, name_ja=f"県{code}", name_en=f"Prefecture {code}"
    )


def test_page_belongs_to_the_region_below_which_it_stands_in_any_language() -> None:
    ours, others = (cases_from(add_area(code)) for code in ["13", "23"])
    region = Region.objects.create(area=ours.area, cases_page=ours)
    other = Region.objects.create(area=others.area, cases_page=others)
    case = ours.add_child(instance=CaseStudyPage(title="事例", slug="case"))
    english, _ = Locale.objects.get_or_create(language_code="en")
    translated = case.copy_for_translation(english, copy_parents=True)

    assert region_of_page(case) == region_of_page(translated) == region
    assert region_of_page(ours) == region_of_page(translated.get_parent()) == region
    assert region_of_page(others) == other
    assert region_of_page(ours.get_parent()) is None
    assert region_of_page(CaseStudyPage(title="not yet stored")) is None

    case.move(others, pos="last-child")
    assert region_of_page(Page.objects.get(pk=case.pk)) == other

    other.is_active = False
    other.save()
    assert region_of_page(others) is None


def test_people_work_for_the_regions_of_their_groups(django_user_model: Any) -> None:
    user = django_user_model.objects.create_user(username="hanako")
    groups = [Group.objects.create(name=name) for name in "abc"]
    for code, editors, publishers in [("13", 0, 1), ("14", 1, 0), ("23", 2, 2)]:
        Region.objects.create(
            area=add_area(code), editors=groups[editors], publishers=groups[publishers]
        )
    user.groups.set(groups[:2])

    assert [region.area_id for region in regions_of_user(user)] == ["13", "14"]
    assert not regions_of_user(AnonymousUser())
    Region.objects.update(is_active=False)
    assert not regions_of_user(user)
