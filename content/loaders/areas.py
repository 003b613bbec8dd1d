"""Blocks, prefectures, municipalities, wards, places abroad, and areas that ended."""

from __future__ import annotations

import datetime
from typing import Any

from content.reading import ContentFiles, Row
from regions.codes import InvalidAreaCode, complete
from regions.models import Area
from regions.services import sync_areas
from regions.shapes import BrokenShapes, PrefectureShapes, shapes_by_prefecture

SHAPES = "geo/municipalities-2021.topo.json"
KINDS = {
    "政令指定都市": Area.Kind.DESIGNATED_CITY,
    "中核市": Area.Kind.CORE_CITY,
    "市": Area.Kind.CITY,
    "特別区": Area.Kind.SPECIAL_WARD,
    "町": Area.Kind.TOWN,
    "村": Area.Kind.VILLAGE,
    "行政区": Area.Kind.WARD,
}
PREFECTURE_COLUMNS = frozenset({"code", "code6", "name_ja", "kana", "name_en", "lat", "lon", "url"})
MUNICIPALITY_COLUMNS = frozenset(
    {"code6", "name_ja", "kana", "romaji", "pref_code", "kind", "lat", "lon", "parent_code6", "url"}
)
ABROAD_COLUMNS = frozenset({"code", "name_ja", "kana", "name_en", "kind", "parent_code"})
CHANGE_COLUMNS = ABROAD_COLUMNS - {"code"} | {"old_code", "valid_to", "successor_codes"}


def load_areas(files: ContentFiles) -> int:
    """Bring all areas in line with the files. Returns the number of changes."""
    blocks = (files.json("vocabularies.json") or {}).get("region_blocks", [])
    prefectures = files.csv("geo/prefectures.csv", PREFECTURE_COLUMNS)
    municipalities = files.csv("geo/municipalities.csv", MUNICIPALITY_COLUMNS)
    abroad = files.csv("areas_abroad.csv", ABROAD_COLUMNS)
    changes = files.csv("area_changes.csv", CHANGE_COLUMNS)
    files.problems.check()
    block_of = {code: block["code"] for block in blocks for code in block["prefecture_codes"]}
    shapes = _shapes(files, municipalities)
    paths = {code: path for shape in shapes.values() for code, path in shape.paths.items()}
    rows: list[dict[str, Any]] = [
        {
            "code": block["code"],
            "kind": Area.Kind.BLOCK,
            "name_ja": block["ja"],
            "name_en": block["en"],
            "order": block["order"],
        }
        for block in blocks
    ]
    for row in prefectures:
        values = row.values
        _check_code(files, row, values["code6"])
        rows.append(
            _common(files, row)
            | {
                "code": values["code"],
                "kind": Area.Kind.PREFECTURE,
                "parent_id": block_of[values["code"]],
                "name_en": values["name_en"],
                "order": int(values["code"]),
                "viewbox": shapes[values["code"]].viewbox if values["code"] in shapes else "",
                "shape": shapes[values["code"]].ground if values["code"] in shapes else "",
            }
        )
    # A designated city must be stored before its wards.
    for row in sorted(municipalities, key=lambda row: bool(row.values["parent_code6"])):
        values = row.values
        _check_code(files, row, values["code6"])
        if values["kind"] not in KINDS:
            files.problems.add(row, f"kind {values['kind']!r} is unknown.")
            continue
        rows.append(
            _common(files, row)
            | {
                "code": values["code6"],
                "kind": KINDS[values["kind"]],
                "parent_id": values["parent_code6"] or values["pref_code"],
                "name_en": values["romaji"],
                "order": int(values["pref_code"]),
                "shape": paths.get(values["code6"], ""),
            }
        )
    for row in sorted(abroad, key=lambda row: bool(row.values["parent_code"])):
        rows.append(_abroad_or_ended(row, row.values["code"]))
    for row in changes:
        values = row.values
        _check_code(files, row, values["old_code"])
        try:
            last_day = datetime.date.fromisoformat(values["valid_to"])
        except ValueError:
            files.problems.add(row, f"valid_to {values['valid_to']!r} is not a day as 2023-12-31.")
            continue
        rows.append(
            _abroad_or_ended(row, values["old_code"])
            | {"valid_to": last_day, "successors": values["successor_codes"].split()}
        )
    codes = {row["code"] for row in rows}
    codes.update(Area.objects.values_list("pk", flat=True))
    for row in changes:
        for code in row.values["successor_codes"].split():
            if code not in codes:
                files.problems.add(row, f"successor_codes: no area has the code {code!r}.")
    files.problems.check()
    return sync_areas(rows)


def _shapes(files: ContentFiles, municipalities: list[Row]) -> dict[str, PrefectureShapes]:
    offices = {}
    for row in municipalities:
        if not row.values["parent_code6"]:
            place = _common(files, row)
            offices[row.values["code6"]] = (place["latitude"], place["longitude"])
    try:
        return shapes_by_prefecture(files.directory / SHAPES, offices)
    except FileNotFoundError:
        files.problems.add(SHAPES, "the file is missing.")
    except BrokenShapes as error:
        files.problems.add(SHAPES, str(error))
    return {}


def _check_code(files: ContentFiles, row: Row, code: str) -> None:
    try:
        full = complete(code)
    except InvalidAreaCode as error:
        files.problems.add(row, str(error))
        return
    if full != code:
        files.problems.add(row, f"code {code} is not complete; the full code is {full}.")


def _common(files: ContentFiles, row: Row) -> dict[str, Any]:
    values = row.values
    try:
        latitude, longitude = float(values["lat"]), float(values["lon"])
    except ValueError:
        files.problems.add(row, f"lat/lon {values['lat']!r}/{values['lon']!r} are not numbers.")
        latitude = longitude = 0.0
    return {
        "name_ja": values["name_ja"],
        "kana": values["kana"],
        "latitude": latitude,
        "longitude": longitude,
        "website": values["url"],
    }


def _abroad_or_ended(row: Row, code: str) -> dict[str, Any]:
    """Values of an area abroad, or of one that ended, for `sync_areas`. Korea's stand last."""
    values = row.values
    return {
        "code": code,
        "kind": KINDS.get(values["kind"], values["kind"]),
        "parent_id": values["parent_code"] or None,
        "name_ja": values["name_ja"],
        "kana": values["kana"],
        "name_en": values["name_en"],
        "order": 900 if code.startswith("KR") else int(code[:2]),
    }
