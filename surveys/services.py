"""Writes: a wave with everything in it, its pages in both languages, and figures by area."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Model
from wagtail.models import Page

from core.services import PageContent, publish_page
from surveys.models import (
    Comparison,
    Figure,
    Group,
    Option,
    Question,
    ResidentCount,
    Survey,
    SurveyPage,
    SurveyWavePage,
    Wave,
    WaveSource,
)

_BATCH = 1_000


@transaction.atomic
def store_survey(*, code: str, fields: Mapping[str, Any]) -> bool:
    """Create a survey or bring it in line. Returns whether anything changed."""
    survey = Survey.objects.filter(code=code).first() or Survey(code=code)
    before = {name: getattr(survey, name) for name in fields}
    if not survey._state.adding and before == dict(fields):
        return False
    for name, value in fields.items():
        setattr(survey, name, value)
    survey.full_clean(exclude=["owner_page"])
    survey.save()
    return True


@transaction.atomic
def store_wave(*, survey: str, code: str, content: Mapping[str, Any]) -> bool:
    """Create a wave or replace it by what is given. Returns whether anything changed.

    Args:
        content: `fields` of the wave; `sources`, `groups`: lists of field values; `questions`: list
            of field values with `themes` (terms) and `options`, these with `figures`, which name
            their `group` by its code. Nothing of it may be left that must be hidden.

    Raises:
        ValidationError: a value does not fit its field; nothing has been written then.
    """
    digest = digest_of(content)
    wave = Wave.objects.filter(survey=survey, code=code).first()
    if wave is not None and wave.digest == digest:
        return False
    wave = wave or Wave(survey_id=survey, code=code)
    for name, value in content["fields"].items():
        setattr(wave, name, value)
    wave.digest = digest
    wave.full_clean()
    wave.save()
    kept = {
        question.code: list(question.comparisons.all())
        for question in wave.questions.prefetch_related("comparisons")
    }
    wave.sources.all().delete()
    wave.groups.all().delete()
    wave.questions.all().delete()
    _store_rows(wave, content, kept)
    return True


def _store_rows(
    wave: Wave, content: Mapping[str, Any], comparisons: Mapping[str, Sequence[Comparison]]
) -> None:
    sources = [
        WaveSource(wave=wave, sort_order=order, **values)
        for order, values in enumerate(content["sources"])
    ]
    groups = [
        Group(wave=wave, sort_order=order, **values)
        for order, values in enumerate(content["groups"])
    ]
    rows: list[Model] = [*sources, *groups]
    for row in rows:
        row.full_clean(exclude=["wave"], validate_unique=False, validate_constraints=False)
    WaveSource.objects.bulk_create(sources)
    by_code = {group.code: group for group in Group.objects.bulk_create(groups)}
    figures: list[Figure] = []
    for order, values in enumerate(content["questions"]):
        plain = {k: v for k, v in values.items() if k not in {"themes", "options"}}
        question = Question(wave=wave, sort_order=order, **plain)
        question.full_clean(exclude=["wave"], validate_unique=False, validate_constraints=False)
        question.save()
        question.themes.set(values["themes"])
        question.comparisons.set(comparisons.get(question.code, []))
        options = [
            Option(
                question=question,
                sort_order=place,
                **{k: v for k, v in option.items() if k != "figures"},
            )
            for place, option in enumerate(values["options"])
        ]
        for option in options:
            option.full_clean(
                exclude=["question"], validate_unique=False, validate_constraints=False
            )
        Option.objects.bulk_create(options)
        for option, given in zip(options, values["options"], strict=True):
            for figure in given["figures"]:
                plain = {k: v for k, v in figure.items() if k != "group"}
                figures.append(Figure(option=option, group=by_code[figure["group"]], **plain))
    for figure in figures:
        figure.clean_fields(exclude=["option", "group"])
    Figure.objects.bulk_create(figures, batch_size=_BATCH)


def digest_of(content: Any) -> str:
    """A short name of exactly this content."""
    text = json.dumps(
        content,
        ensure_ascii=False,
        sort_keys=True,
        default=lambda value: str(getattr(value, "pk", value)),
    )
    return hashlib.sha256(text.encode()).hexdigest()


def publish_survey(
    *, parent: Page, slug: str, content: PageContent, translation_of: Page | None = None
) -> SurveyPage:
    """Create or update a survey's page and publish it."""
    return publish_page(
        model=SurveyPage, parent=parent, slug=slug, content=content, translation_of=translation_of
    )


def publish_wave(
    *, parent: Page, slug: str, content: PageContent, translation_of: Page | None = None
) -> SurveyWavePage:
    """Create or update a wave's page and publish it."""
    return publish_page(
        model=SurveyWavePage,
        parent=parent,
        slug=slug,
        content=content,
        translation_of=translation_of,
    )


@transaction.atomic
def store_comparison(
    *, code: str, fields: Mapping[str, Any], questions: Sequence[Question]
) -> bool:
    """Create a comparison or bring it in line. Returns whether anything changed."""
    comparison = Comparison.objects.filter(code=code).first() or Comparison(code=code)
    is_new = comparison._state.adding
    before = {name: getattr(comparison, name) for name in fields}
    linked = set() if is_new else set(comparison.questions.values_list("pk", flat=True))
    if not is_new and before == dict(fields) and linked == {q.pk for q in questions}:
        return False
    for name, value in fields.items():
        setattr(comparison, name, value)
    comparison.full_clean()
    comparison.save()
    comparison.questions.set(questions)
    return True


@transaction.atomic
def replace_resident_counts(*, counts: Iterable[ResidentCount]) -> int:
    """Put these numbers in place of all that are stored. Returns how many there are now."""
    ResidentCount.objects.all().delete()
    return len(ResidentCount.objects.bulk_create(counts, batch_size=_BATCH))
