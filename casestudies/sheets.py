"""Case studies as a sheet: a row for each case, in the order in which people tell it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from wagtail.models import Page

from casestudies.forms import MAX_THEMES
from casestudies.models import CaseActor, CasesFromPage, CaseSource, CaseStudyPage
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
)
from sheets.columns import Column
from sheets.kinds import (
    Choice,
    Date,
    Day,
    Flag,
    Kind,
    Mail,
    Many,
    Number,
    Option,
    Part,
    Phone,
    Prose,
    Rows,
    Text,
    WebAddress,
    Words,
)
from sheets.pages import PageImporter
from sheets.registry import Record, register
from taxonomy import models as vocabularies
from taxonomy.sheets import keyword_names, term

__all__ = ["CaseImporter"]

_LONG_TEXT = 10_000


def _choices(choices: type[models.TextChoices]) -> Choice:
    """The kind of cells with one of a field's fixed choices."""

    def options() -> list[Option]:
        found = []
        for value in choices.values:
            with override("ja"):
                japanese = str(choices(value).label)
            with override("en"):
                found.append(Option(value, japanese, str(choices(value).label)))
        return found

    return Choice(source=options)


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

    @cached_property
    def _areas(self) -> Choice:
        return area()

    def bindings(self) -> Sequence[Binding]:
        """All fields of the case template."""
        return [*self._story(), *self._facts(), *self._rest()]

    def _story(self) -> list[Binding]:
        case = CaseStudyPage
        return [
            Plain(
                column_of(
                    case,
                    "title",
                    Kind(longest=255),
                    label=gettext_lazy("Title of the case"),
                    required=True,
                    note=gettext_lazy("What and where, at most 60 characters."),
                    example="見本市の入学前教室",
                    aliases=("題名", "タイトル", "事例名", "取組名", "事業名", "title"),
                )
            ),
            Plain(
                column_of(
                    case,
                    "summary",
                    example="小学校に入る前の子どもが、学校のことばと習慣を学ぶ教室。",
                    aliases=("一行要約",),
                )
            ),
            Plain(
                column_of(
                    case,
                    "overview",
                    Text(longest=1200, lines=True),
                    example="市と国際交流協会が、入学前の子どもと保護者の教室を毎年開いている。",
                    aliases=("概要", "事業概要"),
                )
            ),
            Plain(column_of(case, "provenance", _choices(case.Provenance), example="reported")),
            RowsField(
                Column(
                    "places",
                    gettext_lazy("Places"),
                    Rows(
                        parts=(
                            Part("area", gettext_lazy("area"), self._areas, required=True),
                            Part("note", gettext_lazy("note on the place"), Kind(longest=100)),
                        )
                    ),
                    note=gettext_lazy("The first place decides to which region the case belongs."),
                    example="221309 浜松市 | 中央区の3校",
                    aliases=("実施場所", "自治体コード", "団体コード", "市区町村"),
                )
            ),
            RowsField(
                Column(
                    "actors",
                    gettext_lazy("Actors and their parts"),
                    Rows(
                        parts=(
                            Part(
                                "part",
                                gettext_lazy("part"),
                                _choices(CaseActor.Part),
                                required=True,
                            ),
                            Part("organisation", gettext_lazy("organisation"), self._organisations),
                            Part("name", gettext_lazy("name"), Kind(longest=200)),
                            Part(
                                "actor_type",
                                gettext_lazy("actor type"),
                                term(vocabularies.ActorType),
                            ),
                            Part(
                                "bridging_role",
                                gettext_lazy("bridging role"),
                                term(vocabularies.BridgingRole),
                            ),
                            Part("contribution", gettext_lazy("what it does"), Kind(longest=300)),
                        )
                    ),
                    note=gettext_lazy(
                        "Either an organisation of the directory, or the name of one that is not "
                        "there."
                    ),
                    example="lead | | 見本市国際課 | gov-muni",
                ),
                links={"organisation": self._directory.link},
                nullable=frozenset({"organisation", "actor_type", "bridging_role"}),
            ),
            self._several("actor_types", vocabularies.ActorType, "gov-muni; intl-assoc"),
            Plain(column_of(case, "bridging", Text(longest=1000, lines=True))),
            self._several("bridging_roles", vocabularies.BridgingRole, "educator"),
            self._several(
                "themes",
                vocabularies.Theme,
                "1-1; 2-3",
                most=MAX_THEMES,
                aliases=("分野", "テーマ"),
            ),
            self._several(
                "target_groups", vocabularies.TargetGroup, "preschool", aliases=("対象",)
            ),
            Tags(
                column_of(case, "keywords", Words(longest=100), example="入学前; 就学", note=""),
                relation="keyword_items",
                names=self._keywords,
            ),
            Plain(
                column_of(
                    case, "started", Date(), example="令和5年4月", aliases=("開始", "開始時期")
                )
            ),
            Plain(column_of(case, "ended", Date(), aliases=("終了", "終了時期"))),
            Plain(
                column_of(case, "status", term(vocabularies.CaseStatus), example="continuing"),
                is_null=True,
            ),
        ]

    def _facts(self) -> list[Binding]:
        case = CaseStudyPage
        prose = ["context", "goal", "actions", "outcomes"]
        after = ["did_not_work", "success_factors", "remaining_problems", "conditions"]
        return [
            *(ProseField(column_of(case, name, Prose())) for name in prose),
            Plain(
                column_of(case, "evidence_grade", term(vocabularies.EvidenceGrade), example="D"),
                is_null=True,
            ),
            Plain(
                column_of(case, "participation_level", term(vocabularies.ParticipationLevel)),
                is_null=True,
            ),
            Plain(column_of(case, "contact_name", example="見本市国際課")),
            Plain(column_of(case, "contact_phone", Phone(longest=40), example="000-000-0000")),
            Plain(column_of(case, "contact_email", Mail(longest=254), example="desk@example.org")),
            Plain(column_of(case, "contact_url", WebAddress(longest=600))),
            RowsField(
                Column(
                    "sources",
                    gettext_lazy("Sources"),
                    source_rows(
                        CaseSource,
                        Part(
                            "kind", gettext_lazy("kind"), _choices(CaseSource.Kind), required=True
                        ),
                    ),
                    example="source | 事業報告書 | 見本市 | https://example.org/report | 2026-11",
                    aliases=("出典",),
                )
            ),
            self._steps(),
            RowsField(
                Column(
                    "results",
                    gettext_lazy("Results in numbers"),
                    Rows(
                        parts=(
                            Part(
                                "indicator",
                                gettext_lazy("indicator"),
                                Kind(longest=200),
                                required=True,
                            ),
                            Part("before", gettext_lazy("before"), Kind(longest=60)),
                            Part("after", gettext_lazy("after"), Kind(longest=60), required=True),
                            Part("unit", gettext_lazy("unit"), Kind(longest=40)),
                            Part("date", gettext_lazy("date"), Date()),
                            Part("source", gettext_lazy("source"), Kind(longest=300)),
                        )
                    ),
                    example="教室に来た子ども | 12 | 34 | 人 | 2025 | 事業報告書",
                )
            ),
            *(ProseField(column_of(case, name, Prose())) for name in after),
            Plain(
                column_of(case, "cost_total", Number(measure="money"), example="1200000"),
                is_null=True,
            ),
            Plain(column_of(case, "cost_period", _choices(case.CostPeriod), example="year")),
            Plain(column_of(case, "cost_band", term(vocabularies.CostBand)), is_null=True),
            Plain(column_of(case, "funding", Kind(longest=500))),
            Plain(column_of(case, "staff", Number(largest=10**9)), is_null=True),
            Plain(column_of(case, "volunteers", Number(largest=10**9)), is_null=True),
            Plain(column_of(case, "staffing_note")),
            self._several("languages", vocabularies.Language, "pt; vi"),
            self._several("residence_status_groups", vocabularies.ResidenceStatusGroup, ""),
            Plain(column_of(case, "target_note")),
            Plain(column_of(case, "reached_planned", Number(largest=10**9)), is_null=True),
            Plain(column_of(case, "reached_actual", Number(largest=10**9)), is_null=True),
            Plain(column_of(case, "reached_unit")),
        ]

    def _rest(self) -> list[Binding]:
        case = CaseStudyPage
        return [
            Plain(column_of(case, "participation_note", Text(longest=_LONG_TEXT, lines=True))),
            Plain(column_of(case, "receiving_community", Text(longest=_LONG_TEXT, lines=True))),
            Plain(column_of(case, "legal_basis")),
            Plain(column_of(case, "legal_basis_url", WebAddress(longest=600))),
            Links(
                column_of(
                    case,
                    "related_cases",
                    Many(of=Choice(source=self._case_options)),
                    note=gettext_lazy("Identifiers of other cases."),
                ),
                link=Link(to_key=lambda code, language: int(code)),
            ),
            Plain(column_of(case, "hide_exact_location", Flag())),
            Plain(column_of(case, "internal_note", Text(longest=_LONG_TEXT, lines=True))),
            Plain(column_of(case, "easy_title")),
            Plain(column_of(case, "easy_summary", Text(longest=_LONG_TEXT, lines=True))),
            Plain(column_of(case, "easy_body", Text(longest=_LONG_TEXT, lines=True))),
            Plain(column_of(case, "licence", _choices(case.Licence))),
            Plain(column_of(case, "last_confirmed_at", Day()), is_null=True),
            Plain(column_of(case, "last_confirmed_by")),
        ]

    def _several(
        self,
        name: str,
        vocabulary: type[vocabularies.Term],
        example: str,
        *,
        most: int | None = None,
        aliases: tuple[str, ...] = (),
    ) -> Links:
        kind = Many(of=term(vocabulary), most=most)
        return Links(column_of(CaseStudyPage, name, kind, example=example, aliases=aliases))

    def _steps(self) -> Stream:
        """The step block's own parts, in its own order."""
        kinds: dict[str, Kind] = {
            "title": Kind(longest=80),
            "phase": Choice(source=_phases),
            "what": Text(longest=_LONG_TEXT, lines=True),
            "who": Kind(longest=300),
            "enabling_factors": Text(longest=_LONG_TEXT, lines=True),
            "lessons": Text(longest=_LONG_TEXT, lines=True),
        }
        blocks = StepBlock().child_blocks
        parts = tuple(
            Part(name, blocks[name].label, kind, required=name in {"title", "what"})
            for name, kind in kinds.items()
        )
        return Stream(
            Column("steps", gettext_lazy("Step by step"), Rows(parts=parts)), block="step"
        )

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


def _phases() -> list[Option]:
    phase = StepBlock().child_blocks["phase"]
    codes = [code for code, _label in phase.field.choices if code]
    labels: dict[str, dict[str, str]] = {}
    for language in ("ja", "en"):
        with override(language):
            labels[language] = {code: str(label) for code, label in phase.field.choices}
    return [Option(code, labels["ja"][code], labels["en"][code]) for code in codes]
