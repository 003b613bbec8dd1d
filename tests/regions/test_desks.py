"""Consultation desks: on pages, in their list, its file, the API and the search; their loading."""

from __future__ import annotations

import csv
import datetime
import io
import json
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Site

from content.loaders.desks import load_desks, read_desks
from content.reading import ContentError, ContentFiles
from content.records import Records
from content.references import References
from core.models import STALE_AFTER
from regions.models import Area, ConsultationDesk
from tests.regions.desk_form import form_of

DATA = settings.BASE_DIR / "content" / "data"
HAMAMATSU, SHIZUOKA, AICHI = "221309", "22", "23"


def text_of(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    return response.content.decode()


def groups_of(page: str) -> dict[str, list[str]]:
    """Names of the desks of a list by the heading under which they stand."""
    soup = BeautifulSoup(page, "html.parser")
    return {
        section.h3.text.strip(): [name.text.strip() for name in section.select(".desk__name")]
        for section in soup.select("main section")
        if section.h3
    }


# --- Readers ------------------------------------------------------------------------------------


def test_numbers_that_wait_to_be_confirmed_are_public_nowhere(site: Site, client: Client) -> None:
    waiting = ConsultationDesk.objects.filter(needs_confirmation=True).exclude(phones=None)
    numbers = {p.number: d for d in waiting for p in d.phones.all()}
    assert len(numbers) > 10
    everywhere = [
        *("/desks/", "/en/desks/", "/desks/desks.csv", "/en/desks/desks.csv"),
        *(f"/api/v1/desks?per_page=40&page={page}" for page in (1, 2)),
        *(f"/areas/{area.code}/" for area in Area.objects.filter(desks__in=waiting).distinct()),
        f"/search/?q={quote('東京 相談窓口')}",
        f"/api/v1/search?q={quote('東京 相談窓口')}",
    ]
    written = set(numbers) | {number.replace("-", "") for number in numbers}
    texts = {url: text_of(client, url) for url in everywhere}
    assert [(url, n) for url, text in texts.items() for n in written if n in text] == []

    tokyo = ConsultationDesk.objects.get(code="tokyo")
    ConsultationDesk.objects.filter(pk=tokyo.pk).update(last_confirmed_at=timezone.localdate())
    number = tokyo.phones.get().number
    for url in ["/desks/?region=13", "/desks/desks.csv", "/api/v1/desks?region=13", "/areas/13/"]:
        assert number in text_of(client, url), url
    ConsultationDesk.objects.filter(pk=tokyo.pk).update(is_public=False)
    for url in ["/desks/", "/desks/desks.csv", "/api/v1/desks?per_page=100", "/areas/13/"]:
        assert tokyo.name_ja not in text_of(client, url), url


def test_list_is_narrowed_by_language_and_place(site: Site, client: Client) -> None:
    found = groups_of(text_of(client, f"/desks/?region={HAMAMATSU}&lang=pt"))
    assert found["浜松市"] == ["浜松市多文化共生総合相談ワンストップセンター"]
    assert found["広い地域の窓口"] == ["静岡県多文化共生総合相談センター（かめりあ）"]
    assert "法テラス 多言語情報提供サービス" in found["全国の窓口"]
    assert "外国人技能実習機構（OTIT）母国語相談" not in found["全国の窓口"]
    prefecture = groups_of(text_of(client, f"/en/desks/?region={SHIZUOKA}"))
    assert len(prefecture["Shizuoka"]) == 3
    # A desk of several municipalities is found from each of them.
    fuchu = groups_of(text_of(client, "/desks/?region=343021"))
    assert fuchu["府中町"] == ["広島市・安芸郡外国人相談窓口"]
    assert "すべての窓口を見る" in text_of(client, "/desks/?region=nowhere&lang=<b>")
    page = BeautifulSoup(text_of(client, "/desks/?lang=vi"), "html.parser")
    chosen = page.select_one("select[name=lang] option[selected]")
    assert chosen is not None
    assert chosen.text == "ベトナム語 – Tiếng Việt"


def test_page_of_a_place_has_its_desks_those_above_and_the_national_ones(
    site: Site, client: Client
) -> None:
    page = BeautifulSoup(text_of(client, "/areas/231002/"), "html.parser")
    section = page.select_one("#desks")
    assert section is not None
    own, wider, *national = [name.text.strip() for name in section.select(".desk__name")]
    assert own == "あいち多文化共生センター" or wider == "あいち多文化共生センター"
    assert "名古屋国際センター（情報カウンター）" in (own, wider)
    assert len(national) == ConsultationDesk.objects.filter(areas=None).count()
    assert section.select_one("a[href='tel:0529617902']")
    assert len(BeautifulSoup(text_of(client, "/areas/23/"), "html.parser").select("#desks")) == 1
    platform = text_of(client, Area.objects.get(code=AICHI).platforms.live().first().get_url())
    assert "tel:0529617902" in platform
    assert "desk__name" not in text_of(client, "/areas/KR/")


def test_reader_is_told_what_is_older_than_eighteen_months(site: Site, client: Client) -> None:
    desk = ConsultationDesk.objects.get(code="hokkaido")
    card = text_of(client, "/en/desks/?region=01")
    assert "What the source said in July 2024, more than 18 months ago" in card
    last = timezone.localdate() - STALE_AFTER
    for day, is_stale in [(last, False), (last - datetime.timedelta(days=1), True)]:
        desk.last_confirmed_at = day
        assert desk.is_stale is is_stale
    ConsultationDesk.objects.update(last_confirmed_at=timezone.localdate())
    assert "18 months ago" not in text_of(client, "/en/desks/?region=01")


def test_table_has_no_formulas_and_says_licence_and_day(site: Site, client: Client) -> None:
    ConsultationDesk.objects.filter(code="aichi").update(name_ja='=HYPERLINK("http://x")')
    response = client.get(f"/desks/desks.csv?region={AICHI}&lang=pt")
    today = timezone.localdate().isoformat()
    assert response["Content-Disposition"] == f'attachment; filename="nanif-desks-{today}.csv"'
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert {row["コード"] for row in rows} >= {"aichi", "nagoya", "houterasu"}
    assert rows[0]["名称（日本語）"].startswith("'=")
    assert all(row["ライセンス"].startswith("CC BY 4.0, NANIF") for row in rows)
    hotline = next(row for row in rows if row["コード"] == "labour-ministry")
    assert "0570-001703 (ポルトガル語)" in hotline["電話"]


@pytest.mark.parametrize(
    ("query", "address"),
    [
        ("浜松 相談窓口 ポルトガル語", "/desks/?region=221309&lang=pt"),
        ("愛知県の外国人相談窓口", "/desks/?region=23"),
        ("ベトナム語で相談したい", "/desks/?lang=vi"),
        ("相談窓口", "/desks/"),
        ("防災", None),
        ("相談体制の整備", None),
    ],
)
def test_search_offers_the_desks_that_a_query_asks_for(
    site: Site, client: Client, query: str, address: str | None
) -> None:
    answer = client.get(f"/api/v1/search?q={quote(query)}").json()
    urls = [records["url"].removeprefix("http://127.0.0.1:8000") for records in answer["records"]]
    assert urls == ([address] if address else [])
    page = BeautifulSoup(text_of(client, f"/search/?q={quote(query)}"), "html.parser")
    links = [link["href"] for link in page.select("section[aria-labelledby=records-desk] a")]
    assert (address in links) is bool(address)
    for item in (item for records in answer["records"] for item in records["items"]):
        path, _, anchor = item["url"].removeprefix("http://127.0.0.1:8000").partition("#")
        target = BeautifulSoup(text_of(client, path), "html.parser")
        assert target.find(id=anchor), item["url"]


# --- Loading ------------------------------------------------------------------------------------


@pytest.fixture
def load(site: Site, tmp_path: Path) -> Any:
    """A function that loads the desks of the content files, changed by a function."""
    shutil.copy(DATA / "desks.jsonl", tmp_path)

    def run(edit: Any = None) -> tuple[int, list[str]]:
        path = tmp_path / "desks.jsonl"
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        if edit:
            edit({row["code"]: row for row in rows})
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
        files, records = ContentFiles(tmp_path), Records()
        found = read_desks(files)
        files.problems.check()
        return load_desks(files, found, records, References(files.problems)), records.kept

    return run


def test_loading_twice_changes_nothing_and_keeps_what_was_edited(load: Any, client_of: Any) -> None:
    assert ConsultationDesk.objects.count() == 68
    assert load() == (0, [])
    assert load(lambda rows: rows["gifu"].update(hours_ja="月〜金")) == (1, [])
    assert ConsultationDesk.objects.get(code="gifu").hours_ja == "月〜金"
    assert ConsultationDesk.objects.get(code="gifu").phones.count() == 1

    desk = ConsultationDesk.objects.get(code="aichi")
    call_command("roles_prepare", verbosity=0)
    client = client_of("Curators")
    url = reverse("desks:edit", args=[desk.pk])
    client.post(url, form_of(desk, hours_ja="毎日"))
    assert load(lambda rows: rows["aichi"].update(hours_ja="ときどき")) == (
        0, ["desks.jsonl: aichi"],
    )  # fmt: skip
    assert ConsultationDesk.objects.get(code="aichi").hours_ja == "毎日"


def test_mistakes_of_the_file_are_named_by_row(load: Any) -> None:
    def spoil(rows: dict[str, dict[str, Any]]) -> None:
        rows["hokkaido"]["languages"] = ["en", "klingon"]
        rows["sapporo"]["area_codes"] = ["999999"]

    with pytest.raises(ContentError) as caught:
        load(spoil)
    message = str(caught.value)
    assert "desks.jsonl, row 1: 'klingon' is not a code of languages." in message
    assert "desks.jsonl, row 2: '999999' is not the code of a known area." in message

    def write_number_into_text(rows: dict[str, dict[str, Any]]) -> None:
        rows["hokkaido"]["languages"], rows["sapporo"]["area_codes"] = ["en"], ["011002"]
        rows["tokyo"]["interpreting_ja"] = "電話は０３（６２５８）１２２７"

    with pytest.raises(ContentError, match="row 15: interpreting_ja"):
        load(write_number_into_text)
