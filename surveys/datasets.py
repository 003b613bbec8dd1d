"""Surveys and numbers of foreign residents in the catalogue of open data."""

from __future__ import annotations

from django.db.models import Max, Min
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.visibility import publicly_visible
from opendata.catalogue import DataFile as File
from opendata.catalogue import Dataset, last_day, register_dataset
from surveys.exports import RESIDENT_TABLE, WAVE_TABLE
from surveys.models import Figure, ResidentCount, SurveyWavePage
from surveys.residents import SERIES, changes_of_figures
from surveys.selectors import shown_waves

_wave_title = lazy(lambda wave: f"{wave.survey.title} {wave.code}", str)


def _wave_files() -> list[File]:
    """A table and a workbook of each wave whose figures are shown."""
    waves = shown_waves().select_related("survey").order_by("survey", "-year", "-code")
    return [
        File(
            kind,
            "survey-wave-data",
            (wave.survey_id, wave.code, kind),
            title=_wave_title(wave),
            columns=WAVE_TABLE,
        )
        for wave in waves
        for kind in ("csv", "xlsx")
    ]


def _months() -> tuple[str, str] | None:
    found = ResidentCount.objects.aggregate(first=Min("month"), last=Max("month"))
    return (found["first"], found["last"]) if found["first"] else None


register_dataset(
    Dataset(
        code="surveys",
        title=_("Surveys of local governments"),
        about=_(
            "What local governments answered in each survey round: a row for each figure. Counts "
            "by which somebody could be recognised are left out."
        ),
        files=_wave_files,
        page=("wagtail_serve", "surveys/"),
        modified=lambda: last_day(publicly_visible(SurveyWavePage.objects), "last_published_at"),
        rows=lambda: Figure.objects.filter(
            option__question__wave__in=shown_waves().values("pk")
        ).count(),
        keywords=(_("surveys"), _("local government")),
        order=60,
    )
)
register_dataset(
    Dataset(
        code="foreign-residents",
        title=_("Foreign residents by area"),
        about=_(
            "Every prefecture, municipality and ward: residents by register since 2013, by "
            "nationality and residence status where the statistic has them, and by the census. "
            "The statistics count different people: never add them up."
        ),
        files=(
            File("csv", "foreign-residents", columns=RESIDENT_TABLE, title=_("all areas")),
            *(
                File(
                    kind,
                    "area-foreign-residents",
                    ("13", kind),
                    stands_for="code",
                    columns=RESIDENT_TABLE,
                    title=_("one area, by its code"),
                )
                for kind in ("csv", "xlsx")
            ),
        ),
        page=("wagtail_serve", "surveys/"),
        modified=lambda: last_day(changes_of_figures(), "timestamp"),
        months=_months,
        rows=lambda: ResidentCount.objects.count(),
        sources=tuple((text.source, text.url) for text in SERIES.values()),
        keywords=(pgettext_lazy("keyword", "foreign residents"), _("population")),
        order=65,
    )
)
