"""Say in one line what would stop `make` on this machine, before anything is installed or built.

Usage: python3 tools/preflight.py [--port PORT] [--free MEGABYTES]

Uses the standard library alone, in a syntax that Python 3.7 can read as well, because telling
somebody that their Python is too old is one of its jobs.
"""

from __future__ import annotations

import argparse
import shutil
import socket
import sys

OLDEST = (3, 11)


def python_problem() -> str | None:
    """A line when this Python is too old or cannot make virtual environments, else None."""
    if sys.version_info < OLDEST:
        return (
            f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed; {sys.executable} is "
            f"{sys.version.split()[0]}. Try: make run PYTHON=python3.12"
        )
    try:
        import ensurepip  # noqa: F401
        import sqlite3  # noqa: F401
        import venv  # noqa: F401
    except ImportError as error:
        return (
            f"This Python lacks its own module {error.name}. On Debian and Ubuntu: "
            "sudo apt-get install python3-venv"
        )
    return None


def disk_problem(megabytes: int) -> str | None:
    """A line when less than so many megabytes are free in this folder, else None."""
    free = shutil.disk_usage(".").free // 1024**2
    if free < megabytes:
        return f"Only {free} MB are free on this disk; {megabytes} MB are needed."
    return None


def port_problem(text: str) -> str | None:
    """A line when the port is not a number or another program listens on it, else None."""
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        return f"PORT={text} is not a port. Use a number from 1 to 65535."
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", int(text)))
        except PermissionError:
            return f"Port {text} is for administrators only. Choose another: make run PORT=8001"
        except OSError:
            other = int(text) % 65535 + 1
            return f"Port {text} is taken by another program. Try: make run PORT={other}"
    return None


def main() -> int:
    """Print the first problem and return 1, or say nothing and return 0."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--port", help="port that must be free")
    parser.add_argument("--free", type=int, default=200, help="megabytes that must be free")
    options = parser.parse_args()

    problem = python_problem() or disk_problem(options.free)
    if not problem and options.port is not None:
        problem = port_problem(options.port)
    if problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
