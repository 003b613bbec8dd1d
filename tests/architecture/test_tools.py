"""What goes wrong before anything runs is said in one line."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest

from tests.architecture.sources import ROOT


def _preflight(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "tools/preflight.py", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_preflight_says_nothing_when_all_is_well() -> None:
    result = _preflight("--free", "1")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_preflight_names_a_taken_port() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = str(listener.getsockname()[1])
        result = _preflight("--port", port)
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert f"Port {port} is taken" in result.stderr


@pytest.mark.parametrize("port", ["0", "65536", "eighty", "-1", ""])
def test_preflight_refuses_what_is_not_a_port(port: str) -> None:
    result = _preflight(f"--port={port}")
    assert result.returncode == 1
    assert "is not a port" in result.stderr


def test_preflight_names_a_full_disk() -> None:
    result = _preflight("--free", str(10**9))
    assert result.returncode == 1
    assert "MB are free" in result.stderr


def test_make_help_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    listed = subprocess.run(
        ["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    targets = {
        word
        for line in makefile.splitlines()
        if line.startswith(".PHONY:")
        for word in line.split()[1:]
    }
    hidden = {"browser", "servers"}
    assert not [target for target in targets - hidden if f"make {target} " not in listed]
