"""`make bench-search`: the search at growing sizes, on both engines and beside others.

    python -m benchmarks.search [SIZES ...] [--only SYSTEMS ...] [--minutes N] [--semantic]
                                [--report FILE]

Works on a copy of the development site in a temporary folder, and changes nothing else. The report,
docs/benchmarks/search.md, is written anew after each part, so that a run that is stopped leaves
what it has measured. A part that fails or takes too long is named there, and the next one follows.
"""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

# Nothing that needs Django: processes that help with a rebuild begin by importing this module.
from benchmarks.search_report import SYSTEMS
from benchmarks.site import ROOT, copied_site

REPORT = ROOT / "docs" / "benchmarks" / "search.md"
SIZES = [1_000, 10_000, 100_000]
MINUTES = 40.0


def main() -> None:
    """Read the command line, and measure."""
    chosen = _arguments()
    # Nodes, servers and the copy must be gone after a kill, too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with copied_site(semantic=chosen.semantic) as folder:
        from benchmarks.search_run import SearchRun

        command = " ".join(["python -m benchmarks.search", *sys.argv[1:]])
        run = SearchRun(
            folder,
            chosen.only,
            chosen.report,
            minutes=chosen.minutes,
            command=command if sys.argv[1:] else "make bench-search",
        )
        run.measure(chosen.sizes)
    print(f"Written to {chosen.report}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.search",
        description="Measure the search at growing sizes, on both engines and beside others.",
    )
    parser.add_argument(
        "sizes",
        nargs="*",
        type=int,
        default=SIZES,
        metavar="SIZE",
        help="numbers of synthetic case studies (1000 10000 100000)",
    )
    parser.add_argument(
        "--only",
        nargs="+",
        choices=SYSTEMS,
        default=list(SYSTEMS),
        metavar="SYSTEM",
        help=f"leave out all but these: {', '.join(SYSTEMS)}",
    )
    parser.add_argument(
        "--minutes",
        type=float,
        default=MINUTES,
        help="begin nothing after so many minutes (%(default)s)",
    )
    parser.add_argument(
        "--semantic", action="store_true", help="search by meaning too, where it is installed"
    )
    parser.add_argument("--report", type=Path, default=REPORT, help="file for the report")
    chosen = parser.parse_args()
    chosen.sizes = sorted(set(chosen.sizes))
    if chosen.sizes[0] < 1:
        parser.error("A size is a number of case studies from 1.")
    return chosen


if __name__ == "__main__":
    main()
