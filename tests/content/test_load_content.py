"""`manage.py load_content`: all or nothing, nothing twice, every mistake named by file and row."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from wagtail.models import Page, Revision

from casestudies.models import CaseStudyPage
from content.loaders.figures import date_and_remark
from content.models import LoadedRecord
from content.reading import ContentError
from content.services import load_content
from organisations.models import OrganisationPage
from regions.models import Area
from surveys.models import Option, ResidentCount, Wave
from taxonomy.models import Theme

pytestmark = pytest.mark.django_db

DATA = settings.BASE_DIR / "content" / "data"
CASES = ("higashikawa-care-scholarship", "minoh-comm-cafe")


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def write(path: Path, values: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(v, ensure_ascii=False) + "\n" for v in values), "utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The content files, cut down to two cases, the organisations that they name, and a survey."""
    target = tmp_path / "content"
    shutil.copytree(DATA, target)
    cases = [row for row in rows(DATA / "cases.jsonl") if row["slug"] in CASES]
    named = {a["organisation"] for case in cases for a in case["actors"] if a["organisation"]}
    write(target / "cases.jsonl", cases)
    write(
        target / "organisations.jsonl",
        [row for row in rows(DATA / "organisations.jsonl") if row["slug"] in named],
    )
    write(target / "regional_platforms.jsonl", [])
    emptied = ["platform_news", "programmes", "grants", "recommended_pages", "people", "desks"]
    for name in [*emptied, "events", "press"]:
        write(target / f"{name}.jsonl", [])
    surveys = json.loads((DATA / "surveys.json").read_text("utf-8"))
    surveys["surveys"] = [s for s in surveys["surveys"] if s["code"] == "jcie-local-governments"]
    surveys["comparisons"] = []
    (target / "surveys.json").write_text(json.dumps(surveys, ensure_ascii=False), "utf-8")
    residents = target / "geo" / "foreign_residents.csv"
    residents.write_text("\n".join(residents.read_text("utf-8").splitlines()[:40]), "utf-8")
    return target


def change(
    folder: Path, edit: Callable[[dict[str, Any]], object], name: str = "cases.jsonl"
) -> None:
    """Edit the first record of a file."""
    values = rows(folder / name)
    edit(values[0])
    write(folder / name, values)


def everything() -> dict[str, int]:
    return {
        "pages": Page.objects.count(),
        "revisions": Revision.objects.count(),
        "areas": Area.objects.count(),
        "themes": Theme.objects.count(),
        "records": LoadedRecord.objects.count(),
    }


def test_loading_twice_changes_nothing(folder: Path) -> None:
    first = load_content(folder)
    assert first.pages_changed > 20
    stored = everything()
    second = load_content(folder)
    assert not second.has_changes
    assert everything() == stored


def test_case_is_loaded_with_its_facts_in_both_languages(folder: Path) -> None:
    load_content(folder)
    japanese = CaseStudyPage.objects.get(slug=CASES[0], locale__language_code="ja")
    english = CaseStudyPage.objects.get(slug=CASES[0], locale__language_code="en")
    assert japanese.translation_key == english.translation_key
    assert english.alias_of_id is None
    assert english.title == "Higashikawa-led scholarships for care students and local jobs"
    for page in (japanese, english):
        assert [theme.code for theme in page.themes.all()] == ["4-2", "5-2", "x-3"]
        assert [place.area_id for place in page.places.all()] == ["014583"]
        assert page.started == "2018"
        assert page.sources.count() == 8
        assert page.live
        assert len(page.steps) == 4
        assert page.easy_title == "介護を学ぶ留学生に奨学金を出す 東川町"
        first, *_others = page.results.all()
        assert (first.before, first.after, first.date) == ("", "20", "2021-04")
        assert first.source == "介護人材育成の奨学金利用 外国人留学生、今春に就職"
        assert "kaigo-fukushi.org" in str(page.success_factors[-1].value)
    assert japanese.steps[0].value["title"] == "周辺自治体への呼びかけ（2018年）"
    assert english.steps[0].value["title"] == "Call to nearby municipalities (2018)"
    assert english.results.first().unit == "people"
    assert "themes: " in japanese.internal_note
    lead = japanese.actors.filter(part="lead").values_list("organisation__slug", flat=True)
    assert "higashikawa-town" in lead
    # What the sources do not say stays empty.
    assert japanese.cost_total is None
    assert not japanese.goal
    assert not japanese.did_not_work


def test_case_names_the_case_that_it_adapted_and_keeps_to_it_when_it_changes(folder: Path) -> None:
    origin = {"slug": CASES[1], "how_ja": "見て始めた。", "how_en": "Began after a visit.",
              "source": "https://www.city.mihon.jp/a"}  # fmt: skip
    change(folder, lambda case: case.update(origins=[origin], related=[CASES[1]]))
    load_content(folder)
    # The other case is unchanged by then.
    change(folder, lambda case: case.update(one_line_ja="別の一行。"))
    load_content(folder)
    for language, said in [("ja", "見て始めた。"), ("en", "Began after a visit.")]:
        case = CaseStudyPage.objects.get(slug=CASES[0], locale__language_code=language)
        (row,) = case.origins.all()
        assert (row.origin.slug, row.result) == (CASES[1], said)
        assert row.origin.locale == case.locale
        assert [page.slug for page in case.related_cases.all()] == [CASES[1]]
    # What is no case here has a name, in each language.
    named = {**origin, "slug": None, "name_ja": "県の講座", "name_en": "A course of the prefecture"}
    change(folder, lambda case: case.update(origins=[named]))
    load_content(folder)
    (row,) = case.origins.all()
    assert (row.origin, row.name, row.result) == (None, named["name_en"], origin["how_en"])
    change(folder, lambda case: case.update(origins=[{**origin, "slug": "no-such-case"}]))
    with pytest.raises(ContentError, match="no-such-case"):
        load_content(folder)


def test_case_that_is_held_back_is_a_draft_and_unpublished_where_it_was_public(
    folder: Path,
) -> None:
    change(folder, lambda case: case.update(held_back="公開できる出典がない。"))
    load_content(folder)
    [draft] = CaseStudyPage.objects.filter(slug=CASES[0], alias_of=None)
    assert not draft.live
    assert draft.internal_note.startswith("公開できる出典がない。")
    change(folder, lambda case: case.update(held_back=None))
    load_content(folder)
    assert CaseStudyPage.objects.live().filter(slug=CASES[0], alias_of=None).count() == 2
    change(folder, lambda case: case.update(held_back="公開できる出典がない。"))
    load_content(folder)
    assert not CaseStudyPage.objects.live().filter(slug=CASES[0]).exists()


@pytest.mark.parametrize(
    ("written", "date", "japanese", "english"),
    [
        (None, "", "", ""),
        ("2021-04", "2021-04", "", ""),
        ("2019年度", "", "2019年度", "fiscal 2019"),
        ("2019年度→2021年度", "", "2019年度→2021年度", "fiscal 2019–fiscal 2021"),
        ("2018から2021-03", "", "2018年から2021年3月", "2018–March 2021"),
        ("2009年以降の累計", "", "2009年以降の累計", "total since 2009"),
        ("2017ごろ", "", "2017年ごろ", "about 2017"),
        ("2016-04-16→2017", "", "2016年4月16日→2017年", "16 April 2016–2017"),
        ("9月（年は不明）", "", "9月（年は不明）", "September, year not known"),
    ],
)
def test_dates_that_are_not_one_date_are_said_in_words(
    written: str | None, date: str, japanese: str, english: str
) -> None:
    assert date_and_remark(written, "ja") == (date, japanese)
    assert date_and_remark(written, "en") == (date, english)


def test_every_date_of_the_files_is_a_date_or_has_english_words() -> None:
    for case in rows(DATA / "cases.jsonl"):
        dated = [case["reached"] or {}, *(case["result_rows"] or [])]
        for part in dated:
            _date, remark = date_and_remark(part.get("date"), "en")
            assert remark.isascii() or "–" in remark, (case["slug"], remark)


def test_organisation_without_english_name_stands_in_as_alias(folder: Path) -> None:
    load_content(folder)
    japanese = OrganisationPage.objects.filter(locale__language_code="ja")
    assert japanese.count() == OrganisationPage.objects.filter(locale__language_code="en").count()
    without = [r["slug"] for r in rows(folder / "organisations.jsonl") if not r["name_en"]]
    for slug in without:
        alias = OrganisationPage.objects.get(slug=slug, locale__language_code="en")
        assert alias.alias_of.slug == slug
        assert alias.content_language == "ja"
        assert alias.live


def test_wave_that_was_imported_on_the_site_is_kept(folder: Path) -> None:
    load_content(folder)
    wave = Wave.objects.get(survey="jcie-local-governments", code="2015")
    Wave.objects.filter(pk=wave.pk).update(digest="imported", title_ja="取り込んだ調査回")
    path = folder / "surveys.json"
    path.write_text(path.read_text("utf-8").replace("地域での担い手不足", "担い手不足"), "utf-8")
    report = load_content(folder)
    assert "surveys.json: jcie-local-governments/2015" in report.kept
    wave.refresh_from_db()
    assert wave.title_ja == "取り込んだ調査回"
    load_content(folder, overwrite=True)
    wave.refresh_from_db()
    assert wave.title_ja != "取り込んだ調査回"
    assert Option.objects.filter(label_ja="担い手不足").exists()


def test_mistakes_in_figures_by_area_are_named_and_nothing_is_stored(folder: Path) -> None:
    path = folder / "geo" / "foreign_residents.csv"
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([*lines, "999999,municipality,不明,2025-01,total,総数,x,,JUKI-M,"]))
    with pytest.raises(ContentError, match=f"row {len(lines) + 1}: area_code6 '999999'"):
        load_content(folder)
    assert not ResidentCount.objects.exists()


def test_dry_run_stores_nothing(folder: Path) -> None:
    before = everything()
    report = load_content(folder, dry_run=True)
    assert report.pages_changed > 20
    assert everything() == before


def _truncate(folder: Path) -> None:
    path = folder / "cases.jsonl"
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: len(text) - 200], encoding="utf-8")


def _not_utf8(folder: Path) -> None:
    path = folder / "cases.jsonl"
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp932", "replace"))


def _wrong_digit(folder: Path) -> None:
    path = folder / "geo/municipalities.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("\n014583,", "\n014584,"), "utf-8")


def _no_columns(folder: Path) -> None:
    path = folder / "geo/prefectures.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("name_en", "english", 1), "utf-8")


def _no_front_matter(folder: Path) -> None:
    (folder / "pages/about.ja.md").write_text("## 見出し\n", encoding="utf-8")


MISTAKES: list[tuple[Callable[[Path], None], str]] = [
    (_truncate, r"cases.jsonl, row 2: the line is not complete JSON"),
    (_not_utf8, r"cases.jsonl: the file is not UTF-8"),
    (lambda f: (f / "cases.jsonl").unlink(), r"cases.jsonl: the file is missing"),
    (lambda f: (f / "cases.jsonl").write_text("[1]\n"), r"row 1: the line is not a JSON object"),
    (
        lambda f: change(f, lambda r: r.pop("title_en")),
        r"cases.jsonl, row 1: missing: title_en",
    ),
    (
        lambda f: change(f, lambda r: r.update(themes=["9-9"])),
        r"cases.jsonl, row 1: '9-9' is not a code of themes",
    ),
    (
        lambda f: change(f, lambda r: r.update(themes="2-1")),
        r"cases.jsonl, row 1: must be a list \[…\]: themes",
    ),
    (
        lambda f: change(f, lambda r: r.update(area_codes=["131042"])),
        r"cases.jsonl, row 1: '131042' is not the code of a known area",
    ),
    (
        lambda f: change(f, lambda r: r["actors"][0].update(organisation="nobody")),
        r"cases.jsonl, row 1: organisation 'nobody' is not in organisations.jsonl",
    ),
    (
        lambda f: change(f, lambda r: r.update(evidence_grade=None)),
        r"cases.jsonl, row 1: evidence_grade:",
    ),
    (
        lambda f: change(f, lambda r: r.update(slug="あ い")),
        r"cases.jsonl, row 1: slug 'あ い' may hold",
    ),
    (
        lambda f: change(f, lambda r: r.update(slug=CASES[1])),
        r"cases.jsonl, row 2: slug '.+' stands twice",
    ),
    (
        lambda f: change(f, lambda r: r.update(year_start="next year")),
        r"cases.jsonl, row 1: started:",
    ),
    (
        lambda f: change(f, lambda r: r["sources"][0].update(address="not an address")),
        r"cases.jsonl, row 1: sources 1, url:",
    ),
    (_wrong_digit, r"geo/municipalities.csv, row \d+: .*014583"),
    (_no_columns, r"geo/prefectures.csv: the header lacks: name_en"),
    (_no_front_matter, r"pages/about.ja.md: the file does not begin with front matter"),
    (lambda f: (f / "vocabularies.json").write_text("{"), r"vocabularies.json: not valid JSON"),
]


@pytest.mark.parametrize(("spoil", "message"), MISTAKES)
def test_mistake_is_named_and_nothing_is_stored(
    folder: Path, spoil: Callable[[Path], None], message: str
) -> None:
    spoil(folder)
    before = everything()
    with pytest.raises(ContentError, match=message):
        load_content(folder)
    assert everything() == before


def test_mistakes_in_events_and_coverage_are_named_by_row_and_key(folder: Path) -> None:
    def spoilt(name: str, *changes: dict[str, Any]) -> None:
        row = rows(DATA / f"{name}.jsonl")[0]
        write(
            folder / f"{name}.jsonl",
            [row | {"slug": f"{name}-{number}"} | one for number, one in enumerate(changes)],
        )

    spoilt(
        "events",
        {"organisers": [{"name_ja": "見本の会", "part": "organiser"}, {"name_ja": "見本の会"}]},
        {"sources": ["https://example.org/"]},
        {"area_codes": "13"},
        {"kind": ["visit"]},
        {"starts_on": 2024},
        {"starts_on": "2024-02-30", "start_time": "25:00"},
        {"slug": "events-4"},
        {"slug": "あ"},
        {"themes": [1]},
        {"organisers": [{"name_ja": ["見本の会"], "part": "organiser"}]},
    )
    quote = {"text": "a", "language": "ja", "person": "nobody", "source": "a", "accessed": "2026"}
    spoilt(
        "press",
        {"quotes": [quote]},
        {"quotes": [quote | {"address": "https://example.org/"}]},
        {"people": [{"person": "menju-toshihiro", "part": "guest"}]},
        {"outlet": {"ja": "毎日新聞"}},
        {"published_on": "May"},
    )
    before = everything()
    with pytest.raises(ContentError) as caught:
        load_content(folder)
    found = [str(problem) for problem in caught.value.problems]
    for number, message in [
        (1, "organisers, entry 2: missing: part."),
        (2, "sources, entry 1: must be an object {…}."),
        (3, "area_codes must be a list […]."),
        (4, "kind must be one value, not a list or an object."),
        (5, "starts_on 2024 is no date as 2024-05-31, 2024-05 or 2024."),
        (6, "starts_on '2024-02-30' is no date as 2024-05-31, 2024-05 or 2024."),
        (6, "start_time '25:00' is no time as 13:30."),
        (7, "slug 'events-4' stands twice in the file."),
        (8, "slug 'あ' may hold a-z, 0-9 and hyphens only."),
        (9, "themes, entry 1: must be a text."),
        (10, "organisers, entry 1: name_ja must be one value, not a list or an object."),
    ]:
        assert f"events.jsonl, row {number}: {message}" in found, found
    for number, message in [
        (1, "quotes, entry 1: missing: address."),
        (2, "person 'nobody' is not in people.jsonl."),
        (3, "part 'guest' of a person is unknown."),
        (3, "person 'menju-toshihiro' is not in people.jsonl."),
        (4, "outlet must be one value, not a list or an object."),
        (5, "published_on 'May' is no date as 2024-05-31, 2024-05 or 2024."),
    ]:
        assert f"press.jsonl, row {number}: {message}" in found, found
    assert everything() == before


def test_all_mistakes_are_named_at_once(folder: Path) -> None:
    values = rows(folder / "cases.jsonl")
    values[0]["themes"] = ["9-9"]
    values[1]["status"] = "gone"
    write(folder / "cases.jsonl", values)
    with pytest.raises(ContentError) as caught:
        load_content(folder)
    assert [problem.row for problem in caught.value.problems] == [1, 2]


def test_mistake_in_a_later_load_keeps_what_is_stored(folder: Path) -> None:
    load_content(folder)
    stored = everything()
    change(folder, lambda r: r.update(summary_ja="新しい文。"))
    values = rows(folder / "cases.jsonl")
    values[1]["evidence_grade"] = None
    write(folder / "cases.jsonl", values)
    with pytest.raises(ContentError):
        load_content(folder)
    assert everything() == stored
    page = CaseStudyPage.objects.get(slug=CASES[0], locale__language_code="ja")
    assert page.overview != "新しい文。"


def test_page_that_an_editor_changed_is_kept_unless_asked(
    folder: Path, django_user_model: Any
) -> None:
    load_content(folder)
    page = CaseStudyPage.objects.get(slug=CASES[0], locale__language_code="ja")
    page.overview = "編集者の文。"
    page.save_revision(user=django_user_model.objects.create_user("editor")).publish()
    change(folder, lambda r: r.update(summary_ja="ファイルの文。"))

    report = load_content(folder)
    assert report.kept == [f"cases.jsonl: {CASES[0]}.ja"]
    page.refresh_from_db()
    assert page.overview == "編集者の文。"

    load_content(folder, overwrite=True)
    page.refresh_from_db()
    assert page.overview == "ファイルの文。"


def test_page_that_an_editor_deleted_does_not_come_back(folder: Path) -> None:
    load_content(folder)
    CaseStudyPage.objects.get(slug=CASES[0], locale__language_code="ja").delete()
    change(folder, lambda r: r.update(title_en="Another title"))
    load_content(folder)
    assert not CaseStudyPage.objects.filter(slug=CASES[0], locale__language_code="ja").exists()


def test_command_says_what_is_wrong_in_plain_words(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="is not a folder"):
        call_command("load_content", tmp_path / "nowhere", verbosity=0)
    _truncate(folder)
    with pytest.raises(CommandError, match=r"Nothing was loaded.\ncases.jsonl, row 2"):
        call_command("load_content", folder, verbosity=0)
