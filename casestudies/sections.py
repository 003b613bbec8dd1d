"""The sections of a case's page in their order: one list for the page and for its navigation.

A section has a template in `templates/casestudies/sections/`; passages of the story share one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from casestudies.facts import Fact, facts_of
from casestudies.models import CaseStudyPage

__all__ = ["Passage", "Section", "anchors_of", "sections_of"]


@dataclass(frozen=True)
class Passage:
    """One part of a case's story: its heading and words, and the language of the words."""

    name: str
    heading: Any
    value: Any
    language: str


@dataclass(frozen=True)
class Section:
    """A part of the page with a heading.

    Attributes:
        name: its anchor.
        passage: for passages of the story, what stands in it.
        facts: lines of a list at the end of the section.
    """

    name: str
    title: str
    template: str
    passage: Passage | None = None
    facts: Sequence[Fact] = ()

    @property
    def is_prose(self) -> bool:
        """Whether it is told in sentences, which plain Japanese tells in its own; not in facts."""
        return self.passage is not None or self.name == "overview"


def sections_of(
    page: CaseStudyPage,
    context: Mapping[str, Any],
    story: Sequence[Passage],
    learning: Sequence[Passage],
) -> list[Section]:
    """The sections that have something to show.

    Args:
        context: of the page: `steps`, `actors`, `results`, `family` and `sources`.
        story: passages of what was done; `learning`: of what came of it, the results first.
    """
    outcomes = [passage for passage in learning if passage.name == "outcomes"]
    lessons = [passage for passage in learning if passage.name != "outcomes"]
    actors = context["actors"]
    has_bridge = page.bridging or actors.get("bridge") or page.bridging_roles.all()
    has_others = actors.get("partner") or actors.get("funder")
    own = partial(_own, page)
    return [
        *own("overview", _("Overview"), page.overview),
        *map(_passage, story),
        *own("steps", _("Step by step"), context["steps"]),
        *own("bridging", _("Who built the bridge, and how"), has_bridge),
        *own("together", _("Who took part"), has_others or _says_who_took_part(page)),
        *map(_passage, outcomes),
        *own(
            "results",
            _("How well are the results shown?"),
            context["results"] or page.evidence_grade,
        ),
        *map(_passage, lessons),
        *own("uptake", _("Adapted from place to place"), context["family"]),
        *own("means", _("Cost, staff and legal basis")),
        *own("sources", _("Sources"), context["sources"]),
    ]


def anchors_of(sections: Sequence[Section]) -> list[dict[str, str]]:
    """Entries of the navigation, in the order of the page; citing comes last."""
    found = [{"anchor": section.name, "title": section.title} for section in sections]
    return [*found, {"anchor": "cite", "title": _("Cite and share")}]


_TEMPLATES = {
    "bridging": "components/bridging.html",
    "uptake": "casestudies/uptake.html",
}


def _own(page: CaseStudyPage, name: str, title: str, content: Any = None) -> list[Section]:
    """The section, unless it has neither content nor facts to show."""
    facts = facts_of(page, name)
    if not content and not facts:
        return []
    template = _TEMPLATES.get(name, f"casestudies/sections/{name}.html")
    return [Section(name, title, template, facts=facts)]


def _passage(passage: Passage) -> Section:
    return Section(passage.name, str(capfirst(passage.heading)), "components/passage.html", passage)


def _says_who_took_part(page: CaseStudyPage) -> bool:
    return bool(page.participation_note or page.receiving_community or page.participation_level)
