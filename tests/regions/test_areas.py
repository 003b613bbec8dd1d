"""Areas: codes, validity, successors, and what lies in what."""

from __future__ import annotations

import datetime

import pytest
from wagtail.models import Site

from regions.codes import InvalidAreaCode
from regions.models import Area
from regions.selectors import area_paths, current_areas, within
from regions.services import merge_areas, sync_areas

pytestmark = pytest.mark.django_db


@pytest.fixture
def towns() -> dict[str, Area]:
    sync_areas(
        [
            {"code": "kanto", "kind": "block", "name_ja": "関東", "name_en": "Kanto"},
            {
                "code": "13",
                "kind": "prefecture",
                "name_ja": "東京都",
                "name_en": "Tokyo",
                "parent_id": "kanto",
            },
            {
                "code": "131041",
                "kind": "special-ward",
                "name_ja": "新宿区",
                "name_en": "Shinjuku-ku",
                "parent_id": "13",
            },
            {
                "code": "131059",
                "kind": "special-ward",
                "name_ja": "文京区",
                "name_en": "Bunkyo-ku",
                "parent_id": "13",
            },
            {
                "code": "131067",
                "kind": "special-ward",
                "name_ja": "台東区",
                "name_en": "Taito-ku",
                "parent_id": "13",
            },
        ]
    )
    return Area.objects.in_bulk()


def test_all_places_of_japan_are_loaded(site: Site) -> None:
    kinds = list(Area.objects.filter(valid_to=None).values_list("kind", flat=True))
    assert kinds.count("prefecture") == 47
    municipal = {"designated-city", "core-city", "city", "special-ward", "town", "village"}
    assert sum(kind in municipal for kind in kinds) == 1741
    assert kinds.count("ward") == 171
    assert kinds.count("block") == 8


def test_old_wards_of_hamamatsu_lead_to_the_new_ones(site: Site) -> None:
    assert [area.code for area in current_areas("221317")] == ["221384"]
    assert {area.code for area in current_areas("221350")} == {"221384", "221392"}
    before = datetime.date(2023, 12, 31)
    assert [area.code for area in current_areas("221317", before)] == ["221317"]


def test_page_of_an_old_ward_names_its_successors(site: Site, client: object) -> None:
    html = client.get("/areas/221317/").content.decode()  # type: ignore[attr-defined]
    assert "/areas/221384/" in html


def test_wrong_check_digit_is_refused_with_the_right_one(towns: dict[str, Area]) -> None:
    with pytest.raises(InvalidAreaCode, match="131075"):
        sync_areas(
            [{"code": "131076", "kind": "special-ward", "name_ja": "墨田区", "name_en": "Sumida"}]
        )
    assert not Area.objects.filter(code__startswith="13107").exists()


def test_incomplete_code_is_refused_on_storing(towns: dict[str, Area]) -> None:
    with pytest.raises(InvalidAreaCode, match="131075"):
        sync_areas([{"code": "13107", "kind": "city", "name_ja": "墨田区", "name_en": "Sumida"}])


def test_syncing_the_same_rows_changes_nothing(towns: dict[str, Area]) -> None:
    row = {
        "code": "131041",
        "kind": "special-ward",
        "name_ja": "新宿区",
        "name_en": "Shinjuku-ku",
        "parent_id": "13",
    }
    assert sync_areas([row]) == 0
    assert sync_areas([row | {"name_en": "Shinjuku City"}]) == 1


def test_merger_is_followed_through_several_steps(towns: dict[str, Area]) -> None:
    merge_areas(["131041"], ["131059"], datetime.date(2026, 3, 31))
    merge_areas(["131059"], ["131067"], datetime.date(2026, 9, 30))
    after = datetime.date(2026, 10, 1)
    assert [area.code for area in current_areas("131041", after)] == ["131067"]


def test_merger_with_an_unknown_code_changes_nothing(towns: dict[str, Area]) -> None:
    with pytest.raises(Area.DoesNotExist):
        merge_areas(["131041", "999999"], ["131059"], datetime.date(2026, 3, 31))
    assert Area.objects.get(pk="131041").valid_to is None


def test_a_successor_that_nobody_knows_is_told_and_nothing_is_stored(
    towns: dict[str, Area],
) -> None:
    row = {"code": "131041", "kind": "special-ward", "successors": ["131059", "139999"]}
    with pytest.raises(Area.DoesNotExist, match="131041 is succeeded by unknown areas: 139999"):
        sync_areas([row | {"name_ja": "別の名"}])
    assert Area.objects.get(pk="131041").name_ja == "新宿区"


def test_block_holds_its_prefectures_and_their_wards(towns: dict[str, Area]) -> None:
    inside = Area.objects.filter(within([towns["kanto"]], "parent"))
    assert set(inside.values_list("pk", flat=True)) == {"13", "131041", "131059", "131067"}


def test_path_of_a_ward_begins_with_its_block(towns: dict[str, Area]) -> None:
    ward = Area.objects.select_related("parent__parent").filter(pk="131041")
    assert area_paths(ward) == ["kanto", "13", "131041"]
