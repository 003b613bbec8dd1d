"""Tells the public search what areas are called, to offer their pages, and how they are drawn."""

from __future__ import annotations

import re
import threading
import uuid
from collections import defaultdict
from typing import Any

from django.core.cache import caches
from django.db import connection, transaction
from django.db.models.signals import m2m_changed, post_delete, post_save

from core.place_names import normalise_place_name
from regions.models import Area
from regions.selectors import area_spellings, area_url, outlines, romanised_spellings
from search.registry import PlaceNames, PlaceSource, register_outlines, register_places

__all__ = ["areas_changed", "connect"]

_VERSION = "regions.area_names"
# As people ask: larger places are meant more often.
_KINDS = [
    Area.Kind.PREFECTURE, Area.Kind.BLOCK, Area.Kind.COUNTRY, Area.Kind.DESIGNATED_CITY,
    Area.Kind.CORE_CITY, Area.Kind.SPECIAL_WARD, Area.Kind.CITY, Area.Kind.TOWN, Area.Kind.VILLAGE,
    Area.Kind.WARD, Area.Kind.PROVINCE,
]  # fmt: skip
# How the last kanji of a name is read.
_READINGS = {
    "都": "と", "府": "ふ", "県": "けん", "市": "し", "区": "く", "町": "ちょう|まち",
    "村": "そん|むら",
}  # fmt: skip


class _OwnChanges:
    """Counts changes made by this process, which sees them before they are committed."""

    def __init__(self) -> None:
        self.count = 0
        self.guard = threading.Lock()


_own = _OwnChanges()


def areas_changed(**_signal: Any) -> None:
    """Have names of areas read again: at once here, after the commit by all of this machine."""
    with _own.guard:
        _own.count += 1
    transaction.on_commit(lambda: caches["shared"].set(_VERSION, uuid.uuid4().hex, None))


def connect() -> None:
    """Register the areas with the search, and begin to listen to changes of them."""
    register_places(PlaceSource(read=_read, state=_state, url=area_url))
    register_outlines(outlines)
    for signal in (post_save, post_delete):
        signal.connect(areas_changed, sender=Area, dispatch_uid="regions.area_names")
    m2m_changed.connect(
        areas_changed, sender=Area.successors.through, dispatch_uid="regions.area_names"
    )


def _state() -> object:
    """What was last changed, and how many areas there are. One query that reads no rows' texts."""
    with connection.cursor() as cursor:
        # Asked for every letter that somebody types: building the query takes longer than it runs.
        table = connection.ops.quote_name(Area._meta.db_table)
        cursor.execute(f"SELECT COUNT(*), MAX(code) FROM {table}")  # noqa: S608
        return _own.count, caches["shared"].get(_VERSION), *cursor.fetchone()


def _read() -> list[PlaceNames]:
    """All areas, in two queries."""
    successors: dict[str, list[str]] = defaultdict(list)
    links = Area.successors.through.objects.order_by("to_area_id")
    for old, new in links.values_list("from_area_id", "to_area_id"):
        successors[old].append(new)
    areas = {area.code: area for area in Area.objects.defer("shape", "viewbox", "website")}
    prefectures = {area.name_ja for area in areas.values() if area.kind == Area.Kind.PREFECTURE}
    return [
        _names(area, areas, tuple(successors[area.code]))
        for area in areas.values()
        # The block 北海道 is its prefecture: nobody could choose between two of that name.
        if area.kind != Area.Kind.BLOCK or area.name_ja not in prefectures
    ]


def _names(area: Area, areas: dict[str, Area], successors: tuple[str, ...]) -> PlaceNames:
    parent = areas.get(area.parent_id or "")
    within = areas.get(area.prefecture_code)
    if area.kind == Area.Kind.PREFECTURE:
        parent = within = None
    elif area.kind == Area.Kind.PROVINCE:
        within = parent
    return PlaceNames(
        code=area.code,
        titles={"ja": area.name_ja, "en": area.name_en},
        prefectures={"ja": within.name_ja, "en": within.name_en} if within else {},
        kind=Area.Kind(area.kind).label,
        rank=_KINDS.index(Area.Kind(area.kind)),
        written=frozenset(
            _spellings_of_block(area)
            if area.kind == Area.Kind.BLOCK
            else area_spellings(
                area.code,
                area.name_ja,
                area.name_en,
                parent.name_ja if parent else None,
                within.name_ja if within else None,
                whole=False,
            )
        ),
        sounding=frozenset(
            _readings(area) | romanised_spellings(area.name_en) | _parts_of_block(area.name_en)
            if area.kind == Area.Kind.BLOCK
            else _readings(area) | romanised_spellings(area.name_en)
        ),
        last_day=area.valid_to,
        successors=successors,
    )


# What people also call a block, or what they call several of them together.
_ALSO_CALLED = {
    "kinki": ("関西", "Kansai"),
    "tokai": ("中部", "Chubu"),
    "hokuriku-koshinetsu": ("中部", "Chubu"),
}
# Both are prefectures, and asked for as such.
_PREFECTURES_IN_BLOCKS = {"北海道", "沖縄", "Hokkaido", "Okinawa"}


def _parts_of_block(name: str) -> set[str]:
    """The names that are joined in that of a block: 北海道・東北, Kyushu-Okinawa."""
    return set(re.split(r"・| and |-", name)) - _PREFECTURES_IN_BLOCKS


def _spellings_of_block(area: Area) -> set[str]:
    names = {area.name_ja, area.name_en, *_ALSO_CALLED.get(area.code, ())}
    names |= _parts_of_block(area.name_ja) | _parts_of_block(area.name_en)
    names |= {f"{name}地方" for name in names if not name.isascii()}
    return {normalise_place_name(name) for name in names}


def _readings(area: Area) -> set[str]:
    """The reading of the name, of a ward also without its city, with and without its last kanji."""
    readings = {area.kana, area.kana.split()[-1]} if area.kana else set()
    ending = _READINGS.get(area.name_ja[-1:])
    if ending:
        short = {re.sub(f"({ending})$", "", reading) for reading in readings}
        readings |= {reading for reading in short if len(reading) > 1}
    return {"".join(reading.split()) for reading in readings}
