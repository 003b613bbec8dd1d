"""Reads about consultation desks: of a place, of an editor, and the list narrowed or as a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from opendata.catalogue import Column, columns_of
from opendata.schemas import LICENCE
from page_cache.kept import kept
from regions.models import Area, ConsultationDesk, DeskPhone
from regions.selectors import area_paths, areas_inside, areas_kept_by, within
from taxonomy.list_filters import ListFilter, choices_of, list_tools
from taxonomy.models import AdviceField, Language

__all__ = [
    "COLUMNS",
    "TABLE",
    "DeskGroups",
    "csv_rows",
    "desk_list",
    "desks_for_areas",
    "desks_matching",
    "editable_desks",
    "group_desks",
    "keeps_all_desks",
    "public_desks",
]


def public_desks() -> QuerySet[ConsultationDesk]:
    """Desks that the public may see, with all that is shown of them.

    Everything that shows, counts or exports desks to the public begins here. Numbers come from
    `ConsultationDesk.shown_phones` alone.
    """
    # Without outlines, which desks do not show.
    areas = Area.objects.select_related("parent__parent__parent").defer(
        "shape", "parent__shape", "parent__parent__shape", "parent__parent__parent__shape"
    )
    phones = DeskPhone.objects.select_related("language")
    return ConsultationDesk.objects.filter(is_public=True).prefetch_related(
        Prefetch("areas", areas), "languages", "advice_fields", Prefetch("phones", phones)
    )


def desks_matching(
    *, areas: Sequence[Area] = (), language: str = "", field: str = ""
) -> QuerySet[ConsultationDesk]:
    """Desks that somebody in one of the areas may ask, in a language, about a field.

    Those of the areas, of what lies in them, of what they lie in, and of all of Japan; every desk
    where nothing is named. Load the areas as for `area_paths`.
    """
    found = public_desks()
    if areas:
        here = within(areas, "areas") | Q(areas__in=area_paths(areas)) | Q(areas=None)
        found = found.filter(pk__in=ConsultationDesk.objects.filter(here).values("pk"))
    if language:
        found = found.filter(languages=language)
    if field:
        found = found.filter(advice_fields=field)
    return found


def keeps_all_desks(user: Any) -> bool:
    """Whether somebody keeps the desks of all regions."""
    return bool(user.has_perm("regions.change_consultationdesk"))


def editable_desks(user: Any) -> QuerySet[ConsultationDesk]:
    """The desks that somebody may edit: all, or those whose places all lie in what they keep up."""
    if keeps_all_desks(user):
        return ConsultationDesk.objects.all()
    kept = areas_inside(areas_kept_by(user))
    inside = ConsultationDesk.objects.filter(areas__in=kept)
    reaching_out = ConsultationDesk.objects.filter(areas__in=Area.objects.exclude(pk__in=kept))
    return ConsultationDesk.objects.filter(pk__in=inside.values("pk")).exclude(
        pk__in=reaching_out.values("pk")
    )


@dataclass(frozen=True)
class DeskGroups:
    """Desks by how near they are.

    Attributes:
        own: of the places themselves, or of something in them.
        wider: of the prefecture or city in which the places lie.
        national: of all of Japan.
    """

    own: list[ConsultationDesk]
    wider: list[ConsultationDesk]
    national: list[ConsultationDesk]

    @property
    def total(self) -> int:
        """How many there are."""
        return len(self.own) + len(self.wider) + len(self.national)


def group_desks(desks: Iterable[ConsultationDesk], areas: Sequence[Area] = ()) -> DeskGroups:
    """The desks by how near they are to the areas, in the order of their places."""
    codes = {area.code for area in areas}
    above = set(area_paths(areas)) - codes
    groups = DeskGroups([], [], [])
    for desk in sorted(desks, key=_place_order):
        paths = area_paths(desk.areas.all())
        if not paths:
            groups.national.append(desk)
        elif codes.isdisjoint(paths) and any(area.code in above for area in desk.areas.all()):
            groups.wider.append(desk)
        else:
            groups.own.append(desk)
    return groups


def _place_order(desk: ConsultationDesk) -> tuple[str, bool, str]:
    """By place; in one place those with a number first."""
    codes = sorted(area.code for area in desk.areas.all())
    return (codes[0] if codes else "", not desk.shown_phones, desk.name_ja)


def desks_for_areas(areas: Sequence[Area]) -> DeskGroups:
    """The desks for people in these places of Japan; none for places abroad and ended ones.

    Load the areas as for `area_paths`.
    """
    here = [area for area in areas if _is_in_japan(area) and area.valid_to is None]
    if not here:
        return DeskGroups([], [], [])
    codes = {area.code for area in here}
    path = set(area_paths(here))
    near = [
        desk
        for desk, own, paths in _desks_with_places()
        if not own or not codes.isdisjoint(paths) or not path.isdisjoint(own)
    ]
    return group_desks(near, here)


@kept
def _desks_with_places() -> list[tuple[ConsultationDesk, frozenset[str], frozenset[str]]]:
    """All public desks, each with the codes of its places and of what they lie in."""
    return [
        (desk, frozenset(area.code for area in areas), frozenset(area_paths(areas)))
        for desk in public_desks()
        for areas in [list(desk.areas.all())]
    ]


def _is_in_japan(area: Area) -> bool:
    return bool(area.prefecture_code) or area.kind == Area.Kind.BLOCK


# --- The list -----------------------------------------------------------------------------------


def desk_list(params: QueryDict) -> dict[str, Any]:
    """The list, narrowed by `region`, `lang` and `field`, and what there is to choose from.

    Unknown values find nothing.
    """
    chosen = {name: params.get(name, "")[:40] for name in ("region", "lang", "field")}
    areas = _areas(chosen["region"])
    if chosen["region"] and not areas:
        found = public_desks().none()
    else:
        found = desks_matching(areas=areas, language=chosen["lang"], field=chosen["field"])
    groups = group_desks(found, areas)
    choices: dict[str, tuple[str, Iterable[Any]]] = {
        "lang": (_("Language"), _languages()),
        "region": (_("Place"), _places()),
        "field": (
            _("Advice on"),
            AdviceField.objects.filter(pk__in=_named("advice_fields")),
        ),
    }
    filters = [
        ListFilter(name, label, _("All"), chosen[name], choices_of(rows))
        for name, (label, rows) in choices.items()
    ]
    return {
        "desks": groups,
        "place": areas[0] if areas else None,
        "found": groups.total,
        **list_tools(params, filters),
    }


def _areas(code: str) -> list[Area]:
    return list(Area.objects.filter(code=code).select_related("parent__parent__parent"))


def _named(field: str) -> QuerySet[Any]:
    """Keys of what the public desks name in a field."""
    return ConsultationDesk.objects.filter(is_public=True).values(field)


def _languages() -> list[dict[str, str]]:
    """Languages in which a desk can be asked, each also as its speakers write it."""
    found = Language.objects.filter(pk__in=_named("languages"))
    return [{"code": language.code, "label": _both_names(language)} for language in found]


def _both_names(language: Language) -> str:
    """The language in the reader's words, then as its speakers write it."""
    return " – ".join(dict.fromkeys(filter(None, [language.spoken_name, language.own_name])))


def _places() -> list[dict[str, str]]:
    """All prefectures, each followed by its municipalities that have a desk of their own."""
    prefectures = Area.objects.filter(kind=Area.Kind.PREFECTURE)
    cities = Area.objects.filter(pk__in=_named("areas")).exclude(kind=Area.Kind.PREFECTURE)
    below: dict[str, list[Area]] = {}
    for city in cities:
        below.setdefault(city.prefecture_code, []).append(city)
    return [
        {"code": area.code, "label": f"{gap}{area.label}"}
        for prefecture in prefectures
        for gap, area in (
            ("", prefecture),
            *(("　", city) for city in below.get(prefecture.code, [])),
        )
    ]


# --- The list as a file -------------------------------------------------------------------------

TABLE = (
    Column(gettext_lazy("Code"), about=gettext_lazy("Stays the same for ever.")),
    Column(
        gettext_lazy("Local government codes"),
        about=gettext_lazy("Parted by spaces; empty: for all of Japan."),
    ),
    Column(gettext_lazy("Places")),
    Column(gettext_lazy("Name (Japanese)")),
    Column(gettext_lazy("Name (English)")),
    Column(pgettext_lazy("desk", "Run by")),
    Column(
        gettext_lazy("Telephone"),
        about=gettext_lazy("Empty also where the number waits to be confirmed."),
    ),
    Column(gettext_lazy("Mail")),
    Column(gettext_lazy("Website")),
    Column(gettext_lazy("Address")),
    Column(gettext_lazy("Language codes"), about=gettext_lazy("Parted by spaces.")),
    Column(gettext_lazy("Languages")),
    Column(gettext_lazy("Fields of advice")),
    Column(gettext_lazy("Open")),
    Column(gettext_lazy("Interpreting")),
    Column(gettext_lazy("Sources"), about=gettext_lazy("One a line.")),
    Column(
        gettext_lazy("Date of the source"),
        about=gettext_lazy("As precise as the source: 2018, 2018-12 or 2018-12-01."),
    ),
    Column(
        gettext_lazy("Source accessed on"),
        about=gettext_lazy("As precise as the source: 2018, 2018-12 or 2018-12-01."),
    ),
    Column(
        gettext_lazy("Last confirmed"),
        "date",
        gettext_lazy("When the desk said that all is right; empty: not yet."),
    ),
    Column(gettext_lazy("Older than 18 months"), about=gettext_lazy("yes or no")),
    Column(gettext_lazy("Licence")),
    Column(gettext_lazy("Retrieved"), "date", gettext_lazy("The day on which the file was made.")),
)
COLUMNS = columns_of(TABLE)


def csv_rows(desks: Iterable[ConsultationDesk]) -> Iterator[list[str]]:
    """A row for each desk under `COLUMNS`, in the active language."""
    today = timezone.localdate().isoformat()
    for desk in desks:
        yield [*_cells(desk), f"{LICENCE.name}, NANIF, {settings.SITE_URL}", today]


def _cells(desk: ConsultationDesk) -> list[str]:
    areas = list(desk.areas.all())
    languages = list(desk.languages.all())
    return [
        desk.code,
        " ".join(area.code for area in areas),
        _(", ").join(area.label for area in areas) or _("All of Japan"),
        desk.name_ja,
        desk.name_en,
        desk.operator,
        _(", ").join(phone_in_words(phone) for phone in desk.shown_phones),
        desk.email,
        desk.url,
        desk.address,
        " ".join(language.code for language in languages),
        _(", ").join(language.spoken_name for language in languages),
        _(", ").join(field.label for field in desk.advice_fields.all()),
        desk.hours,
        desk.interpreting,
        "\n".join(desk.source_lines),
        desk.as_of,
        desk.accessed,
        str(desk.last_confirmed_at or ""),
        _("yes") if desk.is_stale else _("no"),
    ]


def phone_in_words(phone: Any) -> str:
    """A number with the language or the callers for whom it is."""
    whom = phone.language.spoken_name if phone.language else phone.note
    return f"{phone.number} ({whom})" if whom else phone.number
