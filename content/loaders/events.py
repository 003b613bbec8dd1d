"""events.jsonl."""

from __future__ import annotations

import datetime
from functools import partial
from typing import Any

from django.utils.text import slugify
from wagtail.models import Page

from content.loaders.pages import LANGUAGES, Tree
from content.prose import prose
from content.reading import ContentFiles, Row
from content.records import Records
from content.references import References, sources
from core.dates import PartialDate
from core.services import PageContent
from events.models import EventOrganiser, EventPage
from events.services import publish_event

FILE = "events.jsonl"
REQUIRED = frozenset(
    {"slug", "kind", "status", "title_ja", "title_en", "starts_on", "summary_ja", "summary_en",
     "area_codes", "themes", "languages", "organisers", "sources"}
)  # fmt: skip

_TEXTS: frozenset[str] = frozenset()
LISTS = {
    **dict.fromkeys(("area_codes", "themes", "languages", "titles_by_editors"), _TEXTS),
    "organisers": frozenset({"name_ja", "part"}),
    "sources": frozenset({"address"}),
}


def read_events(files: ContentFiles) -> list[Row]:
    """The rows of the file, each with its own slug, a kind, a state and a day that there is."""
    rows = files.json_lines(FILE, REQUIRED, LISTS)
    seen: set[str] = set()
    for row in rows:
        values = row.values
        if values["slug"] in seen:
            files.problems.add(row, f"slug {values['slug']!r} stands twice in the file.")
        elif values["slug"] != slugify(str(values["slug"])):
            files.problems.add(row, f"slug {values['slug']!r} may hold a-z, 0-9 and hyphens only.")
        seen.add(values["slug"])
        for key, choices in (("kind", EventPage.Kind), ("status", EventPage.Status)):
            if values[key] not in choices.values:
                files.problems.add(row, f"{key} {values[key]!r} is unknown.")
        for key in ("starts_on", "ends_on"):
            try:
                if values.get(key):
                    PartialDate.parse(values[key])
            except (TypeError, ValueError):
                files.problems.add(
                    row, f"{key} {values[key]!r} is no date as 2024-05-31, 2024-05 or 2024."
                )
        for key in ("start_time", "end_time"):
            try:
                if values.get(key):
                    datetime.time.fromisoformat(values[key])
            except (TypeError, ValueError):
                files.problems.add(row, f"{key} {values[key]!r} is no time as 13:30.")
    return rows


def check_events(rows: list[Row], known: References, slugs: set[str]) -> None:
    """Look up every code and organisation that the rows name, before anything is written."""
    organisations: dict[str, dict[str, Page]] = {slug: {} for slug in slugs}
    for row in rows:
        _content(row, "ja", known, organisations, {})


def load_events(
    files: ContentFiles,
    rows: list[Row],
    records: Records,
    tree: Tree,
    known: References,
    organisations: dict[str, dict[str, Page]],
) -> None:
    """Publish every event in both languages."""
    programmes = _programmes(tree)
    for row in rows:
        original: Page | None = None
        for language in LANGUAGES:
            page = None
            with files.problems.collecting_errors(row):
                page = records.load(
                    FILE,
                    f"{row.values['slug']}.{language}",
                    # The programme may get its page later than the event.
                    {**row.values, "has_programme": row.values.get("programme") in programmes},
                    partial(
                        publish_event,
                        parent=tree.parent("events", language),
                        slug=row.values["slug"],
                        content=_content(row, language, known, organisations, programmes),
                        translation_of=original,
                    ),
                )
            original = original or page
    files.problems.check()


def _programmes(tree: Tree) -> dict[str, Page]:
    """Pages of the network's programmes by slug, where the site has them."""
    if "programmes" not in tree.sections:
        return {}
    return {page.slug: page for page in tree.parent("programmes", "ja").get_children()}


def _content(
    row: Row,
    language: str,
    known: References,
    organisations: dict[str, dict[str, Page]],
    programmes: dict[str, Page],
) -> PageContent:
    values: dict[str, Any] = dict(row.values)
    translated = language in (values.get("titles_by_editors") or [])
    other = "en" if language == "ja" else "ja"
    times = {
        key: datetime.time.fromisoformat(values[key]) if values.get(key) else None
        for key in ("start_time", "end_time")
    }
    return PageContent(
        fields={
            "title": values[f"title_{language}"],
            "original_title": values[f"title_{other}"] if translated else "",
            "summary": values[f"summary_{language}"],
            "kind": values["kind"],
            "status": values["status"],
            "starts_on": values["starts_on"],
            "ends_on": values.get("ends_on") or "",
            **times,
            "venue": values.get(f"venue_{language}") or values.get("venue_ja") or "",
            "is_online": bool(values.get("online")),
            "body": prose(values.get(f"body_{language}")),
            "caveat": values.get(f"caveat_{language}") or "",
            "programme": programmes.get(values.get("programme") or ""),
            "attendance": values.get(f"attendance_{language}") or "",
        },
        choices={
            "areas": known.areas(row, values["area_codes"]),
            "themes": known.terms(row, "themes", values["themes"]),
            "languages": known.terms(row, "languages", values["languages"]),
        },
        rows={
            "organisers": [
                _organiser(row, organiser, language, known, organisations)
                for organiser in values["organisers"]
            ],
            "sources": sources(values["sources"]),
        },
    )


def _organiser(
    row: Row,
    organiser: dict[str, Any],
    language: str,
    known: References,
    organisations: dict[str, dict[str, Page]],
) -> dict[str, Any]:
    slug = organiser.get("organisation")
    if slug and slug not in organisations:
        known.problems.add(row, f"organisation {slug!r} is not in organisations.jsonl.")
    if organiser["part"] not in EventOrganiser.Part.values:
        known.problems.add(row, f"part {organiser['part']!r} of an organiser is unknown.")
    page = organisations.get(slug or "", {}).get(language)
    name = organiser.get("name_en") if language == "en" else None
    return {
        "name": name or organiser["name_ja"],
        "organisation_id": page.pk if page else None,
        "part": organiser["part"],
    }
