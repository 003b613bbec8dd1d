"""What stands on the hand-out of a case, in words of the active language and reading.

One description from which the PDF, the slides and the Word file are made. Nothing that is empty is
in it, and nothing that the case's page does not show.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from casestudies.facts import facts_of
from casestudies.models import CaseActor, CaseStudyPage
from casestudies.selectors import cases_in, passages
from core.dates import PartialDate
from core.prose import plain_text
from core.readings import is_plain
from core.selectors import translations_by_key
from core.templatetags.facts import grouped, partial_date, period, place_name, theme_group
from core.templatetags.readings import summary_as_read, title_as_read
from core.visibility import prefetch_visible
from handouts.chosen import FORMATS, MOST_CASES, casebook_url, file_url, moved, without
from opendata.schemas import licence_of
from organisations.models import OrganisationPage
from organisations.selectors import organisations_by_key

__all__ = ["Handout", "Lesson", "Line", "Number", "Step", "casebook_context", "cases_by_slugs",
           "chosen_number", "handouts_of", "made_today"]  # fmt: skip

# What other places learn from a case, in the order of their use for them.
_LESSONS = ("conditions", "success_factors", "did_not_work")


@dataclass(frozen=True)
class Line:
    """A label and what belongs to it; `kind` is the name of the field."""

    kind: str
    label: str
    value: str


@dataclass(frozen=True)
class Number:
    """A result in numbers, with when and where it was counted."""

    indicator: str
    before: str
    after: str
    unit: str
    date: str
    source: str

    @property
    def note(self) -> str:
        """Date and source; may be empty."""
        return _(", ").join(filter(None, [self.date, self.source]))


@dataclass(frozen=True)
class Step:
    """A step of the practice."""

    title: str
    phase: str
    what: str
    who: str


@dataclass(frozen=True)
class Lesson:
    """What others can learn, under its heading."""

    name: str
    heading: str
    texts: Sequence[str]


@dataclass(frozen=True)
class Handout:
    """A case on paper.

    Attributes:
        language: of the case's own words.
        group: broad theme, which gives the colours.
        line: what it is in one line; `overview`: the same in some sentences.
        glance: place, lead, period and for whom.
        means: cost, funding, staff and legal basis.
        contact: the public desk.
        origin: who wrote the case, and from how many sources.
        notices: what readers must know of its words.
    """

    slug: str
    url: str
    language: str
    group: str
    themes: Sequence[str]
    title: str
    line: str
    overview: Sequence[str]
    glance: Sequence[Line]
    numbers: Sequence[Number]
    means: Sequence[Line]
    contact: Sequence[Line]
    steps: Sequence[Step]
    lessons: Sequence[Lesson]
    confirmed: str
    origin: str
    licence: str
    notices: Sequence[str]

    @property
    def place(self) -> str:
        """Where it happens; may be empty."""
        return next((line.value for line in self.glance if line.kind == "places"), "")


def cases_by_slugs(slugs: Sequence[str], language: str) -> list[CaseStudyPage]:
    """The public cases with these slugs in one language's tree, in the order of the slugs."""
    found = (
        cases_in(language)
        .filter(slug__in=slugs)
        .select_related("cost_band")
        .prefetch_related(
            "target_groups", "results", "sources", Prefetch("actors", _leads(), "leads")
        )
        .order_by("first_published_at", "pk")
    )
    by_slug: dict[str, CaseStudyPage] = {}
    for case in found:
        by_slug.setdefault(case.slug, case)
    return [by_slug[slug] for slug in dict.fromkeys(slugs) if slug in by_slug]


def _leads() -> Any:
    leads = CaseActor.objects.filter(part=CaseActor.Part.LEAD).order_by("sort_order")
    return leads.prefetch_related(prefetch_visible("organisation", OrganisationPage))


def handouts_of(cases: Sequence[Any], language: str) -> list[Handout]:
    """The hand-outs of cases that `cases_by_slugs` found. Two queries."""
    translations = [case for case in cases if not case.alias_of_id and language != "ja"]
    originals = translations_by_key(
        CaseStudyPage, [case.translation_key for case in translations], "ja"
    )
    bodies = [actor.organisation for case in cases for actor in case.leads if actor.organisation]
    pages = organisations_by_key([body.translation_key for body in bodies], language)
    names = {key: page.title for key, page in pages.items()}
    return [_handout(case, originals.get(case.translation_key), names) for case in cases]


def chosen_number(number: int) -> str:
    """How many cases a book has, in words."""
    return ngettext("%(number)s chosen case", "%(number)s chosen cases", number) % {
        "number": number
    }


def made_today() -> str:
    """On which day a file was made, in words."""
    day = PartialDate.parse(timezone.localdate().isoformat()).label()
    return _("Made on %(day)s") % {"day": day}


def casebook_context(slugs: Sequence[str], language: str, *, is_unknown: bool) -> dict[str, Any]:
    """What the page of a list shows: its cases, the ways to change it, and its files.

    Args:
        slugs: as the address names them.
        is_unknown: whether the case to add is not there.
    """
    cases = cases_by_slugs(slugs[:MOST_CASES], language)
    found = [case.slug for case in cases]
    rows = [
        {
            "case": case,
            "earlier_url": casebook_url(moved(found, index, -1)) if index else "",
            "later_url": casebook_url(moved(found, index, 1)) if index + 1 < len(found) else "",
            "remove_url": casebook_url(without(found, case.slug)),
        }
        for index, case in enumerate(cases)
    ]
    return {
        "rows": rows,
        "slugs": found,
        "is_full": len(found) >= MOST_CASES,
        "most": MOST_CASES,
        "number_missing": len(slugs[:MOST_CASES]) - len(found),
        "number_too_many": max(0, len(slugs) - MOST_CASES),
        "is_unknown": is_unknown,
        "address": settings.SITE_URL + casebook_url(found),
        "files": [
            {"label": label, "kind": kind, "url": file_url(found, kind)}
            for kind, label in zip(FORMATS, ("PDF", "PowerPoint", "Word"), strict=True)
        ]
        if found
        else [],
    }


def _handout(case: Any, original: CaseStudyPage | None, names: dict[Any, str]) -> Handout:
    is_read_plain = is_plain() and case.has_plain_japanese
    themes = list(case.themes.all())
    return Handout(
        slug=case.slug,
        url=case.public_url,
        language="ja" if is_read_plain else case.content_language,
        group=theme_group(themes[0].code) if themes else "1",
        themes=[str(theme.label) for theme in themes],
        title=title_as_read(case),
        line=summary_as_read(case),
        overview=_paragraphs(case.easy_body if is_read_plain else case.overview),
        glance=_glance(case, names),
        numbers=[_number(result) for result in case.results.all()],
        means=_means(case),
        contact=_contact(case),
        steps=[_step(block.value) for block in _steps(case, original)],
        lessons=[
            Lesson(found.name, str(capfirst(found.heading)), _paragraphs(plain_text(found.value)))
            for found in passages(case, original, _LESSONS)
        ],
        confirmed=_confirmed(case),
        origin=_origin(case),
        licence=_("Licence of this text: %(licence)s") % {"licence": _licence(case)},
        notices=_notices(case, is_read_plain=is_read_plain),
    )


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _glance(case: Any, names: dict[Any, str]) -> list[Line]:
    leads = [
        names.get(actor.organisation.translation_key) if actor.organisation else actor.name
        for actor in case.leads
    ]
    places = dict.fromkeys(place_name(place.area) for place in case.places.all())
    status = case.status
    when = [period(case.started, case.ended, status=status.code if status else "")]
    if status:
        known = status.code != "unknown"
        when.append(str(status.label) if known else _("current status unknown"))
    lines = [
        Line("places", _("Place"), _(", ").join(places)),
        Line("leads", _("Lead organisation"), _(", ").join(name for name in leads if name)),
        Line("period", _("Period and status"), _(", ").join(filter(None, when))),
        Line(
            "target_groups",
            _("Who it is for"),
            _(", ").join(str(group.label) for group in case.target_groups.all()),
        ),
    ]
    return [line for line in lines if line.value]


def _number(result: Any) -> Number:
    return Number(
        result.indicator,
        result.before,
        result.after,
        result.unit,
        partial_date(result.date),
        result.source,
    )


def _means(case: CaseStudyPage) -> list[Line]:
    lines = [Line("means", fact.label, fact.value) for fact in facts_of(case, "means")]
    if case.reached_actual:
        reached = f"{grouped(case.reached_actual)} {case.reached_unit}".strip()
        if case.reached_date:
            reached = _("%(fact)s (%(date)s)") % {
                "fact": reached,
                "date": partial_date(case.reached_date),
            }
        lines.append(Line("reached", _("People reached"), reached))
    return lines


def _contact(case: CaseStudyPage) -> list[Line]:
    lines = [
        Line("name", "", case.contact_name),
        Line("phone", _("Telephone"), case.contact_phone),
        Line("email", _("Email"), case.contact_email),
        Line("url", _("Contact page"), case.contact_url),
    ]
    return [line for line in lines if line.value]


def _steps(case: CaseStudyPage, original: CaseStudyPage | None) -> Any:
    return case.steps or (original.steps if original else None) or []


def _step(value: Any) -> Step:
    phases = dict(value.block.child_blocks["phase"].field.choices)
    phase = value.get("phase") or ""
    return Step(
        value["title"], str(phases.get(phase, "")) if phase else "", value["what"], value["who"]
    )


def _confirmed(case: CaseStudyPage) -> str:
    if not case.last_confirmed_at:
        return _("Not yet confirmed by the lead organisation")
    day = PartialDate.parse(case.last_confirmed_at.isoformat()).label()
    text = _("Last confirmed on %(day)s.") % {"day": day}
    if case.is_stale:
        text = _("Last confirmed on %(day)s, over 18 months ago. Things may have changed.") % {
            "day": day
        }
    return f"{text} {case.last_confirmed_by}".strip()


def _origin(case: CaseStudyPage) -> str:
    number = len(case.sources.all())
    parts = []
    if case.is_compiled:
        parts.append(_("Compiled by the editors from public sources, which the page names."))
    elif number:
        parts.append(_("Reported by the lead organisation."))
    if number:
        sources = ngettext("%(number)d source", "%(number)d sources", number)
        parts.append(sources % {"number": number})
    if case.evidence_grade:
        parts.append(f"{_('Strength of evidence')}: {case.evidence_grade.label}")
    return " · ".join(parts)


def _licence(case: CaseStudyPage) -> str:
    return f"{case.get_licence_display()} ({licence_of(case.licence).url})"


def _notices(case: CaseStudyPage, *, is_read_plain: bool) -> list[str]:
    if is_plain():
        if not is_read_plain:
            return [_("This page has no plain Japanese yet. Its text is ordinary Japanese.")]
        return [
            _("The readings were made by a machine. They may be wrong."),
            _("What follows is ordinary Japanese: numbers, steps, whom to ask, and sources."),
        ]
    if case.content_language == "ja" and case.locale.language_code != "ja":
        return [_("In Japanese only")]
    return []
