"""How many pages a second the site serves: gunicorn on this machine, asked over the loopback."""

from __future__ import annotations

import http.client
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

SECONDS = 4.0
MOST_REQUESTS = 2000
READERS = 4


@dataclass
class PageResult:
    """What one address answered: the time of every request, in seconds."""

    name: str
    path: str
    elapsed: float = 0.0
    times: list[float] = field(default_factory=list)
    size: int = 0

    @property
    def per_second(self) -> float:
        """Pages served in a second, all readers together."""
        return len(self.times) / self.elapsed

    @property
    def median_ms(self) -> float:
        """Half of the requests took no longer, in milliseconds."""
        return statistics.median(self.times) * 1000

    @property
    def slow_ms(self) -> float:
        """Nineteen of twenty requests took no longer, in milliseconds."""
        return statistics.quantiles(self.times, n=20)[-1] * 1000


@contextmanager
def serving(root: Path, data_dir: Path, port: int) -> Iterator[int]:
    """Serve the data in a folder with production settings, until the block ends."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "nanif.settings.production",
        "DATA_DIR": str(data_dir),
        "SECRET_KEY": "for-measuring-on-this-machine-alone-" + "0123456789" * 3,
        "ALLOWED_HOSTS": "127.0.0.1",
        "SITE_URL": f"http://127.0.0.1:{port}",
        "SECURE_SSL_REDIRECT": "off",
        "LOG_LEVEL": "ERROR",
        "WEB_BIND": f"127.0.0.1:{port}",
    }
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"],
        cwd=root,
        env=environment,
        check=True,
    )
    command = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py"]
    server = subprocess.Popen(
        [
            *command,
            "nanif.wsgi",
            "--access-logfile",
            "/dev/null",
            "--log-level",
            "error",
            "--max-requests",
            "0",
        ],
        cwd=root,
        env=environment,
    )
    try:
        _wait_until_it_answers(server, port)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_until_it_answers(server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise SystemExit("The server did not start: see its message above.")
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request("GET", "/robots.txt")
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("The server did not answer within a minute.")


def measure(name: str, path: str, port: int, seconds: float = SECONDS) -> PageResult:
    """Ask for a page with a few readers at once, for a few seconds or so many requests."""
    result = PageResult(name, path)
    deadline = time.perf_counter() + seconds
    failures: list[str] = []

    def read() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while time.perf_counter() < deadline and len(result.times) < MOST_REQUESTS:
            start = time.perf_counter()
            connection.request("GET", path)
            response = connection.getresponse()
            body = response.read()
            result.times.append(time.perf_counter() - start)
            result.size = len(body)
            if response.status != 200:
                failures.append(f"{path} answered {response.status}")
                return

    start = time.perf_counter()
    readers = [threading.Thread(target=read) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    result.elapsed = time.perf_counter() - start
    if failures:
        raise SystemExit(failures[0])
    return result
