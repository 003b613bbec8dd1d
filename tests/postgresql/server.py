"""A real PostgreSQL server for tests, in a temporary folder and on a free port of this machine."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from pathlib import Path
from types import TracebackType

__all__ = ["CannotRun", "Server"]

PLACES = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True), Path("/usr/local/bin")]
START_SECONDS = 60


class CannotRun(Exception):
    """There is no PostgreSQL. The message says what to do."""


class Server:
    """A server from `with` to its end.

    PostgreSQL refuses to run as root; then the user `postgres`, which its package makes, runs it.
    """

    def __init__(self, folder: Path) -> None:
        """`folder` is empty and may be read by everybody above it."""
        self.folder = folder
        self.port = _free_port()

    @property
    def url(self) -> str:
        """The address for DATABASE_URL, of a database that is empty at first."""
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    def __enter__(self) -> Server:
        data = self.folder / "data"
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        self._run("initdb", "-D", str(data), "-A", "trust", "-U", "postgres", "-E", "UTF8")
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c fsync=off -k {self.folder}"
        log = str(self.folder / "log")
        wait = str(START_SECONDS)
        self._run("pg_ctl", "-D", str(data), "-o", options, "-l", log, "-t", wait, "-w", "start")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "-w", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        as_other = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        done = subprocess.run(
            [*as_other, _program(program), *arguments],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        if done.returncode:
            raise CannotRun(f"{program} failed: {done.stderr[-500:]}")


def _program(name: str) -> str:
    for place in PLACES:
        if (place / name).exists():
            return str(place / name)
    raise CannotRun("PostgreSQL is not installed: run make test once, which installs it.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
