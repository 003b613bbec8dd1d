"""What happens when processes die, disks are full and engines are gone: nothing is lost.

Each test works on the same small site, served by eight workers, while somebody searches all the
time. No search may fail, and in the end the index says what the pages say.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connections

from tests.elasticsearch.cluster import CannotRun, Cluster
from tests.search import processes
from tests.search.processes import Place, Process, Reader, Server

# The database that is copied is made for tests that say so.
pytestmark = pytest.mark.django_db

PAGES = 220
PUBLISHERS = 8
MANY = 100_000


@dataclass(frozen=True)
class Site:
    """The site with its server, and the cluster if it has one."""

    place: Place
    server: Server
    session: str
    cluster: Cluster | None

    def command(self, name: str, *args: str) -> str:
        """What a command of manage.py says, in a process of its own."""
        return str(Process(self.place, processes.command, name, *args).result())

    def edit(self, word: str, first: int = 0, count: int = 20) -> None:
        """Change titles in another process."""
        Process(self.place, processes.edit, word, first, count).result()

    def waiting(self) -> int:
        """How many changes wait in the outbox."""
        return int(Process(self.place, processes.waiting).result())

    def publish(self, word: str, number: int) -> int:
        """Publish a page through the admin. Returns the status of the answer."""
        page_id, slug = self.pages[number]
        return self.server.publish(self.session, page_id, f"{word}の手引き{slug}", slug)

    @property
    def pages(self) -> list[tuple[int, str]]:
        """Ids and slugs of the pages."""
        with sqlite3.connect(self.place.database) as database:
            return database.execute(
                "SELECT id, slug FROM wagtailcore_page WHERE slug LIKE 'guide-%' ORDER BY id"
            ).fetchall()

    def is_right(self) -> bool:
        """Deliver what waits, and compare every page with its document."""
        said = self.command("search_check")
        assert "missing: 0\nsuperfluous: 0\noutdated: 0" in said, said
        assert "wait" not in said
        return True


@pytest.fixture(scope="module")
def filled(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A database with pages, and the session of somebody who may publish."""
    folder = tmp_path_factory.mktemp("filled")
    place = Place(folder)
    source = sqlite3.connect(connections["default"].settings_dict["NAME"])
    with source, sqlite3.connect(place.database) as target:
        source.backup(target)
    source.close()
    return folder, Process(place, processes.fill, PAGES).result()


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Two nodes of Elasticsearch, which tests may stop."""
    cluster = Cluster(tmp_path_factory.mktemp("pair"), size=2, heap="256m")
    try:
        cluster.start()
    except CannotRun as error:
        stop = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        stop(f"There is no Elasticsearch: {error}")
    yield cluster
    cluster.stop()


@pytest.fixture(scope="module", params=["embedded", "elasticsearch"])
def site(
    request: pytest.FixtureRequest,
    filled: tuple[Path, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    """The site in use, once with each engine."""
    template, session = filled
    folder = tmp_path_factory.mktemp(request.param)
    cluster = request.getfixturevalue("pair") if request.param == "elasticsearch" else None
    place = Place(folder, cluster.urls("faults") if cluster else "")
    shutil.copytree(template, folder, dirs_exist_ok=True)
    assert f"{PAGES} pages" in str(
        Process(place, processes.command, "search_rebuild", "--no-progress").result()
    )
    with Server(place) as server:
        yield Site(place, server, session, cluster)


def only(engine: str) -> pytest.MarkDecorator:
    """A test for one engine alone."""
    return pytest.mark.parametrize("site", [engine], indirect=True)


@pytest.mark.parametrize("moment", ["in a write", "after a write"])
def test_writer_is_killed(site: Site, moment: str) -> None:
    word = {"in a write": "通訳", "after a write": "相談"}[moment]
    with Reader(site.server):
        writer = Process(site.place, processes.edit, word, 0, 30, until=moment)
        writer.wait()
        assert site.waiting() == 30, "the edit is stored, its delivery is not settled"
        writer.kill()
        assert site.server.search("防災")[1]
        # The next edit of anybody delivers what was left.
        site.edit("交流", 40, 1)
        assert site.waiting() == 0
        assert site.server.search(word) == (30, True)
    assert site.is_right()


@pytest.mark.parametrize("moment", ["in a rebuild", "in the swap", "after the swap"])
def test_rebuild_is_killed(site: Site, moment: str) -> None:
    word = {"in a rebuild": "防犯", "in the swap": "医療", "after the swap": "教育"}[moment]
    with Reader(site.server):
        rebuild = Process(
            site.place, processes.command, "search_rebuild", "--no-progress", until=moment
        )
        rebuild.wait()
        site.edit(word, 60, 12)
        rebuild.kill()
        assert site.server.search("防災")[1], "an index is in use"
        site.edit("交流", 80, 1)
        site.edit("交流", 81, 1)
        assert site.waiting() == 0
        assert site.server.search(word) == (12, True)
        assert site.is_right()
        assert f"{PAGES} pages" in site.command("search_rebuild", "--no-progress")
        assert site.server.search(word) == (12, True)
    assert site.is_right()


def test_second_rebuild_is_refused_in_words(site: Site) -> None:
    with Reader(site.server):
        first = Process(
            site.place, processes.command, "search_rebuild", "--no-progress", until="in a rebuild"
        )
        first.wait()
        refused = site.command("search_rebuild", "--no-progress")
        assert refused.startswith("CommandError: Another ")
        assert "Wait until it is done" in refused
        site.edit("観光", 100, 5)
        first.go_on()
        assert f"{PAGES} pages" in first.result()
        assert site.server.search("観光") == (5, True)
    assert site.is_right()


def test_many_publish_at_the_same_time(site: Site) -> None:
    numbers = range(120, 120 + 2 * PUBLISHERS)
    with Reader(site.server), ThreadPoolExecutor(PUBLISHERS) as publishers:
        assert set(publishers.map(lambda number: site.publish("料理", number), numbers)) == {302}
        assert site.waiting() == 0, "whoever writes takes what the others leave"
        assert site.server.search("料理") == (len(numbers), True)
    assert site.is_right()


def test_many_changes_wait(site: Site) -> None:
    with Reader(site.server) as reader:
        seconds, megabytes = Process(site.place, processes.deliver_many, MANY).result()
    assert seconds < 60
    assert megabytes < 150
    assert reader.answers > 10
    assert site.waiting() == 0
    assert site.is_right()
