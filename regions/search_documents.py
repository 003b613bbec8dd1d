"""Regional platforms, the free pages of regions, and consultation desks as search documents."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q
from django.utils.translation import gettext as _

from core.prose import plain_text
from core.templatetags.facts import area_list
from regions.desks import public_desks
from regions.models import Area, ConsultationDesk, RegionalPlatformPage, RegionPage
from regions.selectors import area_lookups, area_names, area_paths, within
from search.index.document import ContentDocument
from search.records import Call, RecordKind, ShownRecord, document_of_record, register_records
from search.registry import document_of, register
from taxonomy.models import Term


def platform_document(page: RegionalPlatformPage) -> ContentDocument:
    """What the public search knows of a regional platform."""
    areas = list(page.areas.all())
    members = list(page.members.all())
    sectors = {member.sector_id: member.sector for member in members if member.sector}
    return document_of(
        page,
        kind="region",
        summary=page.summary,
        lead=" ".join([page.summary, area_names(areas)]),
        body="\n".join(
            [plain_text(page.body), page.easy_summary, *[member.name for member in members]]
        ),
        year=page.founded,
        facets={
            "region": area_paths(areas),
            "actor": list(sectors),
            "status": [page.status_id] if page.status_id else [],
        },
    )


def region_page_document(page: RegionPage) -> ContentDocument:
    """What the public search knows of a region's own page."""
    platform = RegionalPlatformPage.objects.ancestor_of(page).first()
    areas = list(platform.areas.select_related("parent__parent__parent")) if platform else []
    return document_of(
        page,
        kind="page",
        summary=page.summary,
        lead=" ".join([page.summary, platform.title if platform else ""]),
        body=plain_text(page.body),
        facets={"region": area_paths(areas)},
    )


# What people ask for, whatever a desk calls itself.
_CALLED = ("相談窓口", "外国人相談", "consultation desk")
_EVERYWHERE = "全国 All of Japan"


def desk_document(desk: ConsultationDesk, language: str) -> ContentDocument:
    """What the public search knows of a desk: no telephone numbers, which may have to be hidden."""

    def said(name: str) -> str:
        return str(getattr(desk, f"{name}_{language}") or getattr(desk, f"{name}_ja"))

    areas, languages = list(desk.areas.all()), list(desk.languages.all())
    fields = desk.advice_fields.all()
    return document_of_record(
        desk,
        "desk",
        language,
        title=said("name"),
        summary=said("operator"),
        lead="\n".join(
            [
                said("operator"),
                *_CALLED,
                area_names(areas) or _EVERYWHERE,
                *(_words_of(term) for term in fields),
                *(f"{_words_of(spoken)} {spoken.own_name}" for spoken in languages),
            ]
        ),
        body="\n".join(filter(None, map(said, ("interpreting", "hours", "address")))),
        names=[desk.name_ja, desk.name_en],
        facets={"region": area_paths(areas), "lang": [spoken.code for spoken in languages]},
        confirmed=desk.last_confirmed_at,
    )


def _words_of(term: Term) -> str:
    """A term of a vocabulary in all its readings."""
    return " ".join(dict.fromkeys(filter(None, [term.label_ja, term.label_easy, term.label_en])))


def shown_desk(desk: ConsultationDesk) -> ShownRecord:
    """What a list of hits shows of a desk."""
    facts = (
        (_("Languages"), _(", ").join(spoken.spoken_name for spoken in desk.languages.all())),
        (_("Opening hours"), desk.hours),
        (_("Advice on"), _(", ").join(field.label for field in desk.advice_fields.all())),
    )
    return ShownRecord(
        title=desk.name,
        text=desk.operator,
        place=area_list(desk.areas.all()) or _("All of Japan"),
        facts=tuple((label, text) for label, text in facts if text),
        calls=tuple(
            Call(
                number=phone.number,
                dialled=phone.dialled,
                whom=phone.language.spoken_name if phone.language else phone.note,
            )
            for phone in desk.shown_phones
        ),
        is_stale=desk.is_stale,
    )


def _platform_is_within(codes: Sequence[str]) -> Q:
    """Condition that a page is a platform, or stands below one, that has an area inside one of
    these.
    """
    areas = [Area(code=code) for code in codes]
    below = Q(pk__in=())
    for platform in RegionalPlatformPage.objects.filter(within(areas, "areas")).distinct():
        below |= Q(path__startswith=platform.path)
    return below


register(
    RegionalPlatformPage,
    platform_document,
    related=["areas__parent__parent__parent", "members__sector"],
    kind="region",
    lookups={
        "region": area_lookups("areas"),
        "actor": ["members__sector"],
        "status": ["status"],
        "year": ["founded"],
        "period": ["founded"],
    },
)
register(RegionPage, region_page_document, lookups={"region": _platform_is_within})
register_records(
    RecordKind(
        name="desk",
        number=1,
        model=ConsultationDesk,
        visible=public_desks,
        document=desk_document,
        show=shown_desk,
        addresses=lambda desks: [desk.get_absolute_url() for desk in desks],
        titles=("name_ja", "name_en"),
        lookups={"region": area_lookups("areas"), "lang": ["languages"]},
    )
)
