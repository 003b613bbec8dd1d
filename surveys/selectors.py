"""Reads about surveys. Each function runs a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from wagtail.models import Page
from wagtail.query import PageQuerySet

from core.dossier import links_by_theme
from core.numbers import round_half_up
from core.pagination import paginate
from core.selectors import translations_by_key
from core.visibility import publicly_visible
from opendata.schemas import LICENCE
from organisations.models import OrganisationPage
from page_cache.kept import kept
from surveys.chart_files import ChartData, chart_address
from surveys.charts import BarChart, bar_chart, percent_text
from surveys.exports import WAVE_COLUMNS, question_rows
from surveys.models import (
    Comparison,
    Figure,
    Group,
    Option,
    Question,
    Survey,
    SurveyIndexPage,
    SurveyPage,
    SurveyWavePage,
    Wave,
    WaveSource,
)
from surveys.residents import national_figures

QUESTIONS_PER_PAGE = 10
TONES = 4


@dataclass(frozen=True)
class Cell:
    """A figure as text, and whether it is a number, hidden, or not in the source."""

    text: str
    state: str
    figure: Figure | None = None


@dataclass(frozen=True)
class Result:
    """A question with its figures as a chart and as a table."""

    question: Question
    groups: list[Group]
    table: list[tuple[Option, list[Cell]]]
    chart: BarChart | None
    given: ChartData | None
    sizes: str
    links: list[Any]
    comparisons: list[Comparison]
    has_hidden: bool
    has_missing: bool


@dataclass(frozen=True)
class Compared:
    """Questions of several waves: why they can be compared or not, and side by side if so."""

    comparison: Comparison
    headings: list[str]
    table: list[tuple[Option, list[Cell]]]
    given: ChartData | None

    @property
    def chart(self) -> BarChart | None:
        """The drawing; None without figures."""
        return self.given.chart if self.given else None  # type: ignore[return-value]


def survey_pages() -> PageQuerySet:
    """Live, public pages of surveys with their survey."""
    return (
        publicly_visible(SurveyPage.objects.all())
        .select_related("locale", "alias_of__locale", "survey")
        .order_by("order", "title")
    )


def wave_pages() -> PageQuerySet:
    """Live, public pages of waves with their wave, newest first."""
    return (
        publicly_visible(SurveyWavePage.objects.all())
        .select_related("locale", "alias_of__locale", "wave__survey")
        .order_by("wave__survey", "-wave__year", "-wave__code")
    )


def public_waves() -> QuerySet[Wave]:
    """Waves with a page that the public may see; a wave is withheld with its pages."""
    return Wave.objects.filter(pk__in=publicly_visible(SurveyWavePage.objects.all()).values("wave"))


def shown_waves() -> QuerySet[Wave]:
    """Public waves whose figures are shown."""
    return public_waves().filter(held_ja="", held_en="")


def _public_questions() -> QuerySet[Question]:
    """Questions of public waves."""
    return Question.objects.filter(wave__in=public_waves().values("pk"))


def index_context(page: SurveyIndexPage, params: QueryDict) -> dict[str, Any]:
    """The surveys with their years, and the figures of the country; `map` chooses its map."""
    surveys = list(survey_pages().child_of(page))
    years: dict[str, list[int]] = {}
    rows = public_waves().exclude(year=None).order_by("year").values_list("survey_id", "year")
    for survey, year in rows:
        years.setdefault(survey, []).append(year or 0)
    for survey_page in surveys:
        survey_page.years = years.get(survey_page.survey_id, [])
    return {"surveys": surveys, "national": national_figures(params.get("map", ""))}


def waves_with_groups(waves: Any) -> Any:
    """Waves with their groups and sources."""
    return waves.prefetch_related("groups", "sources")


def survey_context(page: SurveyPage) -> dict[str, Any]:
    """The waves of a survey, each with its page, and what is said about comparing them."""
    pages = {other.wave_id: other for other in wave_pages().child_of(page)}
    waves = [
        wave
        for wave in waves_with_groups(
            public_waves().filter(survey=page.survey_id).select_related("survey")
        )
        if wave.pk in pages
    ]
    for wave in waves:
        wave.page = pages[wave.pk]
        wave.all = whole_of(list(wave.groups.all()))
    comparisons = list(_comparisons(page.survey_id))
    by_key = {wave.pk: wave for wave in waves}
    for comparison in comparisons:
        for question in comparison.questions.all():
            # With what was fetched of the waves above.
            question.wave = by_key.get(question.wave_id, question.wave)
    return {
        "waves": waves,
        "comparisons": [
            compared(comparison, page.survey_id, page.url or "")
            for comparison in comparisons
            if len(comparison.questions.all()) > 1
        ],
        "owner_url": _owner_url(page),
        "programme": _programme(page),
        "sources": sources_of([source for wave in waves for source in wave.sources.all()]),
    }


def _comparisons(survey: str) -> QuerySet[Comparison]:
    """What is said about comparing the waves of a survey, with questions of public waves."""
    return (
        Comparison.objects.filter(questions__wave__survey=survey)
        .distinct()
        .prefetch_related(
            Prefetch("questions", _public_questions().select_related("wave__survey")),
            "questions__options__figures__group",
        )
    )


def chart_of_comparison(survey: str, code: str) -> ChartData | None:
    """The chart that compares waves of a survey; None where that is not allowed."""
    page = survey_pages().filter(survey=survey, locale__language_code=get_language()).first()
    asked = _comparisons(survey).filter(code=code)
    comparison = asked.prefetch_related(
        "questions__themes", "questions__wave__sources", "questions__wave__groups"
    ).first()
    if page is None or comparison is None:
        return None
    return compared(comparison, survey, page.url or "").given


def compared(comparison: Comparison, survey: str, page_path: str) -> Compared:
    """The same answers of several waves beside each other; nothing where that is not allowed.

    Args:
        page_path: of the page of the survey, on which it stands.
    """
    questions = sorted(
        (question for question in comparison.questions.all() if not question.wave.held),
        key=lambda question: (question.wave.year or 0, question.wave.code),
    )
    if not comparison.is_comparable or len(questions) < 2:
        return Compared(comparison, [], [], None)
    columns: dict[tuple[str, str], str] = {}
    figures: dict[tuple[str, str, str], Figure] = {}
    options: dict[str, list[Option]] = {}
    for question in questions:
        for option in question.options.all():
            options.setdefault(option.code, []).append(option)
            for figure in option.figures.all():
                key = (question.wave.code, figure.group.code)
                columns.setdefault(key, f"{question.wave.code} {figure.group.label}")
                figures[(option.code, *key)] = figure
    table = [
        (found[-1], [cell_of(figures.get((code, *key))) for key in columns])
        for code, found in options.items()
        if len(found) > 1
    ]
    headings = list(columns.values())
    chart = _chart(f"compare-{comparison.code}-chart", comparison.label, headings, table)
    if chart is None:
        return Compared(comparison, headings, table, None)
    newest = questions[-1].wave
    source = next(iter(newest.sources.all()), None)
    given = ChartData(
        name="-".join(["nanif", survey, comparison.code]),
        chart=chart,
        address=chart_address(reverse("comparison-chart", args=[survey, comparison.code]), chart),
        source=_(", ").join(
            dict.fromkeys(name for name in (newest.survey.title, newest.survey.owner) if name)
        ),
        source_url=source.url if source else "",
        notes=list(
            dict.fromkeys(
                note
                for note in (comparison.reason, *(question.wave.basis for question in questions))
                if note
            )
        ),
        page=f"{page_path}#compare-{comparison.code}",
        columns=WAVE_COLUMNS,
        # Made when a file is asked for.
        rows=(row for question in questions for row in question_rows(question)),
    )
    return Compared(comparison, headings, table, given)


def whole_of(groups: Sequence[Group]) -> Group | None:
    """The group that is everybody who was asked; the only group, where there is one."""
    wholes = [group for group in groups if group.dimension == Group.Dimension.ALL]
    return wholes[0] if wholes else (groups[0] if len(groups) == 1 else None)


def sources_of(sources: Sequence[WaveSource]) -> list[WaveSource]:
    """Each address once, in order."""
    return list({source.url or source.title: source for source in sources}.values())


def _owner_url(page: SurveyPage) -> str:
    """Address of the owner's public page in this page's language; empty where there is none."""
    owner = page.survey.owner_page if page.survey else None
    if owner is None:
        return ""
    found = translations_by_key(
        OrganisationPage, [owner.translation_key], page.locale.language_code
    ).get(owner.translation_key)
    return found.url if found else ""


def _programme(page: SurveyPage) -> Page | None:
    """The programme that the survey belongs to, in its page's language; None if none is public."""
    programme = page.survey.programme_page if page.survey else None
    if programme is None:
        return None
    key = programme.translation_key
    return translations_by_key(Page, [key], page.locale.language_code).get(key)


def wave_context(page: SurveyWavePage, request: HttpRequest) -> dict[str, Any]:
    """One page of a wave's questions with charts and tables, and everything else of the wave."""
    wave = waves_with_groups(Wave.objects.select_related("survey").filter(pk=page.wave_id)).get()
    groups = list(wave.groups.all())
    questions = paginate(
        Question.objects.filter(wave=wave).prefetch_related(
            "themes",
            Prefetch("comparisons__questions", _public_questions().select_related("wave")),
            *_answers(wave),
        ),
        request.GET.get("page"),
        QUESTIONS_PER_PAGE,
    )
    for question in questions:
        question.wave = wave
    themes = {theme.code for question in questions for theme in question.themes.all()}
    links = links_by_theme(sorted(themes), request)
    sources = sources_of(list(wave.sources.all()))
    reports = (each for each in sources if each.kind == WaveSource.Kind.REPORT and each.url)
    return {
        "wave": wave,
        "report": next(reports, None),
        "groups": groups,
        "all": whole_of(groups),
        "questions": questions,
        "results": [result_of(question, groups, links, page.url or "") for question in questions],
        "sources": sources,
        "downloads": downloads(wave) if not wave.held else [],
        "siblings": list(wave_pages().sibling_of(page).exclude(pk=page.pk)),
    }


def _answers(wave: Wave) -> list[Any]:
    """What to fetch of the answers; nothing of figures that are held back."""
    if wave.held:
        return []
    return [Prefetch("options", Option.objects.prefetch_related("figures"))]


def chart_of_question(wave: Wave, code: str) -> ChartData | None:
    """The chart of a question of a wave that may be shown; None without figures."""
    question = (
        Question.objects.filter(wave=wave, code=code)
        .prefetch_related("themes", "comparisons__questions", *_answers(wave))
        .first()
    )
    page = wave_pages().filter(wave=wave, locale__language_code=get_language()).first()
    if question is None:
        return None
    question.wave = wave
    url = page.url if page else reverse("question-chart", args=[wave.survey_id, wave.code, code])
    return result_of(question, list(wave.groups.all()), {}, url).given


def result_of(
    question: Question,
    all_groups: Sequence[Group],
    links: dict[str, list[Any]],
    page_path: str,
) -> Result:
    """A question's figures, laid out; reads nothing beyond what was fetched.

    Args:
        page_path: of the page on which the question stands.
    """
    options = list(question.options.all()) if "options" in _fetched(question) else []
    figures = {
        (figure.option_id, figure.group_id): figure
        for option in options
        for figure in option.figures.all()
    }
    used = {group for _option, group in figures}
    groups = [group for group in all_groups if group.pk in used]
    table = [
        (option, [cell_of(figures.get((option.pk, group.pk))) for group in groups])
        for option in options
    ]
    cells = [cell for _option, row in table for cell in row]
    chart = _chart(f"q-{question.code}", question.text, [group.label for group in groups], table)
    seen: dict[str, Any] = {}
    for theme in question.themes.all():
        for link in links.get(theme.code, []):
            seen.setdefault(link.url, link)
    return Result(
        question=question,
        groups=groups,
        table=table,
        chart=chart,
        given=_given(question, chart, page_path) if chart else None,
        sizes=_(", ").join(
            f"{group.label} n={group.responses:,}" for group in groups if group.responses
        ),
        links=list(seen.values())[:4],
        comparisons=[
            comparison
            for comparison in question.comparisons.all()
            if len(comparison.questions.all()) > 1
        ],
        has_hidden=any(cell.state == "hidden" for cell in cells),
        has_missing=any(cell.state == "missing" for cell in cells),
    )


def _given(question: Question, chart: BarChart, page_path: str) -> ChartData:
    wave = question.wave
    codes = [wave.survey_id, wave.code, question.code]
    source = next(iter(wave.sources.all()), None)
    named = [wave.title or wave.survey.title, wave.survey.owner]
    return ChartData(
        name="-".join(["nanif", *codes]),
        chart=chart,
        address=chart_address(reverse("question-chart", args=codes), chart),
        source=_(", ").join(dict.fromkeys(name for name in named if name)),
        source_url=source.url if source else "",
        notes=[note for note in (wave.basis, question.note) if note],
        page=f"{page_path}#{question.code}",
        columns=WAVE_COLUMNS,
        rows=question_rows(question),
    )


def _fetched(question: Question) -> Any:
    return getattr(question, "_prefetched_objects_cache", {})


def cell_of(figure: Figure | None) -> Cell:
    """A figure in words."""
    if figure is None or (
        figure.count is None and figure.percent is None and not figure.is_suppressed
    ):
        return Cell(_("not stated"), "missing", figure)
    if figure.is_suppressed:
        return Cell(_("not shown*"), "hidden", figure)
    parts = []
    if figure.percent is not None:
        parts.append(percent_text(figure.percent, is_approximate=figure.is_approximate))
    if figure.count is not None:
        parts.append(f"{figure.count:,}")
    text = (
        _("%(percent)s (%(count)s)") % {"percent": parts[0], "count": parts[1]}
        if len(parts) == 2
        else parts[0]
    )
    return Cell(text, "number", figure)


def _chart(
    chart_id: str,
    title: str,
    columns: Sequence[str],
    table: Sequence[tuple[Option, list[Cell]]],
) -> BarChart | None:
    """Bars in percent where there are percentages, else in counts; None without numbers."""
    shown = [cell.figure for _option, row in table for cell in row if cell.state == "number"]
    figures = [figure for figure in shown if figure is not None]
    percents = [figure.percent for figure in figures if figure.percent is not None]
    counts = [figure.count for figure in figures if figure.count is not None]
    if not figures:
        return None
    name = "percent" if len(percents) >= len(counts) else "count"
    top = 100 if name == "percent" else max([*counts, 1])
    rows = []
    for option, cells in table:
        bars = []
        for number, (column, cell) in enumerate(zip(columns, cells, strict=True)):
            value = getattr(cell.figure, name) if cell.figure and cell.state == "number" else None
            text = _("%(group)s: %(value)s") % {"group": column, "value": cell.text}
            bars.append((text, None if value is None else float(value), number % TONES + 1))
        rows.append((option.label, bars))
    description = _(
        "Bar chart starting at 0: %(options)s answers, %(groups)s groups. The table shows the "
        "same figures."
    )
    return bar_chart(
        chart_id,
        title,
        description % {"options": len(table), "groups": len(columns)},
        rows,
        top=top,
        unit="%" if name == "percent" else pgettext("unit", "answers"),
    )


def downloads(wave: Wave) -> list[dict[str, str]]:
    """The files of a wave: label, address and media type."""
    return [
        {
            "label": label,
            "url": reverse("survey-wave-data", args=[wave.survey_id, wave.code, kind]),
            "type": media,
        }
        for kind, label, media in (
            ("csv", "CSV", "text/csv"),
            (
                "xlsx",
                "Excel",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            ),
        )
    ]


def surveys_by_organisation(organisation: OrganisationPage) -> list[SurveyPage]:
    """Surveys that the body takes, in the language of its page. One query."""
    return list(
        survey_pages().filter(
            survey__owner_page__translation_key=organisation.translation_key,
            locale=organisation.locale_id,
        )
    )


@kept
def _with_surveys() -> set[UUID]:
    """Translation keys of the programmes that take surveys."""
    rows = Survey.objects.exclude(programme_page=None)
    return set(rows.values_list("programme_page__translation_key", flat=True))


def waves_by_programme(programme: Page) -> list[tuple[SurveyPage, list[SurveyWavePage]]]:
    """Surveys that belong to a programme, each with the pages of its waves."""
    if programme.translation_key not in _with_surveys():
        return []
    surveys = survey_pages().filter(
        survey__programme_page__translation_key=programme.translation_key,
        locale=programme.locale_id,
    )
    waves: dict[str, list[SurveyWavePage]] = {}
    pages = wave_pages().filter(
        wave__survey__programme_page__translation_key=programme.translation_key,
        locale=programme.locale_id,
    )
    for page in pages:
        waves.setdefault(page.wave.survey_id, []).append(page)
    return [(survey, waves.get(survey.survey_id, [])) for survey in surveys]


def survey_structured_data(page: SurveyPage, survey: Survey) -> dict[str, Any]:
    """A survey as a schema.org Dataset whose parts are its waves."""
    parts = wave_pages().child_of(page)
    return {
        "@type": "Dataset",
        "description": _about_data(page),
        **_creator(survey.owner),
        "hasPart": [
            {
                "@type": "Dataset",
                "name": part.title,
                "description": _about_data(part),
                "url": part.public_url,
            }
            for part in parts
        ],
    }


def wave_structured_data(page: SurveyWavePage, wave: Wave) -> dict[str, Any]:
    """A wave as a schema.org Dataset with what can be downloaded."""
    data: dict[str, Any] = {
        "@type": "Dataset",
        "description": _about_data(page),
        **_creator(wave.survey.owner),
    }
    if wave.started or wave.year:
        period = [part for part in (wave.started or str(wave.year), wave.ended) if part]
        data["temporalCoverage"] = "/".join(period)
    if wave.published:
        data["datePublished"] = wave.published
    if not wave.held:
        data["license"] = LICENCE.url
        data["distribution"] = [
            {
                "@type": "DataDownload",
                "encodingFormat": file["type"],
                "contentUrl": f"{settings.SITE_URL}{file['url']}",
            }
            for file in downloads(wave)
        ]
    return data


def _about_data(page: SurveyPage | SurveyWavePage) -> str:
    """What the data of a page are, in the fifty letters at least that catalogues ask for."""
    about = _(
        "Questions and answers of “%(title)s”, with the numbers of those who were asked and who "
        "answered, and the source of each figure."
    )
    return f"{page.summary} {about % {'title': page.title}}".strip()


def _creator(owner: str) -> dict[str, Any]:
    return {"creator": {"@type": "Organization", "name": owner}} if owner else {}


def wave_by_codes(survey: str, wave: str) -> Wave | None:
    """A wave that has a live page and whose figures may be shown."""
    return shown_waves().filter(survey=survey, code=wave).select_related("survey").first()


def percent_of(count: int, responses: int) -> Decimal:
    """A count as percent of the answers, to one decimal."""
    return round_half_up(Decimal(100) * count / responses, 1)
