"""Outlines of municipalities as SVG paths, for the maps of single prefectures.

The borders come from a TopoJSON file of the National Land Numerical Information. Each prefecture
has its own plane: equirectangular, true to scale at its middle latitude, fitted into a frame of
WIDTH × HEIGHT.
Islands far from the rest of their prefecture are drawn in inset panels, as on printed maps.
"""

from __future__ import annotations

import itertools
import json
import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from regions.codes import complete

WIDTH = 600.0
HEIGHT = 720.0
MARGIN = 6.0
GAP = 24.0
DOT = 4.0
# The Northern Territories have codes, but no municipality in the list of municipalities.
UNLISTED = {"01695", "01696", "01697", "01698", "01699", "01700"}

Point = tuple[float, float]
Ring = list[Point]


class BrokenShapes(ValueError):
    """The file is not the TopoJSON of municipalities that is expected; the message says why."""


@dataclass(frozen=True)
class Bounds:
    """A rectangle on the globe, in degrees."""

    west: float
    south: float
    east: float
    north: float

    def contains(self, point: Point) -> bool:
        """Whether a (longitude, latitude) lies inside."""
        return self.west <= point[0] <= self.east and self.south <= point[1] <= self.north


@dataclass(frozen=True)
class Inset:
    """A part of a prefecture that is drawn at another place and scale.

    Attributes:
        covers: what is drawn there.
        zoom: its scale, as a share of the scale of the main part.
    """

    covers: Bounds
    zoom: float


@dataclass(frozen=True)
class Layout:
    """What a map shows; land that lies in no part is left out.

    Attributes:
        main: the main part of the prefecture.
        insets: the other parts, from left to right.
        beside: whether the insets stand to the left of the main part rather than below it.
    """

    main: Bounds
    insets: tuple[Inset, ...] = ()
    beside: bool = False


WHOLE = Layout(main=Bounds(-180, -90, 180, 90))
LAYOUTS = {
    # Izu; Ogasawara without Iwo Jima, which has no civil population.
    "13": Layout(
        main=Bounds(138.5, 35.3, 140.2, 36.2),
        insets=(
            Inset(Bounds(138.9, 32.4, 140.1, 35.0), zoom=0.15),
            Inset(Bounds(141.9, 26.4, 142.4, 27.3), zoom=0.4),
        ),
    ),
    # Tokara and Amami.
    "46": Layout(
        main=Bounds(129.4, 30.1, 131.5, 32.5),
        insets=(Inset(Bounds(128.2, 26.9, 130.2, 30.1), zoom=0.62),),
        beside=True,
    ),
    # Miyako and Yaeyama; Daito.
    "47": Layout(
        main=Bounds(126.2, 25.9, 128.6, 27.4),
        insets=(
            Inset(Bounds(122.5, 23.9, 125.8, 25.2), zoom=0.52),
            Inset(Bounds(131.0, 25.6, 131.6, 26.1), zoom=0.52),
        ),
    ),
}


@dataclass(frozen=True)
class Panel:
    """One part of the drawing: what it covers, and how degrees become units of the view box."""

    covers: Bounds
    origin: Point  # (longitude, latitude) of the upper left corner
    units: Point  # per degree of longitude and of latitude
    offset: Point

    def project(self, point: Point) -> Point:
        """Place a (longitude, latitude) in the view box."""
        return (
            self.offset[0] + (point[0] - self.origin[0]) * self.units[0],
            self.offset[1] + (self.origin[1] - point[1]) * self.units[1],
        )


@dataclass(frozen=True)
class PrefectureShapes:
    """The map of one prefecture.

    Attributes:
        viewbox: the `viewBox` that shows everything.
        ground: path of what belongs to no municipality: land without one, lines between panels.
        paths: path data by six-digit code of the municipality.
        panels: how places are projected.
    """

    viewbox: str
    ground: str
    paths: dict[str, str]
    panels: tuple[Panel, ...]

    def project(self, lat: float, lon: float) -> Point | None:
        """Where a place is in the view box, or None if it lies outside all panels."""
        for panel in self.panels:
            if panel.covers.contains((lon, lat)):
                x, y = panel.project((lon, lat))
                return round(x, 1), round(y, 1)
        return None


def shapes_by_prefecture(
    topo_path: Path, offices: Mapping[str, Point] | None = None
) -> dict[str, PrefectureShapes]:
    """The maps of all prefectures by two-digit code.

    Designated cities are one shape; their wards have none.

    Args:
        topo_path: TopoJSON whose geometries have the five-digit code as property N03_007.
        offices: (latitude, longitude) by six-digit code; islands too small for the file get a dot
            there. Only codes of prefectures in the file that have no outline are used.

    Raises:
        BrokenShapes: the file is not JSON, or not of this form.
    """
    try:
        outlines = _outlines(json.loads(topo_path.read_text(encoding="utf-8")))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise _broken(topo_path, error) from error
    missing: dict[str, dict[str, Point]] = defaultdict(dict)
    for code, place in (offices or {}).items():
        missing[code[:2]][code] = place
    return {
        prefecture: _draw(outlines[prefecture], LAYOUTS.get(prefecture, WHOLE), missing[prefecture])
        for prefecture in sorted(outlines)
    }


def neighbours(topo_path: Path) -> dict[str, frozenset[str]]:
    """By code, the areas with which an area shares a part of its border on land.

    Municipalities have six digits and prefectures two. Wards have no outline, and islands no
    neighbours. A line of the topology is stored once for the two areas that it parts.

    Raises:
        BrokenShapes: the file is not JSON, or not of this form.
    """
    sides: dict[int, set[str]] = defaultdict(set)
    try:
        topology = json.loads(topo_path.read_text(encoding="utf-8"))
        (collection,) = topology["objects"].values()
        for geometry in collection["geometries"]:
            five = geometry["properties"]["N03_007"]
            if geometry["type"] is None or not five or five in UNLISTED:
                continue
            polygons = (
                geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
            )
            for index in itertools.chain.from_iterable(itertools.chain.from_iterable(polygons)):
                sides[max(index, ~index)].add(complete(five))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise _broken(topo_path, error) from error
    found: dict[str, set[str]] = defaultdict(set)
    for codes in sides.values():
        for code, other in itertools.permutations(codes, 2):
            found[code].add(other)
            if code[:2] != other[:2]:
                found[code[:2]].add(other[:2])
    return {code: frozenset(others) for code, others in found.items()}


def _broken(topo_path: Path, error: Exception) -> BrokenShapes:
    return BrokenShapes(
        f"{topo_path.name} is not a TopoJSON of municipalities ({type(error).__name__}: {error})."
    )


def _outlines(topology: dict[str, Any]) -> dict[str, dict[str, list[list[Ring]]]]:
    """Polygons by prefecture and municipality; land without municipality has the code ''."""
    arcs = _arcs(topology)
    (collection,) = topology["objects"].values()
    geometries = collection["geometries"]
    prefectures = {
        geometry["properties"]["N03_001"]: geometry["properties"]["N03_007"][:2]
        for geometry in geometries
        if geometry["properties"]["N03_007"]
    }
    found: dict[str, dict[str, list[list[Ring]]]] = defaultdict(lambda: defaultdict(list))
    for geometry in geometries:
        if geometry["type"] is None:
            continue
        five = geometry["properties"]["N03_007"]
        polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        prefecture = prefectures[geometry["properties"]["N03_001"]]
        found[prefecture][complete(five) if five and five not in UNLISTED else ""] += [
            [_ring(indexes, arcs) for indexes in polygon] for polygon in polygons
        ]
    return found


def _arcs(topology: dict[str, Any]) -> list[Ring]:
    """The lines of a quantised topology, in degrees."""
    (scale_x, scale_y), (left, bottom) = (
        topology["transform"]["scale"],
        topology["transform"]["translate"],
    )
    lines = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            line.append((left + x * scale_x, bottom + y * scale_y))
        lines.append(line)
    return lines


def _ring(indexes: list[int], arcs: list[Ring]) -> Ring:
    """Join lines; a negative index means the line ~index backwards."""
    ring: Ring = []
    for index in indexes:
        line = arcs[index] if index >= 0 else arcs[~index][::-1]
        ring += line[1:] if ring else line
    return ring


def _draw(
    outlines: Mapping[str, list[list[Ring]]], layout: Layout, offices: Mapping[str, Point]
) -> PrefectureShapes:
    outer = [polygon[0] for polygons in outlines.values() for polygon in polygons]
    outer += [[(lon, lat)] for code, (lat, lon) in offices.items() if code not in outlines]
    panels, size, lines = _arrange(outer, layout)
    paths = {
        code: path
        for code, polygons in outlines.items()
        if (path := "".join(_polygon_path(polygon, panels) for polygon in polygons))
    }
    ground = paths.pop("", "") + lines
    shapes = PrefectureShapes(f"0 0 {_short(size[0])} {_short(size[1])}", ground, paths, panels)
    for code, (lat, lon) in offices.items():
        if code not in paths and (place := shapes.project(lat, lon)):
            paths[code] = _dot(place)
    return shapes


def _arrange(rings: list[Ring], layout: Layout) -> tuple[tuple[Panel, ...], Point, str]:
    """Panels, size of the drawing, and the lines between the panels.

    A straight line encloses nothing, so it can be part of a path that is filled.
    """
    main = _extent_within(rings, layout.main)
    width, height = _size(main)
    insets = [(inset, _extent_within(rings, inset.covers)) for inset in layout.insets]
    sizes = [
        (across * inset.zoom, down * inset.zoom)
        for inset, (across, down) in ((inset, _size(extent)) for inset, extent in insets)
    ]
    total_width = sum(size[0] for size in sizes)
    total_height = max((size[1] for size in sizes), default=0.0)
    gaps = GAP * len(insets)
    if layout.beside:
        across, down = width + total_width, max(height, total_height)
        room = WIDTH - 2 * MARGIN - gaps, HEIGHT - 2 * MARGIN
    else:
        across, down = max(width, total_width), height + total_height
        room = WIDTH - 2 * MARGIN - max(gaps - GAP, 0), HEIGHT - 2 * MARGIN - min(gaps, GAP)
    scale = min(room[0] / across, room[1] / down)
    full = (
        WIDTH - room[0] + across * scale,
        HEIGHT - room[1] + down * scale,
    )
    top = 0.0 if layout.beside else MARGIN + height * scale + GAP / 2
    lines = "" if layout.beside or not insets else f"M0,{_short(top)}h{_short(full[0])}"
    panels = []
    x = MARGIN
    for number, ((inset, extent), size) in enumerate(zip(insets, sizes, strict=True), start=1):
        y = full[1] - MARGIN - size[1] * scale if layout.beside else top + GAP / 2
        panels.append(_panel(inset.covers, extent, scale * inset.zoom, (x, y)))
        x += size[0] * scale + GAP
        if layout.beside or number < len(insets):
            lines += f"M{_short(x - GAP / 2)},{_short(top)}V{_short(full[1])}"
    left = x if layout.beside else MARGIN + (full[0] - 2 * MARGIN - width * scale) / 2
    return (_panel(layout.main, main, scale, (left, MARGIN)), *panels), full, lines


def _extent_within(rings: list[Ring], covers: Bounds) -> Bounds:
    return _extent([ring for ring in rings if covers.contains(_middle(ring))])


def _extent(rings: list[Ring]) -> Bounds:
    longitudes = [point[0] for ring in rings for point in ring]
    latitudes = [point[1] for ring in rings for point in ring]
    return Bounds(min(longitudes), min(latitudes), max(longitudes), max(latitudes))


def _middle(ring: Ring) -> Point:
    extent = _extent([ring])
    return (extent.west + extent.east) / 2, (extent.south + extent.north) / 2


def _squeeze(extent: Bounds) -> float:
    """Length of a degree of longitude, in degrees of latitude."""
    return math.cos(math.radians((extent.south + extent.north) / 2))


def _size(extent: Bounds) -> Point:
    """Width and height in degrees of latitude."""
    return (extent.east - extent.west) * _squeeze(extent), extent.north - extent.south


def _panel(covers: Bounds, extent: Bounds, scale: float, offset: Point) -> Panel:
    return Panel(covers, (extent.west, extent.north), (scale * _squeeze(extent), scale), offset)


def _polygon_path(polygon: list[Ring], panels: tuple[Panel, ...]) -> str:
    """Path of a polygon in the first panel that covers the middle of its outline.

    Empty where none does, or where it is too small to draw; holes that are too small are left out.
    """
    middle = _middle(polygon[0])
    panel = next((panel for panel in panels if panel.covers.contains(middle)), None)
    if panel is None:
        return ""
    return "".join(_ring_path([panel.project(point) for point in ring]) for ring in polygon)


def _ring_path(ring: Ring) -> str:
    """Path of a closed line, in steps of a tenth of a unit.

    Points are rounded before the steps are taken: neighbours then share their border exactly.
    """
    tenths = [(round(x * 10), round(y * 10)) for x, y in ring]
    corners = [tenths[0]] + [
        after for before, after in itertools.pairwise(tenths) if after != before
    ]
    if len(set(corners)) < 3:
        return ""
    steps = [
        f"{_short((after[0] - before[0]) / 10)},{_short((after[1] - before[1]) / 10)}"
        for before, after in itertools.pairwise(corners[:-1])
    ]
    start = corners[0]
    return f"M{_short(start[0] / 10)},{_short(start[1] / 10)}l{' '.join(steps)}z"


def _dot(place: Point) -> str:
    """Path of a small circle."""
    arc = f"a{_short(DOT)},{_short(DOT)} 0 1 0"
    left = f"M{_short(place[0] - DOT)},{_short(place[1])}"
    return f"{left}{arc} {_short(2 * DOT)},0{arc} {_short(-2 * DOT)},0z"


def _short(value: float) -> str:
    """A number with at most one decimal."""
    return f"{value:.1f}".removesuffix(".0")
