"""Who edits which consultation desk, and what the form takes."""

from __future__ import annotations

import pytest
from django.urls import reverse

from regions.models import Area, ConsultationDesk, DeskPhone
from tests.regions.desk_form import form_of
from tests.users.conftest import Network


@pytest.fixture
def desks(network: Network) -> dict[str, ConsultationDesk]:
    """Desks of the first region and a city in it, of the other, of both, and of all Japan."""
    city = Area.objects.create(
        code="131041", kind="special-ward", name_ja="新宿区", name_en="Shinjuku-ku",
        parent=network.own.area,
    )  # fmt: skip
    places = {
        "own": [network.own.area],
        "own-city": [city],
        "other": [network.other.area],
        "both": [network.own.area, network.other.area],
        "national": [],
    }
    found = {}
    for code, areas in places.items():
        desk = ConsultationDesk(
            code=code, name_ja=code, name_en=code, sources="https://a.example/", as_of="2020"
        )
        desk.areas = areas
        desk.phones = [DeskPhone(number="03-1234-5678")]
        desk.save()
        found[code] = desk
    return found


OWN = {"own", "own-city"}


@pytest.mark.parametrize(
    ("who", "editable"),
    [
        ("region-editor", OWN),
        ("region-publisher", OWN),
        ("other-editor", {"other"}),
        ("curator", {*OWN, "other", "both", "national"}),
        ("administrator", {*OWN, "other", "both", "national"}),
        ("translator", set()),
        ("anonymous", set()),
    ],
)
def test_people_of_a_region_edit_the_desks_of_their_region_alone(
    network: Network,
    desks: dict[str, ConsultationDesk],
    who: str,
    editable: set[str],
) -> None:
    client = network.client(who)
    for code, desk in desks.items():
        url = reverse("desks:edit", args=[desk.pk])
        client.post(url, form_of(desk, hours_ja=f"by {who}"))
        desk.refresh_from_db()
        assert (desk.hours_ja == f"by {who}") is (code in editable), code
        client.post(reverse("desks:delete", args=[desk.pk]))
        assert ConsultationDesk.objects.filter(pk=desk.pk).exists()
    answers = client.get(reverse("desks:index")), client.get(reverse("desks_to_confirm:index"))
    for answer in answers:
        if answer.status_code == 200:
            shown = {str(desk.code) for desk in answer.context["object_list"]}
            assert shown == editable


def test_region_adds_a_desk_of_its_own_and_none_elsewhere(
    network: Network,
    desks: dict[str, ConsultationDesk],
) -> None:
    client = network.client("region-editor")
    url = reverse("desks:add")
    new = {"code": "new", "name_ja": "新", "name_en": "New", "sources": "https://a.example/"}
    for areas in ([], [network.other.area_id], [network.own.area_id, network.other.area_id]):
        answer = client.post(url, form_of(**new, areas=areas))
        assert "areas" in answer.context["form"].errors, areas
    phones = {"phones-TOTAL_FORMS": 1, "phones-0-number": "０３（１２３４）５６７８",
              "phones-0-note_ja": "", "phones-0-note_en": "", "phones-0-id": "",
              "phones-0-ORDER": 1}  # fmt: skip
    hidden = form_of(**new, areas=["131041"], hours_ja="電話 03-1111-2222", **phones)
    assert "hours_ja" in client.post(url, hidden).context["form"].errors
    wrong = form_of(**new, areas=["131041"], **phones | {"phones-0-number": "12"})
    assert client.post(url, wrong).status_code == 200
    client.post(url, form_of(**new, areas=["131041"], **phones))
    desk = ConsultationDesk.objects.get(code="new")
    assert [phone.number for phone in desk.phones.all()] == ["03-1234-5678"]
    client.post(reverse("desks:edit", args=[desk.pk]), form_of(desk, areas=["23"]))
    desk.refresh_from_db()
    assert [area.pk for area in desk.areas.all()] == ["131041"]
