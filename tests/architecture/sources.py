"""The project's own files, for the tests of this folder."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = [
    "nanif",
    "content",
    "home",
    "programmes",
    "reviews",
    "upkeep",
    "overview",
    "casestudies",
    "events",
    "press",
    "people",
    "places",
    "surveys",
    "organisations",
    "regions",
    "newsletter",
    "alerts",
    "documents",
    "proposals",
    "contact",
    "writing",
    "furigana",
    "glossary",
    "handouts",
    "search",
    "taxonomy",
    "images",
    "users",
    "translations",
    "page_cache",
    "opendata",
    "sheets",
    "core",
]


@cache
def tracked_files() -> list[Path]:
    """Every file that belongs to the project: what git keeps, or would keep."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


@cache
def modules(*folders: str) -> list[Path]:
    """Python files below the named top-level folders, without migrations."""
    return [
        path
        for path in tracked_files()
        if path.suffix == ".py"
        and path.relative_to(ROOT).parts[0] in folders
        and "migrations" not in path.parts
    ]


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def name_of(path: Path) -> str:
    """The file's path inside the project, for messages."""
    return path.relative_to(ROOT).as_posix()


def imported_modules(path: Path) -> list[tuple[int, str]]:
    """Line and full name of everything a module imports, also inside functions.

    `from regions.models import Area` gives `regions.models.Area`; relative imports are completed.
    """
    return _imports(path, ast.walk(tree(path)))


def imported_at_the_top(path: Path) -> list[tuple[int, str]]:
    """As `imported_modules`, without those inside functions."""
    return _imports(path, tree(path).body)


def _imports(path: Path, nodes: Iterable[ast.AST]) -> list[tuple[int, str]]:
    package = path.relative_to(ROOT).parent.parts
    found = []
    for node in nodes:
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            parents = package[: len(package) - node.level + 1] if node.level else ()
            prefix = ".".join([*parents, *([node.module] if node.module else [])])
            found += [(node.lineno, f"{prefix}.{alias.name}") for alias in node.names]
    return found
