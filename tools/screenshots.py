"""Pictures of every kind of page in both languages at three widths, to judge the look by eye.

Usage: make screenshots, or python -m tools.screenshots [WORD ...] for kinds that contain a word.

Shows the development site as `make run` prepared it; writes to `var/screenshots/`.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent
WIDTHS = [360, 768, 1280]


@contextmanager
def serving() -> Iterator[str]:
    """Serve the development site on a free port until the block ends; gives its address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    site = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(
        [sys.executable, "manage.py", "runserver", "--noreload", "--skip-checks", str(port)],
        cwd=ROOT,
        env={**os.environ, "SITE_URL": site},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(150):
            try:
                urllib.request.urlopen(f"{site}/robots.txt", timeout=10)  # noqa: S310
                break
            except OSError:
                time.sleep(0.2)
        yield site
    finally:
        server.terminate()
        server.wait(timeout=30)


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
    from playwright.sync_api import sync_playwright

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nanif.settings.dev")
    django.setup()
    wanted = list(addresses(sys.argv[1:]))
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("Chromium is not installed: run make test once, which installs it.")
    folder = ROOT / "var" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    with serving() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, path in wanted:
            page = browser.new_page()
            page.goto(site + path, wait_until="networkidle")
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                picture = folder / f"{name}-{width}.png"
                page.screenshot(path=picture, full_page=True)
                print(picture.relative_to(ROOT))
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
