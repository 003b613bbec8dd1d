"""Tables of the ministries, brought in through the admin by a curator, and by the command."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from regions.models import Area
from surveys.models import ResidentCount
from surveys.services import replace_resident_counts
from tests.surveys.official_tables import add_places, register_file, statistics_file
from tests.users.conftest import Network
from tests.users.conftest import network as network  # the small site itself

REGISTER, STATISTICS = "residents-register", "residents-statistics"


@pytest.fixture
def curator(network: Network) -> Client:
    """A curator of the small site with five municipalities and wards."""
    add_places()
    return network.client("curator")


def upload(client: Client, name: str, content: bytes) -> Any:
    """Send a workbook; the answer is the preview, or the form with what is wrong."""
    file = SimpleUploadedFile("表.xlsx", content)
    return client.post(f"/admin/sheets/{name}/", {"file": file}, follow=True)


def problems(preview: Any) -> list[tuple[str, str]]:
    """Cells and messages of what the preview says is wrong."""
    return [(problem.place, problem.message) for problem in preview.context["plan"].problems]


def confirm(client: Client, preview: Any, **more: str) -> Any:
    return client.post(preview.redirect_chain[-1][0], {"confirm": "on", **more}, follow=True)


def stored(month: str, dimension: str = "total") -> dict[tuple[str, str], tuple[int, int | None]]:
    """Residents and population by area (JP: the country) and category."""
    rows = ResidentCount.objects.filter(month=month, dimension=dimension)
    return {(r.area_id or "JP", r.category): (r.residents, r.population) for r in rows}


# --- The resident register ----------------------------------------------------------------------


def test_register_with_merged_headings_is_stored_with_all_sums(curator: Client) -> None:
    preview = upload(curator, REGISTER, register_file(more=[["（注）外国人住民は…"]]))
    assert problems(preview) == []
    assert len(preview.context["plan"].new) == 9
    assert not ResidentCount.objects.exists()
    confirm(curator, preview)
    assert stored("2027-01") == {
        ("JP", "総数"): (85_000, 1_465_000),
        ("13", "総数"): (55_000, 855_000),
        ("131041", "総数"): (40_000, 340_000),
        ("132012", "総数"): (15_000, 515_000),
        ("23", "総数"): (30_000, 610_000),
        ("231002", "総数"): (10_000, 240_000),
        ("231011", "総数"): (6_000, 156_000),
        ("231029", "総数"): (4_000, 84_000),
        ("232017", "総数"): (20_000, 370_000),
    }
    again = upload(curator, REGISTER, register_file())
    assert not again.context["plan"].has_effect
    # What was imported on the site outlives a load of the content files.
    old = ResidentCount(area_id="13", month="2027-01", series="JUKI", dimension="total",
                        category="総数", residents=1, source="JUKI-M")  # fmt: skip
    assert replace_resident_counts(counts=[old]) == 0
    assert len(stored("2027-01")) == 9


def test_sums_that_a_file_lacks_are_made_here(curator: Client) -> None:
    lacking = ["合計", "130001", "230006", "231002"]
    preview = upload(curator, REGISTER, register_file(without=lacking))
    assert problems(preview) == []
    assert len(preview.context["plan"].new) == 5
    confirm(curator, preview)
    assert stored("2027-01")["231002", "総数"] == (10_000, 240_000)
    assert stored("2027-01")["JP", "総数"] == (85_000, 1_465_000)


@pytest.mark.parametrize(
    ("file", "cell", "words"),
    [
        ({"cells": {"I12": 4_001, "L12": 154_001}}, "人口!I11", "10,000"),
        ({"cells": {"L14": 370_001}}, "人口!L14", "370,001"),
        ({"cells": {"A14": "239999"}}, "人口!A14", "239999"),
        ({"cells": {"A14": "131041"}}, "人口!A14", "131041"),
        ({"cells": {"I14": "約二万"}}, "人口!I14", "約二万"),
        ({"cells": {"I14": "x"}}, "人口!I14", "x"),
        ({"without": ["232017"]}, "", "豊橋市"),
        ({"title": "住民基本台帳人口"}, "", "人口"),
    ],
    ids=["sum", "two-kinds", "unknown-code", "twice", "no-number", "suppressed", "missing", "day"],
)
def test_wrong_register_stores_nothing_and_names_the_cell(
    curator: Client, file: dict[str, Any], cell: str, words: str
) -> None:
    preview = upload(curator, REGISTER, register_file(**file))
    found = problems(preview)
    assert any(place == cell and words in message for place, message in found), found
    confirm(curator, preview)
    assert not ResidentCount.objects.exists()


def test_full_width_digits_and_dashes_are_numbers(curator: Client) -> None:
    """A ward without foreign residents, and a city whose number is written in full width."""
    cells = {"I14": "２０，０００", "I13": "－", "L13": 80_000, "I11": 6_000, "L11": 236_000,
             "I10": 26_000, "L10": 606_000, "I6": 81_000, "L6": 1_461_000}  # fmt: skip
    preview = upload(curator, REGISTER, register_file(cells=cells))
    assert problems(preview) == []
    confirm(curator, preview)
    assert stored("2027-01")["231029", "総数"] == (0, 80_000)
    assert stored("2027-01")["232017", "総数"] == (20_000, 370_000)


def test_jump_is_stored_only_when_it_is_confirmed(curator: Client) -> None:
    for code, residents in {"131041": 20_000, "132012": 15_000, "232017": 19_000}.items():
        ResidentCount.objects.create(
            area_id=code, month="2026-01", series="JUKI", dimension="total", category="総数",
            residents=residents, source="JUKI-M2026",
        )  # fmt: skip
    preview = upload(curator, REGISTER, register_file())
    doubts = [(doubt.place, doubt.message) for doubt in preview.context["plan"].doubts]
    assert [place for place, _message in doubts] == ["人口!I8"]
    assert "40,000" in doubts[0][1]
    assert "20,000" in doubts[0][1]
    confirm(curator, preview)
    assert not stored("2027-01")
    confirm(curator, preview, accept="on")
    assert len(stored("2027-01")) == 9


def test_area_that_has_ended_is_named_with_its_successor(curator: Client) -> None:
    city = Area.objects.get(code="232017")
    old = Area.objects.create(
        code="232025", kind="city", parent_id="23", name_ja="岡崎市", name_en="Okazaki",
        valid_to="2026-03-31",
    )  # fmt: skip
    old.successors.add(city)
    found = problems(upload(curator, REGISTER, register_file(cells={"A14": "232025"})))
    assert any("豊橋市" in message or "232017" in message for _place, message in found)


def test_correction_of_one_place_is_checked_with_what_is_stored(curator: Client) -> None:
    confirm(curator, upload(curator, REGISTER, register_file()))
    sheet = b"month,area,residents,population\n2027-01,232017,20001,370001\n"
    preview = upload(curator, REGISTER, sheet)
    assert problems(preview) == []
    [change] = preview.context["plan"].changed
    assert [(field.old, field.new) for field in change.fields] == [
        ("20000", "20001"),
        ("370000", "370001"),
    ]
    confirm(curator, preview)
    assert stored("2027-01")["23", "総数"] == (30_001, 610_001)
    assert stored("2027-01")["JP", "総数"] == (85_001, 1_465_001)


def test_regions_cannot_bring_in_figures(network: Network) -> None:
    for who in ("region-publisher", "translator"):
        client = network.client(who)
        assert upload(client, REGISTER, register_file()).status_code in {302, 403, 404}, who


def test_command_checks_first_and_stores_then(
    curator: Client, tmp_path: Path, django_user_model: Any
) -> None:
    path = tmp_path / "register.xlsx"
    path.write_bytes(register_file())
    said = io.StringIO()
    call_command("residents_import", "register", path, "--user=curator", "--dry-run", stdout=said)
    assert "9 new" in said.getvalue()
    assert not ResidentCount.objects.exists()
    call_command("residents_import", "register", path, "--user=curator", stdout=said)
    assert len(stored("2027-01")) == 9
    path.write_bytes(register_file(cells={"I11": 1}))
    with pytest.raises(CommandError, match=r"人口!I"):
        call_command("residents_import", "register", path, "--user=curator", stdout=said)


# --- The statistics on foreign residents --------------------------------------------------------


@pytest.mark.parametrize("turned", [False, True])
def test_statistics_are_stored_by_nationality_and_status(curator: Client, turned: bool) -> None:
    preview = upload(curator, STATISTICS, statistics_file(turned=turned))
    assert problems(preview) == []
    confirm(curator, preview)
    assert stored("2026-12") == {
        ("JP", "総数"): (87, None), ("13", "総数"): (55, None), ("23", "総数"): (30, None)
    }  # fmt: skip
    nationalities = stored("2026-12", "nationality")
    assert nationalities["13", "中国"] == (30, None)
    assert nationalities["JP", "その他"] == (10, None)
    statuses = stored("2026-12", "residence_status")
    assert statuses["13", "技能実習"] == (20, None)
    assert statuses["23", "中長期在留者（計）"] == (26, None)
    assert statuses["JP", "特別永住者"] == (10, None)
    again = upload(curator, STATISTICS, statistics_file(turned=turned))
    assert not again.context["plan"].has_effect


@pytest.mark.parametrize(
    ("cells", "cell", "words"),
    [
        ({"C5": 31}, "第5表!C4", "41"),
        ({"B5": 56, "B4": 88}, "第6表!B6", "55"),
        ({"A6": "愛知国"}, "第5表!A6", "愛知国"),
        ({"A6": "東京都"}, "第5表!A6", "東京都"),
        ({"A1": "都道府県別"}, "", "第5表"),
    ],
    ids=["prefectures", "two-sheets", "unknown-prefecture", "twice", "month"],
)
def test_wrong_statistics_store_nothing(
    curator: Client, cells: dict[str, Any], cell: str, words: str
) -> None:
    preview = upload(curator, STATISTICS, statistics_file(cells=cells))
    found = problems(preview)
    assert any(place == cell and words in message for place, message in found), found
    confirm(curator, preview)
    assert not ResidentCount.objects.exists()


def test_what_the_agency_does_not_tell_is_not_stored(curator: Client) -> None:
    preview = upload(curator, STATISTICS, statistics_file(cells={"C6": "x", "D6": "…"}))
    assert problems(preview) == []
    assert len(preview.context["plan"].remarks) == 2
    confirm(curator, preview)
    assert ("23", "中国") not in stored("2026-12", "nationality")
    assert stored("2026-12")["23", "総数"] == (30, None)
