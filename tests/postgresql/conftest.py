"""The site with its real content on PostgreSQL, as production has it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.postgresql.server import CannotRun, Server

ROOT = Path(__file__).resolve().parents[2]

Manage = Callable[..., str]


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Variables of a site whose database is an empty one on a server of its own.

    Where there is no PostgreSQL CI fails, and other machines skip.
    """
    folder = tmp_path_factory.mktemp("postgresql")
    # The server may run as another user, who must be able to get there.
    for path in (folder, *folder.parents[:2]):
        path.chmod(0o755)
    (folder / "server").mkdir()
    try:
        with Server(folder / "server") as server:
            yield {
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "nanif.settings.dev",
                "DATABASE_URL": server.url,
                "DATA_DIR": str(folder / "site"),
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
def loaded(manage: Manage) -> Manage:
    """The same, on a database with the real content and a search index."""
    manage("migrate", "--verbosity=0")
    manage("load_content")
    manage("search_rebuild", "--no-progress", "--workers=2")
    return manage
