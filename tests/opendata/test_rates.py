"""Limits: how they are written, who is counted as whom, and that processes count together."""

from __future__ import annotations

import errno
import multiprocessing
import zlib
from pathlib import Path
from typing import Any

import pytest
from django.test import RequestFactory

from opendata.rates import (
    Rate,
    can_count,
    client_of,
    count,
    count_in_turn,
    give_back,
    refusal,
)
from opendata.shared_cache import SharedFileCache


@pytest.mark.parametrize(
    ("text", "rate"),
    [("120/minute", Rate(120, 60)), ("5/day", Rate(5, 86_400)), ("off", Rate(0, 1))],
)
def test_rate_is_read(text: str, rate: Rate) -> None:
    assert Rate.parse(text) == rate


@pytest.mark.parametrize("text", ["", "5", "5/second", "0/day", "-1/day", "x/hour", "5 / day"])
def test_rate_written_otherwise_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a rate"):
        Rate.parse(text)


@pytest.mark.parametrize(
    ("proxies", "remote", "forwarded", "client"),
    [
        (0, "203.0.113.7", "198.51.100.1", "203.0.113.7"),
        (1, "127.0.0.1", "198.51.100.1", "198.51.100.1"),
        (1, "127.0.0.1", "1.2.3.4, 198.51.100.1", "198.51.100.1"),
        # A CDN, which saw the client, and nginx, which saw the CDN.
        (2, "127.0.0.1", "1.2.3.4, 198.51.100.1, 192.0.2.9", "198.51.100.1"),
        # Somebody who goes past the CDN is not believed.
        (2, "127.0.0.1", "198.51.100.1", ""),
        (1, "203.0.113.7", "", ""),
        (0, "2001:db8:1:2:aaaa::1", "", "2001:db8:1:2::/64"),
        (0, "::ffff:203.0.113.7", "", "203.0.113.7"),
        (0, "", "", ""),
        (1, "127.0.0.1", "'; DROP TABLE", ""),
    ],
)
def test_client_is_the_address_that_can_be_believed(
    settings: Any, proxies: int, remote: str, forwarded: str, client: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = RequestFactory(headers=headers).get("/", REMOTE_ADDR=remote)
    assert client_of(request) == client


def test_uses_are_counted_for_each_client(settings: Any) -> None:
    settings.RATES = {"try": "2/day"}
    assert [count("try", "one").is_over for _ in range(3)] == [False, False, True]
    assert not count("try", "other").is_over
    assert count("try", "one").remaining == 0


def test_limit_that_is_off_counts_nothing(settings: Any) -> None:
    settings.RATES = {"try": "off"}
    assert not any(count("try", "somebody").is_over for _ in range(50))


def _count(folder: str, times: int) -> None:
    cache = SharedFileCache(folder, {"timeout": 600})
    for _ in range(times):
        cache.add("key", 0)
        cache.incr("key")


def test_processes_count_together(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=_count, args=(str(tmp_path), 100)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert SharedFileCache(str(tmp_path), {"timeout": 600}).get("key") == 400


def test_what_has_expired_is_removed_and_nothing_else(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("opendata.shared_cache._CLEAN_EVERY", 1)
    cache = SharedFileCache(str(tmp_path), {"timeout": 600})
    cache.set("kept", 1)
    cache.set("old", 1, timeout=-1)
    cache.set("new", 1)
    assert len(list(tmp_path.glob("*.djcache"))) == 2
    assert cache.get("kept") == cache.get("new") == 1


@pytest.fixture(params=["full disk", "folder without the right to write", "damaged file"])
def broken_counter(
    request: Any, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A shared cache that cannot count, in each way that a disk has."""
    settings.CACHES = {
        **settings.CACHES,
        "shared": {
            "BACKEND": "opendata.shared_cache.SharedFileCache",
            "LOCATION": tmp_path / "cache",
        },
    }
    if request.param == "full disk":

        def write(*args: Any) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(SharedFileCache, "_write_content", write)
    elif request.param == "damaged file":
        monkeypatch.setattr(SharedFileCache, "get", lambda *args, **kwargs: zlib.decompress(b"x"))
    else:  # tests may run as root, whom no right keeps from writing
        (tmp_path / "cache").write_text("a file in the place of the folder")


def test_limits_refuse_what_they_cannot_count(
    settings: Any, broken_counter: None, caplog: pytest.LogCaptureFixture, monkeypatch: Any
) -> None:
    monkeypatch.setattr("opendata.rates._last_complaint", float("-inf"))
    settings.RATES = {"login": "10/day", "api": "10/day", "export": "off", "alert": "off"}
    usage = count("login", "somebody")
    assert usage.is_over
    assert usage.status == 503
    assert "技術的な理由" in refusal(usage)
    assert not can_count()
    assert not count("api", "somebody").is_over, "reading public data goes on"
    assert not count("alert", "somebody").is_over, "no limit, nothing to count"
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == 1, "one line a minute, not one for each request"
    assert "cannot be counted" in lines[0]


def test_narrow_limit_protects_the_wider_ones_behind_it(settings: Any) -> None:
    settings.RATES = {"narrow": "2/day", "wide": "5/day"}
    limits = [("narrow", "mallory"), ("wide", "owner")]
    assert [count_in_turn(limits)[-1].is_over for _ in range(9)] == [False, False, *[True] * 7]
    assert count("wide", "owner").used == 3


def test_given_back_uses_do_not_count(settings: Any) -> None:
    settings.RATES = {"try": "2/day"}
    for _attempt in range(5):
        give_back([count("try", "giver")])
    assert count("try", "giver").used == 1
