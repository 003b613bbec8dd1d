"""Writes: a wave with everything in it, its pages in both languages, and figures by area."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.log_actions import log
from wagtail.models import Page

from core.services import PageContent, ensure_alias, publish_page
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
from surveys.municipalities import figures_changed
from surveys.residents import IMPORTED, LOADED

_BATCH = 1_000
# The code that stands for the whole country where an area is named.
NATION = "000000"


@transaction.atomic
def store_survey(*, code: str, fields: Mapping[str, Any]) -> bool:
    """Create a survey or bring it in line. Returns whether anything changed."""
    survey = Survey.objects.filter(code=code).first() or Survey(code=code)
    before = {name: getattr(survey, name) for name in fields}
    if not survey._state.adding and before == dict(fields):
        return False
    for name, value in fields.items():
        setattr(survey, name, value)
    survey.full_clean(exclude=["owner_page", "programme_page"])
    survey.save()
    return True


@transaction.atomic
def store_wave(
    *, survey: str, code: str, content: Mapping[str, Any], merge_sources: bool = False
) -> bool:
    """Create a wave or replace it by what is given. Returns whether anything changed.

    Args:
        content: `fields` of the wave; `sources`, `groups`: lists of field values; `questions`: list
            of field values with `themes` (terms) and `options`, these with `figures`, which name
            their `group` by its code. Nothing of it may be left that must be hidden.
        merge_sources: keep the sources that there are, and add those that are new.

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
    kept = {question.code: question for question in _questions_with_comparisons(wave)}
    known = set(wave.sources.values_list("url", flat=True))
    sources = [source for source in content["sources"] if source["url"] not in known]
    if not merge_sources:
        wave.sources.all().delete()
        sources = content["sources"]
    wave.groups.all().delete()
    wave.questions.all().delete()
    _store_rows(wave, {**content, "sources": sources}, kept)
    return True


def _questions_with_comparisons(wave: Wave) -> list[Question]:
    return list(wave.questions.prefetch_related("comparisons"))


# What is said of a question beside its words, and stays when its figures are replaced.
_KEPT = ("basis_ja", "basis_en", "note_ja", "note_en")


def _store_rows(wave: Wave, content: Mapping[str, Any], kept: Mapping[str, Question]) -> None:
    """Check and store all that hangs on a wave; what else is said of `kept` questions stays.

    Raises:
        ValidationError: a value does not fit its field.
    """
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
        before = kept.get(values["code"])
        plain = {name: getattr(before, name) for name in _KEPT} if before else {}
        plain |= {k: v for k, v in values.items() if k not in {"themes", "options"}}
        question = Question(wave=wave, sort_order=order, **plain)
        question.full_clean(exclude=["wave"], validate_unique=False, validate_constraints=False)
        question.save()
        question.themes.set(values["themes"])
        if question.code in kept:
            question.comparisons.set(kept[question.code].comparisons.all())
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


@transaction.atomic
def import_wave(*, survey: str, code: str, content: Mapping[str, Any], user: Any = None) -> bool:
    """Store a wave that somebody brought in, and publish its page in every language.

    Returns whether anything changed. Nothing is stored when a page cannot be published.
    """
    if not store_wave(survey=survey, code=code, content=content, merge_sources=True):
        return False
    wave = Wave.objects.get(survey=survey, code=code)
    original: SurveyWavePage | None = None
    pages = SurveyPage.objects.filter(survey=survey).select_related("locale")
    for page in sorted(pages, key=lambda page: page.locale.language_code != "ja"):
        language = page.locale.language_code
        if page.alias_of_id and original is not None:
            ensure_alias(original, language)
            continue
        with override(language):
            fields = {"title": wave.title, "summary": summary_of(wave), "wave": wave}
        published = publish_wave(
            parent=page,
            slug=code,
            content=PageContent(fields=fields),
            translation_of=original,
        )
        original = original or published
    log(wave, "wagtail.edit", user=user)
    return True


def summary_of(wave: Wave) -> str:
    """Who was asked and how many answered, in the active language; empty where nobody knows."""
    wholes = wave.groups.filter(dimension=Group.Dimension.ALL)
    whole = wholes.first()
    if whole is None or whole.asked is None:
        return ""
    if whole.responses is None:
        return _("Sent to %(asked)s local governments.") % {"asked": f"{whole.asked:,}"}
    return _("Sent to %(asked)s local governments; %(responses)s responded.") % {
        "asked": f"{whole.asked:,}",
        "responses": f"{whole.responses:,}",
    }


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
def store_resident_counts(
    *,
    series: str,
    numbers: Mapping[tuple[str, str, str, str], tuple[int, int | None]],
    user: Any = None,
) -> None:
    """Store imported numbers: residents and population by month, area, dimension and category.

    What else is stored of the same month and dimension counts as imported from now on: it was
    checked together with them.
    """
    months = {key[0] for key in numbers}
    rows = {
        (row.month, row.area_id or NATION, row.dimension, row.category): row
        for row in ResidentCount.objects.filter(series=series, month__in=months)
    }
    new, changed = [], []
    for key, (residents, population) in numbers.items():
        month, code, dimension, category = key
        row = rows.get(key)
        if row is None:
            row = ResidentCount(
                area_id=None if code == NATION else code,
                month=month,
                series=series,
                dimension=dimension,
                category=category,
            )
            new.append(row)
        else:
            changed.append(row)
        row.residents, row.population = residents, population
        row.source = f"{series}-{month}"
    ResidentCount.objects.bulk_create(new, batch_size=_BATCH)
    fields = ["residents", "population", "source"]
    ResidentCount.objects.bulk_update(changed, fields, batch_size=200)
    for month, dimension in {(key[0], key[2]) for key in numbers}:
        same = ResidentCount.objects.filter(series=series, month=month, dimension=dimension)
        same.update(is_imported=True)
    for month in sorted(months):
        row = ResidentCount.objects.filter(series=series, month=month).order_by("pk").first()
        if row is not None:
            data = {"series": series, "month": month, "numbers": len(numbers)}
            log(instance=row, action=IMPORTED, user=user, data=data)
    figures_changed.send(ResidentCount)


@transaction.atomic
def replace_resident_counts(*, counts: Iterable[ResidentCount]) -> int:
    """Put these numbers in the place of all that were loaded. Returns how many were stored.

    Months that somebody imported on the site stay, and are not loaded.
    """
    ResidentCount.objects.filter(is_imported=False).delete()
    imported = set(ResidentCount.objects.values_list("series", "month", "dimension").distinct())
    new = [row for row in counts if (row.series, row.month, row.dimension) not in imported]
    stored = len(ResidentCount.objects.bulk_create(new, batch_size=_BATCH))
    if new:
        log(instance=new[0], action=LOADED, data={"numbers": stored})
    figures_changed.send(ResidentCount)
    return stored
