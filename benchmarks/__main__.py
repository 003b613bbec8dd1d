"""`make bench`: how fast pages and searches are, into docs/benchmarks/results.md.

Works on a copy of the development site in a temporary folder, and changes nothing else. Takes about
a quarter of an hour; `python -m benchmarks 1000 10000` leaves out the largest size.
"""

from __future__ import annotations

import os
import platform
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.searching import SearchResult

ROOT = Path(__file__).resolve().parent.parent
REPORT = ROOT / "docs" / "benchmarks" / "results.md"
SIZES = [1_000, 10_000, 100_000]


def main() -> None:
    """Measure, print, and write the report."""
    sizes = [int(text) for text in sys.argv[1:]] or SIZES
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="nanif-bench-") as folder:
        data_dir = Path(folder)
        os.environ["DATA_DIR"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nanif.settings.dev")
        os.environ["LOG_LEVEL"] = "ERROR"
        _copy_site(data_dir)
        import django

        django.setup()
        lines = [*_heading(), *_page_tables(data_dir), *_search_tables(data_dir, sizes)]
    minutes = (time.monotonic() - began) / 60
    lines += ["", f"The whole run took {minutes:.0f} minutes.", ""]
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text("\n".join(lines), encoding="utf-8")
    print(f"Written to {REPORT.relative_to(ROOT)}")


def _copy_site(data_dir: Path) -> None:
    """The development database if there is one, with all content and an index of its own."""
    database = ROOT / "var" / "db.sqlite3"
    if database.exists():
        source = sqlite3.connect(database)
        target = sqlite3.connect(data_dir / "db.sqlite3")
        source.backup(target)
        source.close()
        target.close()
        stamp = database.with_name("content.sha256")
        if stamp.exists():
            shutil.copy(stamp, data_dir)
    subprocess.run(
        [sys.executable, "manage.py", "site_prepare"],
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def _heading() -> list[str]:
    from django import get_version
    from wagtail import __version__ as wagtail_version

    return [
        "# Benchmark results",
        "",
        f"Made by `make bench` on {time.strftime('%Y-%m-%d')}: {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, Django {get_version()}, Wagtail {wagtail_version}, "
        "SQLite. Times depend on the machine; ratios of one run can be compared.",
    ]


def _page_tables(data_dir: Path) -> list[str]:
    """Pages served by gunicorn with production settings."""
    from benchmarks.pages import READERS, measure, serving
    from tests.page_examples import address

    wanted = [
        ("Home", address("home.HomePage", "ja")),
        ("List of cases", address("casestudies.CaseStudyIndexPage", "ja")),
        ("Cases from one region", address("casestudies.CasesFromPage", "ja")),
        ("Case study", address("casestudies.CaseStudyPage", "ja")),
        ("Region", address("regions.RegionalPlatformPage", "ja")),
        ("Search, one word", "/search/?q=%E9%98%B2%E7%81%BD"),
        ("Search, word and filters", "/search/?q=%E6%95%99%E5%AE%A4&region=23&actor=npo"),
    ]
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    lines = [
        "",
        "## Pages",
        "",
        f"Two gunicorn workers, {READERS} readers at once on the same machine, nothing cached in "
        "front.",
        "",
        "| Page | Pages per second | Median ms | 95 % within ms | kB |",
        "|---|--:|--:|--:|--:|",
    ]
    with serving(ROOT, data_dir, port):
        for name, path in wanted:
            measure(name, path, port, seconds=1)
            result = measure(name, path, port)
            lines.append(
                f"| {name} | {result.per_second:.0f} | {result.median_ms:.0f} "
                f"| {result.slow_ms:.0f} | {result.size / 1000:.0f} |"
            )
            print(lines[-1])
    return lines


def _search_tables(data_dir: Path, sizes: list[int]) -> list[str]:
    """Both kinds of search at every size."""
    from itertools import islice

    from benchmarks import searching
    from benchmarks.corpus import synthetic_cases
    from casestudies.models import CasesFromPage
    from search.index import documents_of, findable_ids

    searching.let_wagtail_search_the_text()
    real = list(documents_of(findable_ids()))
    parent = CasesFromPage.objects.filter(locale__language_code="ja").order_by("path")[0]
    lines = [
        "",
        "## Search",
        "",
        "Synthetic case studies: sentences, places and codes of the real ones, dealt out anew. The "
        "embedded engine answers with hits, highlights, addresses and counts of ten facets; "
        "Wagtail's own search with ten pages and their total, no facets. Ratio: median against the "
        f"embedded engine's. A query that takes more than {searching.LONGEST_QUERY} s is given up "
        "and counts with that time.",
        "",
        "| Cases | Search | Index built in s | Index MB | Median ms | 95 % within ms | Ratio |",
        "|--:|---|--:|--:|--:|--:|--:|",
    ]
    previous: dict[str, searching.SearchResult | None] = {}
    stored = 0
    for size in sizes:
        searching.store_pages(islice(synthetic_cases(real, size), stored, None), parent)
        stored = size
        embedded = searching.measure_embedded(
            synthetic_cases(real, size), size, data_dir / f"search-{size}"
        )
        lines.append(_row(embedded, embedded))
        print(lines[-1], flush=True)
        results = [embedded]
        for name in searching.WAGTAIL_BACKENDS:
            result = searching.measure_wagtail(name, size, previous.get(name))
            previous[name] = result or previous.get(name)
            if result:
                results.append(result)
                lines.append(_row(result, embedded))
            else:
                lines.append(
                    f"| {size:,} | {name} | more than {searching.PATIENCE}: left out | | | | |"
                )
            print(lines[-1], flush=True)
    return [*lines, *_hits_table(results)]


def _row(result: SearchResult, embedded: SearchResult) -> str:
    build = "–" if result.build is None else f"{result.build:.1f}"
    megabytes = "–" if result.megabytes is None else f"{result.megabytes:.0f}"
    return (
        f"| {result.cases:,} | {result.name} | {build} | {megabytes} | {result.median_ms:.1f} "
        f"| {result.slow_ms:.1f} | {result.median_ms / embedded.median_ms:.1f} |"
    )


def _hits_table(results: list[SearchResult]) -> list[str]:
    """What each search finds at the last size: speed means nothing where nothing is found."""
    from benchmarks.searching import LONGEST_QUERY

    queries = list(results[0].hits)
    lines = [
        "",
        f"### Hits among {results[0].cases:,} cases",
        "",
        "| Query | " + " | ".join(result.name for result in results) + " |",
        "|---|" + "--:|" * len(results),
    ]
    for query in queries:
        found = [r.hits[query] for r in results]
        cells = [f"> {LONGEST_QUERY} s" if hits is None else f"{hits:,}" for hits in found]
        lines.append(f"| {query} | {' | '.join(cells)} |")
    return lines


if __name__ == "__main__":
    main()
