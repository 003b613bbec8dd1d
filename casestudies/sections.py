"""The sections of a case's page in their order: one list for the page and for its navigation.

`SECTIONS` puts first what somebody must know who thinks of doing the same: what changed, what it
cost, whom to ring. Each section has a template in `templates/casestudies/sections/`; passages of
the story share one. A section without content is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casestudies.facts import Fact, facts_of
from casestudies.models import CaseStudyPage

__all__ = ["SECTIONS", "Passage", "Section", "anchors_of", "sections_of"]


@dataclass(frozen=True)
class SectionKind:
    """A section that pages may have.

    Attributes:
        name: its anchor; fields of `casestudies.fields` name it.
        title: its heading; of passages that of the passage.
        is_prose: whether it is told in sentences, which plain Japanese tells in its own words.
    """

    name: str
    title: Any = ""
    is_prose: bool = False

    @property
    def template(self) -> str:
        """The template that shows it."""
        return _TEMPLATES.get(self.name, f"casestudies/sections/{self.name}.html")


# Passages have no title here: what editors gathered from sources says so in its heading.
SECTIONS = (
    SectionKind("easy", gettext_lazy("About this practice")),
    SectionKind("results", gettext_lazy("Results in numbers")),
    SectionKind("outcomes", is_prose=True),
    SectionKind("means", gettext_lazy("Cost, staff, time and reach")),
    SectionKind("contact", gettext_lazy("Contact and organisations")),
    SectionKind("overview", gettext_lazy("Overview"), is_prose=True),
    SectionKind("context", is_prose=True),
    SectionKind("goal", is_prose=True),
    SectionKind("actions", is_prose=True),
    SectionKind("steps", gettext_lazy("Step by step")),
    SectionKind("bridging", gettext_lazy("Who connected people, and how")),
    SectionKind("success_factors", is_prose=True),
    SectionKind("did_not_work", is_prose=True),
    SectionKind("remaining_problems", is_prose=True),
    SectionKind("conditions", is_prose=True),
    SectionKind("participation", gettext_lazy("Involvement of foreign residents")),
    SectionKind("uptake", gettext_lazy("Spread to other places")),
    SectionKind("similar", gettext_lazy("Similar cases")),
    SectionKind("alike", gettext_lazy("Cases of places like this one")),
    SectionKind("nearby", gettext_lazy("Other cases from this area")),
    SectionKind("sources", gettext_lazy("Sources")),
    SectionKind("history", gettext_lazy("History of changes")),
    SectionKind("cite", gettext_lazy("Cite and share")),
)
_TEMPLATES = {
    "bridging": "components/bridging.html",
    "uptake": "casestudies/uptake.html",
}


@dataclass(frozen=True)
class Passage:
    """One part of a case's story: its heading and words, and the language of the words."""

    name: str
    heading: Any
    value: Any
    language: str


@dataclass(frozen=True)
class Section:
    """A part of one case's page.

    Attributes:
        passage: for passages of the story, what stands in it.
        facts: those that the section shows as a list of labels and values.
    """

    name: str
    title: str
    template: str
    is_prose: bool
    passage: Passage | None = None
    facts: Sequence[Fact] = ()

    @property
    def at_a_glance(self) -> list[Fact]:
        """The facts that stand above the list."""
        return [fact for fact in self.facts if fact.icon]

    @property
    def lines(self) -> list[Fact]:
        """The facts of the list."""
        return [fact for fact in self.facts if not fact.icon]


def sections_of(
    page: CaseStudyPage, context: Mapping[str, Any], passages: Sequence[Passage]
) -> list[Section]:
    """The sections that have something to show.

    Args:
        context: of the page, as `casestudies.selectors.case_context` gathers it.
        passages: those of the story that have words.
    """
    told = {passage.name: passage for passage in passages}
    contents = _contents(page, context)
    found = []
    for kind in SECTIONS:
        facts = facts_of(page, kind.name)
        passage = told.get(kind.name)
        if passage is not None:
            heading = str(capfirst(passage.heading))
            found.append(Section(kind.name, heading, "components/passage.html", True, passage))
        elif contents.get(kind.name) or facts:
            title = _title(kind, page, context)
            found.append(Section(kind.name, title, kind.template, kind.is_prose, facts=facts))
    return found


def anchors_of(sections: Sequence[Section]) -> list[dict[str, str]]:
    """Entries of the navigation, in the order of the page."""
    return [{"anchor": section.name, "title": section.title} for section in sections]


def _contents(page: CaseStudyPage, context: Mapping[str, Any]) -> dict[str, Any]:
    """By section what it has to show, beside facts; empty where it has nothing."""
    actors = context["actors"]
    return {
        "easy": context["reads_plain"],
        "results": context["results"] or page.evidence_grade,
        "means": page.started or page.ended or page.status or _says_whom_it_reaches(page),
        "contact": page.has_contact or any(actors.get(p) for p in ("lead", "partner", "funder")),
        "overview": page.overview,
        "steps": context["steps"],
        "bridging": page.bridging or actors.get("bridge") or page.bridging_roles.all(),
        "participation": _says_who_took_part(page),
        "uptake": context["family"],
        "similar": context["similar"],
        "alike": context["alike"],
        "nearby": context["nearby"],
        "sources": context["sources"],
        "history": context["history"],
        "cite": True,
    }


def _title(kind: SectionKind, page: CaseStudyPage, context: Mapping[str, Any]) -> str:
    """The heading; it promises no more than the section has."""
    if kind.name == "results" and not context["results"]:
        return _("Evidence for the results")
    if kind.name == "contact" and not page.has_contact:
        return _("Organisations")
    if kind.name == "alike":
        return _("Cases of places like %(place)s") % {"place": context["like"].label}
    return str(kind.title)


def _says_whom_it_reaches(page: CaseStudyPage) -> bool:
    reached = page.reached_actual or page.reached_planned
    return bool(reached or page.target_note or page.target_groups.all() or page.languages.all())


def _says_who_took_part(page: CaseStudyPage) -> bool:
    level = page.participation_level
    took_part = level is not None and level.code != "none"
    return bool(took_part or page.participation_note or page.receiving_community)
