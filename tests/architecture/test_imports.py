"""Which app may import which."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture.sources import APPS, imported_at_the_top, imported_modules, modules, name_of

# What an app may import besides itself. A name with a dot opens that module alone.
SECTIONS = [
    "programmes", "casestudies", "events", "press", "surveys", "organisations", "regions",
]  # fmt: skip
KERNEL = ["taxonomy", "images", "core", "opendata", "sheets", "page_cache"]
REGISTRY = ["search.registry", "search.records", "search.index.document"]
ALLOWED_IMPORTS: dict[str, list[str]] = {
    "nanif": APPS,
    "content": [
        *SECTIONS,
        *KERNEL,
        "furigana",
        "home",
        "people",
        "places",
        "contact",
        "search",
        "users",
    ],
    "home": [*SECTIONS, *KERNEL, "places", "search", "newsletter.selectors"],
    "places": [*SECTIONS, *KERNEL, *REGISTRY, "users"],
    "programmes": ["casestudies", "people", "organisations", "regions", *KERNEL, *REGISTRY],
    "reviews": [*SECTIONS, *KERNEL, "search", "users"],
    "upkeep": [
        *SECTIONS,
        *KERNEL,
        "places",
        "users",
        "writing",
        "search.admin.spreadsheets",
    ],
    "overview": [*SECTIONS, *KERNEL, "reviews", "upkeep", "users"],
    "casestudies": [
        "organisations",
        "surveys.municipalities",
        "regions",
        *KERNEL,
        *REGISTRY,
        "search.index.outbox",
        "search.results.similar",
    ],
    "events": ["people", "organisations", "regions", *KERNEL, *REGISTRY],
    "press": ["people", "organisations", "regions", *KERNEL, *REGISTRY],
    "people": ["organisations", "regions", *KERNEL, "search.index.outbox"],
    "surveys": ["organisations", "regions", *KERNEL, *REGISTRY],
    "organisations": ["regions", *KERNEL, *REGISTRY, "search.index.outbox"],
    "regions": [*KERNEL, *REGISTRY, "users"],
    "alerts": [
        "search",
        "core",
        "opendata",
        "programmes.calls",
        "regions.selectors",
        "taxonomy.list_filters",
        "taxonomy.selectors",
    ],
    "newsletter": [
        "alerts",
        "casestudies",
        "events",
        "programmes.calls",
        "surveys.residents",
        "core",
        "page_cache.control",
    ],
    "writing": [
        "taxonomy",
        "core",
        "users",
        "search.language.analysis",
        "furigana.markup",
        "furigana.selectors",
    ],
    "furigana": [
        "people",
        "organisations",
        "regions",
        *KERNEL,
        "search.language.analysis",
        "search.language.readings",
    ],
    "glossary": ["home", *KERNEL, "furigana.page_texts", "search.language.analysis"],
    "handouts": [
        "casestudies",
        "organisations",
        *KERNEL,
        "furigana.selectors",
        "search.language.analysis",
    ],
    "proposals": ["casestudies", "organisations", "regions", *KERNEL, "users"],
    "documents": [
        "core",
        "sheets",
        "search.index.document",
        "search.index.outbox",
        "search.registry",
    ],
    "contact": ["regions", *KERNEL, "users"],
    "search": ["core", "opendata", "page_cache"],
    "page_cache": ["core"],
    "taxonomy": ["core", "opendata", "page_cache", "sheets"],
    "sheets": ["core"],
    "opendata": ["core", "page_cache"],
    "core": [],
    "translations": ["core"],
    "images": ["core"],
    "users": ["core", "opendata"],
}


def _own_imports(path: Path, *, at_the_top: bool = False) -> list[tuple[int, str]]:
    """Imports of this project's other apps."""
    app = name_of(path).split("/")[0]
    imports = imported_at_the_top(path) if at_the_top else imported_modules(path)
    return [
        (line, name)
        for line, name in imports
        if name.split(".")[0] in APPS and name.split(".")[0] != app
    ]


def _is_allowed(name: str, allowed: list[str]) -> bool:
    return any(name == entry or name.startswith(f"{entry}.") for entry in allowed)


def test_rules_name_every_app() -> None:
    assert sorted(ALLOWED_IMPORTS) == sorted(APPS)


@pytest.mark.parametrize("app", APPS)
def test_app_imports_only_what_is_allowed(app: str) -> None:
    broken = [
        f"{name_of(path)}:{line} imports {name}"
        for path in modules(app)
        for line, name in _own_imports(path)
        if not _is_allowed(name, ALLOWED_IMPORTS[app])
    ]
    assert not broken, "\n".join(broken)


def test_models_import_only_models_of_lower_apps_and_the_kernel() -> None:
    """A page's `get_context` is its view: there, inside the method, selectors may be read too."""
    broken = [
        f"{name_of(path)}:{line} imports {name}"
        for path in modules(*APPS)
        if path.name == "models.py"
        for line, name in _own_imports(path)
        if name.split(".")[0] != "core"
        and name.split(".")[1:2] != ["models"]
        and ((line, name) in _own_imports(path, at_the_top=True) or ".selectors." not in name)
    ]
    assert not broken, "\n".join(broken)


def test_models_do_not_import_views_or_search_documents() -> None:
    broken = [
        f"{name_of(path)}:{line} imports {name}"
        for path in modules(*APPS)
        if path.name == "models.py"
        for line, name in imported_modules(path)
        if name.split(".")[0] in APPS
        and {"views", "search_documents", "urls"} & set(name.split("."))
    ]
    assert not broken, "\n".join(broken)


def test_search_documents_are_imported_only_when_apps_are_ready() -> None:
    broken = [
        f"{name_of(path)}:{line} imports {name}"
        for path in modules(*APPS)
        if path.name != "apps.py"
        for line, name in imported_modules(path)
        if "search_documents" in name.split(".")
    ]
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize(
    ("client", "home"),
    [
        ("tantivy", "search/engines/embedded.py"),
        ("elasticsearch", "search/engines/elasticsearch/"),
        ("elastic_transport", "search/engines/elasticsearch/"),
    ],
)
def test_only_its_engine_knows_a_search_client(client: str, home: str) -> None:
    knowing = [
        name_of(path)
        for path in modules(*APPS)
        for _line, name in imported_modules(path)
        if name.split(".")[0] == client
    ]
    assert knowing
    assert not [name for name in knowing if not name.startswith(home)]


def test_nobody_imports_the_composition_root() -> None:
    broken = [
        f"{name_of(path)}:{line} imports {name}"
        for path in modules(*[app for app in APPS if app != "nanif"])
        for line, name in imported_modules(path)
        if name.split(".")[0] == "nanif"
    ]
    assert not broken, "\n".join(broken)
