"""outlets.json and press.jsonl."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.utils.text import slugify
from wagtail.models import Page

from content.loaders.pages import LANGUAGES, Tree
from content.loaders.people import FILE as PEOPLE
from content.reading import ContentFiles, Row
from content.records import Records
from content.references import References, sources
from core.dates import PartialDate
from core.services import PageContent
from people.models import Person
from press.models import CoveragePage, CoveragePerson, Outlet
from press.services import publish_coverage, sync_outlets

OUTLETS = "outlets.json"
FILE = "press.jsonl"
REQUIRED = frozenset(
    {"slug", "outlet", "kind", "language", "title_ja", "title_en", "summary_ja", "summary_en",
     "themes", "area_codes", "people", "organisations", "quotes", "sources"}
)  # fmt: skip

_TEXTS: frozenset[str] = frozenset()
LISTS = {
    **dict.fromkeys(("themes", "area_codes", "organisations"), _TEXTS),
    "people": frozenset({"person", "part"}),
    "quotes": frozenset({"text", "language", "person", "source", "address", "accessed"}),
    "sources": frozenset({"address"}),
}


def read_press(files: ContentFiles, people: list[Row]) -> list[Row]:
    """The rows of the file, each with its own slug, a known kind, known people and a sound date."""
    rows = files.json_lines(FILE, REQUIRED, LISTS)
    codes = {row.values["code"] for row in people}
    seen: set[str] = set()
    for row in rows:
        values = row.values
        if values["slug"] in seen:
            files.problems.add(row, f"slug {values['slug']!r} stands twice in the file.")
        elif values["slug"] != slugify(str(values["slug"])):
            files.problems.add(row, f"slug {values['slug']!r} may hold a-z, 0-9 and hyphens only.")
        seen.add(values["slug"])
        named = [entry["person"] for entry in (*values["people"], *values["quotes"])]
        for code in dict.fromkeys(code for code in named if code not in codes):
            files.problems.add(row, f"person {code!r} is not in {PEOPLE}.")
        for entry in values["people"]:
            if entry["part"] not in CoveragePerson.Part.values:
                files.problems.add(row, f"part {entry['part']!r} of a person is unknown.")
        if values["kind"] not in CoveragePage.Kind.values:
            files.problems.add(row, f"kind {values['kind']!r} is unknown.")
        try:
            if values.get("published_on"):
                PartialDate.parse(values["published_on"])
        except (TypeError, ValueError):
            files.problems.add(
                row,
                f"published_on {values['published_on']!r} is no date as 2024-05-31, 2024-05 or "
                "2024.",
            )
    return rows


def load_outlets(files: ContentFiles) -> int:
    """Bring the outlets in line with the file. Returns the number of changes."""
    outlets = files.json(OUTLETS)
    if not isinstance(outlets, list):
        files.problems.add(OUTLETS, "must be a list […].")
    for number, outlet in enumerate(outlets if isinstance(outlets, list) else [], start=1):
        texts = outlet if isinstance(outlet, dict) else {}
        if not all(isinstance(texts.get(name), str) for name in ("code", "ja", "en")):
            files.problems.add(Row(OUTLETS, number, {}), "an outlet needs code, ja and en.")
    files.problems.check()
    changes = 0
    with files.problems.collecting_errors(Row(OUTLETS, 1, {})):
        changes = sync_outlets(outlets)
    return changes


def load_press(
    files: ContentFiles,
    rows: list[Row],
    records: Records,
    tree: Tree,
    known: References,
    organisations: dict[str, dict[str, Page]],
) -> None:
    """Publish every piece in both languages; those held back wait for a curator."""
    people = {person.code: person for person in Person.objects.all()}
    outlets = Outlet.objects.in_bulk()
    programmes = (
        {page.slug: page for page in tree.parent("programmes", "ja").get_children()}
        if "programmes" in tree.sections
        else {}
    )
    for row in rows:
        original: Page | None = None
        values = row.values
        if values["outlet"] not in outlets:
            files.problems.add(row, f"outlet {values['outlet']!r} is not in {OUTLETS}.")
            continue
        for language in LANGUAGES:
            page = None
            content = _content(
                row,
                language,
                known,
                organisations,
                people,
                outlet=outlets[values["outlet"]],
                programme=programmes.get(values.get("programme") or ""),
            )
            with files.problems.collecting_errors(row):
                page = records.load(
                    FILE,
                    f"{values['slug']}.{language}",
                    # The programme may get its page later than the piece.
                    {**values, "has_programme": values.get("programme") in programmes},
                    partial(
                        publish_coverage,
                        parent=tree.parent("press", language),
                        slug=values["slug"],
                        content=content,
                        translation_of=original,
                        is_held_back=bool(values.get("is_held_back")),
                    ),
                )
            original = original or page
    files.problems.check()


def _content(
    row: Row,
    language: str,
    known: References,
    organisations: dict[str, dict[str, Page]],
    people: dict[str, Person],
    **more: Any,
) -> PageContent:
    values: dict[str, Any] = dict(row.values)
    for slug in values["organisations"]:
        if slug not in organisations:
            known.problems.add(row, f"organisation {slug!r} is not in organisations.jsonl.")
    return PageContent(
        fields={
            "title": values[f"title_{language}"],
            "is_described": bool(values.get("is_described")),
            "summary": values[f"summary_{language}"],
            "edition": values.get("edition") or "",
            "kind": values["kind"],
            "published_on": values.get("published_on") or "",
            "language": known.term(row, "languages", values["language"]),
            "original_url": values.get("original_address") or "",
            "caveat": values.get(f"caveat_{language}") or "",
            **more,
        },
        choices={
            "themes": known.terms(row, "themes", values["themes"]),
            "areas": known.areas(row, values["area_codes"]),
        },
        rows={
            # Somebody who was removed on the site is in no row.
            "people": [
                {"person": people[entry["person"]], "part": entry["part"]}
                for entry in values["people"]
                if entry["person"] in people
            ],
            "quotes": [
                {
                    "text": quote["text"],
                    "language": known.term(row, "languages", quote["language"]),
                    "person": people[quote["person"]],
                    "source": quote["source"],
                    "source_url": quote["address"],
                    "source_accessed": quote["accessed"],
                }
                for quote in values["quotes"]
                if quote["person"] in people
            ],
            "organisations": [
                {"organisation_id": organisations[slug][language].pk}
                for slug in values["organisations"]
                if language in organisations.get(slug, {})
            ],
            "sources": sources(values["sources"]),
        },
    )
