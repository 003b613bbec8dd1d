"""Backups: database and uploads in a folder of its own, checked, encrypted where a key is given.

A backup is a folder `nanif-<time>` with `database.dump` (pg_dump) or `database.sqlite3`,
`files.tar` and `manifest.json`. With a key (age, https://age-encryption.org) the first two end with
`.age`, and the machine that writes them cannot read them.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import platform
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

import pyrage
from django import VERSION
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils.crypto import salted_hmac

__all__ = [
    "PREFIX",
    "BackupError",
    "Manifest",
    "fingerprint",
    "is_empty",
    "manifest_of",
    "prune",
    "read",
    "restore_database",
    "restore_files",
    "write",
]  # fmt: skip

PREFIX = "nanif-"
# Folders below DATA_DIR that only a backup can bring back. The index and static files are made.
_FOLDERS = ("uploads", "private")
_STAMP = "content.sha256"
_FORMAT = 1


class BackupError(Exception):
    """A backup cannot be written, or not be used. The message says why, and the cure."""


@dataclass(frozen=True)
class Manifest:
    """What a backup is.

    Attributes:
        made_at: when it was begun, in UTC; what was stored later is not in it.
        database: postgresql or sqlite.
        settings: names of the variables that were set, never their values.
        key: fingerprint of SECRET_KEY, which itself is not in the backup.
        migrations: how many there were, by app.
        files: digest (SHA-256) and bytes of each file of the backup.
        uploads: how many files there were in DATA_DIR/uploads and DATA_DIR/private.
    """

    made_at: str
    database: str
    versions: dict[str, str]
    settings: list[str]
    key: str
    migrations: dict[str, int]
    files: dict[str, tuple[str, int]]
    uploads: int
    format: int = _FORMAT


def write(folder: Path, recipient: str) -> Path:
    """Write a backup into a new folder in `folder` and check it; its path.

    Args:
        recipient: public key of age (`age1…`); empty: not encrypted.

    Raises:
        BackupError: a program or the disk failed, or what was written is not what was read.
    """
    made_at = datetime.datetime.now(datetime.UTC)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = folder / f"{PREFIX}{made_at:%Y%m%dT%H%M%SZ}"
    with tempfile.TemporaryDirectory(
        prefix=".unfinished-", dir=folder, ignore_cleanup_errors=True
    ) as name:
        work = Path(name)
        database = _dump(work)
        _check_dump(database)
        uploads = _pack(work / "files.tar")
        for path in (database, work / "files.tar"):
            if recipient:
                _encrypt(path, recipient)
        manifest = Manifest(
            made_at=made_at.isoformat(timespec="seconds"),
            database=connection.vendor,
            versions=_versions(),
            settings=settings.ENVIRONMENT.names(),
            key=fingerprint(),
            migrations=_migrations(),
            files={path.name: _digest(path) for path in sorted(work.iterdir())},
            uploads=uploads,
        )
        text = json.dumps(asdict(manifest), indent=1)
        (work / "manifest.json").write_text(text, "utf-8")
        for path in work.iterdir():
            _flush(path)
        work.rename(target)
    _verify(target)
    return target


def manifest_of(backup: Path) -> Manifest:
    """What the backup is, once each of its files is what was written.

    Raises:
        BackupError: it is none, is damaged, or another version of the site wrote it.
    """
    return _verify(backup)


@contextmanager
def read(backup: Path, identities: str, work: Path) -> Iterator[Path]:
    """A folder with the plain files of a backup, decrypted into `work` where they need it.

    Args:
        identities: text of a file with secret keys of age (`AGE-SECRET-KEY-1…`), or empty.

    Raises:
        BackupError: a key is missing or is not the right one.
    """
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=work) as name:
        plain = Path(name)
        for path in backup.iterdir():
            if path.suffix != ".age":
                continue
            if not identities:
                raise BackupError(f"{path} is encrypted: give --identity with the secret key.")
            _decrypt(path, plain / path.stem, identities)
        for path in backup.iterdir():
            if path.suffix not in {".age", ".json"}:
                (plain / path.name).symlink_to(path.resolve())
        yield plain


def prune(folder: Path, days: int, least: int = 3) -> list[str]:
    """Delete backups older than so many days, but for the newest `least`; their names."""
    since = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=days)
    old = sorted(folder.glob(f"{PREFIX}*Z"))[:-least]
    gone = [path for path in old if path.name < f"{PREFIX}{since:%Y%m%dT%H%M%SZ}"]
    for path in gone:
        shutil.rmtree(path)
    return [path.name for path in gone]


def fingerprint() -> str:
    """Tells keys apart without telling the key."""
    return salted_hmac("nanif.backups", "key", algorithm="sha256").hexdigest()[:16]


def is_empty() -> bool:
    """Whether there is neither a table nor an upload that a restore would take the place of."""
    has_files = any(path.is_file() for name in _FOLDERS for path in (_data() / name).rglob("*"))
    return not has_files and not connection.introspection.table_names()


def restore_database(plain: Path) -> None:
    """Put the database of a backup in place of the one that is there.

    Raises:
        BackupError: PostgreSQL's programs are missing or refuse.
    """
    if connection.vendor == "sqlite":
        # Through SQLite, so that other processes which have it open see the new content.
        connection.ensure_connection()
        with closing(sqlite3.connect(plain / "database.sqlite3")) as source:
            source.backup(connection.connection)
        connection.close()
        return
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    connection.close()
    _run("pg_restore", "--no-owner", "--no-acl", "--single-transaction", "--exit-on-error",
         "--schema=public", "--dbname", _database_name(), str(plain / "database.dump"))  # fmt: skip


def restore_files(plain: Path) -> int:
    """Put the uploads of a backup in place of those that are there; how many files there are.

    Raises:
        BackupError: a name in the backup leads out of DATA_DIR.
    """
    for name in _FOLDERS:
        shutil.rmtree(_data() / name, ignore_errors=True)
    count = 0
    with tarfile.open(plain / "files.tar") as tar:
        for member in tar:
            path = PurePosixPath(member.name)
            is_ours = path.parts[:1] and path.parts[0] in (*_FOLDERS, _STAMP)
            if path.is_absolute() or ".." in path.parts or not is_ours or not member.isfile():
                raise BackupError(f"The backup names a file that it may not hold: {member.name}")
            target = _data() / path
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as file:
                shutil.copyfileobj(cast("IO[bytes]", tar.extractfile(member)), file)
            os.utime(target, (member.mtime, member.mtime))
            count += path.parts[0] in _FOLDERS
    return count


# --- Inside


def _data() -> Path:
    return Path(settings.DATA_DIR)


def _dump(work: Path) -> Path:
    """The database in one file, as it was at one moment."""
    if connection.vendor == "sqlite":
        target = work / "database.sqlite3"
        connection.ensure_connection()
        with closing(sqlite3.connect(target)) as copy:
            connection.connection.backup(copy)
        return target
    target = work / "database.dump"
    _run("pg_dump", "--format=custom", "--no-owner", "--no-acl", "--file", str(target),
         "--schema=public", "--dbname", _database_name())  # fmt: skip
    return target


def _check_dump(path: Path) -> None:
    if path.suffix == ".dump":
        _run("pg_restore", "--list", str(path))
        return
    with closing(sqlite3.connect(path)) as database:
        (found,) = database.execute("PRAGMA integrity_check").fetchone()
    if found != "ok":
        raise BackupError(f"The copy of the database is damaged: {found}")


def _database_name() -> str:
    return str(connection.settings_dict["NAME"])


def _run(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs against the database of the settings."""
    if not (found := _program(program)):
        raise BackupError(f"{program} is not installed: install postgresql-client.")
    wanted = connection.settings_dict
    access = {"PGHOST": wanted["HOST"], "PGPORT": wanted["PORT"], "PGUSER": wanted["USER"],
              "PGPASSWORD": wanted["PASSWORD"]}  # fmt: skip
    environment = {
        **settings.ENVIRONMENT.values,
        **{name: str(value) for name, value in access.items() if value},
    }
    done = subprocess.run(  # noqa: S603
        [found, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BackupError(f"{program}: {done.stderr.strip()[-500:]}")


def _program(name: str) -> str:
    """The newest of this name: an older pg_dump refuses a newer server."""
    places = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"),
        key=lambda path: int(path.parts[-3]) if path.parts[-3].isdigit() else 0,
    )
    return str(places[-1]) if places else shutil.which(name) or ""


def _pack(target: Path) -> int:
    """Pack uploads and private files; how many. One that is deleted meanwhile is left out."""
    count = 0
    with tarfile.open(target, "w") as tar:
        for name in (*_FOLDERS, _STAMP):
            top = _data() / name
            for path in [top, *sorted(top.rglob("*"))] if top.exists() else []:
                if not path.is_file() or path.is_symlink():
                    continue
                try:
                    tar.add(path, arcname=str(path.relative_to(_data())), recursive=False)
                except FileNotFoundError:
                    continue
                count += name in _FOLDERS
    return count


def _encrypt(path: Path, recipient: str) -> None:
    try:
        key = pyrage.x25519.Recipient.from_str(recipient)
    except pyrage.RecipientError as error:
        raise BackupError("BACKUP_RECIPIENT is not a public key of age (age1…).") from error
    pyrage.encrypt_file(str(path), f"{path}.age", [key])
    path.unlink()


def _decrypt(path: Path, target: Path, identities: str) -> None:
    try:
        keys = [
            pyrage.x25519.Identity.from_str(line.strip())
            for line in identities.splitlines()
            if line.strip() and not line.startswith("#")
        ]
        pyrage.decrypt_file(str(path), str(target), keys)
    except (pyrage.IdentityError, pyrage.DecryptError) as error:
        raise BackupError(f"{path} cannot be read with this key: {error}") from error


def _verify(backup: Path) -> Manifest:
    try:
        found: dict[str, Any] = json.loads((backup / "manifest.json").read_text("utf-8"))
        manifest = Manifest(**found)
    except (OSError, ValueError, TypeError) as error:
        raise BackupError(f"{backup} is no backup: its manifest.json cannot be read.") from error
    if manifest.format != _FORMAT:
        raise BackupError(f"{backup} was written by another version of the site.")
    for name, (digest, size) in manifest.files.items():
        path = backup / name
        if not path.is_file() or _digest(path) != (digest, size):
            raise BackupError(f"{path} is missing or damaged: use another backup.")
    return manifest


def _digest(path: Path) -> tuple[str, int]:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _versions() -> dict[str, str]:
    return {
        "python": platform.python_version(),
        "django": ".".join(map(str, VERSION[:3])),
        "wagtail": version("wagtail"),
        "database": ".".join(map(str, connection.get_database_version())),
    }


def _migrations() -> dict[str, int]:
    counts: dict[str, int] = {}
    for app, _name in MigrationRecorder(connection).applied_migrations():
        counts[app] = counts.get(app, 0) + 1
    return dict(sorted(counts.items()))
