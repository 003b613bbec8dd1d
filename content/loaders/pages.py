"""The skeleton of the tree (home, indexes, glossary) and the standard pages from Markdown."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from wagtail.models import Locale, Page, Site
from wagtail_localize.models import LocaleSynchronization

from casestudies.models import CaseStudyIndexPage
from content.prose import markdown_prose
from content.reading import ContentFiles
from content.records import Records
from core.services import PageContent, publish_page
from events.models import EventIndexPage
from home.models import GlossaryPage, HomePage, StandardPage
from organisations.models import OrganisationIndexPage
from press.models import PressIndexPage
from programmes.models import ProgrammeIndexPage
from regions.models import RegionIndexPage
from surveys.models import SurveyIndexPage

SKELETON = "pages/skeleton.json"
SECTIONS: dict[str, type[Page]] = {
    "regions": RegionIndexPage,
    "cases": CaseStudyIndexPage,
    "programmes": ProgrammeIndexPage,
    "organisations": OrganisationIndexPage,
    "surveys": SurveyIndexPage,
    "events": EventIndexPage,
    "press": PressIndexPage,
    "glossary": GlossaryPage,
}
LANGUAGES = ("ja", "en")
# What plain Japanese of a home or standard page is called in its own file and on the page.
PLAIN_FIELDS = {"title": "easy_title", "summary": "easy_summary"}
FRONT_MATTER = frozenset({"title", "summary", "order", "in_footer", "in_nav"})
OPTIONAL = ("shows_operator",)


@dataclass(frozen=True)
class Tree:
    """The pages under which everything else is loaded: section name → language → page."""

    sections: dict[str, dict[str, Page]]
    cases_from: dict[str, dict[str, str]]

    def parent(self, section: str, language: str) -> Page:
        """The index page of a section in one language."""
        return self.sections[section][language]

    def title_of_cases_from(self, area: str, language: str) -> str:
        """Title of the page that lists the cases of an area."""
        return self.cases_from[language]["title"].format(area=area)


def load_tree(files: ContentFiles, records: Records) -> Tree:
    """Home pages, section indexes and the glossary page, in both languages."""
    skeleton: dict[str, Any] = files.json(SKELETON) or {}
    for name in ("home", "cases_from", *SECTIONS):
        if not all(language in skeleton.get(name, {}) for language in LANGUAGES):
            files.problems.add(SKELETON, f"{name} needs texts in ja and en.")
    files.problems.check()
    homes = _load_homes(skeleton["home"], records)
    sections: dict[str, dict[str, Page]] = {"home": homes}
    for slug, model in SECTIONS.items():
        pages: dict[str, Page] = {}
        for language in LANGUAGES:
            page = _load_page(
                records,
                SKELETON,
                model,
                homes[language],
                slug,
                skeleton[slug][language],
                translation_of=pages.get("ja"),
            )
            pages[language] = page or model.objects.get(locale__language_code=language, slug=slug)
        sections[slug] = pages
    return Tree(sections, cases_from=skeleton["cases_from"])


def _load_homes(texts: dict[str, Any], records: Records) -> dict[str, Page]:
    japanese, _created = Locale.objects.get_or_create(language_code="ja")
    english, _created = Locale.objects.get_or_create(language_code="en")
    LocaleSynchronization.objects.get_or_create(locale=english, sync_from=japanese)
    home = HomePage.objects.get(pk=Site.objects.get(is_default_site=True).root_page_id)
    translation = home.get_translation_or_none(english) or home.copy_for_translation(english)
    # Synchronising the trees makes an alias of the home page; here it gets words of its own.
    translation.alias_of = None
    pages: dict[str, Page] = {"ja": home, "en": translation}
    for language, page in pages.items():

        def write(page: Page = page, language: str = language) -> Page:
            for name, value in texts[language].items():
                setattr(page, name, value)
            page.draft_title = page.title
            page.save_revision().publish()
            return page

        records.load(SKELETON, f"home.{language}", texts[language], write)
    return pages


def _load_page(
    records: Records,
    file: str,
    model: type[Page],
    parent: Page,
    slug: str,
    fields: dict[str, Any],
    translation_of: Page | None,
) -> Page | None:
    return records.load(
        file,
        f"{slug}.{parent.locale.language_code}",
        fields,
        partial(
            publish_page,
            model=model,
            parent=parent,
            slug=slug,
            content=PageContent(fields=fields),
            translation_of=translation_of,
        ),
    )


def load_standard_pages(files: ContentFiles, records: Records, tree: Tree) -> None:
    """Every pages/<slug>.ja.md with its translation pages/<slug>.en.md.

    The same text in plain Japanese, pages/<slug>.easy.md, belongs to the Japanese page.
    """
    for name in list(files.names("pages/*.ja.md")):
        slug = name.removeprefix("pages/").removesuffix(".ja.md")
        original: Page | None = None
        for language in LANGUAGES:
            file = f"pages/{slug}.{language}.md"
            values, body = files.markdown(file)
            if values and FRONT_MATTER - values.keys():
                missing = ", ".join(sorted(FRONT_MATTER - values.keys()))
                files.problems.add(file, f"the front matter lacks: {missing}.")
            files.problems.check()
            page = _load_page(
                records,
                file,
                StandardPage,
                tree.parent("home", language),
                slug,
                {name: values[name] for name in sorted(FRONT_MATTER)}
                | {name: values[name] for name in OPTIONAL if name in values}
                | {"short_title": values.get("short_title", ""), "body": markdown_prose(body)}
                | (_plain_japanese(files, slug) if language == "ja" else {}),
                translation_of=original,
            )
            original = original or page


def _plain_japanese(files: ContentFiles, slug: str) -> dict[str, Any]:
    """Fields of a standard page from its file in plain Japanese; nothing where there is none."""
    file = f"pages/{slug}.easy.md"
    if not list(files.names(file)):
        return {}
    values, body = files.markdown(file)
    if values and PLAIN_FIELDS.keys() - values.keys():
        missing = ", ".join(sorted(PLAIN_FIELDS.keys() - values.keys()))
        files.problems.add(file, f"the front matter lacks: {missing}.")
    files.problems.check()
    plain = {field: values[name] for name, field in PLAIN_FIELDS.items()}
    return plain | {"easy_body": markdown_prose(body)}
