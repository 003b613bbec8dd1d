"""regional_platforms.jsonl."""

from __future__ import annotations

import datetime
from functools import partial
from html import escape
from typing import Any

from django.utils.translation import override
from wagtail.models import Page

from content.loaders.pages import LANGUAGES, Tree
from content.prose import prose
from content.reading import ContentFiles, Row
from content.records import Records
from content.references import References, sources
from core.dates import PartialDate
from core.services import PageContent, publish_page
from regions.models import RegionalPlatformPage, RegionPage
from regions.services import publish_platform

FILE = "regional_platforms.jsonl"
NEWS = "platform_news.jsonl"
REQUIRED = frozenset(
    {"slug", "name_ja", "kind", "area_codes", "summary_ja", "summary_en", "members", "sources"}
)


NEWS_REQUIRED = frozenset(
    {"slug", "platform", "date", "title_ja", "title_en", "summary_ja", "summary_en", "sources"}
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
            page = None
            with files.problems.collecting_errors(row):
                page = records.load(
                    FILE,
                    f"{row.values['slug']}.{language}",
                    row.values,
                    partial(
                        publish_platform,
                        parent=tree.parent("regions", language),
                        slug=row.values["slug"],
                        content=contents[language],
                        translation_of=original,
                    ),
                )
            original = original or page
    files.problems.check()


def read_news(files: ContentFiles, platforms: list[Row]) -> list[Row]:
    """The rows of the news file, each of a known platform and with a day."""
    rows = files.json_lines(NEWS, NEWS_REQUIRED)
    slugs = {row.values["slug"] for row in platforms}
    for row in rows:
        if row.values["platform"] not in slugs:
            files.problems.add(row, f"platform {row.values['platform']!r} is not in {FILE}.")
        try:
            datetime.date.fromisoformat(row.values["date"])
        except (TypeError, ValueError):
            files.problems.add(row, f"date {row.values['date']!r} is not a day as 2024-05-31.")
    return rows


def load_news(rows: list[Row], records: Records, tree: Tree) -> None:
    """Publish the news of the platforms as their free child pages, in both languages."""
    for row in rows:
        values = row.values
        original: Page | None = None
        for language in LANGUAGES:
            parent = RegionalPlatformPage.objects.child_of(tree.parent("regions", language)).get(
                slug=values["platform"]
            )
            content = PageContent(
                fields={
                    "title": values[f"title_{language}"],
                    "summary": values[f"summary_{language}"],
                    "date": datetime.date.fromisoformat(values["date"]),
                    "body": _news_body(row, language),
                }
            )
            page = records.load(
                NEWS,
                f"{values['platform']}/{values['slug']}.{language}",
                dict(values),
                partial(
                    publish_page,
                    model=RegionPage,
                    parent=parent,
                    slug=values["slug"],
                    content=content,
                    translation_of=original,
                ),
            )
            original = original or page


def _news_body(row: Row, language: str) -> list[dict[str, Any]]:
    # The summary stands above, at the head of the page.
    blocks: list[dict[str, Any]] = []
    if language == "ja":
        blocks += prose(f"会場：{row.values['place_ja']}")
        blocks += prose(f"主催：{'、'.join(row.values['organisers_ja'])}")
    links = "".join(
        f'<li><a href="{escape(url)}">{escape(url)}</a></li>' for url in row.values["sources"]
    )
    heading = "出典" if language == "ja" else "Sources"
    return [
        *blocks,
        {"type": "heading", "value": heading},
        {"type": "paragraph", "value": f"<ul>{links}</ul>"},
    ]


def _content(
    row: Row, language: str, known: References, organisations: dict[str, dict[str, Page]]
) -> PageContent:
    values: dict[str, Any] = dict(row.values)
    text = values[f"summary_{language}"] or ""
    return PageContent(
        fields={
            # A platform without an English name keeps its own name.
            "title": values.get("name_en")
            if language == "en" and values.get("name_en")
            else values["name_ja"],
            "summary": text if len(text) <= 300 else "",
            "kind": values["kind"],
            "founded": values.get("founded"),
            # What stands as the summary at the head of the page is not said again.
            "body": prose("\n\n".join([text] * (len(text) > 300) + _facts(values, language))),
            "easy_title": values.get("easy_title") or "",
            "easy_summary": values.get("easy_summary") or "",
            "caveat": values.get(f"note_{language}") or "",
        },
        choices={"areas": known.areas(row, values["area_codes"])},
        rows={
            "members": [
                _member(row, member, language, known, organisations) for member in values["members"]
            ],
            "sources": sources(_all_sources(values)),
        },
    )


def _facts(values: dict[str, Any], language: str) -> list[str]:
    """What is known beside the summary, and who was a member earlier, one paragraph each."""
    facts = [fact[language] for fact in values.get("facts") or []]
    with override(language):
        for earlier in values.get("earlier") or []:
            when, names = PartialDate.parse(earlier["as_of"]).label(), "、".join(earlier["names"])
            facts.append(
                f"{when}の会員：{names}" if language == "ja" else f"Members in {when}: {names}"
            )
    return facts


def _all_sources(values: dict[str, Any]) -> list[dict[str, Any]]:
    """The sources of the platform, its facts and its earlier members, each address once.

    Of several entries with one address the first is kept.
    """
    found = [
        *values["sources"],
        *(source for fact in values.get("facts") or [] for source in fact["sources"]),
        *(earlier["source"] for earlier in values.get("earlier") or []),
    ]
    first: dict[str, dict[str, Any]] = {}
    for source in found:
        first.setdefault(source["address"], source)
    return list(first.values())


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
