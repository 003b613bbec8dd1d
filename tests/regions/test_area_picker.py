"""The type-ahead picker of areas: what it finds, in which order, and what forms show of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from casestudies.models import CasePlace
from regions.models import Area
from regions.services import provision_region

pytestmark = pytest.mark.usefixtures("site")


def found(client: Client, text: str, **more: str) -> list[str]:
    """What the picker offers for a typed text, names with notes."""
    answer = client.get(reverse("picker_options", args=["areas"]), {"q": text, **more})
    assert answer.status_code == 200
    return [f"{one['label']} {one['note']}".strip() for one in answer.json()["options"]]


@pytest.mark.parametrize(
    "typed", ["府中", "ふちゅう", "フチュウ", "ﾌﾁｭｳ", "fuchu", "Fuchū", "fuchuu"]
)
def test_finds_places_by_any_letters_with_their_prefecture(
    typed: str, client_of: Callable[[str], Client]
) -> None:
    offered = found(client_of("Curators"), typed)
    assert {"府中市 東京都", "府中市 広島県", "府中町 広島県"} <= set(offered[:4])


@pytest.mark.parametrize(
    "typed", ["東京都府中市", "府中 東京", "東京　府中", "132063", "fuchu tokyo"]
)
def test_prefecture_tells_places_of_one_name_apart(
    typed: str, client_of: Callable[[str], Client]
) -> None:
    assert found(client_of("Curators"), typed)[0] == "府中市 東京都"


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("茅ケ崎", "茅ヶ崎市 神奈川県"),
        ("竜ヶ崎市", "龍ケ崎市 茨城県"),
        ("髙松市", "高松市 香川県"),
        ("篠山市", "丹波篠山市 兵庫県"),
        ("宮城県柴田郡川崎町", "川崎町 宮城県"),
    ],
)
def test_forms_of_kanji_and_former_names_lead_to_the_place(
    typed: str, place: str, client_of: Callable[[str], Client]
) -> None:
    assert place in found(client_of("Curators"), typed)


def test_own_region_comes_first(client: Client, django_user_model: Any) -> None:
    region = provision_region(area=Area.objects.get(pk="34"))
    user = django_user_model.objects.create_user(username="editor", email="e@example.org")
    user.groups.add(region.editors)
    client.force_login(user)
    assert found(client, "府中")[:2] == ["府中市 広島県", "府中町 広島県"]
    assert found(client, "")[0] == "広島県"
    assert all(one.endswith("広島県") for one in found(client, ""))


def test_places_that_ended_are_offered_on_request_alone(
    client_of: Callable[[str], Client],
) -> None:
    client = client_of("Curators")
    assert found(client, "浜松市中区") == []
    assert found(client, "浜松市中区", ended="1") == ["浜松市中区 静岡県 2023年12月31日まで"]


def test_answer_is_short_and_says_that_there_is_more(client_of: Callable[[str], Client]) -> None:
    client = client_of("Curators")
    answer = client.get(reverse("picker_options", args=["areas"]), {"q": "市"}).json()
    assert len(answer["options"]) == 30
    assert answer["more"]


def test_only_people_of_the_admin_are_answered(client: Client) -> None:
    assert client.get(reverse("picker_options", args=["areas"])).status_code == 302


def test_form_of_a_case_holds_its_own_areas_alone(admin_client: Client) -> None:
    place = CasePlace.objects.filter(page__live=True, page__alias_of=None).first()
    assert place is not None
    page = admin_client.get(reverse("wagtailadmin_pages:edit", args=[place.page_id]))
    text = page.content.decode()
    assert f'<option value="{place.area_id}" selected' in text
    assert "<nanif-picker" in text
    assert 'value="473821"' not in text  # 与那国町


def test_selection_stays_when_a_form_comes_back(admin_client: Client) -> None:
    """In the order in which it was made, with the notes."""
    page = admin_client.post(reverse("areas:add"), {"successors": ["342084", "132063"]})
    text = page.content.decode()
    assert text.index('value="342084" selected') < text.index('value="132063" selected')
    assert 'data-note="広島県"' in text
