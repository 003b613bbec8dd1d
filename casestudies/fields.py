"""The fields of a case in the order in which people tell it, each declared once.

From this list are made: the editor's form, the columns of spreadsheets, the answer of the API, the
words of the search document, facts and passages of the page, what publishing needs, how complete a
record is, and docs/reference/case-template.md. What kind of value a field holds is told by its
model field.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, Panel

__all__ = ["CASE_FIELDS", "CURATED", "ELEMENTS", "MAX_THEMES", "CaseField", "Needed", "Tab",
           "field_named", "fields_of_element", "names_with", "panels_of",
           "requests_for"]  # fmt: skip

MAX_THEMES = 3

# Short lists are chosen from in the form itself, without a dialogue of their own.
_ONE = forms.Select
_SEVERAL = forms.CheckboxSelectMultiple


class Tab(StrEnum):
    """A part of the editor's form."""

    SHORT = "short"
    FULL = "full"
    EASY = "easy"
    # The last one, with the address: `CaseStudyPage.edit_handler` adds Wagtail's own panels.
    PUBLISHING = "publishing"


class Needed(StrEnum):
    """Which cases cannot be published without a field."""

    ALWAYS = "always"
    WHEN_REPORTED = "when reported"


@dataclass(frozen=True)
class CaseField:
    """One field, or the rows of one kind, and where it appears.

    Attributes:
        name: of the model's field or relation.
        number: in the network's case template; 0 beside it.
        tab: part of the form in which it is written; empty where another panel holds it.
        group: heading under which it stands in the form with its neighbours.
        widget: how a choice is made in the form.
        help_text: beside the input, in place of the model field's own.
        rows: label of one row and heading of all, for rows that hang on the page.
        in_sheets: whether spreadsheets have a column for it.
        example: a cell of the example row of the spreadsheet template.
        aliases: other headings that offices use for the column.
        api: where it stands in the API's answer (`cost.total`); empty where it does not.
        words: `lead` or `body` of the search document, where its words go; empty for none.
        section: of the page (`casestudies.sections`), or `head`.
        fact: label of the line in the section's list of facts, unless the section's template
            shows the field itself.
        icon: of a fact that stands at a glance above that list.
        needed: which cases need it for publication, and `request`: what the editor is told.
        falls_back: whether a translation that leaves it empty shows the words of the original.
        is_shared_text: whether translations share the text, as they share numbers and codes.
        element: of a complete record (`ELEMENTS`), there when one of its fields is filled.
        is_curated: whether curators alone write it.
    """

    name: str
    number: int = 0
    tab: Tab | None = None
    group: Any = ""
    widget: type[forms.Widget] | None = None
    help_text: Any = ""
    rows: tuple[Any, Any] | None = None
    in_sheets: bool = True
    example: str = ""
    aliases: tuple[str, ...] = ()
    api: str = ""
    words: str = ""
    section: str = ""
    fact: Any = ""
    icon: str = ""
    needed: Needed | None = None
    request: Any = ""
    falls_back: bool = False
    is_shared_text: bool = False
    element: str = ""
    is_curated: bool = False

    def panel(self) -> Panel:
        """The panel of the editor's form."""
        # An empty help text or widget would take the place of the model field's own.
        more = {"help_text": self.help_text} if self.help_text else {}
        if self.rows is not None:
            label, heading = self.rows
            return InlinePanel(self.name, label=label, heading=heading, **more)
        return FieldPanel(self.name, **more, **({"widget": self.widget} if self.widget else {}))


_BRIDGE = _("Who bridged foreign and Japanese residents")
_THEMES = _("Themes and target groups")
_PERIOD = _("Period and status")
_EVIDENCE = _("Evidence and participation")
_CONTACT = _("Contact details")
_MEANS = _("Cost and staff")
_REACHED = _("Languages and people reached")
_BASIS = _("Legal or policy basis")

# What a complete record has, by code: each is a count, and some are values of the facet `has`.
ELEMENTS: dict[str, Any] = {
    "one-line": _("One line"),
    "plain": _("Plain Japanese"),
    "steps": _("Step by step"),
    "results": _("Results in numbers"),
    "factors": _("What made it work"),
    "conditions": _("Conditions for doing it elsewhere"),
    "failures": _("What did not work"),
    "cost": _("Cost"),
    "funding": _("Funding"),
    "staff": _("Staff and volunteers"),
    "reached": _("People reached"),
    "contact": _("Contact details"),
    "confirmed": _("Confirmed by the lead organisation"),
}

CASE_FIELDS: tuple[CaseField, ...] = (
    CaseField(
        "title", 1, Tab.SHORT,
        help_text=_("Where it is and what it does, in up to 60 characters."),
        example="見本市の入学前教室",
        aliases=("題名", "タイトル", "事例名", "取組名", "事業名", "title"),
        api="title", section="head",
    ),
    CaseField(
        "summary", 2, Tab.SHORT,
        example="小学校に入る前の子どもが、学校のことばと習慣を学ぶ教室。",
        aliases=("一行要約", "1行の要約", "summary in one line"),
        api="summary", words="lead", section="head", falls_back=True,
        needed=Needed.WHEN_REPORTED, request=_("Write the summary in one line."),
        element="one-line",
    ),
    CaseField(
        "chosen_because", 0, Tab.SHORT, example="", api="chosen_because", section="head",
        falls_back=True, is_curated=True,
    ),
    CaseField(
        "overview", 3, Tab.SHORT,
        example="市と国際交流協会が、入学前の子どもと保護者の教室を毎年開いている。",
        aliases=("概要", "事業概要"),
        api="overview", words="lead", section="overview",
        needed=Needed.ALWAYS, request=_("Write the overview."),
    ),
    CaseField("provenance", 0, Tab.SHORT, example="reported", api="provenance", section="history"),
    CaseField(
        "places", 4, Tab.SHORT, rows=(_("Place"), _("Places")), help_text=_("At least one."),
        example="221309 浜松市 | 中央区の3校",
        aliases=("実施場所", "自治体コード", "団体コード", "市区町村"),
        api="places", words="lead", section="head",
        needed=Needed.ALWAYS, request=_("Add at least one place."),
    ),
    CaseField(
        "actors", 7, Tab.SHORT,
        rows=(_("Organisation or person"), _("Organisations and people involved")),
        help_text=_("At least the lead organisation, where it reports the case itself."),
        example="lead | | 見本市国際課 | gov-muni",
        api="actors", words="lead", section="contact",
        needed=Needed.WHEN_REPORTED, request=_("Add the lead organisation."),
        aliases=("関わった主体と役割", "Actors and their parts"),
    ),
    CaseField(
        "actor_types", 6, Tab.SHORT, widget=_SEVERAL, example="gov-muni; intl-assoc",
        api="actor_types", words="lead",
        needed=Needed.ALWAYS, request=_("Choose at least one type of organisation."),
        aliases=("主体の種類", "types of actors"),
    ),
    CaseField(
        "bridging", 7, Tab.SHORT, _BRIDGE, api="bridging", words="body", section="bridging",
        aliases=("who bridged foreign and Japanese residents, and how",),
    ),
    CaseField(
        "bridging_roles", 7, Tab.SHORT, _BRIDGE, _SEVERAL, example="educator",
        api="bridging_roles", words="lead", section="bridging",
    ),
    CaseField(
        "themes", 8, Tab.SHORT, _THEMES, _SEVERAL, example="1-1; 2-3", aliases=("分野", "テーマ"),
        api="themes", words="lead", section="head",
        needed=Needed.ALWAYS, request=_("Choose one to three themes."),
    ),
    CaseField(
        "target_groups", 9, Tab.SHORT, _THEMES, _SEVERAL, example="preschool",
        aliases=("対象", "target groups"),
        api="target_groups", words="lead", section="means",
        needed=Needed.WHEN_REPORTED, request=_("Choose at least one target group."),
    ),
    CaseField("keywords", 0, Tab.SHORT, _THEMES, example="入学前; 就学", words="lead"),
    CaseField(
        "started", 12, Tab.SHORT, _PERIOD, example="令和5年4月", aliases=("開始", "開始時期"),
        api="started", section="means",
        needed=Needed.WHEN_REPORTED, request=_("Write when it started."),
    ),
    CaseField(
        "ended", 12, Tab.SHORT, _PERIOD, aliases=("終了", "終了時期"), api="ended",
        section="means",
    ),
    CaseField(
        "status", 12, Tab.SHORT, _PERIOD, _ONE, example="continuing", api="status",
        section="means", needed=Needed.ALWAYS, request=_("Choose the status."),
    ),
    CaseField(
        "context", 13, Tab.SHORT, api="passages", words="body", section="context", falls_back=True,
        needed=Needed.WHEN_REPORTED, request=_("Write the background and problem."),
        aliases=("background and problem",),
    ),
    CaseField(
        "goal", 14, Tab.SHORT, api="passages", words="body", section="goal", falls_back=True,
        needed=Needed.WHEN_REPORTED, request=_("Write the goal."),
    ),
    CaseField(
        "actions", 15, Tab.SHORT, api="passages", words="body", section="actions", falls_back=True,
        needed=Needed.ALWAYS, request=_("Write what was done."),
    ),
    CaseField(
        "outcomes", 22, Tab.SHORT, api="passages", words="body", section="outcomes",
        falls_back=True, needed=Needed.WHEN_REPORTED, request=_("Write the results achieved."),
        aliases=("results in words",),
    ),
    CaseField(
        "evidence_grade", 23, Tab.SHORT, _EVIDENCE, _ONE, example="D", api="evidence_grade",
        section="results", needed=Needed.ALWAYS, request=_("Choose the evidence grade."),
    ),
    CaseField(
        "participation_level", 29, Tab.SHORT, _EVIDENCE, _ONE, api="participation_level",
        section="participation", needed=Needed.WHEN_REPORTED,
        request=_("Choose how far foreign residents took part."),
        aliases=("外国人住民の参画の度合い", "part taken by foreign residents"),
    ),
    CaseField(
        "contact_name", 32, Tab.SHORT, _CONTACT, example="見本市国際課", api="contact.name",
        section="contact", needed=Needed.WHEN_REPORTED, request=_("Give a public contact desk."),
        element="contact",
        aliases=("contact desk",),
    ),
    CaseField(
        "contact_phone", 32, Tab.SHORT, _CONTACT, example="000-000-0000", api="contact.phone",
        section="contact",
    ),
    CaseField(
        "contact_email", 32, Tab.SHORT, _CONTACT, example="desk@example.org",
        api="contact.email", section="contact",
        aliases=("mail address of the desk",),
    ),
    CaseField("contact_url", 32, Tab.SHORT, _CONTACT, api="contact.url", section="contact"),
    CaseField(
        "sources", 33, Tab.SHORT, rows=(_("Source"), _("Sources")), help_text=_("At least one."),
        example="source | 事業報告書 | 見本市 | https://example.org/report | 2026-11",
        aliases=("出典",),
        api="sources", section="sources",
        needed=Needed.ALWAYS, request=_("Add at least one source."),
    ),
    CaseField(
        "steps", 16, Tab.FULL, api="steps", words="body", section="steps", falls_back=True,
        element="steps",
    ),
    CaseField(
        "results", 21, Tab.FULL, rows=(_("Result"), _("Results in numbers")),
        example="教室に来た子ども | 12 | 34 | 人 | 2025 | 事業報告書",
        api="results", section="results", element="results",
    ),
    CaseField(
        "success_factors", 26, Tab.FULL, api="passages", words="body", section="success_factors",
        falls_back=True, element="factors",
        aliases=("what made it work",),
    ),
    CaseField(
        "did_not_work", 25, Tab.FULL, api="passages", words="body", section="did_not_work",
        falls_back=True, element="failures",
    ),
    CaseField(
        "remaining_problems", 27, Tab.FULL, api="passages", words="body",
        section="remaining_problems", falls_back=True,
        aliases=("残った課題・新たな課題", "remaining and new problems"),
    ),
    CaseField(
        "conditions", 28, Tab.FULL, api="passages", words="body", section="conditions",
        falls_back=True, element="conditions",
        aliases=("他地域で行うときの前提", "conditions for doing it elsewhere"),
    ),
    CaseField(
        "cost_total", 18, Tab.FULL, _MEANS, example="1200000", api="cost.total", section="means",
        fact=_("Cost"), icon="money", element="cost",
    ),
    CaseField("cost_period", 18, Tab.FULL, _MEANS, example="year", api="cost.period"),
    CaseField(
        "cost_is_approximate", 18, Tab.FULL, _MEANS, api="cost.is_approximate", section="means",
    ),
    CaseField("cost_date", 18, Tab.FULL, _MEANS, api="cost.date", section="means"),
    CaseField(
        "cost_note", 18, Tab.FULL, _MEANS, api="cost.note", section="means",
        fact=_("What the cost covers"),
    ),
    CaseField("cost_source", 18, Tab.FULL, _MEANS, api="cost.source", section="means"),
    CaseField(
        "cost_band", 18, Tab.FULL, _MEANS, _ONE, api="cost.band", section="means",
        fact=_("Cost"), icon="money", element="cost",
    ),
    CaseField(
        "funding", 19, Tab.FULL, _MEANS, api="cost.funding", section="means", fact=_("Funding"),
        element="funding",
    ),
    CaseField(
        "staff", 20, Tab.FULL, _MEANS, api="staffing.staff", section="means", fact=_("Staff"),
        icon="people", element="staff",
    ),
    CaseField(
        "volunteers", 20, Tab.FULL, _MEANS, api="staffing.volunteers", section="means",
        fact=_("Volunteers"), icon="people", element="staff",
    ),
    CaseField(
        "staffing_note", 20, Tab.FULL, _MEANS, api="staffing.note", section="means",
        fact=_("Note on staff"), element="staff",
    ),
    CaseField("staffing_source", 20, Tab.FULL, _MEANS, api="staffing.source", section="means"),
    CaseField(
        "languages", 11, Tab.FULL, _REACHED, _SEVERAL, example="pt; vi", api="languages",
        words="lead", section="means",
    ),
    CaseField("residence_status_groups", 9, Tab.FULL, _REACHED, _SEVERAL),
    CaseField("target_note", 9, Tab.FULL, _REACHED, api="target_note", section="means"),
    CaseField(
        "reached_planned", 10, Tab.FULL, _REACHED, api="reached.planned", section="means",
        element="reached",
    ),
    CaseField(
        "reached_actual", 10, Tab.FULL, _REACHED, api="reached.actual", section="means",
        element="reached",
    ),
    CaseField("reached_unit", 10, Tab.FULL, _REACHED, api="reached.unit", section="means"),
    CaseField("reached_date", 10, Tab.FULL, _REACHED, api="reached.date", section="means"),
    CaseField("reached_source", 10, Tab.FULL, _REACHED, api="reached.source", section="means"),
    CaseField(
        "participation_note", 29, Tab.FULL, api="participation_note", words="body",
        section="participation",
    ),
    CaseField(
        "receiving_community", 30, Tab.FULL, api="receiving_community", words="body",
        section="participation",
        aliases=("受入れ側の関わり方", "how the receiving community took part"),
    ),
    CaseField(
        "legal_basis", 17, Tab.FULL, _BASIS, api="legal_basis.text", section="means",
        fact=_("Legal or policy basis"),
    ),
    CaseField("legal_basis_url", 17, Tab.FULL, _BASIS, api="legal_basis.url"),
    CaseField("image", 34, Tab.FULL, in_sheets=False, section="head"),
    CaseField(
        "origins", 31, Tab.FULL, rows=(_("Case that was adapted"), _("Adapted from other cases")),
        help_text=_("What this practice took over from another case. Both pages show it."),
        in_sheets=False, api="adapted_from", section="uptake",
    ),
    CaseField(
        "adoptions", 31, Tab.FULL,
        rows=(_("Adaptation"), _("Adapted elsewhere, without a page here")),
        help_text=_("Where the adaptation has a page of its own, write it into that page."),
        in_sheets=False, api="adapted_by", section="uptake",
    ),
    CaseField("related_cases", 35, Tab.FULL, section="similar"),
    CaseField("hide_exact_location", 0, Tab.FULL),
    CaseField("internal_note", 38, Tab.FULL, is_shared_text=True),
    CaseField("easy_title", 41, Tab.EASY, api="plain_japanese.title", is_shared_text=True),
    CaseField(
        "easy_summary", 41, Tab.EASY, api="plain_japanese.summary", words="body",
        is_shared_text=True, element="plain",
    ),
    CaseField(
        "easy_body", 41, Tab.EASY, api="plain_japanese.body", is_shared_text=True, element="plain",
    ),
    CaseField("licence", 40, Tab.PUBLISHING, api="licence", section="cite"),
    CaseField("last_confirmed_at", 39, api="last_confirmed_at", section="history",
        needed=Needed.WHEN_REPORTED,
        request=_("Write the day on which the content was confirmed."),
        element="confirmed",
    ),
    CaseField("last_confirmed_by", 39, api="last_confirmed_by", section="history"),
    CaseField("desk_email", 39, in_sheets=False),
    CaseField("desk_language", 39, in_sheets=False),
)  # fmt: skip


def field_named(name: str) -> CaseField:
    """The declaration of a field. Unknown names raise KeyError."""
    return _BY_NAME[name]


def names_with(*, words: str = "", api: str = "") -> tuple[str, ...]:
    """Names of the fields whose words go there, or that stand there in the API, in order."""
    return tuple(
        field.name
        for field in CASE_FIELDS
        if (words and field.words == words) or (api and field.api == api)
    )


def fields_of_element(code: str) -> tuple[str, ...]:
    """Names of the fields of which one must be filled for that element of a record."""
    return tuple(field.name for field in CASE_FIELDS if field.element == code)


def requests_for(needed: Needed) -> dict[str, Any]:
    """What to ask of editors for each field that these cases need: {field name: message}."""
    return {field.name: field.request for field in CASE_FIELDS if field.needed == needed}


def panels_of(tab: Tab) -> list[Panel]:
    """The panels of a part of the form; neighbours of one group stand under its heading."""
    panels: list[Panel] = []
    for group, fields in groupby(
        (field for field in CASE_FIELDS if field.tab == tab), key=lambda field: field.group
    ):
        found = [field.panel() for field in fields]
        panels += [MultiFieldPanel(found, heading=group)] if group else found
    return panels


_BY_NAME = {field.name: field for field in CASE_FIELDS}
CURATED = tuple(field.name for field in CASE_FIELDS if field.is_curated)
