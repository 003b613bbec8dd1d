"""What somebody asks, cleaned: from an address, a command line or JSON alike.

Nothing that is typed raises an error. What cannot be used is left out, and `notices` says so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from search.index.fields import FACETS
from search.registry import LikePlaces

__all__ = ["LAST_PAGE", "LONGEST_TEXT", "PAGE_SIZE", "SORTS", "SearchQuery"]

PAGE_SIZE = 10
LAST_PAGE = 1_000
LONGEST_TEXT = 200
_MOST_VALUES = 30
_CODE = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")

SORTS = {
    "relevance": gettext_lazy("Relevance"),
    "newest": gettext_lazy("Newest first"),
    "confirmed": gettext_lazy("Last confirmed first"),
}


@dataclass(frozen=True)
class SearchQuery:
    """A query that can be answered.

    Attributes:
        text: the words, in one line of at most 200 characters.
        locale: the reader's language.
        facets: chosen codes by facet.
        like: code of a place; only what is in places like it is found.
        like_places: that place and those like it, once `search.results.facets.clean` has looked.
        without_ended: whether what has ended is left out.
        sort: one of `SORTS`.
        page: from 1.
        per_page: hits on a page.
        notices: what was left out or corrected, in the active language.
    """

    text: str = ""
    locale: str = "ja"
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    like: str = ""
    like_places: LikePlaces | None = None
    without_ended: bool = False
    sort: str = "relevance"
    page: int = 1
    per_page: int = PAGE_SIZE
    notices: tuple[str, ...] = ()

    @classmethod
    def from_params(cls, params: Mapping[str, Any], locale: str) -> SearchQuery:
        """Read parameters: each a text, or a list of texts. Unknown parameters are ignored."""
        values = {
            name: _as_list(params, name)
            for name in ("q", "sort", "page", "without", "like", *FACETS)
        }
        notices: list[str] = []
        like = _codes("like", values["like"], notices)[:1]
        facets = {name: _codes(name, values[name], notices) for name in FACETS}
        return cls(
            text=_text(values["q"], notices),
            locale=locale,
            facets={name: codes for name, codes in facets.items() if codes},
            like="".join(like),
            without_ended="ended" in values["without"],
            sort=_sort(values["sort"], notices),
            page=_page(values["page"], notices),
            notices=tuple(notices),
        )

    def params(self) -> list[tuple[str, str]]:
        """The query as parameters of an address; what is usual is left out."""
        out = [("q", self.text)] if self.text else []
        out += [(name, code) for name in FACETS for code in self.facets.get(name, ())]
        if self.like:
            out.append(("like", self.like))
        if self.without_ended:
            out.append(("without", "ended"))
        if self.sort != "relevance":
            out.append(("sort", self.sort))
        if self.page > 1:
            out.append(("page", str(self.page)))
        return out

    def address(self) -> str:
        """The query as the part of an address from the question mark on."""
        return "?" + urlencode(self.params())

    def with_facet(self, name: str, codes: Sequence[str]) -> SearchQuery:
        """The same query with other values of one facet, from its first page."""
        facets = {**self.facets, name: tuple(codes)}
        return replace(self, facets={n: c for n, c in facets.items() if c}, page=1)

    def toggled(self, name: str, code: str) -> SearchQuery:
        """The same query with one value added, or taken away if it was chosen."""
        chosen = self.facets.get(name, ())
        without = tuple(value for value in chosen if value != code)
        return self.with_facet(name, without if code in chosen else (*chosen, code))

    def without_facets(self) -> SearchQuery:
        """The same words without any filter."""
        return replace(self.without_like(), facets={}, without_ended=False)

    def without_like(self) -> SearchQuery:
        """The same query, but in all places."""
        return replace(self, like="", like_places=None, page=1)

    @property
    def is_filtered(self) -> bool:
        """Whether anything but words narrows it."""
        return bool(self.facets or self.like or self.without_ended)

    def with_text(self, text: str) -> SearchQuery:
        """Other words with the same filters."""
        return replace(self, text=text, page=1)

    def noting(self, *notices: str) -> SearchQuery:
        """The same query with more notices."""
        return replace(self, notices=(*self.notices, *notices))


def _as_list(params: Mapping[str, Any], name: str) -> list[str]:
    getlist = getattr(params, "getlist", None)
    value = getlist(name) if getlist else params.get(name)
    if value is None:
        return []
    many = value if isinstance(value, list | tuple) else [value]
    return [str(one) for one in many if one is not None]


def _text(values: Sequence[str], notices: list[str]) -> str:
    """The query without signs that nobody sees; cut to `LONGEST_TEXT`, which a notice says."""
    raw = values[0] if values else ""
    # A megabyte is not looked at letter by letter.
    text = "".join(
        " " if c.isspace() else c
        for c in raw[: LONGEST_TEXT * 5]
        if c.isspace() or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    )
    text = " ".join(text.split())
    if len(text) > LONGEST_TEXT or len(raw) > LONGEST_TEXT * 5:
        text = text[:LONGEST_TEXT].rstrip()
        notices.append(
            _("The query was too long. The first %(count)d characters were searched for.")
            % {"count": LONGEST_TEXT}
        )
    return text


def _codes(name: str, values: Sequence[str], notices: list[str]) -> tuple[str, ...]:
    """A filter's values, each once, `_MOST_VALUES` at most; notices say what was left out."""
    wanted = list(dict.fromkeys(value.strip() for value in values if value.strip()))
    good = [value for value in wanted if len(value) <= 40 and _CODE.fullmatch(value)]
    if len(good) < len(wanted):
        notices.append(_("A value of a filter could not be read and was left out."))
    if len(good) > _MOST_VALUES:
        notices.append(
            _("A filter takes %(count)d values at most; the others were left out.")
            % {"count": _MOST_VALUES}
        )
    return tuple(good[:_MOST_VALUES])


def _sort(values: Sequence[str], notices: list[str]) -> str:
    wanted = values[0] if values else "relevance"
    if wanted and wanted not in SORTS:
        notices.append(_("There is no such order. The hits are in order of relevance."))
    return wanted if wanted in SORTS else "relevance"


def _page(values: Sequence[str], notices: list[str]) -> int:
    raw = (values[0] if values else "1").strip() or "1"
    number = int(raw) if re.fullmatch(r"[0-9]{1,9}", raw) else 0
    if number < 1:
        notices.append(_("There is no such page. This is the first one."))
        return 1
    return min(number, LAST_PAGE)
