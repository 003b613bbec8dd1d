"""Rules about codes: what a page says of itself by themes and types of actors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from upkeep.rules.checked import CheckedPage
from upkeep.rules.data import rule_data
from upkeep.rules.rule import Fault, rule

__all__ = ["actor_not_borne_out", "theme_not_borne_out"]


def _not_borne_out(checked: CheckedPage, kind: str) -> Iterator[Fault]:
    chosen = {term.code for term in getattr(checked.page, kind).all()}
    areas = [place.area_id or "" for place in checked.page.places.all()]
    for entry in rule_data()["codes"]:
        if entry["kind"] == kind and entry["code"] in chosen and _is_wrong(entry, checked, areas):
            yield Fault.of(kind, entry["code"])


def _is_wrong(entry: dict[str, Any], checked: CheckedPage, areas: list[str]) -> bool:
    is_elsewhere = bool(areas) and all(
        area.startswith(tuple(entry.get("not_in", ["-"]))) for area in areas
    )
    return is_elsewhere or not any(word in checked.words for word in entry["words"])


@rule(
    "theme-not-borne-out",
    label=_("Theme that the text does not bear out"),
    reason=_("Readers who choose the theme find a page that says nothing about it."),
    cure=_("Take the theme off, or write what the page has to do with it."),
)
def theme_not_borne_out(checked: CheckedPage) -> Iterator[Fault]:
    """Themes of which no word stands in the text, or that are wrong in the case's country."""
    yield from _not_borne_out(checked, "themes")


@rule(
    "actor-not-borne-out",
    label=_("Type of organisation that the text does not bear out"),
    reason=_("Readers who choose the type find a case in which nobody of the kind takes part."),
    cure=_("Take the type off, or name the organisation."),
)
def actor_not_borne_out(checked: CheckedPage) -> Iterator[Fault]:
    """Types of actors of which no word stands in the text."""
    yield from _not_borne_out(checked, "actor_types")
