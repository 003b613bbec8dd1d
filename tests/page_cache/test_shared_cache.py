"""Pages and limits in one Redis server, which may go away and come back."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from redis import Redis
from redis.exceptions import ConnectionError as NoConnection
from wagtail.models import Site

from casestudies.models import CaseStudyPage
from opendata.rates import count
from page_cache.versions import record_change


class Server:
    """A Redis server of the test's own, reached by a socket in a folder."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "redis.sock"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def start(self) -> None:
        self.process = subprocess.Popen(
            ["redis-server", "--port", "0", "--unixsocket", self.socket, "--save", ""],
            stdout=subprocess.PIPE,
            cwd=self.socket.parent,
        )
        assert self.process.stdout
        for line in self.process.stdout:
            if (
                b"Ready to accept connections unix" in line
                or b"at " + os.fsencode(self.socket) in line
            ):
                return
        pytest.fail("Redis did not start")

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    if shutil.which("redis-server") is None:
        stop = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        stop("Redis is not installed: run make test once, which installs it.")
    # A path of a socket has 108 letters at most.
    folder = Path(shutil.os.path.realpath(tmp_path))
    found = Server(folder)
    found.start()
    yield found
    found.stop()


@pytest.fixture
def shared(server: Server, settings: Any) -> Server:
    """Pages and limits in that server, as CACHE_URL sets them up."""
    settings.CACHES = settings.CACHES | {
        name: {
            "BACKEND": "opendata.redis_cache.SharedRedisCache",
            "LOCATION": server.url,
            "KEY_PREFIX": f"nanif-{name}",
        }
        for name in ("shared", "pages")
    }
    settings.PAGE_CACHE = True
    return server


def queries(url: str) -> tuple[int, str]:
    with CaptureQueriesContext(connection) as captured:
        response = Client().get(url)
    assert response.status_code == 200
    return len(captured), response.content.decode()


def test_page_is_kept_for_all_until_something_changes(site: Site, shared: Server) -> None:
    case = CaseStudyPage.objects.filter(locale__language_code="ja", live=True, alias_of=None)[0]
    url = case.get_url()
    made, text = queries(url)
    assert made > 1
    # A process that has nothing in its own memory, as one of another machine.
    caches["pages"].close()
    assert queries(url) == (1, text)
    assert Redis(unix_socket_path=str(shared.socket)).keys("nanif-pages*")

    case.title = "変わった題名"
    case.save_revision().publish()
    assert "変わった題名" in queries(url)[1]
    assert queries(url)[0] == 1


def test_pages_are_made_anew_while_the_server_is_away(
    site: Site, shared: Server, caplog: pytest.LogCaptureFixture
) -> None:
    url = "/grants/"
    _made, text = queries(url)
    shared.stop()
    with pytest.raises(NoConnection):
        Redis(unix_socket_path=str(shared.socket)).ping()
    made, again = queries(url)
    assert made > 1
    assert again == text
    assert any("CACHE_URL" in record.message for record in caplog.records)
    shared.start()
    queries(url)
    assert queries(url) == (1, text)


def test_pages_that_come_back_with_the_server_are_not_trusted(site: Site, shared: Server) -> None:
    """What changed while it was away is told by the database."""
    url = "/grants/"
    queries(url)
    assert queries(url)[0] == 1
    record_change()
    assert queries(url)[0] > 1


def test_limits_count_together_and_refuse_while_nothing_can_be_counted(
    db: None, shared: Server, settings: Any
) -> None:
    settings.RATES = settings.RATES | {"alert": "2/day", "api": "2/day"}
    used = [count("alert", "somebody").is_over for _time in range(3)]
    assert used == [False, False, True]
    shared.stop()
    refused = count("alert", "somebody else")
    assert (refused.is_over, refused.status) == (True, 503)
    assert not count("api", "somebody else").is_over, "reading goes on"
