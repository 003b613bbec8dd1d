"""Charts given out: as a drawing with its source, as tables, and as a page for frames.

A chart has one address, from which all of these follow: `/figures/10/share/` is the page for
frames, `/figures/10/share.svg`, `.csv` and `.xlsx` are its files. Each file holds one series.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from core.dates import PartialDate
from core.tabular import CONTENT_TYPES, csv_pieces, excel_file
from opendata.schemas import LICENCE
from surveys.charts import LINE_HEIGHT, Chart, lines_of
from surveys.map_charts import MapChart

__all__ = ["ChartAddress", "ChartData", "chart_file", "chart_frame"]

_WIDTH = 720
_EDGE = 24
_TITLE_LINE = 26
_NOTE_LINE = 17
# In half-width letters at the size of the title and of the notes.
_TITLE_ROOM = 70
_NOTE_ROOM = 104
_FRAME_EXTRA = 220


@dataclass(frozen=True)
class ChartAddress:
    """Where a chart is given out.

    Attributes:
        path: of the page for frames.
        query: what chooses the chart where the path does not, without its question mark.
        height: room that the page needs in a frame, in pixels.
    """

    path: str
    height: int
    query: str = ""

    def _file(self, kind: str) -> str:
        return f"{self.path.rstrip('/')}.{kind}" + (f"?{self.query}" if self.query else "")

    @property
    def svg(self) -> str:
        """The drawing."""
        return self._file("svg")

    @property
    def files(self) -> list[dict[str, str]]:
        """The table for programs, the table for Excel and the drawing."""
        labels = [("csv", "CSV"), ("xlsx", "Excel"), ("svg", _("Picture (SVG)"))]
        return [{"label": label, "url": self._file(kind)} for kind, label in labels]

    @property
    def frame(self) -> str:
        """The whole address of the page for frames, for other sites."""
        return f"{settings.SITE_URL}{self.path}" + (f"?{self.query}" if self.query else "")


def chart_address(path: str, chart: Chart | MapChart, query: str = "") -> ChartAddress:
    """The address of a chart with the room that it needs on other sites."""
    return ChartAddress(path, chart.height + _FRAME_EXTRA, query)


@dataclass(frozen=True)
class ChartData:
    """What a chart is given out with.

    Attributes:
        name: of the files, without their ending.
        source: who counted, in words; `source_url` where that is published.
        notes: what must be said with the figures.
        page: path of the page on which the chart stands.
        columns, rows: its table, of one series.
    """

    name: str
    chart: Chart | MapChart
    address: ChartAddress
    source: str
    source_url: str
    notes: Sequence[str]
    page: str
    columns: Sequence[Any]
    rows: Iterable[Sequence[Any]]

    @property
    def page_url(self) -> str:
        """The whole address of the page on which the chart stands."""
        return f"{settings.SITE_URL}{self.page}"

    @property
    def embed_code(self) -> str:
        """What another site writes into a page to show the chart there."""
        return (
            f'<iframe src="{escape(self.address.frame)}" title="{escape(self.chart.title)}" '
            f'width="100%" height="{self.address.height}" loading="lazy"></iframe>'
        )


def chart_file(data: ChartData, kind: str) -> HttpResponse:
    """The chart as a file: `svg`, `csv` or `xlsx`."""
    if kind == "svg":
        response = HttpResponse(_drawing(data), content_type="image/svg+xml; charset=utf-8")
        # Other sites may show the picture.
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
    elif kind == "csv":
        content = b"".join(csv_pieces(data.columns, data.rows))
        response = HttpResponse(content, content_type=CONTENT_TYPES[kind])
    else:
        content = excel_file(
            data.columns,
            data.rows,
            title=_("Figures"),
            about=_about(data),
            about_title=_("About this data"),
        )
        response = HttpResponse(content, content_type=CONTENT_TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{data.name}.{kind}"'
    return response


def chart_frame(request: HttpRequest, data: ChartData) -> HttpResponse:
    """The chart on a page without the site around it, which other sites may show in a frame."""
    context = {
        "data": data,
        "columns": data.columns,
        "rows": list(data.rows),
        "licence": LICENCE,
        "site_url": settings.SITE_URL,
    }
    response = render(request, "surveys/chart_frame.html", context)
    # As the decorators of Django and of django-csp do for views.
    response.xframe_options_exempt = True
    response._csp_replace = {"frame-ancestors": ["*"]}  # type: ignore[attr-defined]
    return response


def _about(data: ChartData) -> list[tuple[str, str]]:
    return [
        (_("Chart"), data.chart.title),
        (_("Source"), f"{data.source} {data.source_url}".strip()),
        *[(_("Notes"), note) for note in data.notes if note],
        (_("Licence"), f"{LICENCE.name} {LICENCE.url}"),
        (_("Provided by"), f"NANIF {data.page_url}"),
        (_("Retrieved"), timezone.localdate().isoformat()),
    ]


def _drawing(data: ChartData) -> str:
    """A drawing that says by itself what it shows, whence it comes and how it may be used."""
    title = list(lines_of(data.chart.title, _TITLE_ROOM))
    today = PartialDate.parse(timezone.localdate().isoformat()).label()
    below = [
        _("Source: %(source)s") % {"source": data.source},
        *[note for note in data.notes if note],
        _("Drawn by NANIF on %(day)s, %(licence)s: %(url)s")
        % {"day": today, "licence": LICENCE.name, "url": data.page_url},
    ]
    notes = [line for text in below for line in lines_of(text, _NOTE_ROOM)]
    top = _EDGE + len(title) * _TITLE_LINE + 12
    bottom = top + data.chart.height + LINE_HEIGHT
    return render_to_string(
        "surveys/chart_file.svg",
        {
            "chart": data.chart,
            "width": _WIDTH,
            "height": bottom + len(notes) * _NOTE_LINE + _EDGE,
            "edge": _EDGE,
            "inner_width": _WIDTH - 2 * _EDGE,
            "title_lines": [
                (_EDGE + (number + 1) * _TITLE_LINE - 8, line) for number, line in enumerate(title)
            ],
            "top": top,
            "notes": [
                (bottom + (number + 1) * _NOTE_LINE, line) for number, line in enumerate(notes)
            ],
        },
    )
