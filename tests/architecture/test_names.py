"""The file-name habit, the size of the kernel, a purpose for each file, types for each function."""

from __future__ import annotations

import ast

import pytest

from tests.architecture.sources import APPS, ROOT, modules, name_of, tracked_files, tree

# The same inner names in every app ...
USUAL = {
    "__init__", "apps", "models", "api", "selectors", "services", "search_documents", "datasets",
    "blocks", "forms", "sheets", "views", "urls", "wagtail_hooks", "management", "migrations",
    "templatetags",
}  # fmt: skip

# ... and what an app has of its own, each for a reason told in its first line.
OWN: dict[str, set[str]] = {
    "nanif": {
        "backups", "checks", "code_version", "environment", "error_reports", "folders", "formats",
        "frame_memory",
        "headers", "health", "logs", "metrics", "null_characters", "outages", "releases",
        "request_ids", "routes", "settings", "static_files", "upload_checks", "workers", "wsgi",
    },
    "content": {"data", "loaders", "prose", "reading", "records", "references"},
    "core": {
        "addresses", "calendars", "chooser_widgets", "dates", "dossier", "etags",
        "feeds", "file_names", "form_fields", "kept_text", "keywords", "locks", "mailing", "menus",
        "numbers",
        "page_links", "page_pictures", "pagination", "pickers", "place_names", "previews", "prose",
        "publication_log", "readings", "rich_text", "shared_facts", "slugs",
        "storage", "structured_data", "tabular", "text_encodings", "values", "visibility",
    },
    "alerts": {"mails", "tokens"},
    "newsletter": {"mails"},
    "documents": {"reading_process", "signals", "tasks"},
    "furigana": {
        "choice", "context_processors", "markup", "middleware", "numbers", "page_texts", "readings",
    },
    "glossary": {"markup", "middleware", "terms"},
    "handouts": {
        "chosen", "colours", "glyphs", "layout", "pages", "shortening", "slides", "typesetting",
        "typesetting_process", "word_files", "word_fonts",
    },
    "writing": {"checks", "eras", "furigana", "plain"},
    "images": {"cleaning", "decoding", "share_cards", "share_pictures"},
    "proposals": {"mails", "pdf_files", "private_files", "queue", "tokens", "uploads"},
    "upkeep": {
        "asking", "data", "findings", "links", "mails", "public_addresses", "record_counts",
        "reports", "rules", "sources", "tasks", "tokens",
    },
    "overview": {"board", "coming", "exports", "regions_table", "territory"},
    "contact": {"checks", "context_processors", "mails", "queue", "subjects", "tasks"},
    "opendata": {
        "bibtex", "catalogue", "descriptions", "paging", "problems", "public_forms", "rates",
        "redis_cache", "schemas", "shared_cache",
    },
    "taxonomy": {"choices", "exports", "list_filters"},
    "translations": {"choice", "counterparts", "facts", "following", "publication", "words"},
    "page_cache": {"control", "kept", "middleware", "moments", "versions"},
    "sheets": {
        "bindings", "child_process", "columns", "command", "dates", "delimited", "kinds",
        "number_formats", "pages", "parsing", "prose", "reading", "reading_process", "registry",
        "tables", "units", "wagtail_exports", "workbooks", "writing",
    },
    "home": {
        "accessibility", "context_processors", "data", "glossary_terms", "navigation", "sitemaps",
        "term_offers",
    },
    "programmes": {"calls", "deadlines", "feeds", "giving", "sheets"},
    "casestudies": {
        "article", "case_list", "citations", "completeness", "facts", "feeds", "fields",
        "identifiers", "oai", "panels", "pickers", "sections",
        "municipalities", "similar", "uptake",
    },
    "places": {
        "area_change_sheets", "changes", "choosing", "compare", "embed", "headline", "likeness",
        "method", "neighbours", "peer_cases", "peers", "plan_admin", "plans", "reasons",
        "search_card",
    },
    "events": {"calendars", "dates", "feeds", "open_data"},
    "organisations": {"own_pages", "pickers"},
    "regions": {
        "codes", "desk_admin", "desk_offers", "desks", "onboarding",
        "pickers", "place_directory", "shapes",
    },
    "surveys": {
        "agency_tables", "categories", "chart_files", "charts", "exports", "map_charts", "maps",
        "municipalities", "register_tables", "resident_checks", "resident_sheets", "residents",
        "series", "statistical_tables", "suppression", "tables",
    },
    "users": {
        "accounts", "admin_api", "choosers", "grants", "guards", "known_devices", "mails",
        "middleware", "rights", "roles", "second_factor", "tasks", "tokens",
    },
    "reviews": {
        "admin_search", "audit", "begin", "created_once", "dashboard", "finish", "listings",
        "mails", "menus", "middleware", "reminding",
    },
    "search": {
        "admin", "engines", "evaluation", "index", "judgements", "language", "pickers", "plan",
        "query", "records", "registry", "results", "tasks", "web",
    },
}  # fmt: skip

VAGUE = {"util", "utils", "base", "common", "helper", "helpers", "misc", "tools", "lib"}
VAGUE_BUT_PLAIN = {"nanif/settings/base.py", "search/engines/base.py"}

# About what one person reads in three hours. What several apps would otherwise copy (dates, mail,
# tables, who may see what) belongs here; what only one of them needs does not.
KERNEL_LINES = 4500


@pytest.mark.parametrize("app", APPS)
def test_app_uses_the_usual_file_names(app: str) -> None:
    inner = {
        path.relative_to(ROOT / app).parts[0].removesuffix(".py")
        for path in tracked_files()
        if path.is_relative_to(ROOT / app)
    }
    strange = sorted(inner - USUAL - OWN.get(app, set()))
    assert not strange, (
        f"{app}/ has {strange}: use the usual names, or add a name of its own to OWN"
    )


def test_no_module_has_a_vague_name() -> None:
    vague = [
        name_of(path)
        for path in modules(*APPS)
        if name_of(path) not in VAGUE_BUT_PLAIN
        and VAGUE & {part.removesuffix(".py") for part in path.relative_to(ROOT).parts}
    ]
    assert not vague, vague


def test_no_folder_has_the_name_of_an_app_setting() -> None:
    assert not {"media", "static", "collections"} & set(APPS)


def test_kernel_stays_small() -> None:
    lines = sum(len(path.read_text("utf-8").splitlines()) for path in modules("core"))
    assert lines <= KERNEL_LINES, f"core/ has {lines} lines; {KERNEL_LINES} are the limit"


def test_no_file_is_empty_of_meaning() -> None:
    silent = [
        name_of(path)
        for path in modules(*APPS, "tests", "tools", "benchmarks")
        if path.name != "__init__.py" and ast.get_docstring(tree(path)) is None
    ]
    assert not silent, f"no first line that says the purpose: {silent}"


def test_every_function_has_type_hints() -> None:
    untyped = []
    for path in modules(*APPS):
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            bare = [
                a.arg for a in arguments if a.annotation is None and a.arg not in {"self", "cls"}
            ]
            if bare or node.returns is None:
                untyped.append(
                    f"{name_of(path)}:{node.lineno} {node.name} {bare or 'returns what?'}"
                )
    assert not untyped, "\n".join(untyped)


def test_no_module_imports_everything() -> None:
    starred = [
        name_of(path)
        for path in modules(*APPS)
        if not path.is_relative_to(ROOT / "nanif" / "settings")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)
    ]
    assert not starred, starred
