"""The site on PostgreSQL, as production has it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from tests.postgresql.server import CannotRun, Server

ROOT = Path(__file__).resolve().parents[2]

Manage = Callable[..., str]

PAGES = """
from home.models import HomePage, StandardPage
home = HomePage.objects.get(locale__language_code="ja")
for number in range(20):
    page = StandardPage(title=f"防災の手引き{number}", slug=f"guide-{number}", summary="浜松市の例")
    home.add_child(instance=page)
    page.save_revision().publish()
"""


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Variables of a site whose database is an empty one on a server of its own.

    Where there is no PostgreSQL CI fails, and other machines skip.
    """
    # Not in pytest's folder: the server may run as another user, who must be able to get there.
    with tempfile.TemporaryDirectory(prefix="postgresql-") as name:
        Path(name).chmod(0o755)
        try:
            with Server(Path(name)) as server:
                yield {
                    **os.environ,
                    "DJANGO_SETTINGS_MODULE": "nanif.settings.dev",
                    "DATABASE_URL": server.url,
                    "DATA_DIR": str(tmp_path_factory.mktemp("site")),
                    # All tests ask from one address.
                    "API_RATE": "100000/hour",
                    "EXPORT_RATE": "100000/hour",
                    "PAGE_CACHE": "on",
                }
        except CannotRun as error:
            stop = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
            stop(str(error))


@pytest.fixture(scope="session")
def manage(environment: dict[str, str]) -> Manage:
    """A function that runs a command of manage.py and returns what it prints."""

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"{arguments}: {done.stdout[-1000:]}{done.stderr[-3000:]}"
        return done.stdout

    return run


@pytest.fixture(scope="session")
def filled(manage: Manage) -> Manage:
    """The same, on a database with a few pages and a search index, released by two at once."""
    with ThreadPoolExecutor() as two:
        for done in [two.submit(manage, "release", "--without-content") for _ in range(2)]:
            assert "Ready." in done.result()
    manage("shell", "--verbosity=0", "--command", PAGES)
    manage("search_rebuild", "--no-progress", "--workers=2")
    return manage


@pytest.fixture(scope="session")
def address(filled: Manage, environment: dict[str, str]) -> Iterator[str]:
    """Address of the site, served by gunicorn with several processes."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        bind = f"127.0.0.1:{probe.getsockname()[1]}"
    server = subprocess.Popen(
        [str(Path(sys.executable).with_name("gunicorn")), "--config", "deploy/gunicorn.conf.py",
         "nanif.wsgi"],
        cwd=ROOT,
        env={**environment, "WEB_BIND": bind, "WEB_WORKERS": "3"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 60
        while not _answers(f"http://{bind}/robots.txt"):
            assert server.poll() is None, "gunicorn ended"
            assert time.monotonic() < deadline, "gunicorn did not answer within a minute"
        yield f"http://{bind}"
    finally:
        server.terminate()
        server.wait(30)


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=5).status_code == 200
    except requests.ConnectionError:
        return False
