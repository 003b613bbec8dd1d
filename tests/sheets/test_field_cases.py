"""Small files made after public bug reports and office files: tests/field_cases, F01 to F15."""

from __future__ import annotations

import io
import resource
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import gettext_lazy, override
from openpyxl import Workbook

from sheets.columns import Column
from sheets.kinds import Date, Number
from sheets.parsing import Parsed, parse
from sheets.reading import SheetNumber, UnreadableFile, read
from surveys.sheets import Percent

CASES = Path(__file__).resolve().parent.parent / "field_cases"
COLUMNS = [
    Column(
        "identifier", gettext_lazy("identifier"), required=True, aliases=("識別子", "Identifier")
    ),
    Column("programme", gettext_lazy("programme"), aliases=("事業",)),
    Column("amount", gettext_lazy("amount"), Number(measure="money"), aliases=("助成額", "Amount")),
    Column("people", gettext_lazy("people"), Number(), aliases=("参加者",)),
    Column("rate", gettext_lazy("rate"), Percent(), aliases=("割合",)),
    Column("date", gettext_lazy("date"), Date(), aliases=("採択日",)),
]


def case(name: str) -> bytes:
    return next(CASES.glob(f"{name}*")).read_bytes()


def parsed(content: bytes) -> Parsed:
    with override("en"):
        return parse(read(content), COLUMNS)


def csv_of(*lines: str) -> Parsed:
    return parsed("\n".join(lines).encode())


def workbook(*rows: list[Any], formats: dict[str, str] | None = None, name: str = "R5") -> bytes:
    book = Workbook()
    book.active.title = name
    for row in rows:
        book.active.append(row)
    for place, number_format in (formats or {}).items():
        book.active[place].number_format = number_format
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


# --- Units ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "heading",
    [
        "助成額（千円）", "助成額(千円)", "助成額［千円］", "助成額[千円]", "助成額【千円】",
        "助成額〔千円〕", "助成額（税込、千円）", "助成額（単位：千円）", "助成額（1,000円）",
        "Amount (JPY thousand)", "Amount (thousand yen)",
    ],
)  # fmt: skip
def test_unit_in_a_heading_multiplies_and_is_told(heading: str) -> None:
    found = csv_of(f'識別子,"{heading}"', 'a,"12,000"')
    assert found.problems == []
    assert found.records[0].values["amount"] == "12000000"
    assert ["1,000" in remark.message for remark in found.remarks] == [True]


@pytest.mark.parametrize("name", ["F01_unit_in_heading_senen", "F01_unit_in_heading_hyakuman"])
def test_f01_units_in_headings(name: str) -> None:
    found = parsed(case(name))
    assert found.problems == []
    assert found.records[0].values["amount"] == "12000000"
    assert any("multiplied" in remark.message for remark in found.remarks)


@pytest.mark.parametrize(
    "line",
    ["（単位：千円）", "(単位:千円)", "単位　千円", "令和5年度（単位：千円、人）", "（千円）"],
)
def test_unit_above_the_table_counts_for_amounts_alone(line: str) -> None:
    found = csv_of(f",,{line}", "識別子,参加者,助成額", 'a,30,"12,000"')
    assert found.problems == []
    assert found.records[0].values["amount"] == "12000000"
    assert found.records[0].values["people"] == "30"


def test_unit_in_a_note_below_and_in_the_name_of_a_sheet_counts_too() -> None:
    below = csv_of("識別子,助成額,事業", "a,12,x", "※単位：百万円,,")
    assert below.records[0].values["amount"] == "12000000"
    named = parsed(workbook(["識別子", "助成額"], ["a", 12], name="助成（単位：百万円）"))
    assert named.records[0].values["amount"] == "12000000"


def test_counts_have_units_of_their_own() -> None:
    found = csv_of("識別子,参加者（千人）,割合（割）", "a,1.5,3")
    assert (found.records[0].values["people"], found.records[0].values["rate"]) == ("1500", "30")
    plain = csv_of("識別子,参加者（人）,割合（％）", "a,15,30")
    assert (plain.records[0].values["people"], plain.remarks) == ("15", [])


@pytest.mark.parametrize(
    ("heading", "cell"),
    [
        ("助成額（千ドル）", "12"), ("助成額（US$）", "12"), ("助成額（人）", "12"),
        ("助成額（千円）", "3万円"), ("助成額（千円）", "12000円"), ("参加者（千円）", "12"),
        ("割合（千円）", "12"), ("助成額（％）", "12"),
    ],
)  # fmt: skip
def test_units_that_do_not_fit_are_refused(heading: str, cell: str) -> None:
    found = csv_of(f"識別子,{heading}", f"a,{cell}")
    assert len(found.problems) == 1
    assert found.problems[0].letter == "B"


def test_cell_with_the_unit_of_its_heading_is_multiplied_once() -> None:
    found = csv_of("識別子,助成額（千円）", "a,12千円")
    assert found.records[0].values["amount"] == "12000"


@pytest.mark.parametrize(
    ("heading", "number", "number_format", "amount"),
    [
        ("助成額", 12000, '#,##0"千円"', "12000000"),
        ("助成額", 12000, '#,##0" 千円";△#,##0" 千円"', "12000000"),
        ("助成額", 12, '#,##0"百万円"', "12000000"),
        ("助成額", 12000000, '#,##0,"千円"', "12000000"),
        ("助成額", 12000000, "#,##0,", "12000000"),
        ("助成額（千円）", 12000000, "#,##0,", "12000000"),
        ("助成額（千円）", 12000, "#,##0", "12000000"),
        ("助成額（千円）", 12000, '#,##0"千円"', "12000000"),
        ("助成額", 12000, '"¥"#,##0', "12000"),
        ("助成額", 12000, "[$¥-411]#,##0", "12000"),
        ("助成額", 12000, "[$$-409]#,##0", None),
        ("助成額（千円）", 12000, '#,##0"百万円"', None),
        ("助成額（円）", 12000000, '#,##0,"百万円"', None),
        ("助成額", 0.5, "0%", None),
        ("参加者", 12, '0"人"', "12"),
        ("参加者", 12, '0"千円"', None),
    ],
)  # fmt: skip
def test_formats_of_cells_have_units(
    heading: str, number: float, number_format: str, amount: str | None
) -> None:
    content = workbook(["識別子", heading], ["a", number], formats={"B2": number_format})
    found = parsed(content)
    name = "people" if heading == "参加者" else "amount"
    assert found.records[0].values.get(name) == amount
    assert [problem.place for problem in found.problems] == ([] if amount else ["B2"])


def test_f03_unit_in_a_number_format() -> None:
    found = parsed(case("F03"))
    assert found.problems == []
    assert found.records[0].values["amount"] == "12000000"
    assert found.remarks


# --- Percentages ------------------------------------------------------------------------------


def test_f04_percent_cells_are_read_as_they_are_shown() -> None:
    rates = [cell for row in read(case("F04"))[0].rows for cell in row.cells]
    shares = [Percent().read(cell).text for cell in rates if isinstance(cell, SheetNumber)]
    assert shares == ["80", "45.3", "80", "25"]


@pytest.mark.parametrize(
    ("cell", "text"), [("0.25", "0.3"), (0.25, "0.3"), ("0.35", "0.4"), ("45.65", "45.7"),
                       (SheetNumber(0.4535, "%"), "45.4"), ("45.3%", "45.3"),
                       ("４５．３％", "45.3")],
)  # fmt: skip
def test_percentages_are_rounded_half_up(cell: Any, text: str) -> None:
    assert Percent().read(cell).text == text


# --- Files ------------------------------------------------------------------------------------


def test_f07_one_nul_is_left_out() -> None:
    assert parsed(case("F07")).records[0].values["amount"] == "12000000"


def test_f08_second_sheet_with_these_headings_is_named() -> None:
    found = parsed(case("F08"))
    assert [record.values["identifier"] for record in found.records] == ["field-2023-01"]
    assert any("“R5”" in remark.message for remark in found.remarks)


def test_f09_example_is_never_read_in_place_of_the_data() -> None:
    found = parsed(case("F09"))
    assert [record.values["identifier"] for record in found.records] == ["field-2023-01"]
    assert any("“記入例”" in remark.message for remark in found.remarks)
    with pytest.raises(UnreadableFile, match="記入例"):
        parsed(workbook(["識別子", "助成額"], ["a", 12], name="記入例"))


def test_f10_blank_rows_cost_nothing() -> None:
    before = time.process_time(), _children()
    assert len(parsed(case("F10")).records) == 1
    assert time.process_time() - before[0] + _children() - before[1] < 3


def test_f11_strict_open_xml_is_read() -> None:
    assert parsed(case("F11")).records[0].values["amount"] == "12000000"


def _children() -> float:
    """Seconds of the processors that ended child processes took: other load does not count."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _sheet(xml: bytes) -> bytes:
    """A workbook whose rows are this XML."""
    source = io.BytesIO(workbook(["識別子", "助成額"], ["a", 12]))
    content = io.BytesIO()
    with (
        zipfile.ZipFile(source) as old,
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            data = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                data = data.replace(b"</sheetData>", xml + b"</sheetData>")
            new.writestr(name, data)
    return content.getvalue()


def _empty_rows(number: int) -> bytes:
    return b"".join(b'<row r="%d"/>' % row for row in range(3, number))


HOSTILE: dict[str, Callable[[], bytes]] = {
    "a stray cell": lambda: _sheet(b'<row r="1048576"><c r="C1048576"><v>1</v></c></row>'),
    "a stray cell at the end of a row": lambda: _sheet(
        b'<row r="3"><c r="XFD3"><v>1</v></c></row>'
    ),
    "empty rows": lambda: _sheet(_empty_rows(1_048_576)),
    "empty rows without numbers": lambda: _sheet(b"<row/>" * 1_000_000),
    "empty cells": lambda: _sheet(
        b"".join(
            b'<row r="%d"><c r="A%d" s="1"></c><c s="1" r="B%d"/></row>' % (row, row, row)
            for row in range(3, 200_000)
        )
    ),
    "formulas without values": lambda: _sheet(
        b"".join(b'<row r="%d"><c r="A%d"><f>1</f></c></row>' % (r, r) for r in range(3, 99_999))
    ),
    "blank lines": lambda: b"a,b\n" + b"\n" * 9_000_000,
    "one line of commas": lambda: b"a,b\n" + b"," * 9_000_000,
    "one cell": lambda: b"a,b\n" + b"x" * 9_000_000,
    "blanks": lambda: b"x" + b" " * 99_000 + b"y",
    "tags": lambda: _sheet(b"<c " * 2_000_000),
    "blanks in a tag": lambda: _sheet(b"<row " + b" " * 5_000_000),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_read_or_refused_in_seconds(name: str) -> None:
    content = HOSTILE[name]()
    before = _children()
    with suppress(UnreadableFile):
        read(content)
    assert _children() - before < 3


def test_process_that_needs_too_much_is_stopped_and_the_file_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sheets.reading._MOST_SECONDS", 0.01)
    with override("en"), pytest.raises(UnreadableFile, match="too long"):
        read(b"a,b\n1,2\n")


# --- Encodings --------------------------------------------------------------------------------

JAPANESE = "識別子,事業,採択日\n1,特定非営利活動法人 試験の会,2023-04-01\n"
HALF_WIDTH = "識別子,事業,採択日\n1,ﾄｸﾃｲﾋｴｲﾘｶﾂﾄﾞｳﾎｳｼﾞﾝ ｼｹﾝﾉｶｲ（茅ｹ崎）,2023-04-01\n"
ONLY_HALF_WIDTH = "Identifier,programme\n1,ｱｲﾁｹﾝ\n2,ﾄｳｷｮｳﾄ ｼﾝｼﾞｭｸｸ\n"
KOREAN = "식별자,사업,채택일\n1,시험의 모임 서울특별시,2023-04-01\n"
CHINESE = "识别号,项目,日期\n1,日本国际交流中心测试协会,2023-04-01\n"
TAIWANESE = "識別號,計畫,日期\n1,日本國際交流中心測試協會,2023-04-01\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(JAPANESE, "cp932"), (JAPANESE, "euc_jp"), (JAPANESE, "iso2022_jp"), (JAPANESE, "utf-16"),
     (JAPANESE, "utf-16-le"), (HALF_WIDTH, "cp932"), (HALF_WIDTH, "utf-8"),
     (ONLY_HALF_WIDTH, "cp932"), (KOREAN, "utf-16"), (CHINESE, "utf-8")],
)  # fmt: skip
def test_encodings_that_are_certain_are_read(text: str, encoding: str) -> None:
    rows = [[str(cell) for cell in row.cells] for row in read(text.encode(encoding))[0].rows]
    assert rows == [line.split(",") for line in text.splitlines()]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(KOREAN, "euc_kr"), (KOREAN, "cp949"), (KOREAN, "johab"), (KOREAN, "iso2022_kr"),
     (CHINESE, "gb18030"), (CHINESE, "gb2312"), (CHINESE, "hz"), (TAIWANESE, "big5"),
     ("Identifier,programme\n1,이름\n", "euc_kr"), ("Identifier,programme\n1,名称\n", "gb18030")],
)  # fmt: skip
def test_other_encodings_are_refused_rather_than_read_as_nonsense(text: str, encoding: str) -> None:
    with pytest.raises(UnreadableFile), override("en"):
        read(text.encode(encoding))
