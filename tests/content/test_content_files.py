"""The content files must agree with each other before anything is loaded from them.

Only the files in ``content/data`` are read: no database, no network.
"""

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).resolve().parents[2] / "content" / "data"
ACCESSED = "2026-11"
CHECK_DIGIT_WEIGHTS = (6, 5, 4, 3, 2)
PLATFORM_KINDS = {
    "nanif-regional",
    "council",
    "network",
    "intl-assoc-block",
    "charter",
    "working-group",
    "municipal-council",
}
CASE_TEXT_FIELDS = (
    "title_ja",
    "one_line_ja",
    "bridging_actor_ja",
    "summary_ja",
    "context_ja",
    "actions_ja",
    "results_ja",
    "challenges_ja",
    "steps",
    "funding_ja",
)

Record = dict[str, Any]


def read_lines(name: str) -> list[Record]:
    """Return the records of a JSON Lines file."""
    with (DATA / name).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def read_table(name: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file with a header."""
    with (DATA / name).open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def check_digit(code: str) -> str:
    """Return the check digit that belongs to the first five digits of a municipality code."""
    total = sum(
        int(digit) * weight for digit, weight in zip(code, CHECK_DIGIT_WEIGHTS, strict=False)
    )
    return str((11 - total % 11) % 10)


@pytest.fixture(scope="module")
def cases() -> list[Record]:
    return read_lines("cases.jsonl")


@pytest.fixture(scope="module")
def organisations() -> list[Record]:
    return read_lines("organisations.jsonl")


@pytest.fixture(scope="module")
def platforms() -> list[Record]:
    return read_lines("regional_platforms.jsonl")


@pytest.fixture(scope="module")
def terms() -> dict[str, set[str]]:
    """The codes of every vocabulary, by the vocabulary's name."""
    lists = json.loads((DATA / "vocabularies.json").read_text(encoding="utf-8"))
    return {name: {term["code"] for term in entries} for name, entries in lists.items()}


@pytest.fixture(scope="module")
def areas() -> set[str]:
    """The codes of all areas in use now, in Japan and abroad."""
    return (
        {row["code"] for row in read_table("geo/prefectures.csv")}
        | {row["code6"] for row in read_table("geo/municipalities.csv")}
        | {row["code"] for row in read_table("areas_abroad.csv")}
    )


def all_sources(records: list[Record]) -> Iterator[Record]:
    """Yield the sources of the records, with those of earlier members and single facts."""
    for record in records:
        yield from record["sources"]
        yield from (earlier["source"] for earlier in record.get("earlier", []))
        for fact in record.get("facts", []):
            yield from fact["sources"]


@pytest.mark.parametrize("name", ["cases.jsonl", "organisations.jsonl", "regional_platforms.jsonl"])
def test_every_line_has_the_same_keys_in_the_same_order(name: str) -> None:
    assert len({tuple(record) for record in read_lines(name)}) == 1


@pytest.mark.parametrize("name", ["cases.jsonl", "organisations.jsonl", "regional_platforms.jsonl"])
def test_slugs_are_unique_and_plain(name: str) -> None:
    slugs = [record["slug"] for record in read_lines(name)]
    assert len(slugs) == len(set(slugs))
    assert [slug for slug in slugs if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)] == []


@pytest.mark.parametrize("name", ["cases.jsonl", "organisations.jsonl", "regional_platforms.jsonl"])
def test_every_source_has_an_address_and_the_month_it_was_read(name: str) -> None:
    for source in all_sources(read_lines(name)):
        assert source["address"].startswith("http")
        assert source["accessed"] == ACCESSED


def test_all_cases_are_there(cases: list[Record]) -> None:
    assert len(cases) == 185
    assert sum(case["country"] == "KR" for case in cases) == 8
    assert sum(len(case["sources"]) for case in cases) == 844


def test_codes_of_cases_exist(
    cases: list[Record], terms: dict[str, set[str]], areas: set[str]
) -> None:
    for case in cases:
        assert set(case["area_codes"]) <= areas, case["slug"]
        assert case["area_codes"], case["slug"]
        assert case["parent_area"] == (case["prefecture_codes"] or ["KR"])[0], case["slug"]
        assert set(case["actor_types"]) <= terms["actor_types"], case["slug"]
        assert set(case["themes"]) <= terms["themes"], case["slug"]
        assert set(case["bridging_roles"]) <= terms["bridging_roles"], case["slug"]
        assert set(case["target_groups"]) <= terms["target_groups"], case["slug"]
        assert case["status"] in terms["case_status"], case["slug"]
        assert case["evidence_grade"] in terms["evidence_grades"], case["slug"]
        assert case["participation_level"] in terms["participation_levels"] | {None}, case["slug"]


def test_languages_of_cases_exist(cases: list[Record]) -> None:
    languages = json.loads((DATA / "vocabularies.json").read_text(encoding="utf-8"))["languages"]
    known = {term["code"] for term in languages}
    known |= {alias for term in languages for alias in term["data_aliases"]}
    assert {language for case in cases for language in case["languages"]} <= known


def test_actors_name_a_known_body_or_give_the_words_of_the_case(
    cases: list[Record], organisations: list[Record], terms: dict[str, set[str]]
) -> None:
    known = {organisation["slug"]: organisation for organisation in organisations}
    for case in cases:
        for actor in case["actors"]:
            where = (case["slug"], actor)
            assert actor["part"] in {"lead", "partner", "bridge", "funder"}, where
            assert actor["actor_type"] in terms["actor_types"] | {None}, where
            assert actor["bridging_role"] in terms["bridging_roles"] | {None}, where
            assert actor["bridging_role"] is None or actor["part"] == "bridge", where
            if actor["organisation"] is None:
                assert actor["name_ja"], where
            else:
                assert actor["organisation"] in known, where
                assert actor["actor_type"] == known[actor["organisation"]]["actor_type"], where


def test_a_lead_is_given_with_where_it_was_read(cases: list[Record]) -> None:
    for case in cases:
        leads = [actor for actor in case["actors"] if actor["part"] == "lead"]
        expected = "data" if case["lead_org_ja"] else "summary" if leads else None
        assert case["lead_basis"] == expected, case["slug"]
        assert bool(leads) == (case["lead_basis"] is not None), case["slug"]


def test_words_for_actors_and_keywords_stand_in_the_case(cases: list[Record]) -> None:
    for case in cases:
        text = " ".join(str(case[field]) for field in CASE_TEXT_FIELDS if case[field])
        named = " ".join([text, case["lead_org_ja"] or "", *case["partners_ja"]])
        assert len(case["keywords_ja"]) <= 5, case["slug"]
        assert [word for word in case["keywords_ja"] if word not in text] == [], case["slug"]
        names = [actor["name_ja"] for actor in case["actors"] if actor["name_ja"]]
        assert [name for name in names if name not in named] == [], case["slug"]


def test_codes_of_organisations_exist(
    organisations: list[Record], terms: dict[str, set[str]], areas: set[str]
) -> None:
    for organisation in organisations:
        assert organisation["name_ja"], organisation["slug"]
        assert organisation["actor_type"] in terms["actor_types"] | {None}, organisation["slug"]
        assert organisation["kind"] in terms["organisation_kinds"] | {None}, organisation["slug"]
        assert set(organisation["area_codes"]) <= areas, organisation["slug"]


def test_an_organisation_described_has_a_source(organisations: list[Record]) -> None:
    for organisation in organisations:
        if organisation["summary_ja"]:
            assert organisation["summary_en"], organisation["slug"]
            assert organisation["sources"], organisation["slug"]


def test_no_two_organisations_share_a_name(organisations: list[Record]) -> None:
    owner: dict[str, str] = {}
    for organisation in organisations:
        # Places far apart may share a name; bodies in one area may not.
        place = " ".join(organisation["area_codes"])
        for name in {organisation["name_ja"], *organisation["aliases"]}:
            first = owner.setdefault(f"{place} {name}", organisation["slug"])
            assert first == organisation["slug"], name


def test_codes_of_platforms_exist(
    platforms: list[Record],
    organisations: list[Record],
    terms: dict[str, set[str]],
    areas: set[str],
) -> None:
    slugs = {organisation["slug"] for organisation in organisations}
    for platform in platforms:
        assert platform["kind"] in PLATFORM_KINDS, platform["slug"]
        assert platform["area_codes"], platform["slug"]
        assert set(platform["area_codes"]) <= areas, platform["slug"]
        assert platform["sources"], platform["slug"]
        for member in platform["members"]:
            where = (platform["slug"], member)
            assert member["name"], where
            assert member["actor_type"] in terms["actor_types"] | {None}, where
            assert member["organisation"] in slugs | {None}, where
            assert member["area_code"] in areas | {None}, where


def test_old_areas_lead_to_present_ones(areas: set[str]) -> None:
    rows = read_table("area_changes.csv")
    assert len(rows) == 9
    for row in rows:
        assert row["old_code"] not in areas, row
        assert row["old_code"][5] == check_digit(row["old_code"]), row
        assert row["parent_code"] in areas, row
        assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", row["valid_to"]), row
        assert set(row["successor_codes"].split()) <= areas, row
        assert row["successor_codes"], row
        assert row["source_url"].startswith("http"), row


def test_check_digits_of_municipalities() -> None:
    for row in read_table("geo/municipalities.csv"):
        assert row["code6"][5] == check_digit(row["code6"]), row


def test_areas_abroad_hang_together() -> None:
    rows = read_table("areas_abroad.csv")
    codes = {row["code"] for row in rows}
    assert all(row["parent_code"] in codes | {""} for row in rows)
    assert all(row["kana"] and row["name_ja"] and row["name_en"] for row in rows)
