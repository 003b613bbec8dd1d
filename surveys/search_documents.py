"""Surveys and their waves as search documents."""

from __future__ import annotations

from django.db.models import Prefetch

from core.prose import plain_text
from search.index.document import ContentDocument
from search.registry import document_of, register
from surveys.models import Question, SurveyPage, SurveyWavePage, Wave
from surveys.selectors import public_waves

_YEARS = 5


def _questions(questions: list[Question]) -> str:
    """Questions, options and labels of themes in both languages."""
    words: list[str] = []
    for question in questions:
        words += [question.text_ja, question.text_en]
        words += [f"{theme.label_ja} {theme.label_en}" for theme in question.themes.all()]
        words += [f"{option.label_ja} {option.label_en}" for option in question.options.all()]
    return " ".join(word for word in words if word)


def _themes(questions: list[Question]) -> list[str]:
    return [
        code
        for question in questions
        for theme in question.themes.all()
        for code in (theme.parent_id, theme.code)
        if code
    ]


def _names(wave: Wave) -> str:
    survey = wave.survey
    return f"{survey.title_ja} {survey.title_en} {survey.owner_ja} {survey.owner_en}"


def survey_document(page: SurveyPage) -> ContentDocument:
    """What the public search knows of a survey: its titles, its years, its questions."""
    survey = page.survey
    assert survey is not None  # noqa: S101 - only published pages are found
    waves = list(survey.waves.all())
    questions = [question for wave in waves for question in wave.questions.all()]
    names = [survey.title_ja, survey.title_en, survey.owner_ja, survey.owner_en]
    # The page lists its waves by their titles.
    names += [title for wave in waves for title in (wave.title_ja, wave.title_en) if title]
    return document_of(
        page,
        kind="survey",
        summary=page.summary,
        lead=" ".join([page.summary, *names]),
        body="\n".join([plain_text(page.body), _questions(questions)]),
        facets={
            "theme": _themes(questions),
            "year": [str(wave.year) for wave in waves if wave.year],
            "period": [str(wave.year // _YEARS * _YEARS) for wave in waves if wave.year],
        },
    )


def wave_document(page: SurveyWavePage) -> ContentDocument:
    """What the public search knows of a wave: who was asked what, and the notes."""
    wave = page.wave
    assert wave is not None  # noqa: S101 - only published pages are found
    questions = list(wave.questions.all())
    groups = " ".join(f"{group.label_ja} {group.label_en}" for group in wave.groups.all())
    return document_of(
        page,
        kind="survey",
        summary=page.summary,
        lead=" ".join([page.summary, _names(wave), groups]),
        body="\n".join(
            [plain_text(page.body), wave.notes_ja, wave.notes_en, _questions(questions)]
        ),
        year=wave.year,
        facets={"theme": _themes(questions)},
    )


register(
    SurveyPage,
    survey_document,
    related=[
        Prefetch("survey__waves", public_waves()),
        "survey__waves__questions__themes",
        "survey__waves__questions__options",
    ],
    kind="survey",
    lookups={
        "year": ["survey__waves__year"],
        "period": ["survey__waves__year"],
        "theme": ["survey__waves__questions__themes", "survey__waves__questions__themes__parent"],
    },
)
register(
    SurveyWavePage,
    wave_document,
    related=[
        "wave__survey",
        "wave__groups",
        "wave__questions__themes",
        "wave__questions__options",
    ],
    kind="survey",
    lookups={
        "year": ["wave__year"],
        "period": ["wave__year"],
        "theme": ["wave__questions__themes", "wave__questions__themes__parent"],
    },
)
