"""A served site and a browser for the tools that take pictures."""

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
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def browsing(language: str = "en") -> Iterator[Browser]:
    """The system's own Chromium until the block ends; its own words are in that language."""
    from playwright.sync_api import sync_playwright

    names = ["chromium-headless-shell", "chromium", "google-chrome"]
    chromium = next(filter(None, map(shutil.which, names)), None)
    if chromium is None:
        raise SystemExit("Chromium is not installed: run make test once, which installs it.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", f"--lang={language}"],
            env={**os.environ, "LANGUAGE": language},
        )
        yield browser
        browser.close()


@contextmanager
def serving() -> Iterator[str]:
    """Serve the development site on a free port until the block ends; gives its address.

    Which database and files it shows says `DATA_DIR`, as always.
    """
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
