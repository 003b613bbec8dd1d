"""How well places are compared: steadiness from year to year, and how many have cases to show."""

from __future__ import annotations

import random
import time
from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from casestudies.selectors import counts_by_area
from places.likeness import COMPARED_KINDS, Figures, current_peers, read_figures
from places.method import method_of
from places.peers import FEATURES, Feature, PeerTable, overlap
from places.reasons import reason_of
from regions.models import Area

_DRAWN = 30
_YEARS = 6


class Command(BaseCommand):
    """`manage.py peers_report`: the numbers by which the method is judged."""

    help = "Measure how steady the places like a place are, and how many have cases."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Other weights, and what is drawn."""
        parser.add_argument(
            "--weights",
            type=int,
            nargs=len(FEATURES),
            metavar="N",
            help=f"Measure other weights: {', '.join(feature.name for feature in FEATURES)}.",
        )
        parser.add_argument("--years", type=int, default=_YEARS, help="How many years back.")
        parser.add_argument("--seed", type=int, default=1, help="Seed of the drawn municipalities.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it as text."""
        with override("en"):
            self._report(options)

    def _report(self, options: dict[str, Any]) -> None:
        began = time.perf_counter()
        figures = current_peers().figures
        if not figures.month:
            raise CommandError("There are no figures of residents: run load_content first.")
        self.stdout.write(f"Figures read in {time.perf_counter() - began:.2f} s")
        features = _weighted(options["weights"])
        weights = ", ".join(f"{feature.name} {feature.weight}" for feature in features)
        self.stdout.write(f"Weights: {weights}")
        began = time.perf_counter()
        table = PeerTable(figures.places, figures.mixes, features)
        for code in table.codes:
            table.of(code)
        self.stdout.write(
            f"All {len(table.codes)} places compared in {time.perf_counter() - began:.1f} s; "
            f"without figures: {', '.join(figures.missing) or 'none'}"
        )
        self._stability(figures, table, features, options["years"])
        if not options["weights"]:
            self._method()
        self._coverage(table, options["seed"])

    def _stability(
        self, figures: Figures, table: PeerTable, features: Sequence[Feature], years: int
    ) -> None:
        """Peers in common, each year against the one before it."""
        self.stdout.write("\nPeers in common with the year before, in percent")
        self.stdout.write(f"{'':10}{'all':>8}" + "".join(f"{kind:>17}" for kind in COMPARED_KINDS))
        newer, year = table, int(figures.month[:4])
        for back in range(1, years + 1):
            month = f"{year - back}{figures.month[4:]}"
            read = read_figures(month)
            if not read.places:
                self.stdout.write(f"{month}: there are no figures of this or the one before it.")
                return
            older = PeerTable(read.places, read.mixes, features)
            by_kind: dict[str, list[str]] = defaultdict(list)
            for place in read.places:
                by_kind[place.kind].append(place.code)
            parts = [overlap(newer, older, newer.codes)]
            parts += [overlap(newer, older, by_kind[kind]) for kind in COMPARED_KINDS]
            cells = ["–" if part is None else f"{100 * part:.1f}" for part in parts]
            self.stdout.write(
                f"{year - back + 1:<10}{cells[0]:>8}" + "".join(f"{cell:>17}" for cell in cells[1:])
            )
            newer = older

    def _method(self) -> None:
        """What the page about the method says in numbers."""
        method = method_of()
        self.stdout.write("\nOn the page about the method")
        self.stdout.write(f"  figures of {method['day']}, changes since {method['day_before']}")
        for kind in method["kinds"]:
            self.stdout.write(f"  {kind['label']}: {kind['compared']}, {kind['peers']} each")
        for feature in method["features"]:
            self.stdout.write(f"  {feature['label']}: {feature['weight']}, {feature['day']}")
        if example := method["example"]:
            self.stdout.write(f"  {example.here} and {example.there}: {example.distance}")
            for row in example.rows:
                cells = (row["here"], row["there"], row["ratio"], row["weight"], row["part"])
                self.stdout.write(f"    {row['label']}: {' | '.join(cells)}")
        self.stdout.write(f"  steady: {method['stability']}")

    def _coverage(self, table: PeerTable, seed: int) -> None:
        """For municipalities drawn by lot, how many cases the places like them have."""
        counts = counts_by_area("ja")
        names = {area.code: str(area) for area in Area.objects.filter(code__in=table.codes)}
        wards = set(
            Area.objects.filter(kind=Area.Kind.WARD, valid_to=None).values_list("code", flat=True)
        )
        drawn = random.Random(seed).sample(  # noqa: S311
            [code for code in table.codes if code not in wards], _DRAWN
        )
        self.stdout.write(f"\nCases of the places like {_DRAWN} municipalities drawn with {seed}")
        enough = some = 0
        for code in drawn:
            peers = table.of(code)
            cases = sum(counts.get(peer.code, 0) for peer in peers)
            enough += cases >= 3
            some += cases > 0
            line = f"  {names[code]} ({code}): {cases}"
            if not cases:
                nearest = [c for c in table.ranked(code) if counts.get(c)][:3]
                line += "; none yet, the nearest: "
                line += ", ".join(f"{names[c]} ({counts[c]})" for c in nearest)
            self.stdout.write(f"{line}. {reason_of(peers[0])}: {names[peers[0].code]}")
        self.stdout.write(f"  three or more: {enough}; one or two: {some - enough}; none: "
                          f"{_DRAWN - some}")  # fmt: skip


def _weighted(weights: list[int] | None) -> list[Feature]:
    """The features, with other weights where some were given."""
    if not weights:
        return list(FEATURES)
    if min(weights) < 0 or not sum(weights):
        raise CommandError("Weights must not be negative, and one at least must be more than 0.")
    return [
        replace(feature, weight=weight)
        for feature, weight in zip(FEATURES, weights, strict=True)
        if weight
    ]
