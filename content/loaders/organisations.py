"""organisations.jsonl."""

from __future__ import annotations

from functools import partial
from typing import Any

from wagtail.models import Page

from content.loaders.pages import Tree
from content.reading import ContentFiles, Row
from content.records import Records
from content.references import References, sources
from core.services import PageContent, ensure_alias
from organisations.services import publish_organisation

FILE = "organisations.jsonl"
REQUIRED = frozenset({"slug", "name_ja", "actor_type", "area_codes", "sources"})


def read_organisations(files: ContentFiles) -> list[Row]:
    """The rows of the file, each with its own slug."""
    rows = files.json_lines(FILE, REQUIRED)
    seen: set[str] = set()
    for row in rows:
        if row.values["slug"] in seen:
            files.problems.add(row, f"slug {row.values['slug']!r} stands twice in the file.")
        seen.add(row.values["slug"])
    return rows


def check_organisations(rows: list[Row], known: References) -> None:
    """Look up every code that the rows name, before anything is written."""
    for row in rows:
        _content(row, "ja", known)


def load_organisations(
    files: ContentFiles, rows: list[Row], records: Records, tree: Tree, known: References
) -> dict[str, dict[str, Page]]:
    """Publish every organisation; returns slug → language → page."""
    pages: dict[str, dict[str, Page]] = {}
    for row in rows:
        slug = row.values["slug"]
        content = {language: _content(row, language, known) for language in ("ja", "en")}
        files.problems.check()
        pages[slug] = {}
        original = translation = None
        with files.problems.collecting_errors(row):
            original = records.load(
                FILE,
                f"{slug}.ja",
                row.values,
                partial(
                    publish_organisation,
                    parent=tree.parent("organisations", "ja"),
                    slug=slug,
                    content=content["ja"],
                ),
            )
        if original is None:
            continue
        pages[slug]["ja"] = original
        if not row.values.get("name_en"):
            pages[slug]["en"] = ensure_alias(original, "en")
            continue
        with files.problems.collecting_errors(row):
            translation = records.load(
                FILE,
                f"{slug}.en",
                row.values,
                partial(
                    publish_organisation,
                    parent=tree.parent("organisations", "en"),
                    slug=slug,
                    content=content["en"],
                    translation_of=original,
                ),
            )
        if translation is not None:
            pages[slug]["en"] = translation
    files.problems.check()
    return pages


def _content(row: Row, language: str, known: References) -> PageContent:
    values: dict[str, Any] = dict(row.values)
    other_names = [*values.get("aliases", [])]
    other_name = values["name_ja"] if language == "en" else values.get("name_en")
    if other_name:
        other_names.insert(0, other_name)
    return PageContent(
        fields={
            "title": values["name_en"] if language == "en" else values["name_ja"],
            "summary": values.get(f"summary_{language}") or "",
            "kana": values.get("kana") or "",
            "other_names": ", ".join(other_names),
            "actor_type": known.term(row, "actor_types", values["actor_type"]),
            "kind": known.term(row, "organisation_kinds", values.get("kind")),
            "website": values.get("website") or "",
        },
        choices={"areas": known.areas(row, values["area_codes"])},
        rows={"sources": sources(values["sources"])},
    )
