"""What templates may hold: no code or style inside the page, no query, no language by hand."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.architecture.sources import APPS, ROOT, modules, name_of, tracked_files, tree

FORBIDDEN = {
    "inline style": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "inline script": re.compile(
        r"<script\b(?![^>]*\b(?:src\s*=|type\s*=\s*[\"']application/(?:ld\+)?json))", re.IGNORECASE
    ),
    "script in an attribute": re.compile(r"\son[a-z]+\s*=\s*[\"']|javascript:", re.IGNORECASE),
    "language by hand": re.compile(r"<html[^>]*\blang=[\"'][a-z]", re.IGNORECASE),
    "another host": re.compile(
        r"<(?:script|link|img|iframe)\b[^>]*(?:src|href)\s*=\s*[\"'](?:https?:)?//"
    ),
    "switched-off escaping": re.compile(r"\{%\s*autoescape\s+off"),
}

# The page for errors of the server itself is static: no language is known then.
ALLOWED = {("500.html", "language by hand"), ("503.html", "language by hand")}

QUERIES = {"objects", "_default_manager"}


def _public_templates() -> list[Path]:
    return [
        path
        for path in tracked_files()
        if path.suffix in {".html", ".svg", ".txt", ".xml"}
        and "templates" in path.relative_to(ROOT).parts
        and "wagtailadmin" not in path.parts
    ]


def _without_comments(text: str) -> str:
    text = re.sub(r"\{%\s*comment\b.*?%\}.*?\{%\s*endcomment\s*%\}", "", text, flags=re.DOTALL)
    return re.sub(r"\{#.*?#\}|<!--.*?-->", "", text, flags=re.DOTALL)


def test_templates_hold_no_style_script_or_foreign_host() -> None:
    found = [
        f"{name_of(path)}: {what}: {match.group().strip()[:60]}"
        for path in _public_templates()
        for what, pattern in FORBIDDEN.items()
        for match in pattern.finditer(_without_comments(path.read_text("utf-8")))
        if (path.name, what) not in ALLOWED
    ]
    assert not found, "\n".join(found)


def test_template_tags_do_not_query() -> None:
    querying = [
        f"{name_of(path)}:{node.lineno}"
        for path in modules(*APPS)
        if "templatetags" in path.parts
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in QUERIES
    ]
    assert not querying, querying


def test_views_do_not_create_objects() -> None:
    creating = [
        f"{name_of(path)}:{node.lineno} .{node.attr}()"
        for path in modules(*APPS)
        if path.name == "views.py"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
        and node.attr in {"create", "bulk_create", "get_or_create", "update_or_create", "add_child"}
    ]
    assert not creating, creating
