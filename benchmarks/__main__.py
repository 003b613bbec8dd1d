"""`make bench`: how fast pages and searches are, into docs/benchmarks/results.md.

Works on a copy of the development site in a temporary folder, and changes nothing else. Takes about
five minutes; `python -m benchmarks 1000` leaves out the larger size. `make bench-search` measures
the search thoroughly.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.site import ROOT, copied_site, load, machine

REPORT = ROOT / "docs" / "benchmarks" / "results.md"
SIZES = [1_000, 10_000]


def main() -> None:
    """Measure, print, and write the report."""
    sizes = sorted({int(text) for text in sys.argv[1:]}) or SIZES
    began, load_before = time.monotonic(), load()
    with copied_site() as folder:
        from benchmarks.growth import tables
        from benchmarks.page_costs import table

        lines = list(table())
        lines += _page_tables()
        lines += tables()
        lines += _search_tables(folder, sizes)
        heading = _heading(load_before)
    minutes = (time.monotonic() - began) / 60
    lines = [*heading, *lines, "", f"The whole run took {minutes:.0f} minutes.", ""]
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text("\n".join(lines), encoding="utf-8")
    print(f"Written to {REPORT.relative_to(ROOT)}")


def _heading(load_before: str) -> list[str]:
    return [
        "# Benchmark results",
        "",
        f"Made by `make bench` on {time.strftime('%Y-%m-%d')}: {machine()}. Load of the machine "
        f"(mean over 1 and 5 minutes) before: {load_before}, after: {load()}. Times depend on the "
        "machine and on what else it does; ratios of one run can be compared.",
    ]


def _page_tables() -> Iterator[str]:
    """Pages served by gunicorn with production settings."""
    from benchmarks.pages import READERS, measure, serving
    from tests.page_examples import address

    wanted = [
        ("Home", address("home.HomePage", "ja")),
        ("List of cases", address("casestudies.CaseStudyIndexPage", "ja")),
        ("Place", "/areas/10/"),
        ("Case study", address("casestudies.CaseStudyPage", "ja")),
        ("Region", address("regions.RegionalPlatformPage", "ja")),
        ("Search, one word", "/search/?q=%E9%98%B2%E7%81%BD"),
        ("Search, word and filters", "/search/?q=%E6%95%99%E5%AE%A4&region=23&actor=npo"),
    ]
    yield from (
        "",
        "## Pages",
        "",
        f"Two gunicorn workers, {READERS} readers at once on the same machine, nothing cached in "
        "front.",
        "",
        "| Page | Pages per second | Median ms | 95 % within ms | kB |",
        "|---|--:|--:|--:|--:|",
    )
    with serving() as server:
        for name, path in wanted:
            measure(name, [path], server.port, seconds=1)
            result = measure(name, [path], server.port)
            line = (
                f"| {name} | {result.per_second:.0f} | {result.times.ms(50):.0f} "
                f"| {result.times.ms(95):.0f} | {result.size / 1000:.0f} |"
            )
            print(line, flush=True)
            yield line


def _search_tables(folder: Path, sizes: Sequence[int]) -> Iterator[str]:
    """The embedded engine beside Wagtail's default, as `make bench-search` measures them."""
    from benchmarks.search_run import SearchRun

    run = SearchRun(
        folder,
        ["embedded", "wagtail-fulltext"],
        folder / "search.md",
        parts=["rebuild", "search"],
        judge=False,
    )
    run.measure(sizes)
    yield from (
        "",
        "## Search",
        "",
        "Full searches (hits, marked passages, counts of all facets) on the embedded engine beside "
        "Wagtail's own search (ten pages and their number), with so many synthetic case studies. "
        "Ratio: median against the embedded engine's. More, and how it is measured: "
        "[How fast the search is](search.md), by `make bench-search`.",
        "",
        "| Cases | Search | Index built in s | Median ms | 95 % within ms | Ratio |",
        "|--:|---|--:|--:|--:|--:|",
    )
    names = {"embedded": "Embedded engine", "wagtail-fulltext": "Wagtail, full text (its default)"}
    for size in sizes:
        own = run.results.get("embedded", size, "search_p50")
        for system, name in names.items():
            figures = run.results.figures.get((system, size), {})
            if own and "search_p50" in figures:
                yield (
                    f"| {size:,} | {name} | {figures['rebuild']:.1f} "
                    f"| {figures['search_p50']:.1f} | {figures['search_p95']:.1f} "
                    f"| {figures['search_p50'] / own:.1f} |"
                )
    yield from (f"\n- {failure}" for failure in run.results.failures)


if __name__ == "__main__":
    main()
