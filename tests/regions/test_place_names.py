"""Names of places as people write them find the place: in sheets, in proposals, in the lexicon."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from wagtail.models import Site

from core.place_names import normalise_place_name, without_district
from proposals.forms import ProposalForm
from regions.models import Area
from regions.selectors import areas_named
from regions.sheets import area
from search.query.lexicon import current_lexicon
from sheets.parsing import parse
from sheets.reading import read

CASES = Path(__file__).resolve().parent.parent / "field_cases"
WRITTEN = {
    "茅ケ崎市": "142077", "龍ヶ崎市": "082082", "竜ケ崎市": "082082", "髙松市": "372013",
    "篠山市": "282219", "宮城県柴田郡川崎町": "043249", "柴田郡 大河原町": "043214",
    "神奈川県横浜市中区": "141046", "043249 柴田郡川崎町": "043249",
}  # fmt: skip


@pytest.mark.parametrize(
    ("written", "plain"),
    [("龍ヶ崎市", "竜ケ崎市"), ("髙松市", "高松市"), ("つるが\u3000し", "つるケし"),
     ("KOBE-shi", "kobe-shi"), ("葛\U000e0100城市", "葛城市")],
)  # fmt: skip
def test_forms_of_signs_do_not_count(written: str, plain: str) -> None:
    assert normalise_place_name(written) == plain


def test_different_municipalities_stay_different(site: Site) -> None:
    names: dict[str, str] = {}
    for name in Area.objects.values_list("name_ja", flat=True).distinct():
        other = names.setdefault(normalise_place_name(name), name)
        assert other == name
        assert without_district(name) == name


@pytest.mark.parametrize(("written", "code"), WRITTEN.items())
def test_sheets_find_places_as_they_are_written(site: Site, written: str, code: str) -> None:
    assert area().read(written).text == code


def test_former_name_is_told(site: Site) -> None:
    assert "丹波篠山市" in area().read("篠山市").remark


def test_f15_places_as_written(site: Site) -> None:
    from programmes.sheets import GrantImporter

    class Anybody:
        def has_perm(self, _name: str) -> bool:
            return True

    found = parse(read((CASES / "F15_places_as_written.csv").read_bytes()),
                  GrantImporter(Anybody()).all_columns)  # fmt: skip
    assert found.problems == []
    assert [record.values["areas"] for record in found.records] == [
        "142077", "082082", "082082", "372013", "282219", "043249",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "query", csv.DictReader((CASES / "S01_place_queries.tsv").open(), delimiter="\t")
)
def test_s01_names_lead_to_their_areas(site: Site, query: dict[str, str]) -> None:
    wanted = query["must_offer"].replace("/areas/", "").replace("/", "").split(" and ")
    found = [area.code for area in areas_named(query["query"])]
    assert set(wanted) <= set(found[:5])


def test_every_area_is_found_by_its_name(site: Site) -> None:
    for code, name in [("131041", "新宿区"), ("012025", "函館市"), ("473502", "南風原町")]:
        assert code in [found.code for found in areas_named(name)]


def test_proposals_find_them_too(site: Site) -> None:
    for prefecture, written, code in [
        ("14", "茅ケ崎市", "142077"), ("04", "柴田郡川崎町", "043249"), ("28", "篠山市", "282219"),
    ]:  # fmt: skip
        form = ProposalForm()
        form.cleaned_data = {
            "prefecture": Area.objects.get(pk=prefecture),
            "municipality": written,
        }
        found, unknown = form.place()
        assert (found.code, unknown) == (code, "")


def test_lexicon_knows_former_names(site: Site) -> None:
    entries = current_lexicon().suggestions("篠山市", "region", 5)
    assert "282219" in [entry.code for entry in entries]
