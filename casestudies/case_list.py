"""The list of all cases with its filters, its order, and its way to the map."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.query import PageQuerySet

from casestudies.models import CasesFromPage, CaseStudyIndexPage
from casestudies.selectors import (
    PER_PAGE,
    cases_matching,
    counts_by_area,
    themes_with_counts,
)
from core.pagination import paginate
from core.visibility import publicly_visible
from regions.selectors import blocks
from taxonomy.list_filters import Choice, ListFilter, choices_of, list_tools, sort_of
from taxonomy.models import CaseStatus, EvidenceGrade
from taxonomy.selectors import vocabulary_terms

__all__ = ["case_index"]

SORTS = {
    "newest": gettext_lazy("Newest first"),
    "confirmed": gettext_lazy("Most recently confirmed first"),
}
ELEMENTS = {
    "cost": gettext_lazy("With costs"),
    "results": gettext_lazy("With results in numbers"),
    "failures": gettext_lazy("With what did not work"),
    "contact": gettext_lazy("With a contact desk"),
    "confirmed": gettext_lazy("Confirmed"),
}
# As the search calls them, so that its map shows the same cases.
_FILTERS = ("theme", "region", "has", "evidence", "status")


def case_index(index: CaseStudyIndexPage, params: QueryDict) -> dict[str, Any]:
    """One page of the cases that fit the filters of the address, and what they can be chosen from.

    Unknown codes find nothing. Returns also the regions' own `lists` and the `themes`, with counts.
    """
    language = index.locale.language_code
    chosen = {name: params.get(name, "")[:40] for name in _FILTERS}
    counts = counts_by_area(language)
    themes = themes_with_counts(language)
    shown = paginate(_matching(language, chosen, params), params.get("page"), PER_PAGE)
    on_map = urlencode({"kind": "case", **{n: v for n, v in chosen.items() if v}, "view": "map"})
    return {
        "cases": shown,
        "found": shown.paginator.count,
        "lists": _lists(index, counts),
        "themes": themes,
        "views": [
            {"name": "list", "label": _("List"), "icon": "document", "url": "", "is_chosen": True},
            {
                "name": "map",
                "label": _("Map"),
                "icon": "place",
                "url": f"{reverse('search:search')}?{on_map}",
            },
        ],
        **list_tools(params, _filters(chosen, counts, themes), SORTS),
    }


def _matching(language: str, chosen: dict[str, str], params: QueryDict) -> PageQuerySet:
    several = {name: [code] if code else [] for name, code in chosen.items()}
    found = cases_matching(
        language, regions=several["region"], themes=several["theme"], has=several["has"]
    )
    if chosen["evidence"]:
        found = found.filter(evidence_grade=chosen["evidence"])
    if chosen["status"]:
        found = found.filter(status=chosen["status"])
    if sort_of(params, SORTS) == "confirmed":
        found = found.order_by("-last_confirmed_at", *found.query.order_by)
    return found


def _lists(index: CaseStudyIndexPage, counts: dict[str, int]) -> list[CasesFromPage]:
    """Lists of regions that have cases, each with `count`."""
    lists = list(
        publicly_visible(CasesFromPage.objects.all())
        .child_of(index)
        .select_related("area", "locale", "alias_of__locale")
        .order_by("area__order", "area__code")
    )
    for page in lists:
        page.count = counts.get(page.area_id, 0)
    return [page for page in lists if page.count]


def _filters(chosen: dict[str, str], counts: dict[str, int], themes: list[Any]) -> list[ListFilter]:
    # Numbers are those of the whole list: beside other filters they would promise too much.
    has_counts = not any(chosen.values())

    def choice(item: Any, count: int, *, whole: bool = False, group: str = "") -> Choice:
        label = _("All of %(name)s") % {"name": item.label} if whole else item.label
        return Choice(item.code, label, count if has_counts else None, group)

    choices = {
        "theme": [
            one
            for theme in themes
            for one in (
                choice(theme, theme.count, whole=True, group=theme.label),
                *(choice(child, child.count, group=theme.label) for child in theme.children),
            )
        ],
        "region": [
            choice(part, counts[part.code], group=block.label)
            for block in blocks()
            for part in block.parts.all()
            if counts.get(part.code)
        ],
        "has": [Choice(code, str(label)) for code, label in ELEMENTS.items()],
        "evidence": choices_of(vocabulary_terms(EvidenceGrade)),
        "status": choices_of(vocabulary_terms(CaseStatus)),
    }
    labels = {
        "theme": (_("Theme"), _("All themes")),
        "region": (_("Region"), _("All regions")),
        "has": (_("What the case study includes"), _("All")),
        "evidence": (_("Strength of evidence"), _("All")),
        "status": (_("Status"), _("All")),
    }
    return [ListFilter(name, *labels[name], chosen[name], choices[name]) for name in _FILTERS]
