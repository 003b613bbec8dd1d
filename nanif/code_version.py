"""Which code a process runs, so that what others made is told apart from its own."""

from __future__ import annotations

import hashlib
from pathlib import Path

__all__ = ["code_version"]

# What pages are made from; tests, tools and content are not.
_KINDS = {".py", ".html", ".svg", ".txt", ".mo"}
_LEFT_OUT = {"var", "tests", "tools", "benchmarks", "content", "docs", "deploy", "node_modules"}


def code_version(folder: Path) -> str:
    """Digest of the code, templates and translations in a folder; the same on every machine."""
    digest = hashlib.sha256()
    tops = [top for top in sorted(folder.iterdir()) if top.is_dir() and top.name not in _LEFT_OUT]
    for top in tops:
        if top.name.startswith("."):
            continue
        for path in sorted(top.rglob("*")):
            if path.suffix in _KINDS:
                name = path.relative_to(folder).as_posix()
                digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]
