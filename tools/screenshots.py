"""Pictures of every kind of page in both languages at three widths, to judge the look by eye.

Usage: make screenshots, or python -m tools.screenshots [WORD ...] for kinds that contain a word.

Shows the development site as `make run` prepared it; writes to `var/screenshots/`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import django

from tools.browsing import ROOT, browsing, serving

WIDTHS = [360, 768, 1280]


def addresses(words: list[str]) -> Iterator[tuple[str, str]]:
    """Name and path of every picture to take."""
    from tests.page_examples import LANGUAGES, address, kinds

    for kind in kinds():
        if words and not any(word.lower() in kind.lower() for word in words):
            continue
        for language in LANGUAGES:
            name = kind.split(".")[-1].replace(" ", "-").lower()
            yield f"{name}-{language}", address(kind, language)


def main() -> None:
    """Take the pictures."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nanif.settings.dev")
    django.setup()
    wanted = list(addresses(sys.argv[1:]))
    folder = ROOT / "var" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    with serving() as site, browsing() as browser:
        for name, path in wanted:
            page = browser.new_page()
            page.goto(site + path, wait_until="networkidle")
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                picture = folder / f"{name}-{width}.png"
                page.screenshot(path=picture, full_page=True)
                print(picture.relative_to(ROOT))
            page.close()


if __name__ == "__main__":
    main()
