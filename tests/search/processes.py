"""Processes of a small site: editors, commands and web workers that can be stopped and killed.

A process can be told to pause at a moment, such as just before the new index is put in use; the
test then knows that the moment has come, and decides whether it goes on or is killed.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any

import django
from django.apps import apps

__all__ = ["Place", "Process", "Reader", "Server", "exit_code_of"]

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 180
# Seconds within which a worker sees that a cluster answers again; generous, for a busy machine.
NOTICED_WITHIN = 30
# Once prepared, this process is copied for each job, which is quicker than to start anew.
CONTEXT = get_context("forkserver")
CONTEXT.set_forkserver_preload([__name__])

if not apps.ready and not apps.apps_ready and "pytest" not in sys.modules:
    django.setup()

    from search.language import analysis

    # The dictionary is read once for all.
    analysis.words("辞書")


@dataclass(frozen=True)
class Place:
    """Where a site has its data.

    Attributes:
        folder: of the database and of the embedded index.
        url: of Elasticsearch, as in SEARCH_URL; empty for the embedded engine.
    """

    folder: Path
    url: str = ""

    @property
    def database(self) -> Path:
        """The file of the database."""
        return self.folder / "db.sqlite3"

    @property
    def environment(self) -> dict[str, str]:
        """Variables of a process of this site."""
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "nanif.settings.test",
            "DATA_DIR": str(self.folder),
            "DATABASE_URL": "",
            "SEARCH_URL": self.url,
        }

    def enter(self) -> None:
        """Let this process work on the site, whatever its settings say."""
        from django.conf import settings
        from django.db import connections

        from nanif.environment import Environment

        connections["default"].settings_dict["NAME"] = str(self.database)
        settings.SEARCH_INDEX_DIR = self.folder / "search"
        settings.SEARCH_ENGINE = Environment({"SEARCH_URL": self.url}).search_engine("SEARCH_URL")


class Process:
    """A job in a process of its own, begun at once."""

    def __init__(self, place: Place, job: Callable[..., Any], *args: Any, until: str = "") -> None:
        """`until` names a moment (see `MOMENTS`) at which the process waits."""
        self._ours, theirs = CONTEXT.Pipe()
        self._process = CONTEXT.Process(target=_work, args=(place, job, args, until, theirs))
        self._process.start()
        theirs.close()

    def wait(self) -> None:
        """Wait until the moment has come."""
        kind, what = self._receive()
        assert kind == "moment", f"The process did not get there: {what}"

    def go_on(self) -> None:
        """Let it go on after the moment."""
        self._ours.send("go on")

    def kill(self) -> None:
        """End it as a power cut would (SIGKILL)."""
        self._process.kill()
        self._process.join(PATIENCE)
        assert self._process.exitcode == -signal.SIGKILL

    def result(self) -> Any:
        """What the job returns; what it raises is raised here in words."""
        kind, what = self._receive()
        self._process.join(PATIENCE)
        assert kind == "result", what
        return what

    def _receive(self) -> tuple[str, Any]:
        assert self._ours.poll(PATIENCE), "The process says nothing."
        try:
            answer: tuple[str, Any] = self._ours.recv()
        except EOFError:
            self._process.join(PATIENCE)
            return "ended", f"The process ended with {self._process.exitcode}."
        return answer


def _work(place: Place, job: Callable[..., Any], args: Sequence[Any], until: str,
          theirs: Connection) -> None:  # fmt: skip
    def pause() -> None:
        theirs.send(("moment", until))
        theirs.recv()

    try:
        place.enter()
        if until:
            MOMENTS[until](pause)
        theirs.send(("result", job(*args)))
    except BaseException:  # noqa: BLE001
        theirs.send(("failure", traceback.format_exc()))


# --- Moments ----------------------------------------------------------------------------------


def _once(pause: Callable[[], None]) -> Callable[[], None]:
    """Pause the first time only."""
    done: list[bool] = []

    def first_time() -> None:
        if not done:
            done.append(True)
            pause()

    return first_time


def _before(owner: Any, name: str, pause: Callable[[], None], number: int = 1) -> None:
    """Pause before a function is called for the so-manieth time."""
    real = getattr(owner, name)
    calls: list[None] = []

    def calling(*args: Any, **kwargs: Any) -> Any:
        calls.append(None)
        if len(calls) == number:
            pause()
        return real(*args, **kwargs)

    setattr(owner, name, calling)


class _PausingWriter:
    """A writer of the embedded engine that has everything and commits nothing yet."""

    def __init__(self, writer: Any, pause: Callable[[], None]) -> None:
        self._writer, self._pause = writer, pause

    def __getattr__(self, name: str) -> Any:
        return getattr(self._writer, name)

    def commit(self) -> Any:
        self._pause()
        return self._writer.commit()


class _PausingIndex:
    def __init__(self, index: Any, pause: Callable[[], None]) -> None:
        self._index, self._pause = index, pause

    def writer(self, **options: Any) -> _PausingWriter:
        return _PausingWriter(self._index.writer(**options), self._pause)


def _in_a_write(pause: Callable[[], None]) -> None:
    """Half of the documents are with the engine, and nothing is settled."""
    from search.engines import embedded
    from search.engines.elasticsearch import engine

    once, real = _once(pause), embedded._write
    embedded._write = lambda index, schema, changes: real(  # type: ignore[assignment]
        _PausingIndex(index, once),  # type: ignore[arg-type]
        schema,
        changes,
    )
    engine._BATCH_DOCUMENTS = 5
    _before(engine, "_action", pause, 22)


def _after_a_write(pause: Callable[[], None]) -> None:
    """The engine has everything; the outbox does not know yet."""
    from search.index import outbox

    _before(outbox, "mark_delivered", pause)


def _in_a_rebuild(pause: Callable[[], None]) -> None:
    """Half of the pages are in the new index."""
    from search.engines import embedded
    from search.engines.elasticsearch import building

    embedded._COMMIT_EVERY = building._BATCH = 20

    def pausing(entries: Any) -> Iterator[Any]:
        for number, entry in enumerate(entries):
            if number == 110:
                pause()
            yield entry

    for build in (embedded.EmbeddedBuild, building.ElasticsearchBuild):
        add: Any = build.add
        build.add = lambda self, entries, add=add: add(self, pausing(entries))  # type: ignore[method-assign, assignment, misc]


def _in_the_swap(pause: Callable[[], None]) -> None:
    """The new index is whole, nobody else can write, and the old one is still in use."""
    from search.engines import embedded
    from search.engines.elasticsearch import building

    _before(embedded.os, "replace", pause)
    _before(building.ElasticsearchBuild, "_put_in_use", pause)


def _after_the_swap(pause: Callable[[], None]) -> None:
    """The new index is in use; the outbox does not know what it has."""
    from search.index import rebuild as index

    _before(index, "mark_delivered", pause)


MOMENTS: dict[str, Callable[[Callable[[], None]], None]] = {
    "in a write": _in_a_write,
    "after a write": _after_a_write,
    "in a rebuild": _in_a_rebuild,
    "in the swap": _in_the_swap,
    "after the swap": _after_the_swap,
}


# --- Jobs -------------------------------------------------------------------------------------


def fill(count: int) -> str:
    """Publish so many pages, and let somebody sign in who may publish. Returns the session."""
    from django.contrib.auth import get_user_model
    from django.db import transaction
    from django.test import Client
    from wagtail.models import Locale

    from home.models import HomePage, StandardPage

    Locale.objects.get_or_create(language_code="en")
    home = HomePage.objects.get(locale__language_code="ja")
    with transaction.atomic():
        for number in range(count):
            home.add_child(
                instance=StandardPage(
                    title=f"防災の手引き{number:03}",
                    slug=f"guide-{number:03}",
                    summary="外国人住民と地域の防災訓練",
                    locale=home.locale,
                )
            )
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("publisher"))
    return client.cookies["sessionid"].value


def edit(word: str, first: int, count: int) -> None:
    """Put a word into the titles of pages, in one transaction, as an import would."""
    from django.db import transaction

    from home.models import StandardPage

    with transaction.atomic():
        for page in StandardPage.objects.order_by("pk")[first : first + count]:
            page.title = f"{word}の手引き{page.slug}"
            page.save()


def command(name: str, *args: str) -> str:
    """Run a command of manage.py. Returns what it says, an error as well."""
    from django.core.management import CommandError, call_command

    out = io.StringIO()
    try:
        call_command(name, *args, stdout=out, stderr=out)
    except CommandError as error:
        out.write(f"CommandError: {error}")
    return out.getvalue()


def waiting() -> int:
    """How many changes wait in the outbox."""
    from search.index.outbox import pending

    return pending()


def edit_with_full_disk(word: str, first: int, count: int, size: int) -> str:
    """The same as `edit` while no file of the index can grow beyond so many bytes.

    Returns what is logged.
    """
    import logging

    from search.engines.embedded import EmbeddedEngine

    real = EmbeddedEngine.apply

    def apply(engine: EmbeddedEngine, changes: Any) -> None:
        with _largest_file(size):
            real(engine, changes)

    EmbeddedEngine.apply = apply  # type: ignore[method-assign]
    log = io.StringIO()
    logging.getLogger().addHandler(logging.StreamHandler(log))
    edit(word, first, count)
    return log.getvalue()


def rebuild_with_full_disk(size: int) -> str:
    """`search_rebuild` while no file of the index can grow beyond so many bytes."""
    from search.engines.embedded import EmbeddedBuild

    real = EmbeddedBuild.publish

    def publish(build: EmbeddedBuild, catch_up: Any) -> None:
        with _largest_file(size):
            real(build, catch_up)

    EmbeddedBuild.publish = publish  # type: ignore[method-assign]
    return command("search_rebuild", "--no-progress")


@contextlib.contextmanager
def _largest_file(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def deliver_many(count: int) -> int:
    """Queue so many changes, and deliver them. Returns the memory that it took in MB."""
    from home.models import StandardPage
    from search.engines import current_engine
    from search.index.outbox import deliver, pending
    from search.models import SearchOutbox

    pages = list(StandardPage.objects.values_list("pk", flat=True))
    # Those that are there, changed a few times each, and many that were deleted.
    ids = [*pages * 20, *range(1_000_000, 1_000_000 + count)][:count]
    SearchOutbox.objects.bulk_create(
        (SearchOutbox(item_id=page_id, event="saved") for page_id in ids), batch_size=500
    )
    engine = current_engine()
    engine.health()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    deadline = time.monotonic() + PATIENCE
    deliver(engine)
    while pending() and time.monotonic() < deadline:
        # As a worker does when the engine could not take a batch; not before it is well again.
        while not engine.health().is_ready and time.monotonic() < deadline:
            time.sleep(0.2)
        deliver(engine)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return (after - before) // 1024


# --- Jobs with an engine alone ----------------------------------------------------------------


def exit_code_of(job: Callable[..., None], *args: Any) -> int | None:
    """Do such a job with the engine of this process's settings. Returns how its process ended."""
    from django.conf import settings

    engine = (settings.SEARCH_ENGINE, settings.SEARCH_INDEX_DIR)
    process = CONTEXT.Process(target=_with_engine, args=(*engine, job, *args))
    process.start()
    process.join(PATIENCE)
    return process.exitcode


def _with_engine(
    search_engine: dict[str, Any], folder: Path, job: Callable[..., None], *args: Any
) -> None:
    from django.conf import settings

    from search.engines import current_engine

    settings.SEARCH_ENGINE, settings.SEARCH_INDEX_DIR = search_engine, folder
    job(current_engine(), *args)


def write(engine: Any, entry: Any) -> None:
    """Put one document into the index."""
    from search.engines.base import Change

    engine.apply([Change(entry.key, entry)])


def build_and_die(engine: Any, entry: Any) -> None:
    """Be killed in a build that has one document."""
    engine.start_build("mark").add([entry])
    die()


def publish_and_die(engine: Any) -> None:
    """Be killed when the new index is whole and not yet in use."""
    engine.start_build().publish(die)


def build_and_abandon(engine: Any) -> None:
    """Begin a build and give it up."""
    engine.start_build().abandon()


def is_refused_to_build(engine: Any) -> None:
    """Try to begin a build while another process has one."""
    from search.engines.base import EngineBusy

    try:
        engine.start_build()
    except EngineBusy:
        return
    die()


def die(*args: Any) -> None:
    """End this process as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


# --- The web server ---------------------------------------------------------------------------


class Server:
    """gunicorn, as it is deployed, with eight workers."""

    def __init__(self, place: Place) -> None:
        """Nothing runs yet."""
        self.place = place
        self.url = ""

    def __enter__(self) -> Server:
        """Start it and wait until it answers."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            bind = f"127.0.0.1:{probe.getsockname()[1]}"
        self.url = f"http://{bind}"
        with (self.place.folder / "server.log").open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py",
                 "nanif.wsgi"],
                cwd=ROOT, stdout=log, stderr=log,
                env={**self.place.environment, "WEB_BIND": bind, "WEB_WORKERS": "8",
                     "WEB_THREADS": "2"},
            )  # fmt: skip
        deadline = time.monotonic() + PATIENCE
        while self.get("/robots.txt")[0] != 200:
            assert self._process.poll() is None, self.log()
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.1)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop it without waiting for anybody."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(PATIENCE)

    def log(self) -> str:
        """The end of what it logged."""
        return (self.place.folder / "server.log").read_text("utf-8", "replace")[-3000:]

    def get(self, path: str) -> tuple[int, str]:
        """Status and text of a page; 0 where nobody answers."""
        try:
            with urllib.request.urlopen(f"{self.url}{path}", timeout=PATIENCE) as answer:  # noqa: S310
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except (OSError, HTTPException):
            return 0, ""

    def search(self, text: str) -> tuple[int, bool]:
        """How many pages the search page finds, and whether it has its engine."""
        status, page = self.get(f"/en/search/?q={urllib.parse.quote(text)}")
        assert status == 200, self.log()
        found = re.search(r'id="list-count"[^>]*>\s*([0-9]+) result', page)
        assert found, page
        return int(found[1]), "Search is limited at the moment" not in page

    def finds_soon(self, text: str, count: int) -> bool:
        """Whether so many pages are found by the engine, once every worker has noticed it again.

        A worker leaves a cluster alone for some seconds after it did not answer, and searches
        titles meanwhile: docs/explanation/search.md, "What happens when something breaks".
        """
        deadline = time.monotonic() + NOTICED_WITHIN
        while (answer := self.search(text)) != (count, True):
            assert time.monotonic() < deadline, (answer, self.log())
            time.sleep(0.2)
        return True

    def publish(self, session: str, page_id: int, title: str, slug: str) -> int:
        """Publish a page through the admin. Returns the status of the answer."""
        from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

        token = "a" * 32
        form = nested_form_data(
            {
                "title": title,
                "slug": slug,
                "order": "0",
                "body": streamfield([]),
                "easy_body": streamfield([]),
                "comments": inline_formset([]),
                "action-publish": "1",
            }
        )
        request = urllib.request.Request(  # noqa: S310
            f"{self.url}/admin/pages/{page_id}/edit/",
            data=urllib.parse.urlencode(form).encode(),
            headers={
                "Cookie": f"sessionid={session}; csrftoken={token}",
                "X-CSRFToken": token,
            },
        )
        opener = urllib.request.build_opener(_NoRedirect)
        try:
            with opener.open(request, timeout=PATIENCE) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """Leave the redirect to the caller."""


class Reader:
    """Somebody who searches all the while, and remembers what went wrong."""

    PATHS = (
        "/search/?q=防災", "/en/search/?q=%22手引き%22&kind=page", "/search/suggest/?q=ぼう",
        "/search/?kind=page&page=2", "/search/?q=bousai -介護",
    )  # fmt: skip

    def __init__(self, server: Server) -> None:
        """Nobody searches yet."""
        self._server = server
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._search, daemon=True)
        self.answers = 0
        self.failures: list[str] = []

    def __enter__(self) -> Reader:
        """Begin to search."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop, after every page was asked for once at least."""
        self._ended.set()
        self._thread.join(PATIENCE)
        if error is None:
            assert not self.failures, f"{self.failures[:5]} {self._server.log()}"
            assert self.answers >= len(self.PATHS)

    def _search(self) -> None:
        while not self._ended.is_set() or self.answers + len(self.failures) < len(self.PATHS):
            path = self.PATHS[(self.answers + len(self.failures)) % len(self.PATHS)]
            status, _page = self._server.get(urllib.parse.quote(path, safe="/?=&%"))
            if status == 200:
                self.answers += 1
            else:
                self.failures.append(f"{path}: {status}")
            # Somebody reads what was found, and leaves the machine to what is tried meanwhile.
            self._ended.wait(0.2)
