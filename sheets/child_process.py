"""Work on files in a process of its own: whatever a file does to a library, the site goes on.

Spreadsheets, documents and hand-outs are read or made so.
"""

import resource
import subprocess
import sys

from django.conf import settings

_ENVIRONMENT = {"LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}


class ChildFailed(Exception):
    """The process took too long, too much memory, or failed; the text says which, for the log."""


def run_module(module: str, task: bytes, *, seconds: float, **environment: str) -> bytes:
    """What a module of this project answers to the task on its input.

    The process has none of the secrets of this one; it should call `limit_this_process` first.

    Raises:
        ChildFailed: it did not answer within so many seconds, or ended with an error.
    """
    try:
        done = subprocess.run(  # noqa: S603 (a module of ours)
            [sys.executable, "-s", "-m", module], input=task, capture_output=True, timeout=seconds,
            cwd=settings.BASE_DIR, env={**_ENVIRONMENT, **environment},
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise ChildFailed("took too long") from error
    if done.returncode:
        why = done.stderr[-500:].decode("utf-8", "replace")
        raise ChildFailed(f"ended with {done.returncode}: {why}")
    return done.stdout


def limit_this_process(*, memory: int, seconds: int) -> None:
    """Limit memory (bytes) and processor time (seconds) of this process, which writes no files."""
    for name, most in (("AS", memory), ("CPU", seconds), ("FSIZE", 0), ("NOFILE", 64), ("CORE", 0)):
        limit = getattr(resource, f"RLIMIT_{name}")
        hard = resource.getrlimit(limit)[1]
        most = min(most, hard) if hard >= 0 else most
        resource.setrlimit(limit, (most, most))
