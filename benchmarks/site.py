"""A copy of the site in a temporary folder, which benchmarks may fill and change as they like."""

from __future__ import annotations

import os
import platform
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

__all__ = ["ROOT", "copied_site", "free_port", "load", "machine"]

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def copied_site(*, semantic: bool = False) -> Iterator[Path]:
    """Set Django up on a copy of the development site, with all content and an index of its own.

    Runs with production settings. Whatever SEARCH_URL says, the embedded engine is in use until a
    benchmark chooses another. Yields the folder, which is removed at the end.

    Args:
        semantic: search by meaning too, where it is installed.
    """
    with tempfile.TemporaryDirectory(prefix="nanif-bench-") as folder:
        data_dir = Path(folder)
        _copy_database(data_dir)
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "nanif.settings.production",
            "DATA_DIR": folder,
            "DATABASE_URL": "",
            "SEARCH_URL": "",
            "SEARCH_SEMANTIC": "on" if semantic else "off",
            "TASK_WORKER": "off",
            "SECRET_KEY": "for-measuring-on-this-machine-alone-" + "0123456789" * 3,
            "ALLOWED_HOSTS": "127.0.0.1",
            "SITE_URL": "http://127.0.0.1",
            "SECURE_SSL_REDIRECT": "off",
            "LOG_LEVEL": "ERROR",
        }
        for command in (["site_prepare"], ["collectstatic", "--noinput", "--verbosity", "0"]):
            subprocess.run(
                [sys.executable, "manage.py", *command],
                cwd=ROOT,
                check=True,
                stdout=subprocess.DEVNULL,
            )
        import django
        from django.conf import settings

        django.setup()
        if Path(settings.DATA_DIR) != data_dir:
            raise SystemExit("Django was set up before: the benchmark would change its data.")
        yield data_dir


def _copy_database(data_dir: Path) -> None:
    """The development database if it has content; without it the content is loaded anew."""
    database = ROOT / "var" / "db.sqlite3"
    stamp = database.with_name("content.sha256")
    if not (database.exists() and stamp.exists()):
        return
    source = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    with closing(source):
        try:
            (cases,) = source.execute("SELECT COUNT(*) FROM casestudies_casestudypage").fetchone()
        except sqlite3.OperationalError:
            return
        if cases:
            with closing(sqlite3.connect(data_dir / "db.sqlite3")) as target:
                source.backup(target)
            shutil.copy(stamp, data_dir)


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def machine() -> str:
    """What the numbers depend on, in a line."""
    from importlib.metadata import version

    names = {"Django": "django", "Wagtail": "wagtail", "tantivy": "tantivy",
             "SudachiPy": "sudachipy", "Sudachi dictionary": "sudachidict-core"}  # fmt: skip
    versions = [f"{name} {version(package)}" for name, package in names.items()]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return ", ".join(
        [
            f"{os.cpu_count()} cores",
            f"{memory:.0f} GB",
            platform.system(),
            f"Python {platform.python_version()}",
            *versions,
            f"SQLite {sqlite3.sqlite_version}",
        ]
    )


def load() -> str:
    """How many processes wanted to run, on average over the last minute and five minutes."""
    one, five, _fifteen = os.getloadavg()
    return f"{one:.1f} / {five:.1f}"
