"""An event as a search document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q

from core.dates import PartialDate
from core.prose import plain_text
from core.visibility import prefetch_visible
from events.models import EventPage
from organisations.models import OrganisationPage
from regions.selectors import area_lookups, area_names, area_paths
from search.index.document import ContentDocument
from search.registry import document_of, register

# Words for the kinds in both languages, so that each finds pages in the other.
_KINDS = {
    "symposium": "シンポジウム symposium",
    "seminar": "セミナー seminar",
    "webinar": "ウェビナー webinar オンライン online",
    "briefing": "報告会 briefing",
    "meeting": "会議 会合 meeting",
    "visit": "訪問 視察 visit",
}


def _labels(terms: Iterable[Any]) -> str:
    return " ".join(f"{term.label_ja} {term.label_en}" for term in terms)


def event_document(page: EventPage) -> ContentDocument:
    """What the public search knows of an event."""
    areas = list(page.areas.all())
    themes = list(page.themes.all())
    languages = [*page.languages.all(), *page.interpretation.all()]
    organisers = [
        row.name or getattr(row.organisation, "title", "") for row in page.organisers.all()
    ]
    people = [row.person for row in page.speakers.all()]
    lead = [
        page.summary,
        page.original_title,
        _KINDS.get(page.kind, ""),
        page.venue,
        area_names(areas),
        _labels(themes),
        " ".join(organisers),
        " ".join(f"{person.name_ja} {person.name_en} {person.kana}" for person in people),
    ]
    body = [
        plain_text(page.body),
        *(f"{row.title} {row.description}" for row in page.sessions.all()),
        *(row.title for row in page.materials.all()),
        page.access_note,
    ]
    day = page.starts_on
    return document_of(
        page,
        kind="event",
        summary=page.summary,
        lead=" ".join(filter(None, lead)),
        body="\n".join(filter(None, body)),
        year=PartialDate.year_of(day),
        facets={
            "region": area_paths(areas),
            "theme": [code for term in themes for code in (term.parent_id, term.code) if code],
            "lang": [language.code for language in languages],
            "date": [day[:4], day[:7]] if day else [],
        },
    )


def _on_date(codes: Sequence[str]) -> Q:
    """Condition that the first day lies in one of these years or months."""
    condition = Q(pk__in=())
    for code in codes:
        condition |= Q(starts_on__startswith=code)
    return condition


register(
    EventPage,
    event_document,
    related=[
        "areas__parent__parent__parent",
        "themes",
        "languages",
        "interpretation",
        prefetch_visible("organisers__organisation", OrganisationPage),
        "speakers__person",
        "sessions",
        "materials",
    ],
    kind="event",
    lookups={
        "region": area_lookups("areas"),
        "theme": ["themes", "themes__parent"],
        "lang": ["languages", "interpretation"],
        "date": _on_date,
        "year": ["starts_on"],
        "period": ["starts_on"],
    },
)
