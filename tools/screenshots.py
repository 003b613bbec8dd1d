"""Pictures of every kind of page in the three readings at three widths, to judge the look by eye.

Usage: make screenshots, or python -m tools.screenshots [WORD ...] for kinds that contain a word.

Shows the development site as `make run` prepared it; writes to `var/screenshots/`, and says which
pictures differ from those of last time and which pages are wider than the window.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import django

from tools.browsing import ROOT, browsing, serving

WIDTHS = [360, 768, 1280]
TOO_WIDE = "Math.max(0, document.documentElement.scrollWidth - innerWidth)"
# Names of the readings, with the language of the address.
READINGS = {"ja": "ja", "plain": "ja", "en": "en"}


def addresses(words: list[str], language: str) -> Iterator[tuple[str, str]]:
    """Name and path of every page to show."""
    from tests.page_examples import address, kinds

    for kind in kinds():
        if not words or any(word.lower() in kind.lower() for word in words):
            yield kind.split(".")[-1].replace(" ", "-").lower(), address(kind, language)


def store(picture: bytes, path: Path) -> str:
    """Write a picture, and say how it compares with the one that was there."""
    before = path.read_bytes() if path.exists() else None
    path.write_bytes(picture)
    return "new" if before is None else "same" if before == picture else "changed"


def main() -> None:
    """Take the pictures."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nanif.settings.dev")
    django.setup()
    wanted = {reading: list(addresses(sys.argv[1:], READINGS[reading])) for reading in READINGS}
    folder = ROOT / "var" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    with serving() as site, browsing() as browser:
        for reading, pages in wanted.items():
            context = browser.new_context()
            if reading == "plain":
                context.add_cookies([{"name": "reading", "value": "easy", "url": site}])
            page = context.new_page()
            for name, path in pages:
                page.goto(site + path, wait_until="networkidle")
                for width in WIDTHS:
                    page.set_viewport_size({"width": width, "height": 900})
                    picture = folder / f"{name}-{reading}-{width}.png"
                    news = store(page.screenshot(full_page=True), picture)
                    wider = page.evaluate(TOO_WIDE)
                    note = f", {wider} px wider than the window" if wider else ""
                    print(f"{picture.relative_to(ROOT)}: {news}{note}")
            context.close()


if __name__ == "__main__":
    main()
