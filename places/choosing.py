"""Who is compared: the places in an address, and adding one by its name.

An address may hold anything. What cannot be compared is left out and said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from regions.codes import InvalidAreaCode, complete
from regions.models import Area
from regions.pickers import AreaPicker
from regions.selectors import areas_named

__all__ = [
    "MOST",
    "Choice",
    "Notice",
    "chosen",
    "compare_url",
    "options",
    "place_to_add",
    "suggestions",
    "typed_name",
    "warnings_about",
]

MOST = 4
_LONGEST_NAME = 60
_MOST_CODES = 20
# 北区 is the name of a dozen; of what is typed, fewer are looked through.
_MOST_OPTIONS = 30
_MOST_SUGGESTIONS = 10
_Kind = Area.Kind
_KINDS = [
    _Kind.PREFECTURE, _Kind.DESIGNATED_CITY, _Kind.CORE_CITY, _Kind.CITY, _Kind.SPECIAL_WARD,
    _Kind.TOWN, _Kind.VILLAGE, _Kind.WARD,
]  # fmt: skip


@dataclass(frozen=True)
class Notice:
    """What is to be said of a choice, with places that lead on."""

    text: str
    links: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Choice:
    """The places that an address asks for, and what is to be said of the others."""

    places: list[Area]
    notices: list[Notice]

    @property
    def codes(self) -> list[str]:
        """Codes of the places in the order in which they were chosen."""
        return [area.code for area in self.places]


def compare_url(codes: Sequence[str]) -> str:
    """Address of the comparison of these places."""
    return reverse("compare") + (f"?places={','.join(codes)}" if codes else "")


def chosen(params: QueryDict) -> Choice:
    """The places in `places`: codes with commas between them, or the parameter several times.

    Two queries.
    """
    asked = [
        code[:_MOST_CODES]
        for text in params.getlist("places")
        for code in re.split(r"[\s,、，]+", text[:400])
        if code
    ][:_MOST_CODES]
    codes = [_complete(code) for code in asked]
    found = (
        Area.objects.filter(code__in=codes)
        .select_related("parent__parent")
        .defer("shape", "parent__shape", "parent__parent__shape")
        .prefetch_related("successors")
        .in_bulk()
    )
    choice = Choice([], [])
    for code in codes:
        area = found.get(code)
        notice = _reason_against(code, area, choice.places)
        if notice is None and area is not None:
            choice.places.append(area)
        elif notice is not None and notice not in choice.notices:
            choice.notices.append(notice)
    return choice


def _complete(code: str) -> str:
    try:
        return complete(code)
    except InvalidAreaCode:
        return code


def _reason_against(code: str, area: Area | None, places: Sequence[Area]) -> Notice | None:
    if area is None:
        return Notice(_("There is no place with the code “%(code)s”.") % {"code": code})
    name = {"name": area.label}
    if area.kind not in _KINDS:
        return Notice(
            _("%(name)s cannot be compared: choose prefectures, municipalities or wards.") % name
        )
    if area.valid_to is not None and area.valid_to < timezone.localdate():
        codes = [place.code for place in places]
        return Notice(
            _("%(name)s existed until %(day)s. Its area now belongs to:")
            % {**name, "day": date_format(area.valid_to)},
            [
                (after.label, compare_url([*codes, after.code][:MOST]))
                for after in area.successors.all()
            ],
        )
    if area in places:
        return Notice(_("%(name)s was chosen twice and stands here once.") % name)
    if len(places) >= MOST:
        return Notice(
            _("%(most)s places can be compared at a time: %(name)s was left out.")
            % {**name, "most": MOST}
        )
    return None


def warnings_about(places: Sequence[Area]) -> list[str]:
    """What makes the comparison of these places weak."""
    said = []
    kinds = list(dict.fromkeys(_Kind(area.kind).label for area in places))
    if len(kinds) > 1:
        said.append(
            _(
                "These places are of different kinds (%(kinds)s): their tasks and sizes differ, so "
                "compare their numbers with care."
            )
            % {"kinds": _(", ").join(map(str, kinds))}
        )
    for area in places:
        above = [one.code for one in (area.parent, area.parent and area.parent.parent) if one]
        for wider in places:
            if wider.code in above:
                said.append(
                    _("%(narrow)s lies in %(wide)s: its people are counted in both.")
                    % {"narrow": area.label, "wide": wider.label}
                )
    return said


def place_to_add(params: QueryDict) -> list[str]:
    """Codes of the choice with the one place that `q` names; empty where it is not one place."""
    typed = typed_name(params)
    if not typed:
        return []
    named = [area for area in areas_named(typed) if _is_comparable(area)]
    choice = chosen(params)
    if len(named) != 1 or len(choice.places) >= MOST or named[0].code in choice.codes:
        return []
    return [*choice.codes, named[0].code]


def suggestions(params: QueryDict) -> dict[str, Any]:
    """Places that fit what was typed, in the form that the search box reads."""
    typed = typed_name(params)
    language = (get_language() or "ja")[:2]
    found = options(typed, chosen(params)) if typed else []
    items = [{**option, "language": language} for option in found[:_MOST_SUGGESTIONS]]
    return {
        "groups": [{"name": "places", "label": _("Places"), "items": items}] if items else [],
    }


def options(typed: str, choice: Choice) -> list[dict[str, str]]:
    """Places that fit a name and are not chosen yet, each with the address that adds it."""
    found = AreaPicker().search(typed, AnonymousUser(), with_ended=False, limit=40)
    areas = Area.objects.filter(code__in=[option.value for option in found]).defer("shape")
    by_code = {area.code: area for area in areas if _is_comparable(area)}
    return [
        {
            "label": option.label,
            "note": " ".join(filter(None, [option.note, _kind_of(by_code[option.value])])),
            "url": compare_url([*choice.codes, option.value]),
        }
        for option in found
        if option.value in by_code and option.value not in choice.codes
    ][:_MOST_OPTIONS]


def _kind_of(area: Area) -> str:
    return "" if area.kind == _Kind.PREFECTURE else str(_Kind(area.kind).label)


def _is_comparable(area: Area) -> bool:
    return area.kind in _KINDS and area.valid_to is None


def typed_name(params: QueryDict) -> str:
    """The name in `q`, no longer than names are."""
    return params.get("q", "").strip()[:_LONGEST_NAME]
