"""Which cases are like a case, and what the two have in common: what to read next, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casestudies.models import CaseActor, CaseKeyword, CasePlace, CaseStudyPage
from core.visibility import publicly_visible_q
from regions.models import Area
from regions.selectors import area_paths
from search.results.similar import Likeness, Sample, Shared, similar

__all__ = ["reasons_by_case"]

# What is read of a case, once for everything on its page.
_READ = (
    *("themes", "actor_types", "bridging_roles", "target_groups"),
    Prefetch("places", CasePlace.objects.select_related("area__parent__parent__parent")),
)
_CANDIDATES = 24
# Below this two cases have a common thing or two, as most have.
_LEAST = 4.5
_MOST_REASONS = 3
_MOST_LABELS = {"theme": 1, "region": 1}
# What is left of a case's score for each one before it from the same place or by the same body.
_REPEATED = 0.6
_BODY_POINTS = 3.0
_ALIKE_POINTS = 0.8
# Municipalities alike in size and rights, by kind of place. Of plain cities there are too many.
_ALIKE = {"designated-city": "designated-city", "core-city": "core-city",
          "special-ward": "special-ward", "town": "town", "village": "town"}  # fmt: skip
_ALIKE_LABELS = {
    "designated-city": gettext_lazy("designated city"),
    "core-city": gettext_lazy("core city"),
    "special-ward": gettext_lazy("special ward"),
    "town": gettext_lazy("town or village"),
}
_REASONS = {
    "theme": gettext_lazy("Same theme: %(labels)s"),
    "role": gettext_lazy("Same bridging role: %(labels)s"),
    "target": gettext_lazy("Also for: %(labels)s"),
    "actor": gettext_lazy("Same type of organisation: %(labels)s"),
    "region": gettext_lazy("Also in %(labels)s"),
    "alike": gettext_lazy("Same type of municipality: %(labels)s"),
    "body": gettext_lazy("Same organisation: %(labels)s"),
    "phrase": gettext_lazy("Same topic: %(labels)s"),
    "text": gettext_lazy("Similar content"),
}


@dataclass
class _Candidate:
    """A case that may be shown: how like it is, where it happens, and who takes part."""

    likeness: Likeness
    score: float = 0.0
    shared: list[Shared] = field(default_factory=list)
    places: set[str] = field(default_factory=set)
    alike: set[str] = field(default_factory=set)
    bodies: dict[UUID, str] = field(default_factory=dict)
    leads: set[UUID] = field(default_factory=set)


def reasons_by_case(case: CaseStudyPage, number: int) -> dict[int, list[str]]:
    """Ids of the cases most like this one, best first, each with its reasons in words.

    A fixed number of queries. Of several cases from one place, or led by one body, the best comes
    first and the others make way. A case that is not saved yet is like none.
    """
    if not case.pk:
        return {}
    prefetch_related_objects([case], *_READ)
    areas = [place.area for place in case.places.all()]
    rows = CaseActor.objects.filter(publicly_visible_q("organisation"), page=case.pk)
    bodies = dict(rows.values_list("organisation__translation_key", "organisation__title"))
    sample = _sample(case, areas, bodies.values())
    candidates = _candidates(similar(sample, case.locale.language_code, _CANDIDATES))
    for candidate in candidates.values():
        _weigh(candidate, areas, bodies)
    labels = _labels(case, areas)
    return {pk: _reasons(candidates[pk].shared, labels) for pk in _varied(candidates, number)}


def _sample(case: CaseStudyPage, areas: Iterable[Area], bodies: Iterable[str]) -> Sample:
    # Keywords are kept with the Japanese page; the index knows them for its translations too.
    keywords = CaseKeyword.objects.filter(content_object__translation_key=case.translation_key)
    return Sample(
        translation_key=str(case.translation_key),
        kind="case",
        text=f"{case.title}\n{case.summary}",
        phrases=tuple(dict.fromkeys(keywords.values_list("tag__name", flat=True))),
        names=tuple(dict.fromkeys(bodies)),
        facets=(
            ("theme", tuple(theme.code for theme in case.themes.all())),
            ("region", tuple(area_paths(areas))),
            ("role", tuple(role.code for role in case.bridging_roles.all())),
            ("target", tuple(group.code for group in case.target_groups.all())),
            ("actor", tuple(kind.code for kind in case.actor_types.all())),
        ),
    )


def _candidates(found: Iterable[Likeness]) -> dict[int, _Candidate]:
    """What has to be known of the pages found, by id. Two queries."""
    candidates = {likeness.page_id: _Candidate(likeness) for likeness in found}
    places = CasePlace.objects.filter(page__in=candidates)
    for pk, code, kind in places.values_list("page_id", "area_id", "area__kind"):
        candidates[pk].places.add(code)
        candidates[pk].alike |= {_ALIKE[kind]} if kind in _ALIKE else set()
    actors = CaseActor.objects.filter(publicly_visible_q("organisation"), page__in=candidates)
    columns = ("page_id", "part", "organisation__translation_key", "organisation__title")
    for pk, part, key, title in actors.values_list(*columns):
        candidates[pk].bodies[key] = title
        candidates[pk].leads |= {key} if part == CaseActor.Part.LEAD else set()
    return candidates


def _weigh(candidate: _Candidate, areas: Iterable[Area], bodies: Mapping[UUID, str]) -> None:
    """Sort what the two have in common by how much it counts, likeness of text last."""
    parts = list(candidate.likeness.shared)
    if both := tuple(bodies[key] for key in bodies if key in candidate.bodies):
        parts.append(Shared("body", both, _BODY_POINTS * len(both)))
    alike = {_ALIKE[area.kind] for area in areas if area.kind in _ALIKE} & candidate.alike
    if alike and not candidate.places & {area.code for area in areas}:
        parts.append(Shared("alike", tuple(sorted(alike)), _ALIKE_POINTS))
    # A name in a text may be a coincidence. Who takes part is known here, and counts instead.
    by_name = sum(part.points for part in parts if part.respect == "name")
    added = sum(part.points for part in parts if part.respect in {"body", "alike"})
    candidate.score = candidate.likeness.score - by_name + added
    candidate.shared = sorted(
        (part for part in parts if part.respect != "name"),
        key=lambda part: (part.respect == "text", -part.points),
    )


def _varied(candidates: Mapping[int, _Candidate], number: int) -> list[int]:
    """The best ones, weighed anew after each choice."""
    chosen: list[int] = []
    seen: Counter[object] = Counter()

    def worth(pk: int) -> tuple[float, int]:
        times = [seen[key] for key in (*candidates[pk].places, *candidates[pk].leads)]
        return candidates[pk].score * _REPEATED ** float(max(times, default=0)), pk

    while len(chosen) < number and (left := candidates.keys() - chosen):
        best = max(left, key=worth)
        if candidates[best].score < _LEAST:
            break
        chosen.append(best)
        seen.update([*candidates[best].places, *candidates[best].leads])
    return chosen


def _labels(case: CaseStudyPage, areas: Iterable[Area]) -> dict[str, dict[str, str]]:
    """Labels of the case's own codes by respect, in the active language."""
    terms = {
        "theme": case.themes,
        "role": case.bridging_roles,
        "target": case.target_groups,
        "actor": case.actor_types,
    }
    labels = {name: {t.code: t.label for t in some.all()} for name, some in terms.items()}
    labels["alike"] = {code: str(label) for code, label in _ALIKE_LABELS.items()}
    labels["region"] = {}
    for place in areas:
        area: Area | None = place
        while area is not None:
            labels["region"][area.code] = area.label
            area = area.parent
    return labels


def _reasons(shared: Iterable[Shared], labels: Mapping[str, Mapping[str, str]]) -> list[str]:
    """What two cases share in words: each respect once, with the values that count most."""
    reasons: dict[str, str] = {}
    named: set[str] = set()
    for part in shared:
        known = labels.get(part.respect, {})
        names = [known.get(value, value) for value in part.values]
        new = [name for name in names if name not in named][: _MOST_LABELS.get(part.respect, 2)]
        if new or not names:
            text = str(_REASONS[part.respect]) % {"labels": _(", ").join(new)}
            reasons.setdefault(part.respect, text)
            named |= {*new}
    return list(reasons.values())[:_MOST_REASONS]
