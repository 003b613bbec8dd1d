"""Which places are like a place: a measure on plain values, which reads nothing.

Two places of one kind are compared by six features. A difference in a feature is divided by the
typical one (the root mean square over all pairs of the kind), so that features can be added:

    distance² = Σ weight × (difference ÷ typical difference)² ÷ Σ weight

Two places drawn by lot are therefore about 1 apart. `/areas/method/` tells it to everybody.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

__all__ = [
    "COMPARED_BACK", "FAR", "FEATURES", "LEAST_SHARE", "MOST_PEERS", "NEAR", "ONE_IN", "Feature",
    "Peer", "PeerTable", "PlaceFigures", "Shares", "Step", "overlap",
]  # fmt: skip

Shares = Mapping[str, float]


@dataclass(frozen=True)
class PlaceFigures:
    """What is known of a place, from one series alone: on a day, and so many years before it.

    Attributes:
        kind: only places of one kind are compared.
        prefecture: whose mix of nationalities and residence statuses stands for that of the place.
        residents, population: foreign residents, and everybody.
    """

    code: str
    kind: str
    prefecture: str
    residents: int
    population: int
    residents_before: int
    population_before: int

    @property
    def share(self) -> float:
        """Foreign residents among everybody."""
        return self.residents / self.population

    @property
    def share_before(self) -> float:
        """The same before."""
        return self.residents_before / self.population_before


@dataclass(frozen=True)
class Feature:
    """One thing by which places are compared.

    Attributes:
        weight: how much it counts; only the proportions matter.
        value: the number that is compared; None for a mix, which is that of the prefecture.
    """

    name: str
    weight: int
    value: Callable[[PlaceFigures], float] | None = None


MOST_PEERS = 10
# And no more than a quarter of the others: ten of 19 designated cities would be every second one.
ONE_IN = 4
# Years between the figures whose difference is a change.
COMPARED_BACK = 5
# Smaller shares count as this one, since one family more or less would double them.
LEAST_SHARE = 0.001
# Of the typical difference: what is no further apart is near in this feature. Of two places drawn
# by lot, about one pair in five is.
NEAR = 0.25
# As far apart as two places drawn by lot: nobody could call them alike.
FAR = 1.0

# Population and share say what a local government has to do and with how many people, so they count
# three times as much as each of the others. Mixes are known by prefecture alone and count little.
# `manage.py peers_report` measures what other weights would do.
FEATURES = (
    Feature("population", 30, lambda place: math.log(place.population)),
    Feature("share", 30, lambda place: math.log(max(place.share, LEAST_SHARE))),
    Feature("share_change", 10, lambda place: place.share - place.share_before),
    Feature(
        "population_change", 10, lambda place: math.log(place.population / place.population_before)
    ),
    Feature("nationalities", 10),
    Feature("statuses", 10),
)


@dataclass(frozen=True)
class Peer:
    """A place that is like another one.

    Attributes:
        distance: 0 for the same figures, 1 for two places drawn by lot.
        near: names of the features in which it is near, those that count most first; a mix is not
            named of two places in one prefecture, which have the same.
    """

    code: str
    distance: float
    near: tuple[str, ...]

    @property
    def is_far(self) -> bool:
        """Whether it is the nearest that there is without being like it."""
        return self.distance >= FAR


@dataclass(frozen=True)
class Step:
    """How two places differ in one feature.

    Attributes:
        here, there: the numbers that are compared; None for a mix.
        difference, typical: between the two, and between two places of the kind.
        part: what it adds to the square of the distance.
    """

    name: str
    weight: int
    here: float | None
    there: float | None
    difference: float
    typical: float
    part: float

    @property
    def ratio(self) -> float:
        """The difference in typical differences."""
        return self.difference / self.typical


def overlap(one: PeerTable, other: PeerTable, codes: Iterable[str]) -> float | None:
    """Of the peers of these places in one table, the average part that the other has as well.

    Places without peers in either table are left out; None where there are no others.
    """
    parts = []
    for code in codes:
        mine, theirs = ({peer.code for peer in table.of(code)} for table in (one, other))
        if mine and theirs:
            parts.append(len(mine & theirs) / max(len(mine), len(theirs)))
    return math.fsum(parts) / len(parts) if parts else None


class PeerTable:
    """The places of all kinds, compared when somebody asks for one of them.

    Args:
        places: those without all figures, or without anybody, are left out by who reads them.
        mixes: by the name of a feature, the shares of categories by prefecture. A prefecture
            without a mix leaves its places without peers; a mix that none has is not compared.
    """

    def __init__(
        self,
        places: Iterable[PlaceFigures],
        mixes: Mapping[str, Mapping[str, Shares]],
        features: Sequence[Feature] = FEATURES,
    ) -> None:
        known = {name: shares for name, shares in mixes.items() if shares}
        self._features = [f for f in features if f.value or f.name in known]
        by_kind: dict[str, list[PlaceFigures]] = defaultdict(list)
        for place in sorted(places, key=lambda place: place.code):
            if all(place.prefecture in shares for shares in known.values()):
                by_kind[place.kind].append(place)
        self._groups = {
            kind: _Group(members, known, self._features) for kind, members in by_kind.items()
        }
        self._kinds = {place.code: kind for kind, members in by_kind.items() for place in members}
        self._kept: dict[str, tuple[Peer, ...]] = {}

    def __contains__(self, code: object) -> bool:
        """Whether the place is compared at all."""
        return code in self._kinds

    @property
    def codes(self) -> list[str]:
        """All places that are compared."""
        return list(self._kinds)

    @property
    def sizes(self) -> dict[str, int]:
        """By kind, how many places are compared."""
        return {kind: len(group.members) for kind, group in self._groups.items()}

    def of(self, code: str) -> tuple[Peer, ...]:
        """The places most like this one, nearest first; of equals that with the lower code first.

        Empty for a place that is not compared.
        """
        if code not in self._kinds:
            return ()
        if code not in self._kept:
            self._kept[code] = self._groups[self._kinds[code]].nearest(code)
        return self._kept[code]

    def ranked(self, code: str) -> list[str]:
        """All other places of its kind, nearest first."""
        if code not in self._kinds:
            return []
        distances = self._groups[self._kinds[code]].distances(code)
        return [other for _distance, other in sorted(distances)]

    def steps(self, code: str, other: str) -> list[Step]:
        """The arithmetic between two compared places of one kind, feature by feature."""
        return self._groups[self._kinds[code]].steps(code, other)


class _Group:
    """The places of one kind."""

    def __init__(
        self,
        members: Sequence[PlaceFigures],
        mixes: Mapping[str, Mapping[str, Shares]],
        features: Sequence[Feature],
    ) -> None:
        self.members = {place.code: place for place in members}
        self._mixes = mixes
        self._mix_differences: dict[tuple[str, ...], float] = {}
        self._features = features
        self._values = {
            feature.name: {place.code: feature.value(place) for place in members}
            for feature in features
            if feature.value
        }

    @cached_property
    def typical(self) -> dict[str, float]:
        """By feature, the root mean square difference over all pairs; 1 where all are the same."""
        prefectures = Counter(place.prefecture for place in self.members.values())
        pairs = len(self.members) * (len(self.members) - 1)
        found = {}
        for feature in self._features:
            if feature.value:
                values = list(self._values[feature.name].values())
                mean = math.fsum(values) / len(values)
                # The same as the sum over all pairs, without making them.
                total = 2 * len(values) * math.fsum((value - mean) ** 2 for value in values)
            else:
                total = math.fsum(
                    number * other_number * self._mix_difference(feature.name, one, other) ** 2
                    for one, number in prefectures.items()
                    for other, other_number in prefectures.items()
                )
            # What is left of equal values by rounding is no difference.
            found[feature.name] = math.sqrt(total / pairs) if pairs and total > 1e-18 else 1.0
        return found

    def distances(self, code: str) -> list[tuple[float, str]]:
        """How far each other place is, with its code."""
        total = sum(feature.weight for feature in self._features)
        scales = [
            (self._values[f.name], f.weight / total / self.typical[f.name] ** 2)
            for f in self._features
            if f.value
        ]
        here = self.members[code]
        # Every place of a prefecture has the same mix.
        mixed = {
            prefecture: sum(
                f.weight / total * self._steps(f, here.prefecture, prefecture) ** 2
                for f in self._features
                if not f.value
            )
            for prefecture in {place.prefecture for place in self.members.values()}
        }
        own = [(values[code], values, scale) for values, scale in scales]
        return [
            (
                round(
                    math.sqrt(
                        sum(scale * (mine - values[other]) ** 2 for mine, values, scale in own)
                        + mixed[place.prefecture]
                    ),
                    9,  # beyond it sums differ from machine to machine
                ),
                other,
            )
            for other, place in self.members.items()
            if other != code
        ]

    def nearest(self, code: str) -> tuple[Peer, ...]:
        number = min(MOST_PEERS, (len(self.members) - 1) // ONE_IN)
        return tuple(
            Peer(other, distance, self._near(self.members[code], self.members[other]))
            for distance, other in heapq.nsmallest(number, self.distances(code))
        )

    def steps(self, code: str, other: str) -> list[Step]:
        here, there = self.members[code], self.members[other]
        total = sum(feature.weight for feature in self._features)
        found = []
        for feature in self._features:
            values = self._values.get(feature.name, {})
            difference = (
                abs(values[code] - values[other])
                if values
                else self._mix_difference(feature.name, here.prefecture, there.prefecture)
            )
            typical = self.typical[feature.name]
            part = feature.weight / total * (difference / typical) ** 2
            found.append(
                Step(
                    feature.name,
                    feature.weight,
                    values.get(code),
                    values.get(other),
                    difference,
                    typical,
                    part,
                )
            )
        return found

    def _near(self, here: PlaceFigures, there: PlaceFigures) -> tuple[str, ...]:
        is_one_prefecture = here.prefecture == there.prefecture
        found = [
            (-step.weight, step.ratio, step.name)
            for step in self.steps(here.code, there.code)
            if step.ratio <= NEAR and not (is_one_prefecture and step.here is None)
        ]
        return tuple(name for _weight, _ratio, name in sorted(found))

    def _steps(self, feature: Feature, one: str, other: str) -> float:
        return self._mix_difference(feature.name, one, other) / self.typical[feature.name]

    def _mix_difference(self, name: str, one: str, other: str) -> float:
        """How much of the one mix would have to change to become the other: from 0 to 1."""
        key = (name, *sorted((one, other)))
        if key not in self._mix_differences:
            self._mix_differences[key] = _difference(*(self._mixes[name][p] for p in key[1:]))
        return self._mix_differences[key]


def _difference(mine: Shares, theirs: Shares) -> float:
    total = sum(
        abs(mine.get(category, 0) - theirs.get(category, 0))
        for category in sorted(mine.keys() | theirs.keys())
    )
    return total / 2
