"""Links of sources, checked against real servers on this machine."""

from __future__ import annotations

import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import Site

from core.locks import only_one
from organisations.models import OrganisationPage, OrganisationSource
from upkeep.links import LinkChecker, by_turns
from upkeep.models import LinkCheck
from upkeep.sources import FIELDS, ROWS


class Handler(BaseHTTPRequestHandler):
    """Answers by the path: `/404`, `/to/<address>`, `/get-only`, `/slow-body`."""

    seen: Counter[str]
    agents: set[str]

    def do_HEAD(self) -> None:
        self._answer("HEAD")

    def do_GET(self) -> None:
        self._answer("GET")

    def _answer(self, method: str) -> None:
        self.seen[f"{method} {self.path}"] += 1
        self.agents.add(self.headers["User-Agent"])
        if self.path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to/"))
        elif self.path == "/get-only":
            self.send_response(405 if method == "HEAD" else 200)
        elif self.path == "/flaky":
            self.send_response(500 if self.seen["GET /flaky"] < 2 else 200)
        else:
            code = self.path.strip("/")
            self.send_response(int(code) if code.isdigit() else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    """The address of a web server."""
    Handler.seen, Handler.agents = Counter(), set()
    web = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{web.server_port}"
    web.shutdown()
    web.server_close()


@pytest.fixture
def lone_page(site: Site, settings: Any, tmp_path: Any) -> OrganisationPage:
    """The only page of the site that names addresses."""
    settings.DATA_DIR = tmp_path
    for rows, _name in ROWS:
        rows._default_manager.all().delete()
    for pages, name in FIELDS:
        pages._default_manager.update(**{name: ""})
    page = OrganisationPage.objects.live().filter(alias_of=None).first()
    assert page is not None
    return page


def name(page: OrganisationPage, *urls: str) -> None:
    for order, url in enumerate(urls):
        OrganisationSource.objects.create(page=page, sort_order=order, title="出典", url=url)


def check(**options: Any) -> None:
    call_command("links_check", verbosity=0, pause=0.0, **options)


def problems() -> dict[str, str]:
    return {row.url.rpartition("/")[2]: row.problem for row in LinkCheck.objects.order_by("url")}


def test_each_kind_of_answer_is_told_apart(
    lone_page: OrganisationPage, server: str, settings: Any
) -> None:
    settings.LINKS_MAY_BE_PRIVATE = True
    urls = [f"{server}/{end}" for end in ["fine", "404", "410", "403", "500", "get-only", "flaky"]]
    closed = "http://127.0.0.1:9/closed"
    loop = f"{server}/to//to/x"
    name(lone_page, *urls, closed, f"{server}/to/{server}/fine", f"{server}/to/{server}/410", loop)
    check()
    found = problems()
    assert found["404"] == "gone"
    assert {end: found[end] for end in ["410", "403", "500", "get-only", "closed"]} == {
        "410": "gone", "403": "refused", "500": "broken", "get-only": "", "closed": "unreachable",
    }  # fmt: skip
    assert found["fine"] == ""
    assert Handler.agents == {f"NANIF-link-check/1.0 (+{settings.SITE_URL})"}
    assert Handler.seen["GET /fine"] == 0


def test_what_was_checked_lately_waits_and_failing_has_a_beginning(
    lone_page: OrganisationPage, server: str, settings: Any
) -> None:
    settings.LINKS_MAY_BE_PRIVATE = True
    name(lone_page, f"{server}/404", f"{server}/flaky")
    check()
    before = Handler.seen.total()
    check()
    assert Handler.seen.total() == before
    flaky, gone = LinkCheck.objects.order_by("-url")
    began = gone.failing_since
    assert flaky.failures == gone.failures == 1
    check(days=0)
    flaky.refresh_from_db()
    gone.refresh_from_db()
    assert (gone.failures, gone.failing_since) == (2, began)
    assert (flaky.failures, flaky.failing_since, flaky.problem) == (0, None, "")
    OrganisationSource.objects.all().delete()
    check()
    assert not LinkCheck.objects.exists()


def test_addresses_of_our_own_network_are_refused_without_a_request(
    lone_page: OrganisationPage, server: str
) -> None:
    port = server.rpartition(":")[2]
    hosts = ["localhost", "127.0.0.1", "[::1]", "10.0.0.1", "169.254.169.254",
             "[::ffff:127.0.0.1]", "[fe80::1]", "192.168.1.1", "2130706433"]  # fmt: skip
    checker = LinkChecker(pause=0)
    for host in hosts:
        assert checker.look(f"http://{host}:{port}/x").problem == "unsafe", host
    for url in ["file:///etc/passwd", "ftp://example.org/", "http://a:b@127.0.0.1/", "http://"]:
        assert checker.look(url).problem == "unsafe", url
    assert not Handler.seen

    name(lone_page, f"{server}/here")
    check()
    assert problems() == {"here": "unsafe"}
    assert not Handler.seen


def test_address_that_was_checked_is_the_one_connected_to(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name server that gives another address each time it is asked is asked once."""
    answers = iter(["127.0.0.1", "127.0.0.99", "127.0.0.98"])
    asked: list[str] = []
    look_up = socket.getaddrinfo

    def changing(host: str, port: Any, *args: Any, **kwargs: Any) -> Any:
        if host == "rebinding.example":
            asked.append(host)
            host = next(answers)
        return look_up(host, port, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", changing)
    monkeypatch.setattr("upkeep.links.is_public_address", lambda address: address == "127.0.0.1")
    port = server.rpartition(":")[2]
    checker = LinkChecker(pause=0)
    assert checker.look(f"http://rebinding.example:{port}/x").status == 200
    assert asked == ["rebinding.example"]
    # The second connection gets the second answer, which is not public.
    assert LinkChecker(pause=0).look(f"http://rebinding.example:{port}/y").problem == "unsafe"
    assert Handler.seen == {"HEAD /x": 1}


def test_redirects_are_checked_each(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("upkeep.links.is_public_address", lambda address: address == "127.0.0.1")
    port = server.rpartition(":")[2]
    inside = f"{server}/to/http://127.0.0.2:{port}/secret"
    assert LinkChecker(pause=0).look(inside).problem == "unsafe"
    assert [path for path in Handler.seen if "secret" in path and "/to/" not in path] == []


def test_name_with_one_address_inside_is_refused_as_a_whole(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 0)) for ip in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: both)
    assert LinkChecker(pause=0).look("http://two.example/").problem == "unsafe"


def test_hosts_take_turns_and_one_host_is_not_asked_twice_in_a_moment(
    server: str, settings: Any
) -> None:
    urls = ["http://a/1", "http://a/2", "http://b/1", "http://a/3"]
    assert list(by_turns(urls)) == ["http://a/1", "http://b/1", "http://a/2", "http://a/3"]
    settings.LINKS_MAY_BE_PRIVATE = True
    checker = LinkChecker(pause=0.05)
    start = time.monotonic()
    for number in range(3):
        checker.look(f"{server}/{number}x")
    assert time.monotonic() - start >= 0.1


def test_only_one_process_checks(lone_page: OrganisationPage) -> None:
    with only_one("links"), pytest.raises(CommandError, match="Another process"):
        check()
