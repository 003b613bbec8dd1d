"""Reads about plans of local governments: of places, of an editor, and the list narrowed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opendata.catalogue import Column, columns_of
from opendata.schemas import LICENCE
from page_cache.kept import kept, kept_rows
from places.models import LOCAL_GOVERNMENTS, LocalPlan, NationalFigure
from regions.models import Area
from regions.selectors import area_paths, areas_inside, areas_kept_by, national_map
from taxonomy.list_filters import Choice, ListFilter, list_tools

__all__ = [
    "COLUMNS",
    "TABLE",
    "PlacePlans",
    "csv_rows",
    "editable_plans",
    "governments_with_plans",
    "keeps_all_plans",
    "plan_list",
    "plans_for_areas",
    "status_of",
]

Status = LocalPlan.Status
_ON_A_PAGE = 50
_FILTERS = ("region", "kind", "status")


def keeps_all_plans(user: Any) -> bool:
    """Whether somebody keeps the plans of all local governments."""
    return bool(user.has_perm("places.change_localplan"))


def editable_plans(user: Any) -> QuerySet[LocalPlan]:
    """The plans that somebody may edit: all, or those of places in what they keep up."""
    if keeps_all_plans(user):
        return LocalPlan.objects.all()
    return LocalPlan.objects.filter(area__in=areas_inside(areas_kept_by(user)))


def status_of(area: Area) -> str:
    """What is known of an area's plan; unknown where there is no record."""
    plan = getattr(area, "local_plan", None)
    return plan.status if plan else Status.UNKNOWN


def governments_with_plans() -> QuerySet[Area]:
    """The local governments of today, each with its plan and prefecture loaded."""
    return (
        Area.objects.filter(kind__in=LOCAL_GOVERNMENTS, valid_to=None)
        .select_related("local_plan", "parent")
        .order_by("code")
    )


# --- On the page of a place ---------------------------------------------------------------------


@dataclass(frozen=True)
class PlacePlans:
    """What is known of the plans of some places.

    Attributes:
        own: the local governments that are meant, with or without a plan that is known.
        wider: those in which they lie and of whose plan something is known.
        advisers: whom a local government may ask for advice.
    """

    own: list[Area]
    wider: list[Area]
    advisers: list[NationalFigure]


def plans_for_areas(areas: Sequence[Area]) -> PlacePlans | None:
    """The plans of these places; a ward is answered for by its city. None outside Japan.

    Of several places, only those of whose plan something is known are named. Load the areas as for
    `area_paths`.
    """
    codes = [area.code for area in areas if area.prefecture_code and area.valid_to is None]
    if not codes:
        return None
    here = [area for area in areas if area.code in codes]
    wards = [area.parent_id for area in here if area.kind == Area.Kind.WARD]
    path = area_paths(here)
    found = _kept_governments(path)
    own = [found[code] for code in path if code in found and code in {*codes, *wards}]
    wider = [
        area
        for code, area in found.items()
        if area not in own and status_of(area) != Status.UNKNOWN
    ]
    if len(codes) > 1:
        own = [area for area in own if status_of(area) != Status.UNKNOWN]
        if not own:
            return None
    return PlacePlans(own, wider, _advisers())


@kept_rows
def _kept_governments(codes: list[str]) -> Mapping[str, Area]:
    return governments_with_plans().defer("shape", "parent__shape").in_bulk(codes)


@kept
def _advisers() -> list[NationalFigure]:
    return list(NationalFigure.objects.filter(topic=NationalFigure.Topic.ADVISERS))


# --- The list -----------------------------------------------------------------------------------


def chosen_of(params: QueryDict | Mapping[str, str]) -> dict[str, str]:
    """The filters of an address."""
    return {name: (params.get(name) or "")[:40] for name in _FILTERS}


def matching_codes(chosen: Mapping[str, str]) -> list[str]:
    """Codes of the local governments that fit the filters. One query."""
    return [row["code"] for row in _rows() if _fits(row, chosen)]


def _rows() -> list[dict[str, str]]:
    """Code, prefecture, kind and status of all local governments, those known first."""
    rows = governments_with_plans().values_list("code", "kind", "local_plan__status")
    found = [
        {"code": code, "region": code[:2], "kind": kind, "status": status or Status.UNKNOWN.value}
        for code, kind, status in rows
    ]
    return sorted(found, key=lambda row: (row["status"] == Status.UNKNOWN, row["code"]))


def _fits(row: Mapping[str, str], chosen: Mapping[str, str], *, but: str = "") -> bool:
    return all(row[name] == chosen[name] for name in _FILTERS if chosen[name] and name != but)


def plan_list(params: QueryDict) -> dict[str, Any]:
    """The list, narrowed by `region`, `kind` and `status`, with the counts of each choice.

    Without a filter it shows those of whose plan something is known. Unknown values find nothing.
    """
    chosen = chosen_of(params)
    rows = _rows()
    known = [row for row in rows if row["status"] != Status.UNKNOWN]
    is_narrowed = any(chosen.values())
    found = [row["code"] for row in rows if _fits(row, chosen)] if is_narrowed else [
        row["code"] for row in known
    ]  # fmt: skip
    page: Any = Paginator(found, _ON_A_PAGE).get_page(params.get("page"))
    loaded = governments_with_plans().in_bulk(list(page.object_list))
    page.object_list = [loaded[code] for code in page.object_list]
    prefectures = {area.code: area.label for area in Area.objects.filter(kind=Area.Kind.PREFECTURE)}
    counts = {
        name: Counter(row[name] for row in rows if _fits(row, chosen, but=name))
        for name in _FILTERS
    }
    labels: dict[str, dict[str, Any]] = {
        "region": prefectures,
        "kind": {kind.value: kind.label for kind in LOCAL_GOVERNMENTS},
        "status": dict(Status.choices),
    }
    names = {
        "region": _("Prefecture"),
        "kind": _("Kind of local government"),
        "status": _("Plan"),
    }
    filters = [
        ListFilter(
            name,
            names[name],
            _("All"),
            chosen[name],
            [Choice(code, str(label), counts[name][code]) for code, label in labels[name].items()],
        )
        for name in _FILTERS
    ]
    known_by_prefecture = Counter(row["region"] for row in known)
    return {
        "governments": page,
        "total": len(rows),
        "known": len(known),
        "unknown": len(rows) - len(known),
        "found": len(found),
        **list_tools(params, filters),
        "national": NationalFigure.objects.filter(topic=NationalFigure.Topic.PLANS),
        "advisers": NationalFigure.objects.filter(topic=NationalFigure.Topic.ADVISERS),
        "map": national_map(
            known_by_prefecture,
            title=_("Local governments of whose plan something is known"),
            caption=_("How much we have found out, not how many plans there are."),
            map_id="plans-map",
            url=lambda code: f"{reverse('plans')}?{urlencode({'region': code})}",
            selected=[chosen["region"]],
        ),
    }


# --- The list as a file -------------------------------------------------------------------------

TABLE = (
    Column(gettext_lazy("Local government code")),
    Column(gettext_lazy("Prefecture")),
    Column(gettext_lazy("Local government")),
    Column(gettext_lazy("Kind of local government")),
    Column(gettext_lazy("Status code"), about=gettext_lazy("own, part, none or unknown.")),
    Column(gettext_lazy("Plan")),
    Column(gettext_lazy("Title of the plan")),
    Column(gettext_lazy("Plan begins"), about=gettext_lazy("First fiscal year of the plan.")),
    Column(gettext_lazy("Plan ends"), about=gettext_lazy("Last fiscal year of the plan.")),
    Column(gettext_lazy("Page of the plan")),
    Column(gettext_lazy("Sources"), about=gettext_lazy("One a line.")),
    Column(
        gettext_lazy("Date of the source"),
        about=gettext_lazy("As precise as the source: 2018, 2018-12 or 2018-12-01."),
    ),
    Column(gettext_lazy("Source accessed on")),
    Column(gettext_lazy("Older than 18 months")),
    Column(gettext_lazy("Licence")),
    Column(gettext_lazy("Retrieved"), "date"),
)
COLUMNS = columns_of(TABLE)


def csv_rows(chosen: Mapping[str, str]) -> Iterator[list[str]]:
    """A row for each local government that fits, under `COLUMNS`; unknown ones are named so."""
    codes = set(matching_codes(chosen))
    today = timezone.localdate().isoformat()
    areas: Iterable[Area] = [area for area in governments_with_plans() if area.code in codes]
    prefectures = {area.code: area.label for area in Area.objects.filter(kind=Area.Kind.PREFECTURE)}
    for area in areas:
        plan = getattr(area, "local_plan", None)
        yield [
            area.code,
            prefectures.get(area.prefecture_code, ""),
            area.label,
            area.get_kind_display(),
            status_of(area),
            str(Status(status_of(area)).label),
            plan.title if plan else "",
            plan.starts if plan else "",
            plan.ends if plan else "",
            plan.url if plan else "",
            "\n".join(plan.source_lines) if plan else "",
            plan.as_of if plan else "",
            plan.accessed if plan else "",
            (_("yes") if plan.is_stale else _("no")) if plan else "",
            f"{LICENCE.name}, NANIF, {settings.SITE_URL}",
            today,
        ]
