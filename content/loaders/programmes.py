"""programmes.jsonl and grants.jsonl."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db.models import Model
from wagtail.models import Page

from casestudies.models import CaseStudyPage
from content.loaders.pages import LANGUAGES, Tree
from content.prose import prose
from content.reading import ContentFiles, Row
from content.records import Records
from content.references import References
from core.services import PageContent
from programmes.models import ProgrammePage
from programmes.services import publish_programme, publish_synthesis, save_grant

FILE = "programmes.jsonl"
GRANTS = "grants.jsonl"
REQUIRED = frozenset(
    {"slug", "kind", "state", "title_ja", "title_en", "summary_ja", "summary_en", "bodies", "facts"}
)
GRANTS_REQUIRED = frozenset({"identifier", "programme", "grantee_name", "funder_name", "sources"})
SYNTHESIS = "synthesis"

Pages = dict[str, dict[str, Page]]


def read_programmes(files: ContentFiles) -> list[Row]:
    """The rows of the file, each with its own slug; what they follow stands before them."""
    rows = files.json_lines(FILE, REQUIRED)
    seen: set[str] = set()
    for row in rows:
        slug, follows = row.values["slug"], row.values.get("follows")
        if slug in seen:
            files.problems.add(row, f"slug {slug!r} stands twice in the file.")
        if follows and follows not in seen:
            files.problems.add(row, f"follows {follows!r}, which is not in a row above.")
        seen.add(slug)
    return rows


def read_grants(files: ContentFiles, programmes: list[Row]) -> list[Row]:
    """The rows of the file, each of a known programme and with its own identifier."""
    rows = files.json_lines(GRANTS, GRANTS_REQUIRED)
    slugs = {row.values["slug"] for row in programmes}
    seen: set[str] = set()
    for row in rows:
        identifier = row.values["identifier"]
        if identifier in seen:
            files.problems.add(row, f"identifier {identifier!r} stands twice in the file.")
        if row.values["programme"] not in slugs:
            files.problems.add(row, f"programme {row.values['programme']!r} is not in {FILE}.")
        seen.add(identifier)
    return rows


def load_programmes(
    files: ContentFiles,
    rows: list[Row],
    records: Records,
    tree: Tree,
    known: References,
    organisations: Pages,
) -> Pages:
    """Publish every programme in both languages; returns slug → language → page."""
    pages: Pages = {}
    cases: Pages = {language: {} for language in LANGUAGES}
    for case in CaseStudyPage.objects.select_related("locale"):
        cases.setdefault(case.locale.language_code, {})[case.slug] = case
    for row in rows:
        slug = row.values["slug"]
        pages[slug] = {}
        for language in LANGUAGES:
            content = _content(row, language, known, organisations, cases[language], pages)
            files.problems.check()
            with files.problems.collecting_errors(row):
                page = records.load(
                    FILE,
                    f"{slug}.{language}",
                    row.values,
                    partial(
                        publish_programme,
                        parent=tree.parent("programmes", language),
                        slug=slug,
                        content=content,
                        translation_of=pages[slug].get("ja"),
                    ),
                )
                if page is not None:
                    pages[slug][language] = page
        if row.values.get("synthesis"):
            _load_synthesis(files, row, records, pages[slug])
    files.problems.check()
    return pages


def _load_synthesis(
    files: ContentFiles, row: Row, records: Records, parents: dict[str, Page]
) -> None:
    """Publish the synthesis of a programme in each language, below its page in that language.

    The first is the original of the others. Values that do not fit are collected in the problems
    of `files`.
    """
    original: Page | None = None
    for language, parent in parents.items():
        texts = row.values["synthesis"][language]
        with files.problems.collecting_errors(row):
            page = records.load(
                FILE,
                f"{row.values['slug']}/{SYNTHESIS}.{language}",
                texts,
                partial(
                    publish_synthesis,
                    parent=parent,
                    slug=SYNTHESIS,
                    content=PageContent(fields=texts),
                    translation_of=original,
                ),
            )
            original = original or page


def _content(
    row: Row,
    language: str,
    known: References,
    organisations: Pages,
    cases: dict[str, Page],
    programmes: Pages,
) -> PageContent:
    values = row.values

    def word(entry: Any, name: str) -> str:
        """A text in this language; names that have none keep their own."""
        text = entry.get(f"{name}_{language}")
        return str((entry.get(f"{name}_ja") if text is None else text) or "")

    def case(slug: str | None) -> Page | None:
        if slug and slug not in cases:
            known.problems.add(row, f"case {slug!r} is not in cases.jsonl.")
        return cases.get(slug or "")

    def organisation(slug: str | None) -> Page | None:
        if slug and slug not in organisations:
            known.problems.add(row, f"organisation {slug!r} is not in organisations.jsonl.")
        return organisations.get(slug or "", {}).get(language)

    accessed = values.get("accessed") or ""
    contact = values.get("contact") or {}
    follows = programmes.get(values.get("follows") or "", {}).get(language)
    return PageContent(
        fields={
            **{name: word(values, name) for name in (
                "title", "summary", "formal_name", "short_name", "other_name", "period_note",
                "amount_note",
            )},
            **{name: values.get(name) or "" for name in (
                "kind", "state", "started", "ended", "easy_title", "easy_summary",
            )},
            "aim": prose(word(values, "aim")),
            "total_amount": values.get("total_amount"),
            # By its key: a programme that was loaded before is a plain page here.
            "follows_id": follows.pk if follows else None,
            "internal_note": values.get("internal_note") or "",
            "steps": [
                {
                    "type": "step",
                    "value": {
                        "title": word(step, "title"),
                        "phase": step.get("phase") or "",
                        "what": word(step, "what"),
                        "who": word(step, "who"),
                        "sources": "\n".join(step["sources"]),
                    },
                }
                for step in values.get("steps") or []
            ],
            "contact_name": word(contact, "name"),
            "contact_url": contact.get("url") or "",
        },
        choices={
            "themes": known.terms(row, "themes", values.get("themes") or []),
            "areas": known.areas(row, values.get("area_codes") or []),
            "languages": known.terms(row, "languages", values.get("languages") or []),
            "cases": [page for slug in values.get("cases") or [] if (page := case(slug))],
        },
        rows={
            "bodies": [
                {
                    "part": entry["part"],
                    "sector": word(entry, "sector"),
                    "name": word(entry, "name"),
                    "organisation_id": page.pk
                    if (page := organisation(entry.get("organisation")))
                    else None,
                    "note": word(entry, "note"),
                    "sources": "\n".join(entry["sources"]),
                    "accessed": accessed,
                }
                for entry in values["bodies"]
            ],
            "facts": [
                {
                    **{name: word(entry, name) for name in (
                        "title", "text", "place", "attendance",
                    )},
                    **{name: entry.get(name) or "" for name in ("kind", "date", "until", "url")},
                    "sources": "\n".join(entry["sources"]),
                    "accessed": accessed,
                }
                for entry in values["facts"]
            ],
            "calls": [
                {
                    "uid": _uid(values["slug"], entry),
                    **{name: word(entry, name) for name in ("title", "amount", "eligibility")},
                    **{name: entry.get(name) or "" for name in ("opens", "closes", "url")},
                    "applications": entry.get("applications"),
                    "selected": entry.get("selected"),
                    "sources": "\n".join(entry["sources"]),
                    "accessed": accessed,
                }
                for entry in values.get("calls") or []
            ],
            "comparisons": [
                {
                    "topic": word(entry, "topic"),
                    **{
                        key: value
                        for side in ("japan", "korea")
                        for key, value in (
                            (side, word(entry, side)),
                            (f"{side}_sources", "\n".join(entry[f"{side}_sources"])),
                            (f"{side}_case", case(entry.get(f"{side}_case"))),
                        )
                    },
                }
                for entry in values.get("comparisons") or []
            ],
        },
    )  # fmt: skip


def _uid(slug: str, call: dict[str, Any]) -> uuid.UUID:
    """The same call has the same name in calendars, however often it is loaded."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"nanif:{slug}:{call['title_ja']}")


def load_grants(
    files: ContentFiles,
    rows: list[Row],
    known: References,
    organisations: Pages,
    programmes: Pages,
) -> int:
    """Write the grants that differ from what is stored; returns their number.

    Grants are network-wide records: the file counts, as with vocabularies. Grants that are in no
    file (entered in the admin, or imported) stay as they are.
    """
    cases = {page.slug: page for page in CaseStudyPage.objects.filter(locale__language_code="ja")}
    changed = 0
    for row in rows:
        values = row.values
        for name in ("grantee", "funder"):
            if values.get(name) and values[name] not in organisations:
                files.problems.add(row, f"{name} {values[name]!r} is not in organisations.jsonl.")
        for slug in values.get("cases") or []:
            if slug not in cases:
                files.problems.add(row, f"case {slug!r} is not in cases.jsonl.")
        choices: dict[str, Sequence[Model]] = {
            "areas": known.areas(row, values.get("areas") or []),
            "themes": known.terms(row, "themes", values.get("themes") or []),
            "cases": [cases[slug] for slug in values.get("cases") or [] if slug in cases],
        }
        fields = {
            "programme": programmes.get(values["programme"], {}).get("ja")
            or ProgrammePage.objects.filter(slug=values["programme"]).first(),
            "grantee": organisations.get(values.get("grantee") or "", {}).get("ja"),
            "funder": organisations.get(values.get("funder") or "", {}).get("ja"),
            "amount": values.get("amount"),
            "sources": "\n".join(values["sources"]),
            **{name: values.get(name) or "" for name in (
                "grantee_name", "funder_name", "title_ja", "title_en", "description_ja",
                "description_en", "amount_note", "award_date", "starts", "ends", "note_ja",
                "note_en", "accessed",
            )},
        }  # fmt: skip
        if files.problems.found:
            continue
        with files.problems.collecting_errors(row):
            _grant, is_changed = save_grant(
                identifier=values["identifier"], fields=fields, choices=choices
            )
            changed += is_changed
    files.problems.check()
    return changed
