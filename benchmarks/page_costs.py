"""What the server does to make each kind of page anew, beside the smallest page of the same stack.

Asked within this process, by turns, so that what else the machine does falls on all alike. Times
are those of the processor; run `python -m benchmarks.page_costs PATH` for a profile of one page.
"""

from __future__ import annotations

import cProfile
import pstats
import statistics
import sys
import time
from collections.abc import Iterator, Sequence

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from wagtail.models import Page, Site

__all__ = ["table"]

_TRIES = 30
_WARM = 3
_FLOOR = "Smallest page of Wagtail"


def _pages() -> dict[str, str]:
    """Addresses by what stands there."""
    from tests.page_examples import address

    pages = {
        _FLOOR: _smallest_page(),
        "Home": address("home.HomePage", "ja"),
        "List of cases": address("casestudies.CaseStudyIndexPage", "ja"),
        "Case study": address("casestudies.CaseStudyPage", "ja"),
        "Prefecture": "/areas/13/",
        "City": "/areas/221309/",
        "Ward": "/areas/231011/",
        "Village": "/areas/204102/",
        "Platform": address("regions.RegionalPlatformPage", "ja"),
        "Programme": address("programmes.ProgrammePage", "ja"),
        "Event": address("events.EventPage", "ja"),
        "Search page": "/search/",
        "Search, one word": "/search/?q=%E9%98%B2%E7%81%BD",
    }
    english = {f"{name}, English": f"/en{path}" for name, path in pages.items() if name != _FLOOR}
    return pages | english


def _smallest_page() -> str:
    """A page without type, and so with nothing but its title."""
    home = Site.objects.get(is_default_site=True).root_page
    page = Page.objects.filter(slug="floor").first() or home.add_child(
        instance=Page(title="Floor", slug="floor", locale=home.locale)
    )
    return str(page.url)


def table() -> Iterator[str]:
    """Queries, time and size of each kind of page, as lines of a report."""
    yield from (
        "",
        "## What a page costs",
        "",
        f"Made anew, after what all pages share has been read once; median of {_TRIES}.",
        "",
        "| Page | SQL queries | CPU ms | Times the smallest | kB |",
        "|---|--:|--:|--:|--:|",
    )
    with override_settings(PAGE_CACHE=False, ALLOWED_HOSTS=["*"]):
        pages = _pages()
        client = Client()
        seconds: dict[str, list[float]] = {name: [] for name in pages}
        for number in range(_WARM + _TRIES):
            for name, path in pages.items():
                start = time.process_time()
                response = client.get(path)
                if number >= _WARM:
                    seconds[name].append(time.process_time() - start)
                if response.status_code != 200:
                    raise RuntimeError(f"{path} answered {response.status_code}")
        floor = statistics.median(seconds[_FLOOR])
        for name, path in pages.items():
            with CaptureQueriesContext(connection) as captured:
                size = len(client.get(path).content)
            median = statistics.median(seconds[name])
            line = (
                f"| {name} | {len(captured)} | {median * 1000:.1f} "
                f"| {median / floor:.1f} | {size / 1000:.0f} |"
            )
            print(line, flush=True)
            yield line


def profile(path: str) -> None:
    """Print where the time of a page goes."""
    with override_settings(PAGE_CACHE=False, ALLOWED_HOSTS=["*"]):
        client = Client()
        for _ in range(_WARM):
            client.get(path)
        profiler = cProfile.Profile()
        profiler.enable()
        for _ in range(_WARM):
            client.get(path)
        profiler.disable()
        pstats.Stats(profiler).sort_stats("cumulative").print_stats(80)


def main(arguments: Sequence[str]) -> None:
    """Print the table, or the profile of the page at a path."""
    from benchmarks.site import copied_site

    with copied_site():
        if arguments:
            profile(arguments[0])
        else:
            for _line in table():
                pass


if __name__ == "__main__":
    main(sys.argv[1:])
