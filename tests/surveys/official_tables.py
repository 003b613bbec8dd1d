"""Small made-up files laid out as the ministries lay out theirs: merged headings, sums, notes."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook

from regions.models import Area

# Code, prefecture, municipality, Japanese, foreign residents.
PLACES: list[tuple[str, str, str, int, int]] = [
    ("131041", "東京都", "新宿区", 300_000, 40_000),
    ("132012", "東京都", "八王子市", 500_000, 15_000),
    ("231011", "愛知県", "名古屋市千種区", 150_000, 6_000),
    ("231029", "愛知県", "名古屋市東区", 80_000, 4_000),
    ("232017", "愛知県", "豊橋市", 350_000, 20_000),
]
SUMS = {
    "合計": ["131041", "132012", "231011", "231029", "232017"],
    "130001": ["131041", "132012"],
    "230006": ["231011", "231029", "232017"],
    "231002": ["231011", "231029"],
}
NAMES = {"130001": ("東京都", ""), "230006": ("愛知県", ""), "231002": ("愛知県", "名古屋市")}


def add_places() -> None:
    """The municipalities and wards of the tables, in Tokyo and Aichi."""
    for code, kind, parent, name in (
        ("131041", "special-ward", "13", "新宿区"),
        ("132012", "core-city", "13", "八王子市"),
        ("231002", "designated-city", "23", "名古屋市"),
        ("231011", "ward", "231002", "名古屋市千種区"),
        ("231029", "ward", "231002", "名古屋市東区"),
        ("232017", "core-city", "23", "豊橋市"),
    ):
        Area.objects.create(code=code, kind=kind, parent_id=parent, name_ja=name, name_en=name)


def register_file(
    *,
    title: str = "【総計】令和９年１月１日住民基本台帳人口・世帯数（市区町村別）",
    without: Sequence[str] = (),
    cells: Mapping[str, Any] | None = None,
    more: Sequence[Sequence[Any]] = (),
) -> bytes:
    """The yearly register: Japanese, foreign and total population in groups of three columns.

    Args:
        without: codes whose rows are left out.
        cells: other values for cells, by their names.
        more: rows below the table.
    """
    book = Workbook()
    sheet = book.active
    sheet.title = "人口"
    sheet.append([title])
    sheet.append([])
    sheet.append(["団体コード", "都道府県名", "市区町村名", "人口", *[None] * 8, "世帯数"])
    sheet.append([*[None] * 3, "日本人住民", None, None, "外国人住民", None, None, "総計"])
    sheet.append([*[None] * 3, *["男", "女", "計"] * 3, None])
    for merged in ("D3:L3", "D4:F4", "G4:I4", "J4:L4", "A3:A5", "B3:B5", "C3:C5", "M3:M5"):
        sheet.merge_cells(merged)
    numbers = {code: (japanese, foreign) for code, _p, _m, japanese, foreign in PLACES}
    names = NAMES | {code: (prefecture, name) for code, prefecture, name, *_ in PLACES}
    order = ["合計", "130001", "131041", "132012", "230006", "231002", "231011", "231029", "232017"]
    for code in order:
        if code in without:
            continue
        parts = SUMS.get(code, [code])
        japanese = sum(numbers[part][0] for part in parts)
        foreign = sum(numbers[part][1] for part in parts)
        row: list[Any] = ["-", "合計", "-"] if code == "合計" else [code, *names[code]]
        for count in (japanese, foreign, japanese + foreign):
            row += [count // 2, count - count // 2, count]
        sheet.append([*row, 1])
    for line in more:
        sheet.append(list(line))
    for name, value in (cells or {}).items():
        sheet[name] = value
    return _saved(book)


NATIONALITIES = {"東京都": [55, 30, 20, 5], "愛知県": [30, 10, 15, 5], "未定・不詳": [2, 1, 1, 0]}
# Permanent residents, two kinds of technical interns, special permanent residents.
STATUSES = {"東京都": [30, 10, 10, 5], "愛知県": [15, 6, 5, 4], "未定・不詳": [1, 0, 0, 1]}


def statistics_file(
    *,
    cells: Mapping[str, Any] | None = None,
    turned: bool = False,
    month: str = "２０２６年１２月末",
) -> bytes:
    """The half-yearly statistics: a sheet by nationality, and one by status with merged groups.

    Args:
        cells: other values for cells of the sheet by nationality.
        turned: prefectures stand in columns.
    """
    book = Workbook()
    first = book.active
    first.title = "第5表"
    heads = ["都道府県", "総数", "中　国", "ベトナム", "その他"]
    rows: list[list[Any]] = [[place, *numbers] for place, numbers in NATIONALITIES.items()]
    rows.insert(
        0, ["総　数", *(sum(column) for column in zip(*NATIONALITIES.values(), strict=True))]
    )
    table = [heads, *rows]
    if turned:
        table = [list(line) for line in zip(*table, strict=True)]
    first.append([f"都道府県別 国籍・地域別 在留外国人（{month}）"])
    first.append([])
    for line in table:
        first.append(line)
    first.append(["（注１）「未定・不詳」は届出前の者 3 人"])
    for name, value in (cells or {}).items():
        first[name] = value
    second = book.create_sheet("第6表")
    second.append([f"都道府県別 在留資格別 在留外国人（{month}）"])
    second.append(["都道府県", "総数", "中長期在留者", *[None] * 3, "特別\n永住者"])
    second.append([None, None, "計", "永住者", "技能実習", None, None])
    second.append([None, None, None, None, "１号イ", "２号ロ", None])
    for merged in ("A2:A4", "B2:B4", "C2:F2", "C3:C4", "D3:D4", "E3:F3", "G2:G4"):
        second.merge_cells(merged)
    status_rows = []
    for place, (permanent, one, two, special) in STATUSES.items():
        middle = permanent + one + two
        status_rows.append([place, middle + special, middle, permanent, one, two, special])
    total = ["総数", *(sum(row[index] for row in status_rows) for index in range(1, 7))]
    for line in [total, *status_rows]:
        second.append(line)
    return _saved(book)


def _saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
