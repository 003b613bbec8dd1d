"""Mergers from a spreadsheet: several at once, or none."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from regions.models import Area
from regions.selectors import current_areas
from tests.surveys.official_tables import add_places
from tests.users.conftest import Network
from tests.users.conftest import network as network  # the small site itself

HEAD = "area,last_day,successors,new_name_ja,new_kana,new_name_en,new_kind"
# Two wards become one new ward, and a city joins its neighbour.
RIGHT = [
    "231011,2027-03-31,231037,名古屋市北区,なごやし きたく,Kita Ward,ward",
    "231029,2027-03-31,231037,名古屋市北区,なごやし きたく,Kita Ward,ward",
    "132012,令和9年3月31日,131041,,,,",
]


def content(*rows: str) -> bytes:
    return "\n".join([HEAD, *rows]).encode("utf-8-sig")


def upload(client: Any, *rows: str) -> Any:
    file = SimpleUploadedFile("廃置分合.csv", content(*rows))
    return client.post("/admin/sheets/area-changes/", {"file": file}, follow=True)


def test_several_changes_of_one_file(network: Network) -> None:
    add_places()
    client = network.client("curator")
    preview = upload(client, *RIGHT)
    assert preview.context["plan"].problems == []
    client.post(preview.redirect_chain[-1][0], {"confirm": "on"})
    new = Area.objects.get(code="231037")
    assert (new.name_ja, new.parent_id, new.valid_from) == (
        "名古屋市北区", "231002", datetime.date(2027, 4, 1),
    )  # fmt: skip
    day = datetime.date(2027, 4, 1)
    assert [area.code for area in current_areas("231011", day)] == ["231037"]
    assert [area.code for area in current_areas("132012", day)] == ["131041"]
    assert not upload(client, *RIGHT).context["plan"].has_effect


def test_one_wrong_row_stores_nothing(network: Network, tmp_path: Path) -> None:
    add_places()
    client = network.client("curator")
    for row, letter in (
        ("232017,2027-03-31,232017,,,,", "C"),
        ("232017,2027-03-31,232025,,,,", "C"),
        ("232017,2027-03-31,239999,,,,", "C"),
        ("232017,2027-03,131041,,,,", "B"),
        ("239991,2027-03-31,131041,,,,", "A"),
        ("232017,2027-03-31,231002,別の市,,,", "D"),
    ):
        preview = upload(client, RIGHT[0], row)
        found = [(p.row, p.letter) for p in preview.context["plan"].problems]
        assert found == [(3, letter)], row
        client.post(preview.redirect_chain[-1][0], {"confirm": "on"})
    assert not Area.objects.exclude(valid_to=None).exists()
    assert network.client("region-publisher").get("/admin/sheets/area-changes/").status_code in {
        302, 403, 404,
    }  # fmt: skip
    file = tmp_path / "changes.csv"
    file.write_bytes(content(*RIGHT))
    call_command("area_changes_import", file, "--user=curator", "--dry-run", "--verbosity=0")
    assert not Area.objects.exclude(valid_to=None).exists()
    call_command("area_changes_import", file, "--user=curator", "--verbosity=0")
    assert Area.objects.exclude(valid_to=None).count() == 3
