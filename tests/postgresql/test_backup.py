"""The drill: fill, back up, lose everything, bring it back on an empty database and folder."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyrage
import pytest

from tests.postgresql.conftest import ROOT, Manage

# Every address of the site map with a digest of its page, and what cannot be read any more.
ADDRESSES = """
import hashlib, re
from django.test import Client
client = Client(SERVER_NAME="127.0.0.1")
told = re.findall("<loc>([^<]+)</loc>", client.get("/sitemap.xml").content.decode())
for url in sorted(told):
    path = re.sub("^https?://[^/]+", "", url)
    page = client.get(path)
    print("AT", path, page.status_code, len(re.findall("<h1", page.content.decode())))
print("AT search", client.get("/api/v1/search?q=防災").json()["total"])
"""
CREATE = """
from django.db import connection
connection.cursor().execute("CREATE DATABASE returned TEMPLATE template0")
"""

Run = Callable[..., subprocess.CompletedProcess[str]]


def on(environment: dict[str, str], data: Path) -> Run:
    """A function that runs manage.py against another database and folder."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        url = environment["DATABASE_URL"].rpartition("/")[0] + "/returned"
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env={**environment, "DATABASE_URL": url, "DATA_DIR": str(data)},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def addresses(told: str) -> list[str]:
    return [line for line in told.splitlines() if line.startswith("AT")]


@pytest.fixture
def key(tmp_path: Path, environment: dict[str, str]) -> Path:
    """A file with a secret key; backups are encrypted for it."""
    identity = pyrage.x25519.Identity.generate()
    (tmp_path / "key").write_text(f"# made for this test\n{identity}\n")
    environment["BACKUP_RECIPIENT"] = str(identity.to_public())
    return tmp_path / "key"


def test_what_was_lost_comes_back(
    filled: Manage, environment: dict[str, str], key: Path, tmp_path: Path
) -> None:
    uploads = Path(environment["DATA_DIR"])
    for name in ("uploads/documents/plan.pdf", "private/proposal.pdf"):
        (uploads / name).parent.mkdir(parents=True, exist_ok=True)
        (uploads / name).write_bytes(name.encode())
    before = addresses(filled("shell", "--verbosity=0", "--command", ADDRESSES))
    assert len(before) > 20
    store = tmp_path / "store"
    assert "encrypted" in filled("backup", "--to", str(store))
    (backup,) = store.iterdir()
    names = sorted(path.name for path in backup.iterdir())
    assert names == ["database.dump.age", "files.tar.age", "manifest.json"]
    assert b"guide-7" not in (backup / "database.dump.age").read_bytes()
    assert "SECRET" not in (backup / "manifest.json").read_text()

    filled("shell", "--verbosity=0", "--command", CREATE)
    run = on(environment, tmp_path / "empty")
    assert "give --identity" in run("restore", str(backup)).stderr
    done = run("restore", str(backup), "--identity", str(key))
    assert done.returncode == 0, done.stderr[-2000:]
    assert "The search index agrees" in done.stdout
    assert (tmp_path / "empty/private/proposal.pdf").read_bytes() == b"private/proposal.pdf"
    assert addresses(run("shell", "--verbosity=0", "--command", ADDRESSES).stdout) == before
    refused = run("restore", str(backup), "--identity", str(key))
    assert "With --replace the backup takes its place" in refused.stderr

    with (backup / "files.tar.age").open("ab") as file:
        file.write(b"x")
    damaged = run("restore", str(backup), "--identity", str(key), "--replace")
    assert damaged.returncode == 1
    assert "files.tar.age is missing or damaged" in damaged.stderr
