"""The directory as a sheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Page

from organisations.models import OrganisationIndexPage, OrganisationPage, OrganisationSource
from regions.sheets import area
from sheets.bindings import (
    Binding,
    Link,
    Links,
    Plain,
    ProseField,
    RowsField,
    column_of,
)
from sheets.columns import Column
from sheets.kinds import Date, Kind, Many, Option, Part, Prose, Rows, WebAddress
from sheets.pages import PageImporter
from sheets.registry import Record, register
from taxonomy.models import ActorType, OrganisationKind
from taxonomy.sheets import term

__all__ = ["Directory", "OrganisationImporter", "source_rows"]


class Directory:
    """Organisations as a list to choose from: the code is the last part of a page's address."""

    @cached_property
    def _keys(self) -> dict[tuple[str, str], int]:
        rows = OrganisationPage.objects.values_list("locale__language_code", "slug", "pk")
        return {(language, slug): key for language, slug, key in rows}

    @cached_property
    def _slugs(self) -> dict[int, str]:
        return {key: slug for (_language, slug), key in self._keys.items()}

    @property
    def link(self) -> Link:
        """Between the key of a page and its code; each language has pages of its own."""
        return Link(
            to_code=lambda key: self._slugs.get(key, ""),
            to_key=lambda code, language: self._keys.get(
                (language, code), self._keys.get(("ja", code))
            ),
        )

    def options(self) -> Iterable[Option]:
        """All organisations, by their names in both languages."""
        names: dict[str, dict[str, str]] = {}
        rows = OrganisationPage.objects.values_list("slug", "locale__language_code", "draft_title")
        for slug, language, title in rows.order_by("draft_title"):
            names.setdefault(slug, {})[language] = title
        for slug, by_language in names.items():
            any_name = next(iter(by_language.values()))
            yield Option(slug, by_language.get("ja", any_name), by_language.get("en", any_name))


def source_rows(model: type[OrganisationSource], *first: Part) -> Rows:
    """The kind of cells with sources: title, publisher, address, day, what was read."""

    def part(name: str, kind: Kind, *, required: bool = False) -> Part:
        return Part(name, model._meta.get_field(name).verbose_name, kind, required=required)

    return Rows(
        parts=(
            *first,
            part("title", Kind(longest=300), required=True),
            part("publisher", Kind(longest=200)),
            part("url", WebAddress(longest=600)),
            part("accessed", Date()),
            part("note", Kind(longest=500)),
        )
    )


@register
class OrganisationImporter(PageImporter):
    """Organisations of the directory."""

    name = "organisations"
    label = gettext_lazy("Organisations")
    note = gettext_lazy("The directory: name, kind, places, site and sources of each body.")
    model = OrganisationPage

    def bindings(self) -> Sequence[Binding]:
        """The fields of the page, facts first."""
        page = OrganisationPage
        return [
            Plain(
                column_of(
                    page,
                    "title",
                    Kind(longest=255),
                    label=gettext_lazy("Name of the organisation"),
                    required=True,
                    example="公益財団法人 見本市国際交流協会",
                    aliases=("名称", "団体名", "組織名", "name"),
                    note="",
                )
            ),
            Plain(column_of(page, "kana", example="みほんしこくさいこうりゅうきょうかい")),
            Plain(column_of(page, "other_names", example="見本市国際協会, MIA")),
            Plain(
                column_of(
                    page,
                    "summary",
                    example="見本市で日本語教室と相談窓口を開いている。",
                    aliases=("1行の要約", "summary in one line"),
                )
            ),
            Plain(
                column_of(
                    page,
                    "actor_type",
                    term(ActorType),
                    example="intl-assoc",
                    aliases=("主体の種類", "actor type"),
                ),
                is_null=True,
            ),
            Plain(
                column_of(page, "kind", term(OrganisationKind), aliases=("kind of organisation",)),
                is_null=True,
            ),
            Links(
                column_of(
                    page,
                    "areas",
                    Many(of=area()),
                    example="221309 浜松市",
                    aliases=("所在地", "活動地域", "自治体コード"),
                )
            ),
            Plain(
                column_of(page, "website", WebAddress(longest=600), example="https://example.org/")
            ),
            ProseField(column_of(page, "body", Prose(), example="日本語教室を毎週開いている。")),
            RowsField(
                Column(
                    "sources",
                    gettext_lazy("Sources"),
                    source_rows(OrganisationSource),
                    example="事業報告書 | 見本市 | https://example.org/report | 2026-11",
                )
            ),
        ]

    def parents(self) -> Mapping[tuple[str, str], Page]:
        """The index of each language."""
        pages = OrganisationIndexPage.objects.filter(alias_of=None).select_related("locale")
        return {(page.locale.language_code, ""): page for page in pages}

    def parent_codes(self, record: Record) -> Sequence[str]:
        """The empty code alone: there is one index for each language, found by the language."""
        return [""]

    def no_parent(self, record: Record) -> tuple[str, str]:
        """There is no directory in this language."""
        return _("There is no directory in this language."), "language"
