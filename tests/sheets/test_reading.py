"""Files as offices send them, and files that mean harm."""

from __future__ import annotations

import csv
import datetime
import io
import zipfile
from collections.abc import Callable

import pytest
from django.utils.translation import gettext_lazy, override
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from core.tabular import guarded, unguarded
from sheets.columns import Column
from sheets.dates import WrongValue, read_date
from sheets.kinds import Choice, Date, Flag, Kind, Many, Number, Option, Part, Phone, Prose, Rows
from sheets.parsing import Parsed, parse
from sheets.prose import canonical_prose, prose_blocks, prose_text
from sheets.reading import MOST_BYTES, MOST_COLUMNS, UnreadableFile, read

THEMES = Choice(
    source=lambda: [
        Option("1-1", "情報、相談", "Information; advice"),
        Option("2-3", "就労", "Work"),
        Option("x", "その他", "Other", is_offered=False),
    ]
)
COLUMNS = [
    Column("title", gettext_lazy("Title of the case"), required=True, aliases=("件名",)),
    Column("themes", gettext_lazy("themes"), Many(of=THEMES)),
    Column("started", gettext_lazy("started"), Date()),
    Column("cost", gettext_lazy("cost in yen"), Number()),
    Column("phone", gettext_lazy("telephone"), Phone()),
    Column("hidden", gettext_lazy("no"), Flag()),
]
LINES = [
    ["件名", "themes", "started", "cost", "phone"],
    ["教室", "1-1；2-3", "R5.4.1", "３万円", ""],
]


def table(lines: list[list[str]], delimiter: str = ",") -> str:
    """Lines of cells as the text of a CSV file."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(lines)
    return text.getvalue()


def workbook(*rows: list[object], **settings: object) -> bytes:
    """Rows as an Excel file."""
    book = Workbook()
    for name, value in settings.items():
        setattr(book, name, value)
    for row in rows:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def parsed(content: bytes) -> Parsed:
    return parse(read(content), COLUMNS)


ENCODINGS = ["utf-8", "utf-8-sig", "cp932", "utf-16", "utf-16-le", "utf-16-be", "euc_jp",
             "iso2022_jp"]  # fmt: skip


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_in_every_encoding_and_with_every_delimiter(encoding: str, delimiter: str) -> None:
    lines = [[cell.replace("；", "、") for cell in line] for line in LINES]
    found = parsed(table(lines, delimiter).encode(encoding))
    assert found.problems == []
    assert found.records[0].values == {
        "title": "教室", "themes": "1-1; 2-3",
        "started": "2023-04-01", "cost": "30000", "phone": "",
    }  # fmt: skip


def test_excel_dates_of_both_calendars_and_what_excel_made_of_codes() -> None:
    day = datetime.date(2023, 4, 1)
    for settings in ({}, {"epoch": CALENDAR_MAC_1904}):
        content = workbook(
            ["title", "themes", "started", "phone"],
            ["日付", datetime.date(2026, 2, 3), day, 312345678],
            **settings,
        )
        found = parsed(content)
        assert found.problems == []
        values = found.records[0].values
        assert (values["themes"], values["started"], values["phone"]) == (
            "2-3", "2023-04-01", "0312345678",
        )  # fmt: skip
        assert len(found.remarks) == 2


def test_excel_shows_a_month_and_so_we_read_a_month() -> None:
    book = Workbook()
    book.active.append(["title", "started"])
    book.active.append(["月", datetime.date(2023, 4, 1)])
    book.active["B2"].number_format = 'yyyy"年"m"月"'
    content = io.BytesIO()
    book.save(content)
    assert parsed(content.getvalue()).records[0].values["started"] == "2023-04"


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("令和5年", "2023"), ("令和元年5月1日", "2019-05-01"), ("R5.4.1", "2023-04-01"),
        ("平成31年度", "2019"), ("Ｈ３１", "2019"), ("㋿５年４月", "2023-04"),
        ("昭和64年1月7日", "1989-01-07"),
        ("2023/4/1", "2023-04-01"), ("２０２３年４月", "2023-04"), ("20230401", "2023-04-01"),
        ("202304", "2023-04"), ("45017", "2023-04-01"), (45017, "2023-04-01"), (2023, "2023"),
        ("2023-04-01 00:00:00", "2023-04-01"), ("令和５年４月１日（土）", "2023-04-01"), ("", ""),
    ],
)  # fmt: skip
def test_dates_as_they_are_written(written: str | int, iso: str) -> None:
    assert read_date(written).text == iso


@pytest.mark.parametrize(
    "written", ["5年", "2023-13", "2023-02-30", "令和0年", "春", "4/1", 2023.1, "10000000000"]
)
def test_what_is_no_date_is_refused(written: str | float) -> None:
    with pytest.raises(WrongValue):
        read_date(written)


def test_headings_below_titles_and_across_merged_rows_and_notes() -> None:
    book = Workbook()
    sheet = book.active
    for row in [
        ["事例一覧（令和5年度）"],
        [],
        ["件名（必須）", "概要", None, "cost"],
        [None, "themes", "started", None],
        ["教室", "就労", "2023", 1000],
        [],
        ["※金額は概算"],
        ["相談", "情報、相談", None, 0],
    ]:
        sheet.append(row)
    sheet.merge_cells("A3:A4")
    sheet.merge_cells("B3:C3")
    content = io.BytesIO()
    book.save(content)
    found = parsed(content.getvalue())
    assert [(r.row, r.values["title"], r.values["cost"]) for r in found.records] == [
        (5, "教室", "1000"),
        (8, "相談", "0"),
    ]
    assert [remark.row for remark in found.remarks] == [7]


def test_formulas_give_their_values_or_are_named() -> None:
    found = parsed(workbook(["title", "cost"], ["和", "=1+1"]))
    assert [(p.row, p.letter) for p in found.problems] == [(2, "B")]


def test_a_heading_twice_and_one_missing_are_named() -> None:
    twice = parsed(table([["title", "cost", "cost"], ["a", "1", "2"]]).encode())
    assert [(p.row, p.letter) for p in twice.problems] == [(1, "C")]
    missing = parsed(table([["themes", "cost"], ["1-1", "2"]]).encode())
    assert [p.column for p in missing.problems] == ["title"]
    assert missing.records == []


# --- Files that mean harm, or that no program can read ----------------------------------------


def archive(**members: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return content.getvalue()


def large_archive() -> bytes:
    """A small workbook with a sheet of 160 MB."""
    return archive(xl__workbook_xml=b"x", xl__worksheets__a_xml=b"0" * 160_000_000)


def entities() -> bytes:
    """A workbook with a text that is defined to grow a thousand million times."""
    bomb = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
        + b"".join(
            f'<!ENTITY {n} "{f"&{p};" * 10}">'.encode()
            for p, n in zip("abcdefgh", "bcdefghi", strict=True)
        )
        + b"]><sst><si><t>&i;</t></si></sst>"
    )
    source = io.BytesIO(workbook(["title", "cost"], ["a", 1]))
    content = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(content, "w") as new:
        for name in old.namelist():
            new.writestr(name, bomb if name == "xl/worksheets/sheet1.xml" else old.read(name))
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"a" * (MOST_BYTES + 1), "MB"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00" * 100, ".xls"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"), "password"),
        (archive(mimetype=b"x", content_xml=b"x"), ".ods"),
        (archive(word__document_xml=b"x"), "workbook"),
        (large_archive, "unpacked"),
        (archive(xl__workbook_xml=b"nonsense"), "damaged"),
        (workbook(["title", "cost"], ["a", 1])[:-400], "damaged"),
        (entities(), "definitions"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "not a table"),
        (b"<html><table><tr><td>title</td></tr></table>", "web page"),
        ((",".join(["title"] * (MOST_COLUMNS + 1))).encode(), "columns"),
        (table([["title", "cost"], *([["a", "1"]] * 6000)]).encode(), "rows"),
        (table([["a", "b"], ["c", "d"]]).encode(), "headings"),
    ],
)  # fmt: skip
def test_hostile_and_unreadable_files_get_a_clear_message(
    content: bytes | Callable[[], bytes], word: str
) -> None:
    """What takes seconds to pack is packed here, not by every process that collects tests."""
    content = content if isinstance(content, bytes) else content()
    with override("en"), pytest.raises(UnreadableFile, match=word):
        parsed(content)


# --- What goes out comes back -----------------------------------------------------------------

WORDS = st.text(alphabet="ab *[]()\\#->1.\n—<|｜!/:あ&;='+@", max_size=40)


@given(WORDS)
def test_guarded_cells_come_back(text: str) -> None:
    cell = guarded(text)
    assert unguarded(cell) == text
    assert not cell.startswith(("=", "+", "-", "@", "＝"))


@given(WORDS)
def test_running_text_has_one_notation(text: str) -> None:
    once = canonical_prose(text)
    assert canonical_prose(once) == once
    assert prose_text(prose_blocks(once)) == once


@given(st.lists(st.tuples(WORDS.filter(str.strip), WORDS), max_size=4))
def test_rows_inside_a_cell_come_back(rows: list[tuple[str, str]]) -> None:
    kind = Rows(parts=(Part("a", "a", Kind()), Part("b", "b", Prose())))
    text = "\n".join(Rows.write(row) for row in rows)
    once = kind.read(text).text
    assert kind.read(kind.show(once)).text == once


def test_blocks_that_stay_keep_their_identity_and_pictures_stay() -> None:
    stored = [
        {"type": "paragraph", "id": "1", "value": '<p data-block-key="a">古い<b>文</b></p>'},
        {"type": "figure", "id": "2", "value": {"image": 7, "caption": "写真"}},
    ]
    text = prose_text(stored)
    assert text == "古い**文**\n\n![写真](picture:7)"
    blocks = prose_blocks(f"新しい <script>\n\n{text}", stored)
    assert blocks[1:] == stored
    assert blocks[0]["value"] == "<p>新しい &lt;script&gt;</p>"
