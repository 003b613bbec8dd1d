"""Grants: the thread from grant to case and back, sums, 360Giving files, and who may enter them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.test import Client
from wagtail.models import Site

from benchmarks.growth import GROWING, costs
from organisations.models import OrganisationPage
from programmes.giving import COLUMNS, PREFIX
from programmes.models import Grant, ProgrammePage
from users.grants import grant_network_rights

RULES = json.loads((Path(__file__).parent / "360giving-rules.schema.json").read_text("utf-8"))


def page(client: Client, url: str) -> BeautifulSoup:
    response = client.get(url)
    assert response.status_code == 200, url
    return BeautifulSoup(response.content, "html.parser")


def link(soup: BeautifulSoup, text: str) -> str:
    """The address behind a link in the main part of the page."""
    found = next((a for a in soup.select("main a") if text in a.get_text()), None)
    assert found is not None, f"no link {text!r}"
    return str(found["href"])


def test_grant_that_is_missing_is_loaded_to_a_site_whose_pages_are_there(site: Site) -> None:
    # The loader then knows bodies and programmes as plain pages.
    total = Grant.objects.count()
    gone = Grant.objects.filter(programme__slug="hamis").exclude(grantee=None)[0]
    identifier, grantee = gone.identifier, gone.grantee_id
    gone.delete()
    call_command("load_content", verbosity=0)
    assert Grant.objects.count() == total
    assert Grant.objects.get(identifier=identifier).grantee_id == grantee


@pytest.mark.parametrize(
    ("prefix", "programme", "title", "grantee", "prefecture", "case"),
    [
        ("", "SYDRIS", "多文化共生のまちづくり拠点", "IKUNO", "大阪", "いくのパーク"),
        ("/en", "Diverse Roots", "Ikuno Ward", "IKUNO", "Osaka", ""),
    ],
)  # fmt: skip
def test_thread_leads_by_links_from_grant_to_case_and_back(
    site: Site,
    client: Client,
    prefix: str,
    programme: str,
    title: str,
    grantee: str,
    prefecture: str,
    case: str,
) -> None:
    index = page(client, f"{prefix}/programmes/")
    address = index.select_one("main a[href$='/programmes/diverse-roots/']")["href"]
    grant = page(client, link(page(client, address), title))
    organisation = page(client, grant.select_one(".facts a[href*='/organisations/']")["href"])
    assert grantee in organisation.h1.text
    osaka = grant.select_one(".facts a[href$='/areas/27/']")
    assert prefecture in osaka.text
    region = page(client, osaka["href"])
    assert region.select_one("#grants a[href*='/grants/diverse-roots-2020-02/']")
    cases = region.select_one("#cases")
    assert cases is not None
    slug = "ikuno-park-tabunka-flat"
    found = page(client, organisation.select_one(f"#cases a[href*='{slug}']")["href"])
    assert case in found.h1.text
    # And back: case, organisation, grant, programme.
    back = page(
        client, found.select_one("main a[href*='/organisations/ikuno-tabunka-flat/']")["href"]
    )
    grant = page(client, back.select_one("#grants a[href*='/grants/']")["href"])
    assert programme in page(client, link(grant, programme)).text


def test_hamis_grant_leaves_out_what_is_not_known(site: Site, client: Client) -> None:
    soup = page(client, "/grants/hamis-2021-04/")
    facts = soup.select_one("dl.facts").get_text(" ", strip=True)
    assert "青少年自立援助センター" in facts
    assert "福生市" in facts
    assert "東京都" in facts
    assert "金額" not in facts
    assert "決定日" not in facts
    assert soup.select_one(".cited a[href='https://kyuminyokin.info/articles/508']")
    assert "Amount" not in page(client, "/en/grants/hamis-2021-04/").select_one("dl.facts").text


def test_json_keeps_the_rules_of_the_standard(site: Site, client: Client) -> None:
    for language, url in (("ja", "/grants/360giving.json"), ("en", "/en/grants/360giving.json")):
        response = client.get(url)
        package = json.loads(b"".join(response.streaming_content))
        jsonschema_rs.Draft202012Validator(RULES, validate_formats=True).validate(package)
        assert response["Content-Type"] == "application/json"
        grants = {grant["id"]: grant for grant in package["grants"]}
        found = grants[f"{PREFIX}-diverse-roots-2020-01"]
        assert found["amountAwarded"] == 32_500_000
        assert found["recipientOrganization"][0]["id"] == f"{PREFIX}-org-abc-japan"
        assert ("キャリア形成" in found["title"]) == (language == "ja")
    # Amounts that no source states are not made up: these grants are left out and counted.
    assert len(package["grants"]) == 3
    assert "12件" in page(client, "/grants/").select_one("main").text


def test_corporate_number_becomes_the_identifier(site: Site, client: Client) -> None:
    OrganisationPage.objects.filter(slug="abc-japan").update(corporate_number="8700110005901")
    package = json.loads(b"".join(client.get("/grants/360giving.json").streaming_content))
    jsonschema_rs.Draft202012Validator(RULES).validate(package)
    ids = {grant["recipientOrganization"][0]["id"] for grant in package["grants"]}
    assert "JP-JCN-8700110005901" in ids


def test_csv_has_the_headings_of_the_standard_and_the_mark_of_utf8(
    site: Site, client: Client
) -> None:
    Grant.objects.filter(identifier="diverse-roots-2020-01").update(title_ja="=1+1")
    content = b"".join(client.get("/grants/360giving.csv").streaming_content)
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert list(rows[0]) == list(COLUMNS)
    assert {row["Recipient Org:Name"] for row in rows} == {
        "特定非営利活動法人ABCジャパン", "IKUNO・多文化ふらっと", "アレッセ高岡",
    }  # fmt: skip
    assert rows[0]["Amount Awarded"] == "32500000"
    assert rows[0]["Title"] == "'=1+1"


def headings() -> dict[str, tuple[str | int, ...]]:
    """Headings of a table by the titles of the standard, and the places of their values."""

    def fields(schema: dict[str, Any]) -> dict[str, Any]:
        return schema["items"]["properties"] if "items" in schema else {}

    found: dict[str, tuple[str | int, ...]] = {}
    for name, schema in RULES["$defs"]["grant"]["properties"].items():
        inner = fields(schema) or (
            fields(RULES["$defs"]["organisations"]) if name.endswith("Organization") else {}
        )
        if not inner:
            found[schema["title"]] = (name,)
        for below, value in inner.items():
            found[f"{schema['title']}:{value['title']}"] = (name, 0, below)
    return found


def test_csv_headings_are_titles_of_the_standard_and_its_rows_keep_the_rules(
    site: Site, client: Client
) -> None:
    known = headings()
    content = b"".join(client.get("/grants/360giving.csv").streaming_content)
    grants = []
    for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"))):
        grant: dict[str, Any] = {}
        for heading, text in row.items():
            name, *below = known[heading.replace(":0:", ":")]
            if not text:
                continue
            value: Any = int(text) if name == "amountAwarded" else text
            if below:
                grant.setdefault(name, [{}])[0][below[1]] = value
            else:
                grant[name] = value
        grants.append(grant)
    package = {"version": "1.1", "grants": grants}
    jsonschema_rs.Draft202012Validator(RULES, validate_formats=True).validate(package)


def test_sums_agree_with_the_grants_and_with_the_filter(site: Site, client: Client) -> None:
    soup = page(client, "/grants/")
    table = {
        row.th.get_text(strip=True): [cell.get_text(" ", strip=True) for cell in row.find_all("td")]
        for row in soup.select(".sums table")[0].select("tbody tr")
    }
    assert table["SYDRIS"][:2] == ["3", "7,890万円"]
    assert table["HAMIS"][:2] == ["8", ""]
    narrowed = page(client, "/grants/?region=27")
    assert len(narrowed.select("table.grants tbody tr")) == 1
    assert narrowed.select_one("option[value='27'][selected]")
    for nonsense in ("?programme=%00", "?year=x&region=<b>", "?theme=9-9&page=zzz"):
        assert client.get(f"/grants/{nonsense}").status_code == 200
    assert client.get("/grants/no-such-grant/").status_code == 404


def test_queries_do_not_grow_with_ten_thousand_grants(site: Site, client: Client) -> None:
    found = costs(GROWING[0], [40, 10_000], client, tries=0)
    before, after = (
        {path: cost.queries for path, cost in pages.items()} for pages in found.values()
    )
    assert after == before
    assert max(before.values()) <= 60
    rows = page(client, "/grants/").select("table.grants tbody tr")
    assert len(rows) == 30


GRANT: dict[str, Any] = {
    "identifier": "hamis-2021-99",
    "grantee_name": "試験の団体",
    "funder_name": "公益財団法人 日本国際交流センター",
    "amount": "1200000",
    "award_date": "2021-05-10",
    "starts": "2021-05",
    "ends": "2022-02",
    "title_ja": "試験の助成",
    "sources": "https://www.example.jp/",
    "accessed": "2026-11",
}


def test_curator_enters_a_grant_and_readers_see_it(
    site: Site, client: Client, client_of: Callable[[str], Client]
) -> None:
    programme = ProgrammePage.objects.get(slug="hamis", locale__language_code="ja")
    grant_network_rights()
    curator = client_of("Curators")
    add = "/admin/grants/new/"
    form = {**GRANT, "programme": programme.pk}
    wrong = curator.post(add, {**form, "identifier": "HAMIS 9", "ends": "2020"})
    text = wrong.content.decode()
    assert "hamis-2021-03のように" in text
    assert "終了時期が開始時期より前" in text
    assert not Grant.objects.filter(grantee_name="試験の団体").exists()
    assert curator.post(add, form).status_code == 302
    assert "試験の助成" in page(client, "/grants/hamis-2021-99/").h1.text
    package = json.loads(b"".join(client.get("/grants/360giving.json").streaming_content))
    assert f"{PREFIX}-hamis-2021-99" in {grant["id"] for grant in package["grants"]}


def test_others_may_not_touch_grants(site: Site, client_of: Callable[[str], Client]) -> None:
    editor = client_of("Editors")
    assert editor.get("/admin/grants/new/").status_code in {302, 403}
    editor.post("/admin/grants/new/", GRANT)
    assert not Grant.objects.filter(identifier="hamis-2021-99").exists()
