"""regional_platforms.jsonl."""

from __future__ import annotations

from typing import Any

from wagtail.models import Page

from content.loaders.pages import LANGUAGES, Tree
from content.prose import prose
from content.reading import ContentFiles, Row
from content.records import Records
from content.references import References, sources
from core.services import PageContent
from regions.models import RegionalPlatformPage
from regions.services import publish_platform

FILE = "regional_platforms.jsonl"
REQUIRED = frozenset(
    {"slug", "name_ja", "kind", "area_codes", "summary_ja", "summary_en", "members", "sources"}
)


def read_platforms(files: ContentFiles) -> list[Row]:
    """The rows of the file, each of a known kind."""
    rows = files.json_lines(FILE, REQUIRED)
    for row in rows:
        if row.values["kind"] not in RegionalPlatformPage.Kind.values:
            files.problems.add(row, f"kind {row.values['kind']!r} is unknown.")
    return rows


def check_platforms(rows: list[Row], known: References, slugs: set[str]) -> None:
    """Look up every code and organisation that the rows name, before anything is written."""
    organisations: dict[str, dict[str, Page]] = {slug: {} for slug in slugs}
    for row in rows:
        _content(row, "ja", known, organisations)


def load_platforms(
    files: ContentFiles,
    rows: list[Row],
    records: Records,
    tree: Tree,
    known: References,
    organisations: dict[str, dict[str, Page]],
) -> None:
    """Publish every regional platform in both languages."""
    prepared = [
        (row, {language: _content(row, language, known, organisations) for language in LANGUAGES})
        for row in rows
    ]
    files.problems.check()
    for row, contents in prepared:
        original: Page | None = None
        for language in LANGUAGES:
            page = records.load(
                FILE,
                f"{row.values['slug']}.{language}",
                row.values,
                lambda row=row, language=language, content=contents[language], original=original: (
                    publish_platform(
                        parent=tree.parent("regions", language),
                        slug=row.values["slug"],
                        content=content,
                        translation_of=original,
                    )
                ),
            )
            original = original or page


def _content(
    row: Row, language: str, known: References, organisations: dict[str, dict[str, Page]]
) -> PageContent:
    values: dict[str, Any] = dict(row.values)
    text = values[f"summary_{language}"] or ""
    return PageContent(
        fields={
            # A platform without an English name keeps its own name.
            "title": values.get("name_en") if language == "en" and values.get("name_en")
            else values["name_ja"],
            "summary": text if len(text) <= 300 else "",
            "kind": values["kind"],
            "founded": values.get("founded"),
            "body": prose(text),
            "caveat": (values.get("note_ja") or "") if language == "ja" else "",
        },
        choices={"areas": known.areas(row, values["area_codes"])},
        rows={
            "members": [
                _member(row, member, language, known, organisations)
                for member in values["members"]
            ],
            "sources": sources(values["sources"]),
        },
    )


def _member(
    row: Row,
    member: dict[str, Any],
    language: str,
    known: References,
    organisations: dict[str, dict[str, Page]],
) -> dict[str, Any]:
    slug = member.get("organisation")
    if slug and slug not in organisations:
        known.problems.add(row, f"organisation {slug!r} is not in organisations.jsonl.")
    page = organisations.get(slug or "", {}).get(language)
    name = member.get("name_en") if language == "en" else None
    return {
        "name": name or member["name"],
        "sector": known.term(row, "actor_types", member.get("actor_type")),
        "organisation_id": page.pk if page else None,
        "note": (member.get("note") or "") if language == "ja" else "",
        "as_of": str(member.get("as_of") or ""),
    }
