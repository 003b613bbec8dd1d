"""Grants as a sheet, with the headings of the 360Giving Data Standard beside our own.

The prefix under which identifiers are published is taken away again when they come back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from casestudies.models import CaseStudyPage
from organisations.models import OrganisationPage
from organisations.sheets import Directory
from programmes.giving import PREFIX, table_rows
from programmes.models import Grant, ProgrammePage
from programmes.services import save_grant
from regions.models import Area
from regions.sheets import area
from sheets.bindings import column_of
from sheets.columns import Column
from sheets.dates import Reading, WrongValue
from sheets.kinds import Choice, Date, Kind, Many, Number, Option, Text
from sheets.reading import Value
from sheets.registry import Change, Importer, Options, Problem, Record, Stored, register
from taxonomy.models import Theme
from taxonomy.sheets import term

__all__ = ["GrantImporter"]

_PAGES = ("programme", "grantee", "funder")
_LISTS = ("areas", "themes", "cases")
_TEXTS = (
    "grantee_name", "funder_name", "title_ja", "title_en", "description_ja", "description_en",
    "amount_note", "award_date", "starts", "ends", "sources", "accessed", "note_ja", "note_en",
)  # fmt: skip


# Our columns that the standard's table derives or shortens, by its headings.
_EXPORTED = {
    "title_ja": "Title",
    "title_en": "Title",
    "description_ja": "Description",
    "description_en": "Description",
    "areas": "Beneficiary Location:0:Geographic Code",
    "themes": "Classifications:0:Code",
    "sources": "Data Source",
}
# Columns of Japanese texts whose headings the standard's table also has for English ones.
_TRANSLATED = {"title_ja": "title_en", "description_ja": "description_en"}


@dataclass(frozen=True)
class Identifier(Kind):
    """A grant's identifier, with or without the prefix under which it is published."""

    longest: int | None = 80

    def read(self, value: Value, *, starts_1904: bool = False) -> Reading:
        """The identifier without the prefix under which it is published; empty for an empty cell.

        Raises:
            WrongValue: it is too long, or is none that the grant's field takes.
        """
        text = super().read(value).text.removeprefix(f"{PREFIX}-")
        if text:
            try:
                Grant._meta.get_field("identifier").run_validators(text)
            except ValidationError as error:
                raise WrongValue(" ".join(error.messages)) from error
        return Reading(text)


@dataclass(frozen=True)
class Currency(Kind):
    """The currency, which is always yen."""

    def read(self, value: Value, *, starts_1904: bool = False) -> Reading:
        """JPY or nothing."""
        text = super().read(value).text.upper()
        if text not in {"", "JPY", "円"}:
            raise WrongValue(_("Amounts are kept in yen: write JPY, and the amount in yen."))
        return Reading("JPY")


@dataclass(frozen=True)
class PageChoice(Choice):
    """A page of the Japanese tree by the last part of its address."""

    source: Callable[[], Iterable[Option]] = field(default=tuple)
    name = gettext_lazy("last part of a page's address, or its title")


def _slugs(model: type[Any]) -> Callable[[], Iterable[Option]]:
    def options() -> Iterable[Option]:
        pages = model.objects.filter(locale__language_code="ja")
        for slug, title in pages.values_list("slug", "draft_title"):
            yield Option(slug, title, title)

    return options


@register
class GrantImporter(Importer):
    """Grants of the network's programmes."""

    name = "grants"
    label = gettext_lazy("Grants")
    note = gettext_lazy(
        "Every grant with its programme, grantee, amount and dates. Files in the 360Giving Data "
        "Standard are read as well. What is stored is public at once."
    )

    def columns(self) -> Sequence[Column]:
        """The fields of a grant, under our headings and those of the standard."""
        directory = PageChoice(source=Directory().options)

        def column(name: str, kind: Kind | None = None, *more: str, **rest: Any) -> Column:
            return column_of(Grant, name, kind, aliases=more, **rest)

        return [
            column(
                "identifier", Identifier(), "Identifier", "ID", "助成番号",
                required=True, is_immutable=True, example="hamis-2021-09",
            ),
            column(
                "programme", PageChoice(source=_slugs(ProgrammePage)), "Grant Programme:Code",
                required=True, example="hamis",
            ),
            column("grantee", directory, example="ysc"),
            column(
                "grantee_name", None, "Recipient Org:Name", "助成先", "団体名",
                required=True, example="特定非営利活動法人 見本の会",
            ),
            column("funder", directory, example="jcie"),
            # The field's own name is the code of the column before it.
            replace(
                column(
                    "funder_name", None, "Funding Org:Name", "助成元",
                    required=True, example="公益財団法人 日本国際交流センター",
                ),
                label=gettext_lazy("funder as the source names it"),
            ),
            column("title_ja", None, "Title", "事業名", example="見本の教室を広げる事業"),
            column("title_en", example="Widening a sample class"),
            column("description_ja", Text(lines=True), "Description", "事業概要", example=""),
            column("description_en", Text(lines=True), example=""),
            Column(
                "currency", gettext_lazy("currency"), Currency(), aliases=("Currency", "通貨"),
                example="JPY",
            ),
            column(
                "amount", Number(measure="money"), "Amount Awarded", "助成額",
                example="12,000,000",
            ),
            column("amount_note", example=""),
            column("award_date", Date(), "Award Date", "採択日", example="2021-05-10"),
            column("starts", Date(), "Planned Dates:Start Date", "開始日", example="2021-05"),
            column("ends", Date(), "Planned Dates:End Date", "終了日", example="2022-02"),
            column(
                "areas", Many(of=area()), "Beneficiary Location:0:Geographic Code", "所在地",
                example="232114 豊田市",
            ),
            column("themes", Many(of=term(Theme)), "Classifications:0:Code", example="2-1"),
            column("cases", Many(of=PageChoice(source=_slugs(CaseStudyPage))), example=""),
            column(
                "sources", Text(lines=True), "Data Source", "出典URL",
                required=True, example="https://example.org/grants",
            ),
            column("accessed", Date(), example="2026-11"),
            column("note_ja", example=""),
            column("note_en", example=""),
        ]  # fmt: skip

    def is_allowed(self) -> bool:
        """Whoever may enter grants in the admin."""
        return bool(
            self.user.has_perm("programmes.add_grant")
            and self.user.has_perm("programmes.change_grant")
        )

    def find(self, records: Sequence[Record], problems: list[Problem]) -> list[Stored | None]:
        """The grants by their identifiers; None for rows without one. A fixed number of queries."""
        wanted = [record.get("identifier") for record in records]
        known = {
            grant.identifier: grant
            for grant in self._grants_with_relations().filter(
                identifier__in=[text for text in wanted if text]
            )
        }
        exported = self._exported(known)
        found: list[Stored | None] = []
        for record, identifier in zip(records, wanted, strict=True):
            if not identifier:
                if "identifier" not in record.wrong:
                    problems.append(
                        self.problem(
                            record,
                            _("Each grant needs an identifier, such as hamis-2021-09."),
                            "identifier",
                        )
                    )
                found.append(None)
                continue
            grant = known.get(identifier)
            values = self._values(grant) if grant else None
            found.append(
                Stored(
                    identifier,
                    str(grant or record.get("grantee_name")),
                    values,
                    grant,
                    exported={
                        name: frozenset(texts[identifier][name] for texts in exported.values())
                        for name in _EXPORTED
                    }
                    if grant and identifier in exported["ja"]
                    else {},
                )
            )
        return found

    def as_meant(self, records: Sequence[Record]) -> Sequence[Record]:
        """English texts of the English table in their own columns: the standard has one heading."""
        if any("title_en" in record.values for record in records):
            return records
        known = {
            grant.identifier: grant
            for grant in self._grants_with_relations().filter(
                identifier__in=[record.get("identifier") for record in records]
            )
        }
        exported = self._exported(known)
        same = {
            language: sum(
                record.values.get(name) == texts[record.get("identifier")][name]
                for record in records
                if record.get("identifier") in texts
                for name in _TRANSLATED
            )
            for language, texts in exported.items()
        }
        if same["en"] <= same["ja"]:
            return records
        return [
            replace(
                record,
                values={
                    _TRANSLATED.get(name, name) if record.get("identifier") in known else name: text
                    for name, text in record.values.items()
                },
                letters={_TRANSLATED.get(n, n): letter for n, letter in record.letters.items()},
            )
            for record in records
        ]

    def _exported(self, grants: Mapping[str, Grant]) -> dict[str, dict[str, dict[str, str]]]:
        """What the public table shows of grants: by language, identifier and our column."""
        kinds = {column.name: column.kind for column in self.all_columns}
        found: dict[str, dict[str, dict[str, str]]] = {}
        for language in ("ja", "en"):
            with override(language):
                rows = table_rows(Grant.objects.filter(pk__in=[g.pk for g in grants.values()]))
                found[language] = {
                    row["Identifier"].removeprefix(f"{PREFIX}-"): {
                        name: kinds[name].read(row[heading]).text
                        for name, heading in _EXPORTED.items()
                    }
                    for row in rows
                }
        return found

    def check(self, changes: Sequence[Change], problems: list[Problem]) -> None:
        """Check what each grant would be by the rules of the model."""
        for change in changes:
            grant = Grant(**self._fields(change))
            try:
                grant.clean_fields(exclude=["programme", "grantee", "funder"])
                grant.clean()
            except ValidationError as error:
                problems += [
                    self.problem(change.record, " ".join(texts), name)
                    for name, texts in error.message_dict.items()
                ]

    def write(self, changes: Sequence[Change], options: Options) -> list[str]:
        """Store the grants."""
        for change in changes:
            fields = self._fields(change)
            identifier = fields.pop("identifier")
            values = change.new_values
            save_grant(
                identifier=identifier,
                fields=fields,
                choices={
                    name: [
                        self._objects[name][code]
                        for code in values.get(name, "").split("; ")
                        if code
                    ]
                    for name in _LISTS
                },
            )
            options.on_record()
        return []

    def export(self) -> Iterable[dict[str, str]]:
        """All grants."""
        for grant in self._grants_with_relations().order_by("identifier"):
            yield self._values(grant)

    def _grants_with_relations(self) -> Any:
        """All grants with the pages and lists that their rows name, fetched together."""
        return Grant.objects.select_related(*_PAGES).prefetch_related(*_LISTS)

    def _values(self, grant: Grant) -> dict[str, str]:
        """A grant as canonical texts."""
        by_name = {column.name: column for column in self.all_columns}
        values = {name: getattr(grant, name) for name in _TEXTS}
        values |= {name: page.slug if (page := getattr(grant, name)) else "" for name in _PAGES}
        for name in _LISTS:
            codes = [getattr(item, "slug", item.pk) for item in getattr(grant, name).all()]
            of = by_name[name].kind.of  # type: ignore[attr-defined]
            values[name] = "; ".join(sorted(codes, key=of.position))
        values |= {
            "identifier": grant.identifier,
            "currency": "JPY",
            "amount": "" if grant.amount is None else str(grant.amount),
        }
        return values

    def _fields(self, change: Change) -> dict[str, Any]:
        values = change.new_values
        pages = {
            "programme": self._objects["programmes"].get(values.get("programme", "")),
            "grantee": self._objects["organisations"].get(values.get("grantee", "")),
            "funder": self._objects["organisations"].get(values.get("funder", "")),
        }
        amount = values.get("amount", "")
        return {
            "identifier": values["identifier"],
            "amount": int(amount) if amount else None,
            **pages,
            **{name: values.get(name, "") for name in _TEXTS},
        }

    @cached_property
    def _objects(self) -> dict[str, dict[str, Any]]:
        """What rows name, by code: read once for all rows."""

        def pages(model: type[Any]) -> dict[str, Any]:
            return {page.slug: page for page in model.objects.filter(locale__language_code="ja")}

        return {
            "programmes": pages(ProgrammePage),
            "organisations": pages(OrganisationPage),
            "cases": pages(CaseStudyPage),
            "areas": Area.objects.defer("shape").in_bulk(),
            "themes": Theme.objects.in_bulk(),
        }
