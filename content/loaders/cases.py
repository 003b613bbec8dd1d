"""cases.jsonl, and the page that lists the cases of each area."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from django.utils.text import slugify
from wagtail.models import Page

from casestudies.models import CaseStudyPage
from casestudies.services import hold_back_case, publish_case, publish_cases_from
from content.loaders.figures import Figures
from content.loaders.pages import LANGUAGES, Tree
from content.prose import prose
from content.reading import ContentFiles, Row
from content.records import Records
from content.references import References, sources
from core.services import PageContent
from regions.models import Area

FILE = "cases.jsonl"
REQUIRED = frozenset(
    {
        "slug",
        "title_ja",
        "title_en",
        "summary_ja",
        "summary_en",
        "area_codes",
        "parent_area",
        "actors",
        "actor_types",
        "themes",
        "status",
        "evidence_grade",
        "sources",
        "actions_ja",
    }
)
LISTED = frozenset({"actor_types", "themes", "area_codes", "actors", "sources"})
# Codes in the source files that stand for another code of the vocabulary.
LANGUAGE_ALIASES = {"ja-easy": "ja-x-easy"}


def read_cases(files: ContentFiles) -> list[Row]:
    """The rows of the file: each slug once, lists where lists belong."""
    rows = files.json_lines(FILE, REQUIRED)
    seen: set[str] = set()
    sound = []
    for row in rows:
        slug = row.values["slug"]
        wrong = [name for name in sorted(LISTED) if not isinstance(row.values[name], list)]
        if slug in seen:
            files.problems.add(row, f"slug {slug!r} stands twice in the file.")
        elif slug != slugify(str(slug)):
            files.problems.add(row, f"slug {slug!r} may hold a-z, 0-9 and hyphens only.")
        elif wrong:
            files.problems.add(row, f"must be a list […]: {', '.join(wrong)}.")
        else:
            sound.append(row)
        seen.add(slug)
    return sound


def check_cases(rows: list[Row], known: References, slugs: set[str]) -> None:
    """Look up every code and organisation that the rows name, before anything is written."""
    organisations: dict[str, dict[str, Page]] = {slug: {} for slug in slugs}
    for row in rows:
        _content(row, "ja", known, organisations)


def load_cases(
    files: ContentFiles,
    rows: list[Row],
    records: Records,
    tree: Tree,
    known: References,
    organisations: dict[str, dict[str, Page]],
) -> None:
    """Publish every case in both languages, below the list of its area."""
    prepared = [
        (row, {language: _content(row, language, known, organisations) for language in LANGUAGES})
        for row in rows
    ]
    parents = {
        area.code: area for row in rows for area in known.areas(row, [row.values["parent_area"]])
    }
    files.problems.check()
    lists = {code: _load_list(area, records, tree) for code, area in parents.items()}
    loaded: dict[str, dict[str, Page]] = {}
    # Those that adapted another case come after the others, among which that one is.
    for row, contents in sorted(prepared, key=lambda case: bool(case[0].values.get("origins"))):
        original: Page | None = None
        is_held_back = bool(row.values.get("held_back"))
        # A draft is written in Japanese alone, until it can be published.
        for language in LANGUAGES[:1] if is_held_back else LANGUAGES:
            parent = lists[row.values["parent_area"]].get(language)
            if parent is None:
                continue
            page = None
            with files.problems.collecting_errors(row):
                content = _related(row, contents[language], language, loaded)
                content = _with_origins(row, content, language, loaded, files)
                page = records.load(
                    FILE,
                    f"{row.values['slug']}.{language}",
                    row.values,
                    _writer(row, parent, content, original),
                )
            if page is None and language == "ja":
                break
            original = original or page
            if page is not None:
                loaded.setdefault(row.values["slug"], {})[language] = page
    files.problems.check()


def _related(
    row: Row, content: PageContent, language: str, loaded: dict[str, dict[str, Page]]
) -> PageContent:
    """The content with the related cases that are loaded already: a relation counts both ways."""
    slugs = row.values.get("related") or []
    pages = [loaded[slug][language].specific for slug in slugs if language in loaded.get(slug, {})]
    return replace(content, choices={**content.choices, "related_cases": pages})


def _with_origins(
    row: Row,
    content: PageContent,
    language: str,
    loaded: dict[str, dict[str, Page]],
    files: ContentFiles,
) -> PageContent:
    """The content with what it adapted: cases, and by name what is no case here."""
    rows = []
    titles = {source["address"]: source.get("title") for source in row.values["sources"]}
    for origin in row.values.get("origins") or []:
        slug = origin.get("slug")
        page = loaded.get(slug, {}).get(language) if slug else None
        if slug and page is None:
            files.problems.add(
                row,
                f"origins: {slug!r} is no case of the file that is published and adapted "
                "no other case itself.",
            )
            continue
        address = origin.get("source") or ""
        rows.append(
            {
                "origin": page.specific if page else None,
                "name": ""
                if page
                else origin.get(f"name_{language}") or origin.get("name_ja") or "",
                "result": origin.get(f"how_{language}") or "",
                "source_title": titles.get(address) or address,
                "source_url": address,
            }
        )
    return replace(content, rows={**content.rows, "origins": rows})


def _writer(
    row: Row, parent: Any, content: PageContent, original: Page | None
) -> Callable[[], Page]:
    """What writes the page: a publication, or a draft where the row says why it is held back."""
    slug = row.values["slug"]

    def write() -> Page:
        keyed = content if original else _with_key(slug, parent, content)
        if reason := row.values.get("held_back"):
            return hold_back_case(parent=parent, slug=slug, content=keyed, reason=reason)
        return publish_case(parent=parent, slug=slug, content=keyed, translation_of=original)

    return write


def _with_key(slug: str, parent: Any, content: PageContent) -> PageContent:
    """The content of a new page with a translation key made of its record.

    So its persistent identifier is the same in every new database that the files are loaded into.
    """
    key = uuid.uuid5(uuid.NAMESPACE_URL, f"nanif:{FILE}:{slug}")
    is_taken = Page.objects.filter(translation_key=key, locale_id=parent.locale_id).exists()
    if is_taken or CaseStudyPage.objects.child_of(parent).filter(slug=slug).exists():
        return content
    return replace(content, fields={**content.fields, "translation_key": key})


def _load_list(area: Area, records: Records, tree: Tree) -> dict[str, Page]:
    pages: dict[str, Page] = {}
    for language in LANGUAGES:
        name = area.name_en if language == "en" else area.name_ja
        title = tree.title_of_cases_from(name, language)
        slug = slugify(area.name_en)
        page = records.load(
            "cases from",
            f"{area.code}.{language}",
            {"title": title},
            partial(
                publish_cases_from,
                parent=tree.parent("cases", language),
                slug=slug,
                area=area,
                title=title,
                translation_of=pages.get("ja"),
            ),
        )
        if page is not None:
            pages[language] = page.specific
    return pages


def _content(
    row: Row, language: str, known: References, organisations: dict[str, dict[str, Page]]
) -> PageContent:
    values: dict[str, Any] = dict(row.values)

    def text(name: str) -> str:
        return values.get(f"{name}_{language}") or ""

    if not isinstance(values["summary_ja"], str) or not values["summary_ja"]:
        known.problems.add(row, "summary_ja is empty. Every case needs an overview.")
    figures = Figures(values, language)
    return PageContent(
        fields={
            "title": text("title"),
            "summary": text("one_line"),
            "overview": text("summary"),
            "provenance": CaseStudyPage.Provenance.COMPILED,
            "bridging": text("bridging_actor"),
            "hide_exact_location": bool(values.get("hide_exact_location")),
            "started": str(values.get("year_start") or ""),
            "ended": str(values.get("year_end") or ""),
            "status": known.term(row, "case_status", values["status"]),
            "context": prose(text("context")),
            "goal": prose(text("goal")),
            "actions": prose(text("actions")),
            "steps": figures.steps(),
            "outcomes": prose(text("results")),
            "did_not_work": figures.sourced_prose("did_not_work"),
            "success_factors": figures.sourced_prose("success_factors"),
            "remaining_problems": prose(text("challenges")),
            "conditions": figures.sourced_prose("conditions"),
            **figures.cost(),
            **figures.reached(),
            **figures.contact(),
            "funding": text("funding"),
            "staff": values.get("staff"),
            "volunteers": values.get("volunteers"),
            "staffing_note": text("staffing_note"),
            "staffing_source": figures.address(values.get("staffing_source")),
            "legal_basis": text("legal_basis"),
            "legal_basis_url": values.get("legal_basis_url") or "",
            "participation_note": text("participation_note"),
            "receiving_community": text("receiving_community"),
            "internal_note": values.get("internal_note") or "",
            "easy_title": values.get("easy_title") or "",
            "easy_summary": values.get("easy_summary") or "",
            "easy_body": values.get("easy_body") or "",
            "evidence_grade": known.term(row, "evidence_grades", values["evidence_grade"]),
            "participation_level": known.term(
                row, "participation_levels", values.get("participation_level")
            ),
        },
        choices={
            "actor_types": known.terms(row, "actor_types", values["actor_types"]),
            "bridging_roles": known.terms(
                row, "bridging_roles", values.get("bridging_roles") or []
            ),
            "themes": known.terms(row, "themes", values["themes"]),
            "target_groups": known.terms(row, "target_groups", values.get("target_groups") or []),
            "languages": known.terms(
                row,
                "languages",
                [LANGUAGE_ALIASES.get(code, code) for code in values.get("languages") or []],
            ),
        },
        rows={
            "places": [{"area": area} for area in known.areas(row, values["area_codes"])],
            "actors": [
                _actor(row, actor, language, known, organisations) for actor in values["actors"]
            ],
            "results": figures.results(),
            "sources": sources(values["sources"]),
        },
        tags={"keywords": values.get("keywords_ja") or [] if language == "ja" else []},
    )


def _actor(
    row: Row,
    actor: dict[str, Any],
    language: str,
    known: References,
    organisations: dict[str, dict[str, Page]],
) -> dict[str, Any]:
    slug = actor.get("organisation")
    if slug and slug not in organisations:
        known.problems.add(row, f"organisation {slug!r} is not in organisations.jsonl.")
    page = organisations.get(slug or "", {}).get(language)
    name = actor.get("name_en") if language == "en" else None
    return {
        "part": actor["part"],
        "organisation_id": page.pk if page else None,
        "name": "" if page else name or actor.get("name_ja") or "",
        "actor_type": known.term(row, "actor_types", actor.get("actor_type")),
        "bridging_role": known.term(row, "bridging_roles", actor.get("bridging_role")),
    }
