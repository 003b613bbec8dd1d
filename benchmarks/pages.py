"""How many pages a second the site serves: gunicorn on this machine, asked over the loopback."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from benchmarks.clock import Times
from benchmarks.site import ROOT, free_port

__all__ = ["READERS", "PageResult", "Server", "measure", "resident_mb", "serving"]

SECONDS = 4.0
MOST_REQUESTS = 2000
READERS = 4


@dataclass
class PageResult:
    """What was answered: the time of every request."""

    name: str
    elapsed: float = 0.0
    times: Times = field(default_factory=Times)
    size: int = 0

    @property
    def per_second(self) -> float:
        """Pages served in a second, all readers together."""
        return len(self.times.seconds) / self.elapsed


@dataclass(frozen=True)
class Server:
    """A gunicorn with its workers."""

    port: int
    process_id: int

    def worker_mb(self) -> float:
        """Resident memory of the largest worker in MB, pages of the index on disk included."""
        children = Path(f"/proc/{self.process_id}/task/{self.process_id}/children").read_text()
        return max(map(resident_mb, map(int, children.split())))


def resident_mb(process_id: int) -> float:
    """Resident memory of a process in MB; from /proc, so on Linux only."""
    for line in Path(f"/proc/{process_id}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise OSError(f"Process {process_id} has no memory.")


@contextmanager
def serving(**environment: str) -> Iterator[Server]:
    """Serve the copied site with two workers until the block ends; `environment` adds settings."""
    port = free_port()
    server = subprocess.Popen(
        [
            *[sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py"],
            "nanif.wsgi",
            *["--access-logfile", "/dev/null", "--log-level", "error", "--max-requests", "0"],
        ],
        cwd=ROOT,
        env={
            **os.environ,
            "SITE_URL": f"http://127.0.0.1:{port}",
            "WEB_BIND": f"127.0.0.1:{port}",
            **environment,
        },
    )
    try:
        _wait_until_it_answers(server, port)
        yield Server(port, server.pid)
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_until_it_answers(server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError("The server did not start: see its message above.")
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request("GET", "/robots.txt")
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("The server did not answer within a minute.")


def measure(
    name: str,
    paths: Sequence[str],
    port: int,
    *,
    seconds: float = SECONDS,
    readers: int = READERS,
    most: int = MOST_REQUESTS,
) -> PageResult:
    """Ask for pages in turn with a few readers at once, for some seconds or `most` requests.

    Raises:
        RuntimeError: a page was not answered with 200.
    """
    result = PageResult(name)
    deadline = time.perf_counter() + seconds
    failures: list[str] = []
    numbers = count()

    def read() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while time.perf_counter() < deadline and len(result.times.seconds) < most:
            path = paths[next(numbers) % len(paths)]
            try:
                with result.times.one():
                    connection.request("GET", path)
                    response = connection.getresponse()
                    body = response.read()
            except OSError as error:
                failures.append(f"{path}: {error}")
                return
            result.size = len(body)
            if response.status != 200:
                failures.append(f"{path} answered {response.status}")
                return

    start = time.perf_counter()
    threads = [threading.Thread(target=read) for _ in range(readers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    result.elapsed = time.perf_counter() - start
    if failures:
        raise RuntimeError(failures[0])
    return result
