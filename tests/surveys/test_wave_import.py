"""A wave from a spreadsheet: right, wrong, repeated, interrupted; small counts nowhere."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.utils import DatabaseError
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook, load_workbook
from wagtail.models import Revision

from search.models import SearchOutbox
from surveys.exports import WAVE_COLUMNS
from surveys.models import Figure, Group, Option, Question, Survey, SurveyWavePage, Wave

CASES = Path(__file__).resolve().parent.parent / "field_cases"

pytestmark = pytest.mark.django_db

Rows = list[dict[str, Any]]

HEAD = {"survey": "sample", "wave": "2027", "year": 2027, "title_ja": "見本の調査2027"}
GROUPS: dict[str, dict[str, Any]] = {
    "all": {"group_ja": "全体", "dimension": "all", "asked": 67, "responses": 50},
    "pref": {"group_ja": "都道府県", "dimension": "kind", "asked": 47, "responses": 30},
    "city": {"group_ja": "政令指定都市", "dimension": "kind", "asked": 20, "responses": 20},
}
COUNTS = {
    "yes": {"all": 33, "pref": 20, "city": 13},
    "no": {"all": 17, "pref": 10, "city": 7},
}


def right(counts: dict[str, dict[str, int]] | None = None, **values: Any) -> Rows:
    """A whole wave: a question with one answer each, by kind of local government."""
    return [
        {
            **HEAD,
            "group": group,
            **GROUPS[group],
            "question": "plan",
            "question_ja": "計画はありますか",
            "answers": "one",
            "option": option,
            "option_ja": option,
            "count": count,
            **values,
        }
        for option, by_group in (counts or COUNTS).items()
        for group, count in by_group.items()
    ]


@pytest.fixture
def bring(survey: Survey, tmp_path: Path) -> Callable[..., str]:
    """A function that runs the command on rows, as Excel or as CSV, and returns what it says."""

    def run(rows: Rows, *options: str, ending: str = "xlsx") -> str:
        path = tmp_path / f"wave.{ending}"
        cells = [list(WAVE_COLUMNS), *([row.get(name) for name in WAVE_COLUMNS] for row in rows)]
        if ending == "xlsx":
            book = Workbook()
            for line in cells:
                book.active.append(line)
            book.save(path)
        else:
            with path.open("w", encoding="utf-8-sig", newline="") as file:
                csv.writer(file).writerows(cells)
        out = io.StringIO()
        call_command("survey_import", str(path), *options, stdout=out)
        return out.getvalue()

    return run


def everything() -> dict[str, Any]:
    return {
        "waves": list(Wave.objects.values_list("code", "digest")),
        "rows": [model.objects.count() for model in (Group, Question, Option, Figure)],
        "pages": list(SurveyWavePage.objects.values_list("pk", "title")),
        "revisions": Revision.objects.count(),
        "outbox": SearchOutbox.objects.count(),
    }


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_right_file_becomes_a_wave_with_pages_in_both_languages(
    bring: Callable[..., str], client: Client, ending: str
) -> None:
    assert "Stored: 6 figures new" in bring(right(), ending=ending)
    for prefix in ("", "/en"):
        page = client.get(f"{prefix}/surveys/sample/2027/")
        assert page.status_code == 200
        assert "66.7%" in page.content.decode()
        assert "計画はありますか" in page.content.decode()
    assert Figure.objects.get(option__code="yes", group__code="city").percent == 65


def test_same_file_twice_changes_nothing(bring: Callable[..., str]) -> None:
    bring(right())
    stored = everything()
    assert "Stored: 0 figures new, 0 changed, 6 unchanged" in bring(right())
    assert everything() == stored


def test_download_can_be_brought_back_and_changes_nothing(
    bring: Callable[..., str], client: Client, tmp_path: Path
) -> None:
    bring(right())
    path = tmp_path / "back.csv"
    path.write_bytes(b"".join(client.get("/surveys/sample/2027/figures.csv")))
    numbers = list(Figure.objects.order_by("pk").values_list("count", "percent"))
    call_command("survey_import", str(path), stdout=io.StringIO())
    assert list(Figure.objects.order_by("pk").values_list("count", "percent")) == numbers


def test_changed_file_replaces_the_wave_as_a_whole(bring: Callable[..., str]) -> None:
    bring(right())
    bring(right({"yes": {"pref": 25, "city": 13}, "no": {"pref": 5, "city": 7}}), "--delete")
    assert Figure.objects.count() == 4
    assert Group.objects.count() == 2
    assert SurveyWavePage.objects.filter(wave__code="2027").count() == 2


def test_dry_run_stores_nothing(bring: Callable[..., str]) -> None:
    before = everything()
    assert "Would store: 6 figures new" in bring(right(), "--dry-run")
    assert everything() == before


def changed(number: int, **values: Any) -> Rows:
    rows = right()
    rows[number] |= values
    return rows


@pytest.mark.parametrize(
    ("rows", "row", "column"),
    [
        pytest.param(changed(1, survey="unknown"), 3, "survey", id="unknown survey"),
        pytest.param(changed(1, survey=""), 3, "survey", id="no survey"),
        pytest.param(changed(1, wave="20 27!"), 3, "wave", id="bad code"),
        pytest.param(changed(1, year="soon"), 3, "year", id="no year"),
        pytest.param(changed(1, title_ja="別の題名"), 3, "title_ja", id="two titles"),
        pytest.param(changed(1, started="2027-13"), 3, "started", id="no month"),
        pytest.param(changed(1, dimension="colour"), 3, "dimension", id="unknown dimension"),
        pytest.param(changed(1, asked=10), 3, "responses", id="more answered than asked"),
        pytest.param(changed(4, responses=31), 6, "responses", id="two numbers of answers"),
        pytest.param(changed(2, count=21), 4, "count", id="more than answered"),
        pytest.param(changed(2, count=-1), 4, "count", id="below nothing"),
        pytest.param(changed(2, count="many"), 4, "count", id="no number"),
        pytest.param(changed(2, percent=101), 4, "percent", id="above a hundred"),
        pytest.param(changed(2, percent=50), 4, "percent", id="percent and count differ"),
        pytest.param(changed(3, count=20), 5, "count", id="answers add up to too many"),
        pytest.param(changed(1, answers="two"), 3, "answers", id="unknown kind of answers"),
        pytest.param(changed(1, themes="9-9"), 3, "themes", id="unknown theme"),
        pytest.param(changed(1, question=""), 3, "question", id="answer without question"),
        pytest.param(changed(1, group=""), 3, "group", id="number without group"),
        pytest.param(changed(1, mark="suppressed"), 3, "mark", id="hidden with a number"),
        pytest.param(changed(1, source_url="here"), 3, "source_url", id="no address"),
    ],
)
def test_mistake_is_named_by_row_and_column_and_nothing_is_stored(
    bring: Callable[..., str], rows: Rows, row: int, column: str
) -> None:
    before = everything()
    with pytest.raises(CommandError) as caught:
        bring(rows)
    assert f"row {row}, {column} (" in str(caught.value)
    assert "Nothing was stored" in str(caught.value)
    assert everything() == before


def test_percentage_needs_the_number_of_answers(bring: Callable[..., str]) -> None:
    rows = right(count=None, percent=50, responses=None)
    with pytest.raises(CommandError, match=r"row 2, responses \("):
        bring(rows)


def test_all_mistakes_are_named_at_once(bring: Callable[..., str]) -> None:
    rows = changed(2, count=21)
    rows[4] |= {"themes": "9-9"}
    with pytest.raises(CommandError) as caught:
        bring(rows)
    assert "row 4, count" in str(caught.value)
    assert "row 6, themes" in str(caught.value)


def test_file_that_is_no_table_is_refused(survey: Survey, tmp_path: Path) -> None:
    path = tmp_path / "wave.xlsx"
    path.write_bytes(b"PK\x03\x04 not a workbook")
    with pytest.raises(CommandError, match=r"Nothing was stored\."):
        call_command("survey_import", str(path))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("survey_import", str(tmp_path / "none.xlsx"))


def test_interrupted_at_the_last_figure_nothing_is_stored(bring: Callable[..., str]) -> None:
    before = everything()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TRIGGER stop BEFORE INSERT ON surveys_figure WHEN NEW.count = 7 "
            "BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        )
    with pytest.raises(DatabaseError, match="the disk is full"):
        bring(right())
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER stop")
    assert everything() == before


def test_curator_sees_the_changes_and_confirms_them(
    survey: Survey, client_of: Callable[[str], Client], tmp_path: Path
) -> None:
    call_command("roles_prepare", verbosity=0)
    curator = client_of("Curators")
    path = tmp_path / "wave.csv"
    lines = [list(WAVE_COLUMNS), *([row.get(n) for n in WAVE_COLUMNS] for row in right())]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(lines)
    address = reverse("sheets:upload", args=["survey-waves"])
    with path.open("rb") as file:
        preview = curator.post(address, {"file": file}, follow=True)
    assert preview.status_code == 200
    assert not Wave.objects.exists()
    assert "sample / 2027 / plan / yes / pref" in preview.content.decode()
    here = preview.redirect_chain[-1][0]
    curator.post(here, {"confirm": "1"}, follow=True)
    assert Figure.objects.count() == 6
    assert curator.get("/surveys/sample/2027/").status_code == 200
    assert curator.get(reverse("waves:index")).status_code == 200
    assert client_of("Translators").get(address).status_code in {302, 404}


def test_small_counts_are_neither_stored_nor_shown_nor_given_out(
    bring: Callable[..., str], client: Client
) -> None:
    counts = {
        "yes": {"all": 30, "pref": 27, "city": 3},
        "no": {"all": 15, "pref": 3, "city": 12},
        "unsure": {"all": 5, "pref": 0, "city": 5},
    }
    said = bring(right(counts))
    kept = {
        (figure.option.code, figure.group.code): figure.count
        for figure in Figure.objects.select_related("option", "group")
    }
    for option, by_group in counts.items():
        for group, count in by_group.items():
            if 0 < count < 5:
                assert kept[option, group] is None
    # Neither from the whole, nor from the other answers of the group.
    for group in ("all", "pref", "city"):
        column = [kept[option, group] for option in counts]
        assert column.count(None) != 1
    for option in counts:
        row = [kept[option, group] for group in ("all", "pref", "city")]
        assert row.count(None) != 1
    assert not Figure.objects.filter(is_suppressed=True).exclude(count=None, percent=None).exists()
    assert f"非公表の数値は{sum(count is None for count in kept.values())}件" in said
    page = client.get("/surveys/sample/2027/").content.decode()
    assert "非公表*" in page
    rows = csv.DictReader(
        io.StringIO(b"".join(client.get("/surveys/sample/2027/figures.csv")).decode("utf-8-sig"))
    )
    for row in rows:
        if kept[row["option"], row["group"]] is None:
            assert (row["count"], row["percent"], row["mark"]) == ("", "", "suppressed")
    again = bring(right(counts))
    assert "0 figures new, 0 changed" in again


def test_percentage_that_gives_a_small_count_away_is_hidden_as_well(
    bring: Callable[..., str],
) -> None:
    rows = right(count=None, answers="several")
    for row, percent in zip(rows, [66, 66.7, 15, 30, 30, 30], strict=True):
        row["percent"] = percent
    bring(rows)
    hidden = Figure.objects.filter(is_suppressed=True).values_list("option__code", "group__code")
    assert sorted(hidden) == [("yes", "all"), ("yes", "city")]


# --- What is deleted, and what the preview promises -------------------------------------------


def csv_of(rows: Rows, columns: tuple[str, ...] = WAVE_COLUMNS) -> SimpleUploadedFile:
    text = io.StringIO()
    csv.writer(text).writerows([columns, *([row.get(name) for name in columns] for row in rows)])
    return SimpleUploadedFile("wave.csv", text.getvalue().encode("utf-8-sig"))


@pytest.fixture
def curator(survey: Survey, client_of: Callable[[str], Client]) -> Client:
    call_command("roles_prepare", verbosity=0)
    client = client_of("Curators")
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def show(client: Client, file: SimpleUploadedFile) -> tuple[str, str]:
    """The address of the preview, and what it says."""
    address = reverse("sheets:upload", args=["survey-waves"])
    answer = client.post(address, {"file": file}, follow=True)
    return answer.redirect_chain[-1][0], answer.content.decode()


def test_what_the_file_lacks_is_listed_and_deleted_only_when_confirmed(
    bring: Callable[..., str], curator: Client
) -> None:
    bring(right())
    fewer = [row for row in right() if row["group"] != "city"]
    here, text = show(curator, csv_of(fewer))
    assert "sample / 2027 / plan / yes / city" in text
    assert 'name="remove"' in text
    said = curator.post(here, {"confirm": "on"}, follow=True).content.decode()
    assert "Nothing was stored: 2 stored records" in said
    assert Figure.objects.count() == 6
    curator.post(here, {"confirm": "on", "remove": "on"}, follow=True)
    assert Figure.objects.count() == 4
    assert not Group.objects.filter(code="city").exists()


def test_command_deletes_only_with_its_option(bring: Callable[..., str]) -> None:
    bring(right())
    fewer = [row for row in right() if row["group"] != "city"]
    with pytest.raises(CommandError, match="--delete"):
        bring(fewer)
    assert Figure.objects.count() == 6


def test_nothing_is_listed_where_nothing_would_be_deleted(
    bring: Callable[..., str], curator: Client
) -> None:
    bring(right())
    changed = right()
    changed[0]["asked"] = changed[3]["asked"] = 68
    here, text = show(curator, csv_of(changed))
    assert 'name="remove"' not in text
    curator.post(here, {"confirm": "on"}, follow=True)
    assert Group.objects.get(code="all").asked == 68


def test_columns_that_the_file_lacks_stay_as_they_are_stored(
    bring: Callable[..., str], curator: Client
) -> None:
    bring(right(title_en="Sample survey 2027", question_en="Is there a plan?", published="2027-09"))
    few = ("survey", "wave", "question", "option", "group", "count")
    changed = right(
        {"yes": {"all": 34, "pref": 21, "city": 13}, "no": {"all": 16, "pref": 9, "city": 7}}
    )
    here, text = show(curator, csv_of(changed, few))
    assert "will be hidden" not in text
    curator.post(here, {"confirm": "on"}, follow=True)
    wave, question = Wave.objects.get(), Question.objects.get()
    assert (wave.title_en, wave.published) == ("Sample survey 2027", "2027-09")
    assert (question.text_ja, question.text_en) == ("計画はありますか", "Is there a plan?")
    assert Group.objects.get(code="city").label_ja == "政令指定都市"
    figure = Figure.objects.get(option__code="yes", group__code="pref")
    assert (figure.count, figure.percent) == (21, 70)


def test_figures_that_will_be_hidden_are_named_before(curator: Client) -> None:
    _here, text = show(
        curator,
        csv_of(right({"yes": {"all": 47, "pref": 28, "city": 19}, "no": {"all": 3, "pref": 2}})),
    )
    assert "will be hidden" in text


def test_what_would_be_deleted_is_shown_anew_when_it_changed(
    bring: Callable[..., str], curator: Client
) -> None:
    bring(right())
    fewer = [row for row in right() if row["group"] != "city"]
    here, _text = show(curator, csv_of(fewer))
    more = right({"yes": COUNTS["yes"], "no": COUNTS["no"], "unsure": {"city": 0}})
    bring(more)
    before = Figure.objects.count()
    said = curator.post(here, {"confirm": "on", "remove": "on"}, follow=True).content.decode()
    assert "changed meanwhile" in said
    assert "plan / unsure / city" in said
    assert Figure.objects.count() == before


def test_calculated_percentages_are_rounded_half_up(bring: Callable[..., str]) -> None:
    # 17 of 80 are 21.25 %.
    rows = right({"yes": {"all": 17}, "no": {"all": 63}}, asked=80, responses=80)
    bring(rows)
    assert str(Figure.objects.get(option__code="yes").percent) == "21.3"


def test_f04_percent_cells_are_stored_as_they_are_shown(survey: Survey, curator: Client) -> None:
    book = load_workbook(CASES / "F04_percent_cells.xlsx")
    for row in book.active.iter_rows(min_row=2, max_col=1):
        row[0].value = "sample"
    content = io.BytesIO()
    book.save(content)
    here, _text = show(curator, SimpleUploadedFile("F04.xlsx", content.getvalue()))
    curator.post(here, {"confirm": "on"}, follow=True)
    assert str(Figure.objects.get(option__code="a").percent) == "45.3"
    assert Group.objects.get().rate == 80
