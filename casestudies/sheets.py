"""Case studies as a sheet: a row for each case, in the order in which people tell it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Page

from casestudies.fields import CASE_FIELDS, MAX_THEMES, CaseField, field_named
from casestudies.models import (
    CaseActor,
    CaseResult,
    CasesFromPage,
    CaseSource,
    CaseStudyIndexPage,
    CaseStudyPage,
)
from core.blocks import StepBlock
from organisations.sheets import Directory, source_rows
from regions.models import Area
from regions.sheets import area
from sheets.bindings import (
    Binding,
    Link,
    Links,
    Plain,
    ProseField,
    RowsField,
    Stream,
    Tags,
    column_of,
    kind_of,
    options_of,
)
from sheets.columns import Column
from sheets.kinds import Choice, Kind, Many, Number, Option, Part, Phone, Prose, Rows, Text, Words
from sheets.pages import PageImporter
from sheets.registry import Record, register
from taxonomy import models as vocabularies
from taxonomy.sheets import keyword_names, term

__all__ = ["CaseImporter"]


@register
class CaseImporter(PageImporter):
    """Case studies of those regions for which somebody may write."""

    name = "cases"
    label = gettext_lazy("Case studies")
    note = gettext_lazy(
        "A row for each case. New cases become drafts of the region of their first place; "
        "cases that exist get a new draft, and what is published stays until it is reviewed."
    )
    model = CaseStudyPage

    def bindings(self) -> Sequence[Binding]:
        """All fields of the case template that stand in sheets."""
        own: dict[str, Binding] = {binding.column.name: binding for binding in self._own_bindings()}
        return [
            own.get(field.name) or _binding(field)
            for field in CASE_FIELDS
            if field.in_sheets and (not field.is_curated or self._may_publish)
        ]

    def _own_bindings(self) -> list[Binding]:
        """Columns that are more than the model's field says: rows, links and choices by people."""
        return [
            Plain(
                _column(
                    "title",
                    label=gettext_lazy("Title of the case"),
                    required=True,
                    note=gettext_lazy("Where it is and what it does, in up to 60 characters."),
                )
            ),
            RowsField(
                _rows(
                    "places",
                    Part("area", gettext_lazy("area"), area(), required=True),
                    Part("note", gettext_lazy("note on the place"), Kind(longest=100)),
                    note=gettext_lazy("The first place decides to which region the case belongs."),
                )
            ),
            RowsField(
                _rows(
                    "actors",
                    _part(CaseActor, "part", required=True),
                    _part(CaseActor, "organisation", kind=self._organisations),
                    _part(CaseActor, "name"),
                    _part(CaseActor, "actor_type"),
                    _part(CaseActor, "bridging_role"),
                    _part(CaseActor, "contribution"),
                    note=gettext_lazy(
                        "Either an organisation of the directory, or the name of one that is not "
                        "there."
                    ),
                ),
                links={"organisation": self._directory.link},
                nullable=frozenset({"organisation", "actor_type", "bridging_role"}),
            ),
            Links(_column("themes", Many(of=term(vocabularies.Theme), most=MAX_THEMES))),
            Tags(
                _column("keywords", Words(longest=100), note=""),
                relation="keyword_items",
                names=self._keywords,
            ),
            Plain(_column("contact_phone", Phone(longest=40))),
            RowsField(
                Column(
                    "sources",
                    gettext_lazy("Sources"),
                    source_rows(CaseSource, _part(CaseSource, "kind", required=True)),
                    example=field_named("sources").example,
                    aliases=field_named("sources").aliases,
                )
            ),
            self._steps(),
            RowsField(
                _rows(
                    "results",
                    _part(CaseResult, "indicator", required=True),
                    _part(CaseResult, "before"),
                    _part(CaseResult, "after", required=True),
                    _part(CaseResult, "unit"),
                    _part(CaseResult, "date"),
                    _part(CaseResult, "source"),
                )
            ),
            Plain(_column("cost_total", Number(measure="money")), is_null=True),
            Links(
                _column(
                    "related_cases",
                    Many(of=Choice(source=self._case_options)),
                    note=gettext_lazy("Identifiers of other cases."),
                ),
                link=Link(to_key=lambda code, language: int(code)),
            ),
        ]

    def _steps(self) -> Stream:
        """The step block's own parts, in its own order."""
        long_text = Text(longest=10_000, lines=True)
        kinds: dict[str, Kind] = {
            "title": Kind(longest=80),
            "phase": Choice(source=_phases),
            "what": long_text,
            "who": Kind(longest=300),
            "enabling_factors": long_text,
            "lessons": long_text,
        }
        blocks = StepBlock().child_blocks
        parts = tuple(
            Part(name, blocks[name].label, kind, required=name in {"title", "what"})
            for name, kind in kinds.items()
        )
        return Stream(
            Column("steps", gettext_lazy("Step by step"), Rows(parts=parts)), block="step"
        )

    @cached_property
    def _may_publish(self) -> bool:
        """Whether the person is a curator: they alone publish cases. The reference is for all."""
        if self.user is None:
            return True
        index = CaseStudyIndexPage.objects.first()
        return index is not None and index.permissions_for_user(self.user).can_publish_subpage()

    # --- Looked up --------------------------------------------------------------------------

    @cached_property
    def _directory(self) -> Directory:
        return Directory()

    @cached_property
    def _organisations(self) -> Choice:
        return Choice(source=self._directory.options)

    @cached_property
    def _keyword_names(self) -> dict[int, str]:
        return keyword_names()

    def _keywords(self) -> dict[int, str]:
        return self._keyword_names

    def _case_options(self) -> list[Option]:
        rows = CaseStudyPage.objects.filter(alias_of=None).values_list("pk", "draft_title")
        return [Option(str(key), title, title) for key, title in rows.order_by("pk")]

    # --- Where cases stand ------------------------------------------------------------------

    def parents(self) -> Mapping[tuple[str, str], Page]:
        """The lists of cases from a region, by language and area."""
        pages = CasesFromPage.objects.filter(alias_of=None).select_related("locale")
        return {(page.locale.language_code, page.area_id): page for page in pages}

    def parent_codes(self, record: Record) -> Sequence[str]:
        """The first place, and the wider areas in which it lies."""
        first = record.get("places").split("\n")[0].split(" | ")[0]
        codes = []
        while first:
            codes.append(first)
            first = self._wider.get(first) or ""
        return codes

    @cached_property
    def _wider(self) -> dict[str, str | None]:
        return dict(Area.objects.values_list("code", "parent_id"))

    def no_parent(self, record: Record) -> tuple[str, str]:
        """Without a place nobody knows whose case it is."""
        if not record.get("places"):
            return (
                _("No place is written. The first place decides to which region the case belongs."),
                "places",
            )
        return _("There is no list of cases for this place yet. Ask the curators."), "places"

    def is_complete(self, page: Page) -> bool:
        """Whether nothing is missing that publishing needs."""
        return not page.specific.missing_for_publication()


def _binding(field: CaseField) -> Binding:
    """A field with one value, one term, several terms or running text, as its model field says."""
    model_field = CaseStudyPage._meta.get_field(field.name)
    kind = _kind(model_field)
    if model_field.many_to_many:
        return Links(_column(field.name, Many(of=kind)))
    if isinstance(kind, Prose):
        return ProseField(_column(field.name, kind))
    return Plain(_column(field.name, kind), is_null=model_field.null)


def _kind(model_field: Any) -> Any:
    """The kind of cells, or for several terms the kind of each."""
    return kind_of(model_field) or term(model_field.related_model)


def _column(name: str, kind: Kind | None = None, **more: Any) -> Column:
    """The column of a field, with the example and headings that its declaration has."""
    field = field_named(name)
    return column_of(
        CaseStudyPage, name, kind, example=field.example, aliases=field.aliases, **more
    )


def _rows(name: str, *parts: Part, note: Any = "") -> Column:
    """The column of rows that hang on a case."""
    field = field_named(name)
    _label, heading = field.rows or ("", "")
    return Column(
        name, heading, Rows(parts=parts), note=note, example=field.example, aliases=field.aliases
    )


def _part(
    model: type[models.Model], name: str, *, kind: Kind | None = None, required: bool = False
) -> Part:
    """A part of a row for a field of the row's model."""
    model_field: Any = model._meta.get_field(name)
    kind = kind or _kind(model_field)
    return Part(name, model_field.verbose_name, kind, required=required)


def _phases() -> list[Option]:
    """The phases that a step may be in."""
    return options_of(StepBlock().child_blocks["phase"].field.choices)
