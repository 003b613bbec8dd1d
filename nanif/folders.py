"""Whose the files in DATA_DIR are: what root has written there by mistake is found and named."""

from __future__ import annotations

import os
import pwd
import shlex
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

__all__ = ["check_owners", "owner_of_data", "wrong_user"]

# Named at most, of each folder in DATA_DIR.
_SHOWN = 3


@register(deploy=True)
def check_owners(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Report files in DATA_DIR that belong to somebody else than DATA_DIR itself.

    A command that was run as root leaves indexes, counters of limits or uploads that the service
    cannot write: searches stay old, and signing in and forms refuse.
    """
    data = Path(settings.DATA_DIR)
    if not data.is_dir():
        return []
    owner = data.stat()
    found: list[CheckMessage] = []
    for part in sorted(data.iterdir()):
        foreign = [path for path in _all_below(part) if _is_foreign(path, owner)]
        if not foreign:
            continue
        names = ", ".join(str(path) for path in foreign[:_SHOWN])
        more = f" and {len(foreign) - _SHOWN} more" if len(foreign) > _SHOWN else ""
        found.append(
            Error(
                f"{names}{more} belong to {_name(foreign[0].lstat().st_uid)}, but DATA_DIR "
                f"({data}) to {_name(owner.st_uid)}: the service cannot write them.",
                hint=f"Run as root: chown -R {_name(owner.st_uid)}: {shlex.quote(str(part))}",
                id="nanif.E020",
            )
        )
    return found


def owner_of_data() -> str:
    """Name of the user to whom DATA_DIR belongs."""
    return _name(Path(settings.DATA_DIR).stat().st_uid)


def wrong_user() -> str:
    """What is wrong with the user that runs a command which writes to DATA_DIR; empty: nothing."""
    data = Path(settings.DATA_DIR)
    owner = data.stat().st_uid
    if os.geteuid() == owner:
        return ""
    return (
        f"This command runs as {_name(os.geteuid())}, but DATA_DIR ({data}) belongs to "
        f"{_name(owner)}, who could not write what it leaves. Run it as that user: "
        f"runuser -u {_name(owner)} -- …"
    )


def _all_below(part: Path) -> Iterator[Path]:
    """A file, or a folder with everything in it; links are not followed."""
    yield part
    if part.is_dir() and not part.is_symlink():
        for folder, folders, files in os.walk(part):
            yield from (Path(folder) / name for name in [*folders, *files])


def _is_foreign(path: Path, owner: os.stat_result) -> bool:
    try:
        found = path.lstat()
    except FileNotFoundError:  # gone since
        return False
    if found.st_uid == owner.st_uid:
        return False
    shared = found.st_gid == owner.st_gid and bool(found.st_mode & stat.S_IWGRP)
    return not shared


def _name(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)
