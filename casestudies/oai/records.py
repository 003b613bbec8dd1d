"""Which records a harvester gets, and what each says in Dublin Core."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from casestudies.article import LICENCES
from casestudies.identifiers import public_cases
from casestudies.models import CaseActor, CaseIdentifier, CaseStudyPage
from casestudies.oai.arguments import Asked, OaiError, resumption_token
from core.addresses import absolute_url
from core.readings import in_ordinary_reading
from core.visibility import prefetch_visible
from organisations.models import OrganisationPage
from organisations.selectors import organisations_by_key
from regions.models import Area

__all__ = ["PER_PAGE", "Batch", "Element", "Record", "batch_of", "earliest", "record_of"]

PER_PAGE = 50
#: Name without prefix, text, and language of the text; an empty language is none.
Element = tuple[str, str, str]


@dataclass(frozen=True)
class Record:
    """A case as harvesters get it.

    Attributes:
        identifier: its persistent identifier.
        elements: its Dublin Core; none where the case was withdrawn.
    """

    identifier: str
    changed_at: datetime.datetime
    elements: Sequence[Element] = field(default_factory=tuple)

    @property
    def is_deleted(self) -> bool:
        """Whether the case was withdrawn."""
        return not self.elements


@dataclass(frozen=True)
class Batch:
    """Some of the records of a list.

    Attributes:
        token: continues the list; empty where this is the end of it.
        is_part: whether the list has more batches than this one.
        given: how many records came before.
        total: how many the whole list has.
    """

    records: list[Record]
    token: str
    is_part: bool
    given: int
    total: int


def earliest() -> datetime.datetime:
    """When the first record was changed; now where there is none."""
    first = CaseIdentifier.objects.order_by("changed_at").first()
    return first.changed_at if first else timezone.now()


def record_of(identifier: str) -> Record:
    """The record with that identifier.

    Raises:
        OaiError: no case has it that is public or was.
    """
    before = absolute_url(reverse("case-identifier", args=["-"])).removesuffix("-")
    row = CaseIdentifier.objects.filter(code=identifier.removeprefix(before)).first()
    if row is None or not identifier.startswith(before):
        raise OaiError("idDoesNotExist", "No record has this identifier.")
    return _records([row])[0]


def batch_of(asked: Asked) -> Batch:
    """The next records of a list, by the day of their last change.

    A case that changes meanwhile moves to the end and is given again there; none is left out.

    Raises:
        OaiError: there are none.
    """
    rows = CaseIdentifier.objects.order_by("changed_at", "code")
    if asked.start:
        rows = rows.filter(changed_at__gte=asked.start)
    if asked.end:
        rows = rows.filter(changed_at__lt=asked.end)
    rest = rows
    if asked.after:
        moment, code = asked.after
        rest = rows.filter(Q(changed_at__gt=moment) | Q(changed_at=moment, code__gt=code))
    found = list(rest[: PER_PAGE + 1])
    if not found:
        raise OaiError("noRecordsMatch", "No case was published, changed or withdrawn then.")
    some, has_more = found[:PER_PAGE], len(found) > PER_PAGE
    given = asked.given + len(some)
    token = resumption_token(asked, (some[-1].changed_at, some[-1].code), given) if has_more else ""
    return Batch(_records(some), token, has_more or bool(asked.after), asked.given, rows.count())


def _records(rows: Sequence[CaseIdentifier]) -> list[Record]:
    """The records of these rows, each with all languages of its case. A fixed number of queries.

    A row whose page the public may not see is told as withdrawn, whatever it says itself.
    """
    by_key = _cases(rows)
    creators = _creators([case for cases in by_key.values() for case in cases])
    records = []
    for row in rows:
        cases = by_key[row.translation_key] if row.is_public else []
        url = absolute_url(reverse("case-identifier", args=[row.code]))
        elements = list(dict.fromkeys(_elements(url, cases, creators)))
        records.append(Record(url, row.changed_at, elements if cases else ()))
    return records


def _cases(rows: Sequence[CaseIdentifier]) -> dict[UUID, list[CaseStudyPage]]:
    """Public pages by their translation key, the Japanese ones first."""
    keys = [row.translation_key for row in rows if row.is_public]
    cases = (
        public_cases()
        .filter(translation_key__in=keys)
        .prefetch_related(
            "places__area__parent__parent__parent",
            "themes",
            "keyword_items__tag",
            "sources",
            Prefetch("actors", _leads(), "leads"),
        )
        .order_by("-locale__language_code", "pk")
    )
    by_key: dict[UUID, list[CaseStudyPage]] = defaultdict(list)
    for case in cases:
        by_key[case.translation_key].append(case)
    return by_key


def _leads() -> Any:
    leads = CaseActor.objects.filter(part=CaseActor.Part.LEAD).order_by("sort_order")
    return leads.prefetch_related(prefetch_visible("organisation", OrganisationPage))


def _creators(cases: Sequence[CaseStudyPage]) -> dict[int, list[str]]:
    """Names of the bodies in the lead of each case, in the language of the case."""
    names: dict[int, list[str]] = {}
    for language in {case.locale.language_code for case in cases}:
        some = [case for case in cases if case.locale.language_code == language]
        bodies = [lead.organisation for case in some for lead in case.leads if lead.organisation]
        pages = organisations_by_key([body.translation_key for body in bodies], language)
        for case in some:
            found = [
                pages[lead.organisation.translation_key].title
                if lead.organisation and lead.organisation.translation_key in pages
                else lead.name
                for lead in case.leads
            ]
            names[case.pk] = [name for name in found if name]
    return names


def _elements(
    url: str, cases: Sequence[CaseStudyPage], creators: dict[int, list[str]]
) -> Iterator[Element]:
    yield "identifier", url, ""
    for case in cases:
        with in_ordinary_reading(case.locale.language_code):
            yield from _in_language(case, creators.get(case.pk, []))


def _in_language(case: CaseStudyPage, leads: Sequence[str]) -> Iterator[Element]:
    """What the page in one language says."""
    language = case.locale.language_code
    network = _("NANIF – National Network for an Inclusive Future")
    authors = [network] if case.is_compiled or not leads else leads
    texts: list[tuple[str, str]] = [
        ("title", case.title),
        *(("creator", name) for name in authors),
        *(("contributor", name) for name in leads if name not in authors),
        *(("subject", theme.label) for theme in case.themes.all()),
        *(("subject", link.tag.name) for link in case.keyword_items.all()),
        ("description", case.summary),
        ("description", case.overview),
        ("publisher", network),
        *(("coverage", name) for place in case.places.all() for name in _places(place.area)),
    ]
    for name, text in texts:
        if text:
            yield name, text, language
    yield "identifier", case.public_url, ""
    if case.first_published_at:
        yield "date", timezone.localtime(case.first_published_at).date().isoformat(), ""
    yield "type", "Text", ""
    yield "format", "text/html", ""
    yield "language", language, ""
    for source in case.sources.all():
        yield "source", source.url or source.title, ""
    yield "rights", LICENCES[CaseStudyPage.Licence(case.licence)], ""


def _places(area: Area) -> Iterator[str]:
    """The name of a place, and of its prefecture or country."""
    yield area.label
    while area.parent is not None and area.kind not in {"prefecture", "country"}:
        area = area.parent
        if area.kind in {"prefecture", "country"}:
            yield area.label
