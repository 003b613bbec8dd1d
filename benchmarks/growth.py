"""What pages cost as the records grow that they are made of: grants, answers to surveys, events.

The number of SQL queries must not depend on how many records there are; times may grow where a
page adds all of them up. Asked within this process, so that queries can be counted. The files of
360Giving are no pages: they are read a thousand grants at a time, and given out as they are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.clock import Times
from benchmarks.event_rows import bring_events_to
from programmes.models import Grant, ProgrammePage
from regions.models import Area
from surveys.models import Figure, Group, Option, Question, SurveyWavePage
from taxonomy.models import Theme

__all__ = ["GROWING", "Growing", "answers", "costs", "grants", "tables"]

SIZES = [100, 1_000, 10_000]
_TRIES = 5
_BATCH = 2_000
_OPTIONS = 20


@dataclass(frozen=True)
class Growing:
    """A kind of record, how so many of it come into being, and the pages that show it."""

    name: str
    bring_to: Callable[[int], None]
    pages: Sequence[tuple[str, str]]


@dataclass
class Cost:
    """What one page took."""

    queries: int
    times: Times = field(default_factory=Times)


def grants(number: int) -> None:
    """So many more grants of one programme, in one place and with one theme, in place of before."""
    Grant.objects.filter(identifier__startswith="many-").delete()
    programme = ProgrammePage.objects.get(slug="hamis", locale__language_code="ja")
    made = Grant.objects.bulk_create(
        (
            Grant(
                identifier=f"many-{at}",
                programme=programme,
                grantee_name=f"団体{at}",
                funder_name="財団",
                amount=1_000_000,
                award_date="2021-04-30",
                sources="https://www.example.jp/",
            )
            for at in range(number)
        ),
        batch_size=_BATCH,
    )
    area, theme = Area.objects.get(code="232114"), Theme.objects.get(code="2-1")
    places, themes = Grant.areas.through, Grant.themes.through
    places.objects.bulk_create((places(grant=one, area=area) for one in made), batch_size=_BATCH)
    themes.objects.bulk_create((themes(grant=one, theme=theme) for one in made), batch_size=_BATCH)


def answers(number: int) -> None:
    """So many more figures in one wave, twenty options a question, in place of those before."""
    wave = SurveyWavePage.objects.get(
        wave__survey="jcie-local-governments", wave__code="2015", locale__language_code="ja"
    ).wave
    Question.objects.filter(wave=wave, code__startswith="many-").delete()
    group = Group.objects.filter(wave=wave)[0]
    questions = Question.objects.bulk_create(
        Question(wave=wave, code=f"many-{at}", text_ja=f"設問{at}", text_en=f"Question {at}")
        for at in range(-(-number // _OPTIONS))
    )
    theme = Theme.objects.get(code="2-1")
    themes = Question.themes.through
    themes.objects.bulk_create(themes(question=question, theme=theme) for question in questions)
    options = Option.objects.bulk_create(
        (
            Option(
                question=questions[at // _OPTIONS],
                code=f"o{at % _OPTIONS}",
                label_ja=f"選択肢{at % _OPTIONS}",
                label_en=f"Option {at % _OPTIONS}",
            )
            for at in range(number)
        ),
        batch_size=_BATCH,
    )
    Figure.objects.bulk_create(
        (Figure(option=option, group=group, count=10, percent=50) for option in options),
        batch_size=_BATCH,
    )


GROWING = [
    Growing(
        "Grants",
        grants,
        [
            ("All grants, with sums", "/grants/"),
            ("Grants of one place and theme", "/grants/?region=23&theme=2-1"),
            ("One grant", "/grants/hamis-2021-04/"),
            ("Programme with the grants", "/programmes/hamis/"),
            ("Home of the programmes", "/programmes/"),
            ("Prefecture with the grants", "/areas/23/"),
        ],
    ),
    Growing(
        "Answers",
        answers,
        [
            ("All surveys", "/surveys/"),
            ("One survey", "/surveys/jcie-local-governments/"),
            ("One wave", "/surveys/jcie-local-governments/2015/"),
            ("Its second page", "/surveys/jcie-local-governments/2015/?page=2"),
            ("Its figures as CSV", "/surveys/jcie-local-governments/2015/figures.csv"),
        ],
    ),
    Growing(
        "Events",
        bring_events_to,
        [
            ("All events", "/events/"),
            ("Events of one place and theme", "/events/?region=24&theme=5"),
            ("One event", "/events/nanif-mie-2024/"),
            ("Prefecture with the events", "/areas/24/"),
            ("Organisation with the events", "/organisations/aidensha/"),
            ("Calendar of the latest 500", "/feeds/events.ics"),
        ],
    ),
]


def costs(
    growing: Growing, sizes: Sequence[int], client: Client, *, tries: int = _TRIES
) -> dict[int, dict[str, Cost]]:
    """The cost of each page by its address, for each size; the records are left at the last size.

    Raises:
        RuntimeError: a page was not answered with 200.
    """
    found = {}
    for size in sizes:
        growing.bring_to(size)
        found[size] = {path: _cost(client, path, tries) for _name, path in growing.pages}
    return found


def _cost(client: Client, path: str, tries: int) -> Cost:
    _get(client, path)
    with CaptureQueriesContext(connection) as captured:
        _get(client, path)
    cost = Cost(len(captured))
    for _ in range(tries):
        with cost.times.one():
            _get(client, path)
    return cost


def _get(client: Client, path: str) -> None:
    response = client.get(path)
    if response.streaming:
        for _piece in response.streaming_content:
            pass
    if response.status_code != 200:
        raise RuntimeError(f"{path} answered {response.status_code}")


def tables(sizes: Sequence[int] = SIZES) -> Iterator[str]:
    """The part of the report: a table for each kind of record, and a line on what grew."""
    yield from (
        "",
        "## Pages as records grow",
        "",
        "One reader, within one process, so many records more than the real content has: SQL "
        "queries of a page, and the median of its time. Queries must not grow with the size.",
    )
    client = Client(headers={"host": settings.ALLOWED_HOSTS[0]})
    for growing in GROWING:
        found = costs(growing, sizes, client)
        growing.bring_to(0)
        yield from (
            "",
            f"| {growing.name} | "
            + " | ".join(f"{size:,}: queries | ms" for size in sizes)
            + " | Queries |",
            "|---|" + "--:|" * (2 * len(sizes)) + "---|",
        )
        for name, path in growing.pages:
            row = [found[size][path] for size in sizes]
            cells = " | ".join(f"{cost.queries} | {cost.times.ms(50):.0f}" for cost in row)
            # Fewer happen: the first questions of a long wave are not those with most beside them.
            grew = max(cost.queries for cost in row) > row[0].queries
            line = f"| {name} | {cells} | {'**grew**' if grew else 'not more'} |"
            print(line, flush=True)
            yield line
