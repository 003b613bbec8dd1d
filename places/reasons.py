"""Why a place is like another, in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from places.peers import Peer

__all__ = ["FEATURE_NAMES", "reason_of"]

FEATURE_NAMES: dict[str, Any] = {
    "population": gettext_lazy("population"),
    "share": gettext_lazy("share of foreign residents"),
    "share_change": gettext_lazy("change of the share"),
    "population_change": gettext_lazy("change of the population"),
    "nationalities": gettext_lazy("nationalities in the prefecture"),
    "statuses": gettext_lazy("residence statuses in the prefecture"),
}
_MOST_NAMED = 3


def reason_of(peer: Peer) -> str:
    """Name what is really near, the weightiest first; say so where nothing is."""
    if peer.is_far:
        return _("The nearest of its kind, but not like it")
    names = [str(FEATURE_NAMES[name]) for name in peer.near[:_MOST_NAMED]]
    if not names:
        return _("Near in all figures together, in none by itself")
    return _("Near in %(features)s") % {"features": _joined(names)}


def _joined(names: list[str]) -> str:
    *first, last = names
    if not first:
        return last
    return _("%(first)s and %(second)s") % {"first": _(", ").join(first), "second": last}
