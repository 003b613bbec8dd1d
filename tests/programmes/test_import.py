"""Importing grants: right, wrong, repeated, interrupted; nothing half stored."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.utils import DatabaseError
from django.test import Client
from wagtail.models import Site

from programmes.models import Grant
from users.grants import grant_network_rights

HEAD = (
    "Identifier,Grant Programme:Code,Recipient Org:Name,Funding Org:Name,Title,Currency,"
    "Amount Awarded,Award Date,Beneficiary Location:0:Geographic Code,Data Source\n"
)
GOOD = HEAD + "".join(
    f"360G-nanif-hamis-2021-{number},hamis,団体{number},財団,事業{number},JPY,1200000,"
    f"2021-05-10,232114,https://www.example.jp/\n"
    for number in (91, 92)
)
WRONG = (
    HEAD
    + "HAMIS 1,hamis,団体,財団,事業,JPY,100,2021-05-10,,https://www.example.jp/\n"
    + "hamis-2021-93,nowhere,団体,財団,事業,JPY,100,2021-05-10,,https://www.example.jp/\n"
    + "hamis-2021-94,hamis,団体,財団,事業,USD,たくさん,きのう,999999,\n"
    + "hamis-2021-95,hamis,団体,財団,事業,JPY,100,2021-05-10,,https://www.example.jp/\n"
    + "hamis-2021-95,hamis,団体,財団,事業,JPY,100,2021-05-10,,https://www.example.jp/\n"
)


@pytest.fixture
def curator(site: Site, client_of: Callable[[str], Client]) -> Client:
    grant_network_rights()
    return client_of("Curators")


def preview(client: Client, text: str) -> tuple[str, str]:
    """Upload a file; the address of its preview and what it shows."""
    upload = SimpleUploadedFile("grants.csv", b"\xef\xbb\xbf" + text.encode())
    response = client.post("/admin/sheets/grants/", {"file": upload}, follow=True)
    assert response.status_code == 200
    address = response.redirect_chain[-1][0] if response.redirect_chain else ""
    return address, response.content.decode()


def test_file_of_the_standard_is_shown_then_stored_and_twice_changes_nothing(
    curator: Client, client: Client
) -> None:
    address, text = preview(curator, GOOD)
    assert "団体91" in text
    assert not Grant.objects.filter(identifier="hamis-2021-91").exists()
    curator.post(address, follow=True)
    stored = Grant.objects.get(identifier="hamis-2021-91")
    assert (stored.amount, stored.award_date) == (1_200_000, "2021-05-10")
    assert [area.code for area in stored.areas.all()] == ["232114"]
    assert client.get("/grants/hamis-2021-92/").status_code == 200
    before = list(Grant.objects.values_list("pk", "modified"))
    address, text = preview(curator, GOOD)
    curator.post(address, follow=True)
    assert list(Grant.objects.values_list("pk", "modified")) == before


def test_every_mistake_is_named_by_its_cell_and_nothing_is_stored(curator: Client) -> None:
    count = Grant.objects.count()
    address, text = preview(curator, WRONG)
    rows = [row.find_all(["td", "th"]) for row in BeautifulSoup(text, "html.parser").select("tr")]
    told = {(row[1].text.split()[0], row[0].text.strip()) for row in rows if len(row) == 3}
    assert told >= {(letter, "4") for letter in "FGHIJ"} | {("A", "2"), ("B", "3"), ("–", "6")}
    assert "hamis-2021-03のように" in text
    curator.post(address, follow=True)
    assert Grant.objects.count() == count


def test_interrupted_at_the_last_place_nothing_is_stored(curator: Client) -> None:
    def everything() -> list[object]:
        return [
            list(Grant.objects.order_by("pk").values()),
            Grant.areas.through.objects.count(),
            Grant.themes.through.objects.count(),
        ]

    before = everything()
    address, _text = preview(curator, GOOD)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TRIGGER stop BEFORE INSERT ON programmes_grant_areas "
            "WHEN (SELECT identifier FROM programmes_grant WHERE id = NEW.grant_id) "
            "= 'hamis-2021-92' BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        )
    with pytest.raises(DatabaseError, match="the disk is full"):
        curator.post(address)
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER stop")
    assert everything() == before
    # The same preview can be confirmed once the disk has room again.
    curator.post(address, follow=True)
    assert Grant.objects.filter(identifier__in=["hamis-2021-91", "hamis-2021-92"]).count() == 2


def test_others_may_not_import(site: Site, client_of: Callable[[str], Client]) -> None:
    grant_network_rights()
    assert client_of("Editors").get("/admin/sheets/grants/").status_code in {302, 403, 404}
    assert client_of("Translators").get("/admin/sheets/grants/").status_code in {302, 403, 404}


# --- Field cases ------------------------------------------------------------------------------

CASES = Path(__file__).resolve().parent.parent / "field_cases"


def bring(client: Client, name: str) -> str:
    """Upload a field case and confirm what its preview shows; what the preview showed."""
    (path,) = CASES.glob(f"{name}*")
    file = SimpleUploadedFile(path.name, path.read_bytes())
    answer = client.post("/admin/sheets/grants/", {"file": file}, follow=True)
    assert answer.redirect_chain, name
    client.post(answer.redirect_chain[-1][0], follow=True)
    return answer.content.decode()


@pytest.mark.parametrize(
    ("name", "remark"),
    [
        ("F01_unit_in_heading_senen", "1,000倍"),
        ("F01_unit_in_heading_hyakuman", "1,000,000倍"),
        ("F03", "12000千円"),
        ("F07", ""),
        ("F08", "R5"),
        ("F09", "記入例"),
        ("F10", ""),
        ("F11", ""),
    ],
)
def test_field_case_becomes_the_grant_that_is_meant(
    curator: Client, name: str, remark: str
) -> None:
    curator.defaults["HTTP_ACCEPT_LANGUAGE"] = "ja"
    assert remark in bring(curator, name)
    grant = Grant.objects.get(identifier__startswith="field-")
    assert (grant.identifier, grant.amount) == ("field-2023-01", 12_000_000)
    assert grant.award_date == "2023-04-01"


def test_f14_dates_with_times_and_in_kanji_numerals(curator: Client) -> None:
    bring(curator, "F14")
    dates = Grant.objects.filter(identifier__startswith="field-dt")
    assert list(dates.values_list("award_date", flat=True)) == ["2023-04-01"] * 4


def test_f15_places_as_they_are_written(curator: Client) -> None:
    bring(curator, "F15")
    grants = Grant.objects.filter(identifier__startswith="field-pl").order_by("identifier")
    assert [area.code for grant in grants for area in grant.areas.all()] == [
        "142077", "082082", "082082", "372013", "282219", "043249",
    ]  # fmt: skip
