"""Backups with SQLite: written, checked, pruned, and brought back. PostgreSQL: tests/postgresql."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest

from nanif import backups
from tests.architecture.sources import ROOT


def run(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run manage.py with a folder of its own."""
    kept = {"DATA_DIR": str(data), "DJANGO_SETTINGS_MODULE": "nanif.settings.dev"}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**os.environ, **kept},
        capture_output=True,
        text=True,
        check=False,
    )


def test_small_site_comes_back(tmp_path: Path) -> None:
    """A database that is not the site's: what is compared is that it is the same again."""
    data, empty = tmp_path / "data", tmp_path / "empty"
    (data / "private").mkdir(parents=True)
    (data / "private" / "proposal.pdf").write_bytes(b"secret")
    with sqlite3.connect(data / "db.sqlite3") as database:
        database.execute("CREATE TABLE django_migrations (id, app, name, applied)")
        database.execute("INSERT INTO django_migrations VALUES (1, 'kept', '0001', '2026-01-01')")
    done = run(data, "backup", "--to", str(tmp_path / "store"))
    assert done.returncode == 0, done.stderr[-2000:]
    assert "It holds personal data" in done.stdout
    (backup,) = (tmp_path / "store").iterdir()
    manifest = backups.manifest_of(backup)
    assert manifest.database == "sqlite"
    assert manifest.migrations == {"kept": 1}
    assert manifest.uploads == 1
    assert "DATA_DIR" in manifest.settings
    with tarfile.open(backup / "files.tar") as tar:
        assert tar.getnames() == ["private/proposal.pdf"]
    empty.mkdir()
    (empty / "uploads").mkdir()
    (empty / "uploads" / "other.pdf").touch()
    refused = run(empty, "restore", str(backup))
    assert "There is a database or an upload already" in refused.stderr


@pytest.mark.parametrize("name", ["../escape", "/absolute", "search/index", "settings.py"])
def test_backup_with_names_that_lead_elsewhere_is_refused(
    tmp_path: Path, settings: Any, name: str
) -> None:
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    (tmp_path / "file").write_text("x")
    with tarfile.open(tmp_path / "files.tar", "w") as tar:
        tar.add(tmp_path / "file", arcname="private/fine")
        member = tarfile.TarInfo(name)
        tar.addfile(member)
    with pytest.raises(backups.BackupError, match="may not hold"):
        backups.restore_files(tmp_path)
    assert not (tmp_path / "escape").exists()


def test_old_backups_go_but_the_newest_stay(tmp_path: Path) -> None:
    names = [f"nanif-2020010{day}T000000Z" for day in range(1, 7)]
    for name in names:
        (tmp_path / name).mkdir()
    assert backups.prune(tmp_path, days=30) == names[:3]
    assert sorted(path.name for path in tmp_path.iterdir()) == names[3:]
