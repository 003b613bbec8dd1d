"""What all tests share: kinds of tests, the loaded site, and clients for each role.

Two states of the test database exist. Tests that name neither fixture below see it *empty*: only
what migrations make. Tests that name `site` see the *real content*, loaded once, in a transaction
of their own; they run after all others, and may change what they like. Browser tests name
`live_site` (tests/browser), which serves the same content.
"""

from __future__ import annotations

import fcntl
import hashlib
import ipaddress
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_django.fixtures
from django.conf import settings as django_settings
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core import mail
from django.core.cache import cache, caches
from django.core.management import call_command
from django.db import connections
from django.test import Client, override_settings
from django.utils import translation
from django.utils.translation.reloader import translation_file_changed
from wagtail.models import Site

from search.engines.base import EngineUnavailable
from search.engines.embedded import EmbeddedEngine
from search.models import SearchOutbox
from tests.elasticsearch.cluster import CannotRun, Cluster
from tests.users.small_site import SMALL_SITE

ROOT = Path(__file__).resolve().parent.parent
KINDS = ["unit", "page", "architecture", "search", "browser"]

# Databases and indexes are kept below var/tests/ and used again while these files are the same. Not
# watched are models and services: whoever changes how content is stored removes var/tests/. A fresh
# clone has none. The loaded database is made anew with each new migration too: one that is older
# than the empty database numbers content types otherwise, and what a process has cached of the one
# would break foreign keys in the other.
KEPT = ROOT / "var" / "tests"
EMPTY_SOURCES = ["requirements.txt", "*/migrations/*.py"]
CONTENT_SOURCES = ["content/**/*", *EMPTY_SOURCES]
INDEX_SOURCES = [
    "content/**/*",
    "search/**/*.py",
    "*/search_documents.py",
    "requirements.txt",
    "requirements-semantic.txt",
]


# --- Kinds ------------------------------------------------------------------------------------


_outcomes: Counter[tuple[str, str]] = Counter()
_tried_again: list[str] = []


def _kind(item: pytest.Item) -> str:
    """The kind of a test, told by its folder; a test with a client asks for pages."""
    folder = item.path.relative_to(ROOT / "tests").parts[0]
    if folder in {"architecture", "search", "browser"}:
        return folder
    asks_for_pages = any(name.endswith("client") for name in item.fixturenames)
    return "page" if folder == "pages" or asks_for_pages else "unit"


def pytest_sessionstart(session: pytest.Session) -> None:
    """Compile the translations, which git does not keep; forget what was looked up before."""
    if not hasattr(session.config, "workerinput"):  # several processes: once, before they start
        call_command("messages_compile")
    translation_file_changed(None, ROOT / "locale" / "ja" / "LC_MESSAGES" / "django.mo")


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Mark every test with its kind, and sort: without a database, empty, loaded, in browsers.

    Several processes (`-n`) take the tests in this order, a file or a part of it at a time, so
    that none meets the empty database again after it has loaded the site.
    """
    for item in items:
        item.add_marker(_kind(item))
        if "loaded_site" in item.fixturenames:
            item.add_marker("loaded")
        item.add_marker(pytest.mark.xdist_group(_group(item)))
        if _kind(item) == "browser":
            # A browser shares two cores with servers and other tests. The second try tells what
            # is broken from what was only slow; the summary names every test that needed it.
            item.add_marker(pytest.mark.flaky(reruns=1))
    yield  # others choose by these marks, and sort by their own rules
    # The longest browser tests, those that store something, go first: no process waits at the end.
    items.sort(key=lambda item: (_state(item), is_browser := _kind(item) == "browser",
                                 is_browser and not _commits(item)))  # fmt: skip


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name long values shortly: names go from process to process, and some files hold the time."""
    if isinstance(val, bytes) and len(val) > 60:
        return argname
    return f"{val[:80]}…" if isinstance(val, str) and len(val) > 80 else None


def _group(item: pytest.Item) -> str:
    """What one process runs in one go: a file, but each browser test alone, since they are long."""
    folder = item.path.relative_to(ROOT / "tests").parts[0]
    if folder == "postgresql":  # one server for all of them
        return folder
    name = str(item.path.relative_to(ROOT / "tests").with_suffix("")).replace("/", ".")
    own = item.name.replace("@", "") if folder == "browser" else ""
    return ".".join(filter(None, [name, ["", "empty", "loaded"][_state(item)], own]))


def _state(item: pytest.Item) -> int:
    """What a test needs of the database: 0 nothing, 1 the empty one, 2 the loaded one."""
    names = set(item.fixturenames)
    return 2 if "loaded_site" in names else 1 if "django_db_setup" in names else 0


def pytest_collection_finish(session: pytest.Session) -> None:
    """Make what is to be kept in a process of its own, while tests run that need nothing of it."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker and session.config.getoption("loadgroup"):
        # Without groups every process makes anew what the tests of one file share.
        assert all("@" in item.nodeid for item in session.items), "xdist ignores groups of tests"
    if worker != "gw0" or not any(_state(item) == 2 for item in session.items):
        return
    if not (_kept("loaded", CONTENT_SOURCES).exists() and _kept("index", INDEX_SOURCES).exists()):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
        _State.preparing = subprocess.Popen(
            [sys.executable, "-m", "pytest", "-q", "tests/kept_content.py"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count each test once: by its call, or by its setup when that fails or skips."""
    if report.outcome == "rerun":
        _tried_again.append(report.nodeid)
    elif report.when == "call" or (report.when == "setup" and not report.passed):
        kind = next((kind for kind in KINDS if kind in report.keywords), "unit")
        _outcomes[kind, report.outcome] += 1


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Show how many tests of each kind ran."""
    terminalreporter.section("tests by kind")
    for kind in KINDS:
        counts = [
            f"{_outcomes[kind, outcome]} {outcome}"
            for outcome in ["passed", "failed", "skipped"]
            if _outcomes[kind, outcome] or outcome == "passed"
        ]
        terminalreporter.write_line(f"{kind:<13} {', '.join(counts)}")
    if _tried_again:
        terminalreporter.section("browser tests that needed a second try: mend each")
        for name in _tried_again:
            terminalreporter.write_line(name)


# --- Database and files -----------------------------------------------------------------------


@pytest.fixture(scope="session", autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep uploads and search indexes of tests out of the developer's own."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "static").mkdir()
    with override_settings(
        DATA_DIR=folder,
        MEDIA_ROOT=folder / "uploads",
        SENDFILE_ROOT=folder / "uploads",
        STATIC_ROOT=folder / "static",
        SEARCH_INDEX_DIR=folder / "search",
        SEARCH_ENGINE={},
    ):
        yield


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """One real Elasticsearch node for all processes. Where it cannot run CI fails, others skip.

    Tests use prefixes of their own in it.
    """
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # that of all processes of this run
    nodes = Cluster(folder / "elasticsearch")
    node = nodes.nodes[0]
    try:
        with _lock("elasticsearch"):
            if not node.join():
                node.start()
    except CannotRun as error:
        stop = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        stop(f"There is no Elasticsearch: {error}")
    yield nodes
    node.leave()


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Migrate a database file that is there already, instead of beginning with none."""
    return True


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Put the test database in a file, which other threads (the live server) can read.

    It begins as a copy of the kept empty one, where an earlier run left that.
    """
    # pytest-django makes no test database where no chosen test is marked with it, such as browser
    # tests alone: those would write to the developer's own.
    pytest_django.fixtures._get_databases_for_setup = lambda items: ({"default"}, set())
    path = tmp_path_factory.mktemp("database") / "test.sqlite3"
    connections["default"].settings_dict["TEST"]["NAME"] = str(path)
    kept = _kept("empty", EMPTY_SOURCES)
    with ExitStack() as locked:
        locked.enter_context(_lock("empty"))
        if kept.exists():
            _copy_database(kept, path)
        else:  # the others wait until `django_db_setup` has made and kept it
            _State.empty_lock = locked.pop_all()


class _State:
    """Database and search index as they must look between tests; copied when a test changes them.

    The index knows no transactions, so any test that has a change delivered changes it for good.
    """

    template: Path | None = None
    blocker: Any = None
    empty_lock: ExitStack = ExitStack()
    preparing: subprocess.Popen[bytes] | None = None
    engine: EmbeddedEngine | None = None
    index: Path
    index_revision: str


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Remember the empty database, to restore it after tests that commit."""
    assert _database_file() == Path(connections["default"].settings_dict["TEST"]["NAME"])
    template = tmp_path_factory.mktemp("templates") / "empty.sqlite3"
    with django_db_blocker.unblock():
        _copy_database(_database_file(), template)
    _keep(lambda kept: _copy_database(template, kept), _kept("empty", EMPTY_SOURCES))
    _State.empty_lock.close()
    _State.template, _State.blocker = template, django_db_blocker


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Make the small site before the transaction of the test, so that the next ones find it."""
    if _State.template and _shares_the_small_site(item):
        with _State.blocker.unblock():
            SMALL_SITE.make()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """After a test that commits, and so empties all tables at its end, restore the database.

    And the loaded site's search index, after a test that wrote to it. The small site goes where
    the next test does not ask for it.
    """
    try:
        return (yield)
    finally:
        if SMALL_SITE.is_there and not (nextitem and _shares_the_small_site(nextitem)):
            with _State.blocker.unblock():
                SMALL_SITE.take_back()
        if _State.template and _commits(item):
            _restore(_State.template)
        if _State.engine and _index_revision(_State.engine) != _State.index_revision:
            shutil.rmtree(_State.engine.folder, ignore_errors=True)
            shutil.copytree(_State.index, _State.engine.folder)


def _commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    return "transactional_db" in item.fixturenames or bool(
        marker and marker.kwargs.get("transaction")
    )


def _shares_the_small_site(item: pytest.Item) -> bool:
    return "network" in item.fixturenames and _state(item) == 1 and not _commits(item)


def _database_file() -> Path:
    return Path(connections["default"].settings_dict["NAME"])


def _copy_database(source: Path, target: Path) -> None:
    """Copy a SQLite database, what stands in its log included."""
    with sqlite3.connect(source) as reader, sqlite3.connect(target) as writer:
        reader.backup(writer)
    reader.close()
    writer.close()


def _restore(template: Path) -> None:
    connections["default"].close()
    _copy_database(template, _database_file())
    ContentType.objects.clear_cache()
    Site.clear_site_root_paths_cache()
    cache.clear()


def _index_revision(engine: EmbeddedEngine) -> str:
    """What an index is now; nothing where a test has taken it away."""
    try:
        return engine.revision()
    except EngineUnavailable:
        return ""


# --- The loaded site --------------------------------------------------------------------------


def _kept(what: str, sources: list[str]) -> Path:
    """Where a database or index made from these files is kept."""
    digest = hashlib.sha256()
    for pattern in sources:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return KEPT / f"{what}-{digest.hexdigest()[:16]}"


@contextmanager
def _lock(what: str) -> Iterator[None]:
    """Let one of several test processes at a time look for a kept file and make it."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / f"lock-{what}").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _keep(make: Callable[[Path], object], kept: Path) -> None:
    """Make what is to be kept unless it is there, in place of older ones. Whole or not at all."""
    if kept.exists():
        return
    unfinished = KEPT / f"unfinished-{kept.name}"
    _remove(unfinished)
    make(unfinished)
    for old in KEPT.glob(f"{kept.name.partition('-')[0]}-*"):
        _remove(old)
    unfinished.rename(kept)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


@pytest.fixture(scope="session")
def loaded_site(
    django_db_setup: None,
    django_db_blocker: Any,
    own_folders: None,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Load the real content and build its search index, once for all tests that follow."""
    assert _State.template is not None
    empty, index = _State.template, _kept("index", INDEX_SOURCES)
    database = _kept("loaded", CONTENT_SOURCES)
    engine = EmbeddedEngine(Path(django_settings.SEARCH_INDEX_DIR))

    def load(target: Path) -> None:
        _restore(empty)
        call_command("load_content", verbosity=0)
        _copy_database(_database_file(), target)

    def build(target: Path) -> None:
        call_command("search_rebuild", verbosity=0)
        shutil.copytree(engine.folder, target)

    with (
        django_db_blocker.unblock(),
        _lock("loaded"),
    ):  # the first of several processes does it for all
        if not database.exists() and index.exists():
            _remove(index)
        _keep(load, database)
        _restore(database)
        _keep(build, index)
        # The index has what loading put in the outbox: no test is to deliver it again.
        SearchOutbox.objects.all().delete()
    _State.template = tmp_path_factory.mktemp("templates") / "loaded.sqlite3"
    _copy_database(_database_file(), _State.template)
    shutil.rmtree(engine.folder, ignore_errors=True)
    shutil.copytree(index, engine.folder)
    _State.engine, _State.index = engine, index
    _State.index_revision = _index_revision(engine)


@pytest.fixture
def site(loaded_site: None, db: None) -> Site:
    """The site with its real content, Japanese and English, and a search index."""
    return Site.objects.select_related("root_page").get(is_default_site=True)


@pytest.fixture(scope="session", autouse=True)
def only_this_machine() -> Iterator[None]:
    """Let no test connect to another host, by mistake or by what it tries out."""
    connect = socket.socket.connect

    def checked(sock: socket.socket, address: Any) -> None:
        is_internet = sock.family in {socket.AF_INET, socket.AF_INET6}
        if is_internet and not ipaddress.ip_address(_numeric(address[0])).is_loopback:
            raise AssertionError(f"A test connects to {address}")
        connect(sock, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", checked)
        yield


def _numeric(host: str) -> str:
    return "127.0.0.1" if host == "localhost" else host.partition("%")[0]


@pytest.fixture(autouse=True)
def links_in_mails_begin_with_site_url() -> Iterator[None]:
    """Look at every mail that any test sends: its links lead to SITE_URL and nowhere else."""
    yield
    for message in getattr(mail, "outbox", []):
        texts = [message.body, *(str(part[0]) for part in getattr(message, "alternatives", []))]
        for link in re.findall(r"https?://[^\s\"'<>()]+", " ".join(texts)):
            assert link.startswith(django_settings.SITE_URL), f"{message.subject}: {link}"


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    """Let each test count requests and mails from nought, whatever a test before has used up."""
    caches["shared"].clear()


@pytest.fixture(autouse=True)
def usual_language() -> None:
    """Begin in the site's own language, whatever a test before has chosen."""
    translation.deactivate()


# --- Clients ----------------------------------------------------------------------------------


@pytest.fixture
def client_of(db: None, django_user_model: Any) -> Callable[[str], Client]:
    """A function that signs somebody in who belongs to the named group."""

    def sign_in(group: str) -> Client:
        name = group.lower().replace(" ", "-")
        user = django_user_model.objects.create_user(username=name, email=f"{name}@example.org")
        user.groups.add(Group.objects.get(name=group))
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def editor_client(client_of: Callable[[str], Client]) -> Client:
    """Somebody who may write drafts."""
    return client_of("Editors")


@pytest.fixture
def publisher_client(client_of: Callable[[str], Client]) -> Client:
    """Somebody who may publish."""
    return client_of("Moderators")


assert django_settings.SECRET_KEY == "tests-only", "Tests run on nanif.settings.test alone."
