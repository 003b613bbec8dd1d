"""Figures as files: CSV for spreadsheets and programs, Excel with a sheet that says what it is.

CSV is UTF-8 with a mark at its beginning, by which Excel knows it, and CRLF; codes stand beside
labels, areas carry the six digits of the local-government code.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opendata.catalogue import Column, columns_of
from regions.codes import complete
from regions.models import Area
from surveys.models import Figure, Group, Question, ResidentCount, Wave
from surveys.series import SERIES, share_of

__all__ = [
    "RESIDENT_COLUMNS", "RESIDENT_TABLE", "SHARE_COLUMNS", "WAVE_COLUMNS", "WAVE_TABLE",
    "question_rows", "resident_rows", "share_rows", "wave_about", "wave_rows",
]  # fmt: skip

# The same names as in the spreadsheets from which waves are imported.
_PARTIAL = gettext_lazy("As precise as the source: 2018, 2018-12 or 2018-12-01.")
_LOCAL_GOVERNMENTS = gettext_lazy("local governments")
_PEOPLE = gettext_lazy("people")

WAVE_TABLE = (
    Column("survey", about=gettext_lazy("Code of the survey.")),
    Column("wave", about=gettext_lazy("Code of the survey round: the year, where it is known.")),
    Column(
        "year", "integer", gettext_lazy("Year of the survey round. Empty where it is not known.")
    ),
    Column("title_ja", about=gettext_lazy("Title of the survey round in Japanese.")),
    Column("title_en", about=gettext_lazy("Title of the survey round in English.")),
    Column("started", about=_PARTIAL),
    Column("ended", about=_PARTIAL),
    Column("published", about=_PARTIAL),
    Column("source_title", about=gettext_lazy("Where the figures were read.")),
    Column("source_url", about=gettext_lazy("Address of the source.")),
    Column("group", about=gettext_lazy("Code of those who were asked.")),
    Column("group_ja", about=gettext_lazy("Label in Japanese.")),
    Column("group_en", about=gettext_lazy("Label in English.")),
    Column(
        "dimension",
        about=gettext_lazy("By what the group is told from others: all, kind, size or other."),
    ),
    Column("asked", "integer", gettext_lazy("How many were asked."), _LOCAL_GOVERNMENTS),
    Column("responses", "integer", gettext_lazy("How many answered."), _LOCAL_GOVERNMENTS),
    Column("rate", "number", gettext_lazy("Response rate, as it was stated."), "%"),
    Column("question", about=gettext_lazy("Code of the question.")),
    Column("question_ja", about=gettext_lazy("Question in Japanese.")),
    Column("question_en", about=gettext_lazy("Question in English.")),
    Column(
        "answers",
        about=gettext_lazy("How many options one respondent may choose: one, several or unknown."),
    ),
    Column("themes", about=gettext_lazy("Codes of themes, parted by spaces.")),
    Column("option", about=gettext_lazy("Code of the answer; the same code, the same answer.")),
    Column("option_ja", about=gettext_lazy("Label in Japanese.")),
    Column("option_en", about=gettext_lazy("Label in English.")),
    Column("count", "integer", gettext_lazy("How many chose the answer."), _LOCAL_GOVERNMENTS),
    Column("percent", "number", gettext_lazy("The same in percent of those who answered."), "%"),
    Column(
        "mark",
        about=gettext_lazy("How to read the figure: empty, approximate, suppressed or missing."),
    ),
)
WAVE_COLUMNS = columns_of(WAVE_TABLE)

RESIDENT_TABLE = (
    Column(
        gettext_lazy("Local government code"),
        about=gettext_lazy("Six digits with the check digit; 000000 is the whole country."),
    ),
    Column(gettext_lazy("Area (Japanese)")),
    Column(gettext_lazy("Area (English)")),
    Column(gettext_lazy("Month"), "yearmonth", gettext_lazy("The month of the count.")),
    Column(
        gettext_lazy("Statistic"),
        about=gettext_lazy(
            "JUKI: resident register; ISA: statistics on foreign residents; CENSUS: census. "
            "They count different people: never mix them."
        ),
    ),
    Column(
        gettext_lazy("Breakdown"),
        about=gettext_lazy(
            "total, nationality, residence_status, or residence_status_detail: do not add up "
            "rows of different ones."
        ),
    ),
    Column(gettext_lazy("Category"), about=gettext_lazy("The nationality or residence status.")),
    Column(gettext_lazy("Foreign residents"), "integer", unit=_PEOPLE),
    Column(
        gettext_lazy("Total population"),
        "integer",
        gettext_lazy("Of the same source and day; empty where the source has none."),
        _PEOPLE,
    ),
    Column(gettext_lazy("Source")),
    Column(
        gettext_lazy("Source code"),
        about=gettext_lazy("From which edition of the source the row is."),
    ),
)
RESIDENT_COLUMNS = columns_of(RESIDENT_TABLE)

SHARE_COLUMNS = (
    gettext_lazy("Local government code"),
    gettext_lazy("Area (Japanese)"),
    gettext_lazy("Area (English)"),
    gettext_lazy("Month"),
    gettext_lazy("Statistic"),
    gettext_lazy("Share in percent"),
    gettext_lazy("Foreign residents"),
    gettext_lazy("Total population"),
    gettext_lazy("Source"),
    gettext_lazy("Source code"),
)


def wave_rows(wave: Wave) -> Iterator[list[Any]]:
    """One row for each figure, each group without figures and each question without options."""
    head = _wave_cells(wave)
    groups = {group.pk: group for group in wave.groups.all()}
    waiting = dict(groups)
    questions = Question.objects.filter(wave=wave).prefetch_related("themes", "options__figures")
    for question in questions:
        rows = list(_rows_of(question, head, groups))
        for option in question.options.all():
            for figure in option.figures.all():
                waiting.pop(figure.group_id, None)
        yield from rows or [[*head, *[""] * 7, *_question_cells(question), *[""] * 6]]
    for group_without in waiting.values():
        yield [*head, *_group_cells(group_without), *[""] * 11]


def question_rows(question: Question) -> Iterator[list[Any]]:
    """One row for each figure of a question, with the columns of a whole wave."""
    wave = question.wave
    return _rows_of(question, _wave_cells(wave), {group.pk: group for group in wave.groups.all()})


def _rows_of(
    question: Question, head: Sequence[Any], groups: Mapping[Any, Group]
) -> Iterator[list[Any]]:
    asked = _question_cells(question)
    for option in question.options.all():
        labels = [option.code, option.label_ja, option.label_en]
        for figure in option.figures.all():
            group = _group_cells(groups[figure.group_id])
            yield [*head, *group, *asked, *labels, figure.count, figure.percent, mark(figure)]


def _wave_cells(wave: Wave) -> list[Any]:
    source = next(iter(wave.sources.all()), None)
    return [
        wave.survey_id, wave.code, wave.year, wave.title_ja, wave.title_en, wave.started,
        wave.ended, wave.published, source.title if source else "", source.url if source else "",
    ]  # fmt: skip


def _group_cells(group: Group) -> list[Any]:
    return [group.code, group.label_ja, group.label_en, group.dimension, group.asked,
            group.responses, group.rate]  # fmt: skip


def _question_cells(question: Question) -> list[Any]:
    themes = " ".join(theme.code for theme in question.themes.all())
    return [question.code, question.text_ja, question.text_en, question.answers, themes]


def mark(figure: Figure) -> str:
    """How a figure is to be read: approximate, suppressed, missing, or plainly."""
    if figure.is_suppressed:
        return "suppressed"
    if figure.count is None and figure.percent is None:
        return "missing"
    return "approximate" if figure.is_approximate else ""


def wave_about(wave: Wave) -> list[tuple[str, str]]:
    """What a file of a wave says of itself."""
    return [
        (_("Survey"), wave.survey.title),
        (_("Survey round"), wave.title),
        (_("Conducted by"), wave.survey.owner),
        (_("Notes"), wave.notes),
        *[(_("Source"), f"{source.title} {source.url}") for source in wave.sources.all()],
        (
            _("Flags"),
            _(
                "approximate: as in the source; suppressed: hidden to protect respondents; "
                "missing: not in the source"
            ),
        ),
        (_("Provided by"), f"NANIF {settings.SITE_URL}"),
        (_("Retrieved"), timezone.localdate().isoformat()),
    ]


def resident_rows(counts: Iterable[ResidentCount]) -> Iterator[list[Any]]:
    """One row for each number; `area` should have been fetched with them."""
    for count in counts:
        area = count.area
        yield [
            area_code(area),
            area.name_ja if area else "全国",
            area.name_en if area else "Japan",
            count.month,
            count.series,
            count.dimension,
            count.category,
            count.residents,
            count.population,
            str(SERIES[count.series].source),
            count.source,
        ]


def share_rows(counts: Iterable[ResidentCount]) -> Iterator[list[Any]]:
    """One row for each share that can be worked out; `area` should have been fetched with them."""
    for count in counts:
        share = share_of(count.residents, count.population)
        if share is None:
            continue
        area = count.area
        yield [
            area_code(area),
            area.name_ja if area else "全国",
            area.name_en if area else "Japan",
            count.month,
            count.series,
            share,
            count.residents,
            count.population,
            str(SERIES[count.series].source),
            count.source,
        ]


def area_code(area: Area | None) -> str:
    """Six digits with the check digit; zeros for the country."""
    if area is None:
        return "000000"
    return complete(f"{area.code}000") if len(area.code) == 2 else area.code
