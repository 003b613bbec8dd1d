"""Figures as files, and charts for other sites."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.tabular import CONTENT_TYPES, csv_pieces, excel_file
from opendata.rates import rate_limited
from page_cache.control import cached_page
from regions.models import Area
from surveys.chart_files import ChartData, chart_file, chart_frame
from surveys.exports import (
    RESIDENT_COLUMNS,
    WAVE_COLUMNS,
    resident_rows,
    wave_about,
    wave_rows,
)
from surveys.models import ResidentCount
from surveys.residents import JAPAN, chart_of_place, counts_of
from surveys.selectors import chart_of_comparison, chart_of_question, wave_by_codes
from surveys.series import about_residents


@require_safe
@rate_limited("export")
def wave_data(request: HttpRequest, survey: str, wave: str, kind: str) -> HttpResponseBase:
    """The figures of a wave, one row for each."""
    found = wave_by_codes(survey, wave)
    if found is None:
        raise Http404(f"{survey} {wave}")
    name = f"nanif-{survey}-{wave}"
    return _file(name, kind, WAVE_COLUMNS, wave_rows(found), wave_about(found))


@require_safe
@rate_limited("export")
def area_residents(request: HttpRequest, code: str, kind: str) -> HttpResponseBase:
    """All numbers of foreign residents of an area."""
    area = get_object_or_404(Area, code=code)
    counts = list(counts_of(area).select_related("area"))
    if not counts:
        raise Http404(code)
    name = f"nanif-foreign-residents-{code}"
    return _file(name, kind, RESIDENT_COLUMNS, resident_rows(counts), about_residents())


@require_safe
@rate_limited("export")
def all_residents(request: HttpRequest) -> HttpResponseBase:
    """All numbers of foreign residents of all areas, read while they are sent; CSV alone."""
    counts = ResidentCount.objects.select_related("area").order_by(
        "series", "dimension", "month", "area", "category"
    )
    rows = resident_rows(counts.iterator(chunk_size=2_000))
    return _file("nanif-foreign-residents", "csv", RESIDENT_COLUMNS, rows, about_residents())


@require_safe
@rate_limited("api")
def place_chart(request: HttpRequest, place: str, name: str, kind: str) -> HttpResponse:
    """A chart of a place, or of the country, as a picture or as its table."""
    return chart_file(_chart_of_place(place, name), kind)


@cached_page
@require_safe
def place_chart_frame(request: HttpRequest, place: str, name: str) -> HttpResponse:
    """The same chart on a page for frames of other sites."""
    return chart_frame(request, _chart_of_place(place, name))


def _chart_of_place(place: str, name: str) -> ChartData:
    area = None if place == JAPAN else get_object_or_404(Area, code=place)
    data = chart_of_place(area, name)
    if data is None:
        raise Http404(f"{place} {name}")
    return data


@require_safe
@rate_limited("api")
def question_chart(
    request: HttpRequest, survey: str, wave: str, question: str, kind: str
) -> HttpResponse:
    """The chart of a question of a survey, as a picture or as its table."""
    return chart_file(_chart_of_question(survey, wave, question), kind)


@cached_page
@require_safe
def question_chart_frame(
    request: HttpRequest, survey: str, wave: str, question: str
) -> HttpResponse:
    """The same chart on a page for frames of other sites."""
    return chart_frame(request, _chart_of_question(survey, wave, question))


def _chart_of_question(survey: str, wave: str, question: str) -> ChartData:
    found = wave_by_codes(survey, wave)
    data = chart_of_question(found, question) if found else None
    if data is None:
        raise Http404(f"{survey} {wave} {question}")
    return data


@require_safe
@rate_limited("api")
def comparison_chart(request: HttpRequest, survey: str, comparison: str, kind: str) -> HttpResponse:
    """The chart that compares waves of a survey, as a picture or as its table."""
    return chart_file(_chart_of_comparison(survey, comparison), kind)


@cached_page
@require_safe
def comparison_chart_frame(request: HttpRequest, survey: str, comparison: str) -> HttpResponse:
    """The same chart on a page for frames of other sites."""
    return chart_frame(request, _chart_of_comparison(survey, comparison))


def _chart_of_comparison(survey: str, comparison: str) -> ChartData:
    data = chart_of_comparison(survey, comparison)
    if data is None:
        raise Http404(f"{survey} {comparison}")
    return data


def _file(
    name: str,
    kind: str,
    columns: Sequence[Any],
    rows: Iterable[Sequence[Any]],
    about: Iterable[tuple[str, str]],
) -> HttpResponseBase:
    response: HttpResponseBase
    if kind == "csv":
        pieces = _in_language(csv_pieces(columns, rows), get_language())
        response = StreamingHttpResponse(pieces, content_type=CONTENT_TYPES[kind])
    else:
        content = excel_file(
            columns, rows, title=_("Figures"), about=about, about_title=_("About this data")
        )
        response = HttpResponse(content, content_type=CONTENT_TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _in_language(pieces: Iterator[bytes], language: str | None) -> Iterator[bytes]:
    """A response is written after the request, in whatever language is then active."""
    while True:
        with override(language):
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece
