"""Maps of shares as charts: drawings that can be read, taken along and framed like all others.

The maps of pages are links and leave their outlines to style sheets and to a file of their own;
a drawing that leaves the site carries both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from django.conf import settings
from django.utils.translation import gettext as _

from regions.models import Area
from surveys.maps import (
    MUNICIPAL_LIMITS,
    PREFECTURE_LIMITS,
    municipality_shares,
    prefecture_shares,
    share_classes,
)
from surveys.models import ResidentCount
from surveys.series import day_of, share_of, share_text

__all__ = ["MapChart", "Marked", "map_credit", "map_of_country", "map_of_prefecture"]

_JAPAN = settings.BASE_DIR / "static/img/japan.svg"
_JAPAN_VIEWBOX = "0 0 1000 1043"
# Of the design tokens: light blue 200, 400, 600, 900 and 1200, as css/map.css has them.
_COLOURS = ("#c0e4ff", "#57b8ff", "#008bf2", "#0055ad", "#00234b")
_WIDTH, _HIGHEST = 672, 440
_LINE = 24
_PIECE = re.compile(r"[lhvaz]|-?\d*\.?\d+")


@dataclass(frozen=True)
class Marked:
    """A place that the reader looks for: what it is called, and the area that is drawn for it."""

    name: str
    area: str


@dataclass(frozen=True)
class MapPlace:
    """An outline with its shade; `reference` names it in the site's own drawing of Japan."""

    name: str
    outline: str
    colour: str
    reading: str
    reference: str = ""


@dataclass(frozen=True)
class Mark:
    """A number on the map, at which its place stands, and the same number in the legend."""

    number: int
    text: str
    x: float
    y: float
    legend_y: int


@dataclass(frozen=True)
class MapChart:
    """A map in shades of classes, with places that are marked.

    Attributes:
        ground: what lies below the places, or, as `ground_is_frame`, a line around some of them.
        marked: the outlines that are marked, which stand among `places` as well.
        radius: of a mark, in the units of the map.
    """

    drawing: ClassVar[str] = "surveys/drawings/map.svg"

    chart_id: str
    title: str
    description: str
    viewbox: str
    ground: str
    ground_is_frame: bool
    places: list[MapPlace]
    marked: list[MapPlace]
    marks: list[Mark]
    steps: list[tuple[int, str, str]]
    radius: float
    map_height: int

    @property
    def height(self) -> int:
        """The map, the names of its classes, and the places that are marked."""
        return self.map_height + _LINE * (len(self.steps) + len(self.marks)) + 12


def map_of_prefecture(
    prefecture: Area,
    marked: Sequence[Marked] = (),
    counts: Sequence[ResidentCount] | None = None,
) -> tuple[MapChart, list[ResidentCount]] | None:
    """The municipalities of a prefecture by share, and the numbers; None without any.

    Args:
        counts: from `municipality_shares`, which is one query, where they are at hand.
    """
    found = municipality_shares(prefecture) if counts is None else counts
    counts = [count for count in found if count.area and count.area.shape]
    if not counts or not prefecture.viewbox:
        return None
    title = _("%(place)s: share of foreign residents by municipality, %(day)s") % {
        "place": prefecture.label,
        "day": day_of(counts[0].month),
    }
    outlines = {count.area.code: count.area.shape for count in counts if count.area}
    drawn = _MapOf(f"map-{prefecture.code}", title, prefecture.viewbox, prefecture.shape, outlines)
    return drawn.chart(counts, MUNICIPAL_LIMITS, marked), counts


def map_of_country(
    marked: Sequence[Marked] = (), counts: Sequence[ResidentCount] | None = None
) -> tuple[MapChart, list[ResidentCount]] | None:
    """The prefectures by share, and the numbers; None without any.

    Args:
        counts: as of `prefecture_shares`, which is one query, where they are at hand.
    """
    counts = prefecture_shares() if counts is None else list(counts)
    if not counts:
        return None
    title = _("Share of foreign residents by prefecture, %(day)s") % {
        "day": day_of(counts[0].month)
    }
    outlines = _japan()
    drawn = _MapOf("map-japan", title, _JAPAN_VIEWBOX, outlines["inset"], outlines, "pref-")
    return drawn.chart(counts, PREFECTURE_LIMITS, marked), counts


def map_credit() -> str:
    """Where the borders come from, in the words that the ministry asks for."""
    return _(
        "Map based on “National Land Numerical Information (administrative areas)”, "
        "Ministry of Land, Infrastructure, Transport and Tourism, edited"
    )


@cache
def _japan() -> dict[str, str]:
    """Outlines of the prefectures by code, and the frame of what is drawn apart."""
    found = re.findall(
        r'<path id="(?:pref-(\d\d)|inset-frame)" d="([^"]+)"', _JAPAN.read_text(encoding="utf-8")
    )
    return {code or "inset": outline for code, outline in found}


@dataclass(frozen=True)
class _MapOf:
    """What is drawn, before there are any numbers."""

    chart_id: str
    title: str
    viewbox: str
    ground: str
    outlines: dict[str, str]
    reference: str = ""

    def chart(
        self, counts: Sequence[ResidentCount], limits: Sequence[int], marked: Sequence[Marked]
    ) -> MapChart:
        """The map in classes."""
        classes = share_classes(limits)
        places: dict[str, MapPlace] = {}
        for count in counts:
            share = share_of(count.residents, count.population)
            if count.area is None or share is None:
                continue
            code, name = count.area.code, count.area.label
            level = next(one.level for one in classes if share < one.below)
            places[code] = MapPlace(
                name,
                self.outlines[code],
                _COLOURS[level - 1],
                _("%(name)s: %(value)s")
                % {"name": name, "value": share_text(count.residents, count.population)},
                f"{self.reference}{code}" if self.reference else "",
            )
        width, height = map(float, self.viewbox.split()[2:])
        map_height = round(min(_HIGHEST, _WIDTH * height / width))
        legend = map_height + _LINE * len(classes) + 12
        radius = round(max(width, height) / 44, 1)
        shown = [one for one in marked if one.area in places]
        marks = []
        for number, one in enumerate(shown, start=1):
            x, y = _middle(self.outlines[one.area])
            # Places within one outline stand side by side.
            before = sum(other.area == one.area for other in shown[: number - 1])
            text = _said(one, places[one.area])
            marks.append(
                Mark(
                    number,
                    text,
                    round(x + before * 2.4 * radius, 1),
                    y,
                    legend + _LINE * number - 6,
                )
            )
        description = _("A map in %(number)s classes; the table has the same numbers.") % {
            "number": len(classes)
        }
        return MapChart(
            chart_id=self.chart_id,
            title=self.title,
            description=" ".join([description, *(f"{mark.number}. {mark.text}" for mark in marks)]),
            viewbox=self.viewbox,
            ground=self.ground,
            ground_is_frame=bool(self.reference),
            places=list(places.values()),
            marked=[places[code] for code in dict.fromkeys(one.area for one in shown)],
            marks=marks,
            steps=[
                (map_height + _LINE * (number + 1), colour, str(one.name))
                for number, (one, colour) in enumerate(zip(classes, _COLOURS, strict=True))
            ],
            radius=radius,
            map_height=map_height,
        )


def _said(one: Marked, drawn: MapPlace) -> str:
    """The place with the share of the area that is drawn for it, which may be a wider one."""
    if drawn.name == one.name:
        return drawn.reading
    return _("%(place)s (%(wider)s)") % {"place": one.name, "wider": drawn.reading}


def _middle(outline: str) -> tuple[float, float]:
    """The middle of the largest part of an outline, in which a mark is put."""
    best, middle = -1.0, (0.0, 0.0)
    for part in outline.split("M")[1:]:
        points = _points(part)
        xs, ys = [x for x, _y in points], [y for _x, y in points]
        size = (max(xs) - min(xs)) * (max(ys) - min(ys))
        if size > best:
            best = size
            middle = (round((max(xs) + min(xs)) / 2, 1), round((max(ys) + min(ys)) / 2, 1))
    return middle


def _points(part: str) -> list[tuple[float, float]]:
    """Where a part of an outline goes: from its first point in relative steps."""
    pieces = iter(_PIECE.findall(part))
    x, y = float(next(pieces)), float(next(pieces))
    points = [(x, y)]
    step = "l"
    for piece in pieces:
        if piece.isalpha():
            step = piece
            continue
        if step == "h":
            x += float(piece)
        elif step == "v":
            y += float(piece)
        elif step == "a":  # the dot of a small island, of which only the end counts
            *_form, right, down = [next(pieces) for _more in range(6)]
            x, y = x + float(right), y + float(down)
        else:
            x, y = x + float(piece), y + float(next(pieces))
        points.append((x, y))
    return points
