"""The register of plans: who keeps it, by form and by sheet, and what readers see of it."""

from __future__ import annotations

import csv
import datetime
import io
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from content.loaders.plans import load_plans, read_plans
from content.reading import ContentFiles
from content.records import Records
from content.references import References
from places.models import LocalPlan, NationalFigure
from places.services import sync_plan
from regions.models import Area
from tests.surveys.official_tables import add_places
from tests.users.conftest import Network
from tests.users.conftest import network as network  # the small site itself

SHINJUKU, TOYOHASHI, HIGASHI_WARD, NAGOYA = "131041", "232017", "231029", "231002"


@pytest.fixture
def places(network: Network) -> Network:
    """The small site with municipalities in Tokyo (own region) and Aichi (another)."""
    add_places()
    return network


def form_of(**values: Any) -> dict[str, Any]:
    """What the form of a plan sends."""
    return {
        "area": SHINJUKU, "status": "own", "title_ja": "新宿区の計画", "title_en": "",
        "starts": "2024", "ends": "2027", "url": "https://a.example/plan",
        "sources": "https://a.example/plan", "as_of": "", "accessed": "2026-11-23",
        "internal_note": "担当課に電話", **values,
    }  # fmt: skip


def text_of(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    return response.content.decode()


def cards(page: str) -> dict[str, str]:
    """What stands in the cards of plans, by area code."""
    soup = BeautifulSoup(page, "html.parser")
    return {
        str(card["id"]).removeprefix("plan-"): " ".join(card.text.split())
        for card in soup.select(".plan")
    }


# --- Who keeps it -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "own", "other"),
    [
        ("region-editor", True, False),
        ("other-editor", False, True),
        ("curator", True, True),
        ("translator", False, False),
        ("anonymous", False, False),
    ],
)
def test_people_of_a_region_keep_the_plans_of_their_region_alone(
    places: Network, who: str, own: bool, other: bool
) -> None:
    client = places.client(who)
    for code, is_allowed in ((SHINJUKU, own), (TOYOHASHI, other)):
        client.post(reverse("plans:add"), form_of(area=code))
        assert LocalPlan.objects.filter(area=code).exists() is is_allowed, code
        plan, _created = LocalPlan.objects.get_or_create(
            area_id=code, defaults={"status": "own", "sources": "x", "accessed": "2026"}
        )
        client.post(reverse("plans:edit", args=[plan.pk]), form_of(area=code, status="part"))
        plan.refresh_from_db()
        assert (plan.status == "part") is is_allowed, code
        client.post(reverse("plans:delete", args=[plan.pk]))
        assert LocalPlan.objects.filter(pk=plan.pk).exists()
    for name in ("plans:index", "plans_to_check:index"):
        answer = client.get(reverse(name))
        if answer.status_code == 200:
            shown = {plan.area_id for plan in answer.context["object_list"]}
            assert shown <= {code for code, ok in ((SHINJUKU, own), (TOYOHASHI, other)) if ok}


def test_form_takes_facts_with_a_date_and_local_governments_alone(places: Network) -> None:
    client = places.client("curator")
    for wrong, field in (
        ({"accessed": ""}, "accessed"),
        ({"sources": ""}, "sources"),
        ({"area": HIGASHI_WARD}, "area"),
        ({"starts": "2027", "ends": "2024"}, "ends"),
    ):
        answer = client.post(reverse("plans:add"), form_of(**wrong))
        assert field in answer.context["form"].errors, field
    assert not LocalPlan.objects.exists()


def test_sheet_of_a_region_stores_its_own_places_or_nothing(places: Network) -> None:
    client = places.client("region-publisher")

    def upload(*rows: str) -> Any:
        head = "area,status,title_ja,starts,ends,sources,accessed"
        file = SimpleUploadedFile("計画.csv", "\n".join([head, *rows]).encode("utf-8-sig"))
        return client.post("/admin/sheets/plans/", {"file": file}, follow=True)

    right = "131041 新宿区,own,計画,2024,2027,https://a.example/,2026-11-23"
    wrong = upload(right, "232017 豊橋市,own,計画,2024,2027,https://a.example/,2026-11-23")
    assert [(p.row, p.letter) for p in wrong.context["plan"].problems] == [(3, "A")]
    dateless = upload("131041,own,計画,2024,2027,https://a.example/,")
    assert [(p.row, p.letter) for p in dateless.context["plan"].problems] == [(2, "G")]
    preview = upload(right)
    client.post(preview.redirect_chain[-1][0], {"confirm": "on"})
    assert LocalPlan.objects.get().area_id == SHINJUKU
    assert not upload(right).context["plan"].has_effect


# --- What readers see ---------------------------------------------------------------------------


def test_unknown_is_unknown_in_list_file_and_api(places: Network, client: Client) -> None:
    LocalPlan.objects.create(
        area_id=SHINJUKU, status="own", title_ja="計画", sources="https://a.example/",
        accessed="2026-11", internal_note="SECRET",
    )  # fmt: skip
    LocalPlan.objects.create(
        area_id=TOYOHASHI, status="none", sources="https://b.example/", accessed="2026-11"
    )
    assert set(cards(text_of(client, "/en/plans/"))) == {SHINJUKU, TOYOHASHI}
    unknown = cards(text_of(client, "/en/plans/?status=unknown"))
    assert set(unknown) == {"13", "23", "132012", NAGOYA}
    assert all("not known" in text and "no plan" not in text for text in unknown.values())
    assert set(cards(text_of(client, "/en/plans/?region=23&status=none"))) == {TOYOHASHI}
    assert set(cards(text_of(client, "/en/plans/?kind=designated-city"))) == {NAGOYA}
    assert cards(text_of(client, "/en/plans/?region=99")) == {}
    rows = list(csv.DictReader(io.StringIO(
        client.get("/en/plans/plans.csv").content.decode("utf-8-sig")
    )))  # fmt: skip
    assert {row["Local government code"]: row["Status code"] for row in rows} == {
        "13": "unknown", SHINJUKU: "own", "132012": "unknown", "23": "unknown",
        NAGOYA: "unknown", TOYOHASHI: "none",
    }  # fmt: skip
    answer = client.get("/api/v1/plans?region=23").json()
    assert {item["area"]["code"]: item["status"] for item in answer["items"]} == {
        "23": "unknown", NAGOYA: "unknown", TOYOHASHI: "none",
    }  # fmt: skip
    everywhere = [
        "/plans/", "/en/plans/", "/plans/plans.csv", "/api/v1/plans", f"/areas/{SHINJUKU}/",
    ]  # fmt: skip
    assert all("SECRET" not in client.get(url).content.decode() for url in everywhere)


def test_place_page_names_wider_plans_by_their_own_names(places: Network, client: Client) -> None:
    LocalPlan.objects.create(
        area_id="23", status="own", title_ja="あいちの計画", starts="2018", ends="2022",
        sources="https://a.example/", accessed="2026-11",
    )  # fmt: skip
    NationalFigure.objects.create(
        code="advisers", topic="advisers", label_ja="助言", label_en="Advisers", value="87",
        as_of="2023-04", sources="https://s.example/",
    )  # fmt: skip
    page = text_of(client, f"/en/areas/{HIGASHI_WARD}/")
    found = cards(page)
    assert "not known" in found[NAGOYA], "a ward is answered for by its city"
    assert "愛知県" in found["23"] or "Aichi" in found["23"]
    assert "Its period has ended" in found["23"]
    assert "87" in page


def test_list_shows_a_change_at_once_in_a_fixed_number_of_queries(
    places: Network, client: Client
) -> None:
    assert "新宿区の計画" not in text_of(client, "/plans/?region=13")
    with CaptureQueriesContext(connection) as first:
        client.get("/plans/?region=13&status=")
    places.client("curator").post(reverse("plans:add"), form_of())
    assert "新宿区の計画" in text_of(client, "/plans/?region=13")
    for code in ("132012", TOYOHASHI, NAGOYA):
        LocalPlan.objects.create(area_id=code, status="own", sources="x", accessed="2026")
    # Terms of the glossary are read once after a change.
    client.get("/plans/?region=13")
    with CaptureQueriesContext(connection) as second:
        client.get("/plans/?status=&region=13&kind=")
    assert len(second) <= len(first) + 1


def test_report_lists_what_is_old_and_what_has_ended(places: Network) -> None:
    today = timezone.localdate()
    old = (today - datetime.timedelta(days=600)).isoformat()
    for code, values in {
        SHINJUKU: {"accessed": today.isoformat()},
        TOYOHASHI: {"accessed": old},
        NAGOYA: {"accessed": today.isoformat(), "ends": "2020"},
    }.items():
        LocalPlan.objects.create(area_id=code, status="own", sources="x", **values)
    client = places.client("curator")
    url = reverse("plans_to_check:index")
    shown = {why: {plan.area_id for plan in client.get(url, {"why": why}).context["object_list"]}
             for why in ("", "stale", "over")}  # fmt: skip
    assert shown == {"": {TOYOHASHI, NAGOYA}, "stale": {TOYOHASHI}, "over": {NAGOYA}}


# --- Loading ------------------------------------------------------------------------------------


def test_content_file_is_loaded_once_and_keeps_what_people_changed(
    places: Network, settings: Any
) -> None:
    for code in ("04", "141305", "174076", "182095", "322032", "452050"):
        kind = "prefecture" if len(code) == 2 else "city"
        Area.objects.create(code=code, kind=kind, name_ja=code, name_en=code)
    files = ContentFiles(settings.BASE_DIR / "content" / "data")
    rows = read_plans(files)
    records = Records(overwrite=False, on_page=None)
    assert load_plans(files, rows, records, References(files.problems)) == 10
    assert load_plans(files, rows, records, References(files.problems)) == 0
    assert all(plan.source_lines and plan.accessed for plan in LocalPlan.objects.all())
    plan = LocalPlan.objects.get(area="04")
    form = form_of(area="04", status="unknown", title_ja="")
    places.client("curator").post(reverse("plans:edit", args=[plan.pk]), form)
    fields = {"status": "own", "sources": "x", "accessed": "2026"}
    assert sync_plan(area=plan.area, fields=fields) == "kept"
    assert LocalPlan.objects.get(area="04").status == "unknown"
