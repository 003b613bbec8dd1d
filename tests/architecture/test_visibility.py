"""One module decides what the public may see; nothing else filters pages by `live` or `public`."""

from __future__ import annotations

import ast

from tests.architecture.sources import APPS, ROOT, modules, tree

#: Who may ask whether a page is live, and why that is not a question of what the public may see.
EXCEPTIONS = {
    "core/services.py": "makes stand-ins of live pages; shows nothing",
    "translations/facts.py": "writes facts of live pages into their translations; shows nothing",
    "translations/following.py": "withdraws translations; shows nothing",
    "translations/publication.py": "makes stand-ins of live pages; shows nothing",
    "core/models.py": "unpublishes the aliases of a page that is not live",
    "content/loaders/recommended.py": "sets up content; shows nothing",
    "reviews/listings.py": "the desk's filter by state",
    "reviews/selectors.py": "the dashboard of the desk, limited by the user's rights",
    "overview/selectors.py": "the desk's numbers and lists by region, limited by the user's rights",
    "upkeep/selectors.py": "the desk's lists of pages to keep up; editors see restricted pages",
    "upkeep/sources.py": "the desk's check of links, on restricted pages too",
    "writing/selectors.py": "the desk's list of translations that are behind",
}

_METHODS = {"live", "not_live", "public", "not_public", "private", "live_q", "private_q"}


def _asks_for_state(node: ast.AST) -> bool:
    """`.live()`, `.public()` and the like, or `live=True` and `page__live=True` in a filter."""
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Attribute) and node.func.attr in _METHODS and not node.args:
        return True
    is_query = isinstance(node.func, ast.Attribute) and node.func.attr in {"filter", "exclude"}
    is_q = getattr(node.func, "id", getattr(node.func, "attr", "")) == "Q"
    return (is_query or is_q) and any(
        keyword.arg in {"live", "alias_of__live"} or (keyword.arg or "").endswith("__live")
        for keyword in node.keywords
    )


def test_pages_for_the_public_are_read_through_core_visibility() -> None:
    found: dict[str, list[int]] = {}
    for path in modules(*APPS):
        name = path.relative_to(ROOT).as_posix()
        if "/migrations/" in name or name in EXCEPTIONS:
            continue
        lines = [
            getattr(node, "lineno", 0) for node in ast.walk(tree(path)) if _asks_for_state(node)
        ]
        if lines:
            found[name] = lines
    assert not found, f"use core.visibility (publicly_visible, publicly_visible_q) instead: {found}"


def test_view_restrictions_are_read_in_one_place() -> None:
    allowed = {
        "core/visibility.py", "core/models.py",
        # These listen to changes and read none.
        "search/index/signals.py", "casestudies/identifiers.py",
    }  # fmt: skip
    strange = [
        path.relative_to(ROOT).as_posix()
        for path in modules(*APPS)
        if "PageViewRestriction" in path.read_text(encoding="utf-8")
        and path.relative_to(ROOT).as_posix() not in allowed
    ]
    assert not strange, f"use core.visibility instead: {strange}"


def test_every_exception_is_still_needed() -> None:
    idle = [
        name
        for name in EXCEPTIONS
        if not (ROOT / name).exists()
        or not any(_asks_for_state(node) for node in ast.walk(tree(ROOT / name)))
    ]
    assert not idle, f"take these out of EXCEPTIONS: {idle}"
