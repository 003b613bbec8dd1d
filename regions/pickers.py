"""Finding areas while typing: by kanji, kana or Latin letters, one's own region first."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.pickers.matching import closeness, fold
from core.pickers.registry import Option, Picker
from core.place_names import FORMER_NAMES, normalise_place_name, without_district
from regions.models import Area
from regions.selectors import regions_of_user

__all__ = ["AreaPicker"]

# Of two areas that fit equally well the larger one is meant more often.
_BY_SIZE = [
    Area.Kind.PREFECTURE,
    Area.Kind.DESIGNATED_CITY,
    Area.Kind.SPECIAL_WARD,
    Area.Kind.CORE_CITY,
    Area.Kind.CITY,
    Area.Kind.TOWN,
    Area.Kind.VILLAGE,
    Area.Kind.WARD,
    Area.Kind.BLOCK,
    Area.Kind.COUNTRY,
    Area.Kind.PROVINCE,
]
_SIZE = {kind: number for number, kind in enumerate(_BY_SIZE)}
# Said by its kind alone, nobody needs to read in which block a prefecture lies.
_WITHOUT_NOTE = {Area.Kind.PREFECTURE, Area.Kind.COUNTRY}


class AreaPicker(Picker):
    """Prefectures, municipalities, wards, blocks and places abroad."""

    name = "areas"
    model = Area
    placeholder = gettext_lazy("Name of a place in kanji, kana or Latin letters")
    ended_label = gettext_lazy("Also places that no longer exist")

    def search(self, text: str, user: Any, *, with_ended: bool, limit: int) -> list[Option]:
        """Areas in whose names, or those of what they lie in, all words occur.

        Compared in Python: there are about 2,000, and their number hardly grows.
        """
        areas = Area.objects.defer("shape")
        known = {area.code: area for area in areas}
        own = {region.area_id for region in regions_of_user(user)}
        words = list(dict.fromkeys(filter(None, map(_fold, text.split()))))
        ranked = []
        for place, area in enumerate(known.values()):
            if area.valid_to is not None and not with_ended:
                continue
            rank = _rank(area, words, known)
            if rank is not None:
                is_other = not own & set(_codes_upwards(area, known))
                ranked.append(
                    (rank[0], is_other, rank[1], _SIZE[Area.Kind(area.kind)], place, area)
                )
        ranked.sort(key=lambda row: row[:-1])
        return [_option(row[-1], known) for row in ranked[:limit]]

    def describe(self, values: Sequence[str], user: Any) -> list[Option]:
        """Areas are public."""
        areas = Area.objects.defer("shape").select_related("parent__parent")
        found = areas.in_bulk(list(values))
        known = {
            area.code: area
            for one in found.values()
            for area in (one, one.parent, one.parent and one.parent.parent)
            if area is not None
        }
        return [_option(found[value], known) for value in values if value in found]


def _codes_upwards(area: Area, known: dict[str, Area]) -> list[str]:
    """The code of the area and of all that it lies in."""
    codes = [area.code]
    while area.parent_id is not None and area.parent_id in known:
        area = known[area.parent_id]
        codes.append(area.code)
    return codes


def _rank(area: Area, words: list[str], known: dict[str, Area]) -> tuple[int, int] | None:
    """0 where all words fit the area's own names, 1 where some fit what it lies in; how close.

    None where a word does not fit at all.
    """
    if not words:
        return (0, 0)
    own = _names(area)
    above = [known[code] for code in _codes_upwards(area, known)[1:]]
    wider = [name for one in above for name in _names(one)]
    # 東京都府中市 is typed as one word.
    together = [f"{one.name_ja}{area.name_ja}" for one in above]
    is_wider, distance = 0, 0
    for word in words:
        near = closeness(word, own)
        if near is None and len(words) == 1 and closeness(word, map(_fold, together)) is not None:
            near = 2 if closeness(word, wider) is None else None
        if near is None:
            if closeness(word, wider) is None:
                return None
            is_wider = 1
        else:
            distance = max(distance, near)
    # 府中 東京: that one word names the prefecture says nothing against it.
    return (is_wider if len(words) == 1 else 0, distance)


def _names(area: Area) -> list[str]:
    names = (area.name_ja, area.kana, area.name_en, area.code, *FORMER_NAMES.get(area.code, ()))
    return [_fold(name) for name in names if name]


@lru_cache(maxsize=20_000)
def _fold(name: str) -> str:
    """One spelling also for forms of kanji: 茅ケ崎 and 茅ヶ崎, 龍ケ崎 and 竜ヶ崎.

    The names of all areas are folded for every letter that somebody types.
    """
    return fold(normalise_place_name(without_district(name)))


def _option(area: Area, known: dict[str, Area]) -> Option:
    """With the prefecture or country in which it lies, and when it ended."""
    notes = []
    if area.kind == Area.Kind.BLOCK:
        notes.append(str(area.get_kind_display()))
    elif area.kind not in _WITHOUT_NOTE:
        above = [known[code] for code in _codes_upwards(area, known)[1:]]
        notes += [one.label for one in above if one.kind in _WITHOUT_NOTE][:1]
    if area.valid_to:
        notes.append(_("until %(day)s") % {"day": date_format(area.valid_to)})
    return Option(area.code, area.label, " ".join(notes))
