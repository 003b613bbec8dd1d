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
from surveys.series import day_of, share_of

__all__ = ["NUMBER", "municipality_map", "national_residents_map", "share_classes"]

# As it stands in the address of a map: `?map=number`.
NUMBER = "number"
_LIMITS = (1, 2, 3, 4)
# Municipalities differ more than prefectures.
_WIDE_LIMITS = (1, 2, 4, 8)


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
            caption=_("Resident register. The number of people, not their share."),
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
        classes=share_classes(_LIMITS),
    )
    return {**drawn, **choices}


def municipality_map(prefecture: Area) -> dict[str, Any] | None:
    """The municipalities of a prefecture by share of foreign residents (percent), with outlines.

    Shown are those with numbers of the prefecture's newest month; None where none has any. Two
    queries.
    """
    counts = ResidentCount.objects.filter(
        series=ResidentCount.Series.REGISTER,
        dimension=ResidentCount.Dimension.TOTAL,
        population__gt=0,
    )
    newest = counts.filter(area=prefecture).order_by("-month").values("month")[:1]
    rows = counts.filter(area__parent=prefecture, month=newest)
    shares = {
        code: (month, share_of(residents, population))
        for code, month, residents, population in rows.values_list(
            "area", "month", "residents", "population"
        )
    }
    if not shares:
        return None
    areas = Area.objects.filter(parent=prefecture, valid_to=None)
    month = next(iter(shares.values()))[0]
    return {
        "id": f"shares-{prefecture.code}",
        "title": _("%(place)s: share of foreign residents by municipality, %(day)s")
        % {"place": prefecture.label, "day": day_of(month)},
        "caption": _("Resident register. Foreign residents among all residents, in percent."),
        "list_title": _("Municipalities as a list"),
        "viewbox": prefecture.viewbox,
        "ground": prefecture.shape,
        "classes": share_classes(_WIDE_LIMITS),
        "prefectures": [
            {
                "code": area.code,
                "name": area.label,
                "block": "",
                "count": shares[area.code][1],
                "url": reverse("area", args=[area.code]),
                "d": area.shape,
                "selected": False,
            }
            for area in areas
            if area.code in shares
        ],
    }
