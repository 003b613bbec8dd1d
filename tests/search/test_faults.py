"""What happens when processes die, disks are full and engines are gone: nothing is lost.

Each test works on the same small site, served by eight workers, while somebody searches all the
time. No search may fail, and in the end the index says what the pages say.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import urllib.request
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
MANY = 20_000
# Bytes: smaller than a segment of the index with a few pages.
SMALL_FILE = 600


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

    def lose_index(self) -> None:
        """Take away all that the engine has."""
        if self.cluster is None:
            shutil.rmtree(self.place.folder / "search")
            return
        for node in self.cluster.nodes:
            node.stop()
            shutil.rmtree(node.home / "data")
        self.cluster.start()

    def block_writes(self, is_blocked: bool) -> None:
        """What the cluster does by itself when a disk is full, and when it is not any more."""
        assert self.cluster is not None
        block = {"index.blocks.read_only_allow_delete": True if is_blocked else None}
        request = urllib.request.Request(
            f"http://{self.cluster.nodes[0].http}/faults/_settings",
            data=json.dumps(block).encode(),
            headers={"Content-Type": "application/json"},
            method="PUT",
        )
        urllib.request.urlopen(request, timeout=30).close()  # noqa: S310

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
    cluster.kill()


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
    assert f"{PAGES} documents" in str(
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
        assert f"{PAGES} documents" in site.command("search_rebuild", "--no-progress")
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
        assert f"{PAGES} documents" in first.result()
        assert site.server.search("観光") == (5, True)
    assert site.is_right()


def test_many_publish_at_the_same_time(site: Site) -> None:
    numbers = range(120, 120 + 2 * PUBLISHERS)
    with Reader(site.server), ThreadPoolExecutor(PUBLISHERS) as publishers:
        assert set(publishers.map(lambda number: site.publish("料理", number), numbers)) == {302}
        assert site.waiting() == 0, "whoever writes takes what the others leave"
        assert site.server.search("料理") == (len(numbers), True)
    assert site.is_right()


@only("embedded")
def test_disk_is_full(site: Site) -> None:
    with Reader(site.server):
        log = Process(
            site.place, processes.edit_with_full_disk, "福祉", 140, 10, SMALL_FILE
        ).result()
        assert "cannot be written" in log, log
        assert "Changes stay in the outbox" in log
        assert site.waiting() == 10
        assert site.server.search("福祉") == (0, True)
        said = Process(site.place, processes.rebuild_with_full_disk, SMALL_FILE).result()
        assert said.startswith("CommandError: The search index cannot be written"), said
        assert "Free space" in said
        assert site.server.search("防災")[1], "the old index is in use"
        assert "福祉" not in site.command("search_check")
        assert site.server.search("福祉") == (10, True)
        assert f"{PAGES} documents" in site.command("search_rebuild", "--no-progress")
    assert site.is_right()


@only("elasticsearch")
def test_disk_of_the_cluster_is_full(site: Site) -> None:
    """What a cluster does with its indexes when the disk fills."""
    with Reader(site.server):
        site.block_writes(True)
        site.edit("福祉", 140, 10)
        assert site.waiting() == 10
        assert site.server.search("防災")[1]
        site.block_writes(False)
        site.command("search_check")
        assert site.server.search("福祉") == (10, True)
    assert site.is_right()


def test_index_is_lost(site: Site) -> None:
    with Reader(site.server):
        site.lose_index()
        assert site.publish("祭り", 160) == 302
        assert site.server.search("祭り") == (1, False)
        assert "search_rebuild" in site.command("search_check")
        assert f"{PAGES} documents" in site.command("search_rebuild", "--no-progress")
        if site.cluster:
            assert site.server.finds_soon("祭り", 1)
        assert site.server.search("祭り") == (1, True)
    assert site.is_right()


@only("elasticsearch")
def test_cluster_is_gone_for_a_while(site: Site) -> None:
    assert site.cluster is not None
    with Reader(site.server):
        site.cluster.kill()
        assert site.publish("農業", 170) == 302
        site.edit("農業", 171, 5)
        assert site.server.search("農業") == (6, False)
        assert "Start it" in site.command("search_check")
        assert site.waiting() > 0
        site.cluster.start()
        site.command("search_check")
        assert site.server.finds_soon("農業", 6)
    assert site.is_right()


@only("elasticsearch")
def test_cluster_hangs(site: Site) -> None:
    assert site.cluster is not None
    with Reader(site.server):
        for node in site.cluster.nodes:
            node.freeze()
        assert site.server.search("防災")[1] is False
        assert site.publish("漁業", 180) == 302
        for node in site.cluster.nodes:
            node.thaw()
        site.command("search_check")
        assert site.server.finds_soon("漁業", 1)
    assert site.is_right()


@only("elasticsearch")
def test_one_of_two_nodes_is_lost(site: Site) -> None:
    assert site.cluster is not None
    _first, second = site.cluster.nodes
    with Reader(site.server):
        second.kill()
        site.edit("住宅", 190, 7)
        site.command("search_check")
        assert site.server.finds_soon("住宅", 7)
        second.start()
        site.edit("就労", 197, 3)
        assert site.server.finds_soon("就労", 3)
    assert site.is_right()


def test_many_changes_wait(site: Site) -> None:
    with Reader(site.server) as reader:
        megabytes = Process(site.place, processes.deliver_many, MANY).result()
    assert megabytes < 150
    assert reader.answers, "nobody was answered meanwhile"
    assert site.waiting() == 0
    assert site.is_right()
