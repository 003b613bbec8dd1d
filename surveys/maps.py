"""Foreign residents on maps: as a share of all residents, or, where asked for, as a number.

A map of numbers shows where many people live. So maps show shares, in classes with names; the
number is a choice in the address. Every map has its list beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from regions.models import Area
from regions.selectors import MapClass, national_map
from surveys.models import ResidentCount
from surveys.series import day_of, share_of, share_text

__all__ = [
    "MUNICIPAL_LIMITS", "NUMBER", "PREFECTURE_LIMITS", "municipality_map", "municipality_shares",
    "national_residents_map", "prefecture_shares", "share_classes",
]  # fmt: skip

# As it stands in the address of a map: `?map=number`.
NUMBER = "number"
PREFECTURE_LIMITS = (1, 2, 3, 4)
# Municipalities differ more than prefectures.
MUNICIPAL_LIMITS = (1, 2, 4, 8)


def share_classes(limits: Sequence[int]) -> list[MapClass]:
    """Classes of shares with their names: below the first limit, between two, the last and more."""
    names = [
        _("less than %(limit)s%%") % {"limit": limits[0]},
        *[
            _("%(low)s%% to less than %(high)s%%") % {"low": low, "high": high}
            for low, high in pairwise(limits)
        ],
        _("%(limit)s%% and more") % {"limit": limits[-1]},
    ]
    ends = [*map(Decimal, limits), Decimal(101)]
    return [
        MapClass(level, below, name)
        for level, (below, name) in enumerate(zip(ends, names, strict=True), start=1)
    ]


def national_residents_map(rows: Sequence[ResidentCount], map_of: str) -> dict[str, Any] | None:
    """The prefectures by share, or by number where `map_of` asks for it.

    Args:
        rows: counts of the register by prefecture, oldest first.
    """
    if not rows:
        return None
    choices = {
        "choices": [
            {"label": label, "url": address, "is_chosen": is_chosen}
            for label, address, is_chosen in (
                (_("Share"), "?#residents-map-list", map_of != NUMBER),
                (_("Number of people"), f"?map={NUMBER}#residents-map-list", map_of == NUMBER),
            )
        ],
    }
    if map_of == NUMBER:
        newest = [row for row in rows if row.month == rows[-1].month]
        counts = {str(row.area_id): row.residents for row in newest}
        drawn = national_map(
            counts,
            title=_("Foreign residents by prefecture, %(day)s") % {"day": day_of(rows[-1].month)},
            caption=_(
                "Number of people in the resident register, not their share of the population."
            ),
            map_id="residents-map",
        )
        return {**drawn, **choices}
    with_share = [row for row in rows if row.population]
    if not with_share:
        return None
    newest = [row for row in with_share if row.month == with_share[-1].month]
    shares = {str(row.area_id): share_of(row.residents, row.population) for row in newest}
    drawn = national_map(
        shares,
        title=_("Share of foreign residents by prefecture, %(day)s")
        % {"day": day_of(with_share[-1].month)},
        caption=_("Resident register. Foreign residents among all residents, in percent."),
        map_id="residents-map",
        classes=share_classes(PREFECTURE_LIMITS),
    )
    return {**drawn, **choices}


def municipality_shares(prefecture: Area) -> list[ResidentCount]:
    """Numbers of the municipalities of a prefecture in its newest month with a total population.

    With their areas, outlines among them. One query.
    """
    counts = _register().filter(area__parent=prefecture, area__valid_to=None)
    newest = _register().filter(area=prefecture).order_by("-month").values("month")[:1]
    rows = counts.filter(month=newest).select_related("area")
    return list(rows.order_by("area__order", "area__code"))


def prefecture_shares() -> list[ResidentCount]:
    """The same of all prefectures, whose outlines are a file. One query."""
    counts = _register().filter(area__kind=Area.Kind.PREFECTURE)
    newest = counts.order_by("-month").values("month")[:1]
    rows = counts.filter(month=newest).select_related("area").defer("area__shape")
    return list(rows.order_by("area__code"))


def _register() -> Any:
    return ResidentCount.objects.filter(
        series=ResidentCount.Series.REGISTER,
        dimension=ResidentCount.Dimension.TOTAL,
        population__gt=0,
    )


def municipality_map(prefecture: Area, counts: Sequence[ResidentCount]) -> dict[str, Any] | None:
    """The municipalities of a prefecture by share of foreign residents (percent), with outlines.

    Args:
        counts: from `municipality_shares`; without any there is no map.
    """
    if not counts:
        return None
    return {
        "id": f"shares-{prefecture.code}",
        "title": _("%(place)s: share of foreign residents by municipality, %(day)s")
        % {"place": prefecture.label, "day": day_of(counts[0].month)},
        "caption": _("Resident register. Foreign residents among all residents, in percent."),
        "list_title": _("Municipalities as a list"),
        "viewbox": prefecture.viewbox,
        "ground": prefecture.shape,
        "classes": share_classes(MUNICIPAL_LIMITS),
        "prefectures": [
            {
                "code": count.area.code,
                "name": count.area.label,
                "block": "",
                "count": share_of(count.residents, count.population),
                "text": share_text(count.residents, count.population),
                "url": reverse("area", args=[count.area.code]),
                "d": count.area.shape,
                "selected": False,
            }
            for count in counts
            if count.area
        ],
    }
