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

__all__ = ["LAST_PAGE", "LONGEST_TEXT", "PAGE_SIZE", "SORTS", "TIERS", "Intent", "SearchQuery"]

PAGE_SIZE = 10
LAST_PAGE = 1_000
LONGEST_TEXT = 200
_MOST_VALUES = 30
_CODE = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")

SORTS = {
    "relevance": gettext_lazy("Most relevant first"),
    "newest": gettext_lazy("Newest first"),
    "confirmed": gettext_lazy("Most recently confirmed first"),
}


# Pages that have what was asked for; or also, behind them, those that have some of its words.
TIERS = ("strict", "all")


@dataclass(frozen=True)
class Intent:
    """What a part of a query was taken to say: values of a facet.

    Attributes:
        text: the part, as folded.
        stays_word: whether it is searched for besides.
    """

    facet: str
    codes: tuple[str, ...]
    text: str
    stays_word: bool = False


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
        tier: one of `TIERS`: what is counted and listed.
        as_typed: whether no other spelling is searched for, even if this one finds nothing.
        as_words: facets of which nothing is recognised in the text.
        typed: what was typed, where parts of it were understood as `intents`; these are not in
            `text`.
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
    tier: str = "strict"
    as_typed: bool = False
    as_words: tuple[str, ...] = ()
    typed: str = ""
    intents: tuple[Intent, ...] = ()
    notices: tuple[str, ...] = ()

    @classmethod
    def from_params(cls, params: Mapping[str, Any], locale: str) -> SearchQuery:
        """Read parameters: each a text, or a list of texts. Unknown parameters are ignored."""
        values = {
            name: _as_list(params, name)
            for name in (
                *("q", "sort", "page", "without", "like", "tier", "spelling", "words"),
                *FACETS,
            )
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
            tier="all" if "all" in values["tier"] else "strict",
            as_typed="typed" in values["spelling"],
            as_words=tuple(name for name in FACETS if name in values["words"]),
            notices=tuple(notices),
        )

    def params(self) -> list[tuple[str, str]]:
        """The query as parameters of an address; what is usual is left out."""
        out = [("q", self.asked)] if self.asked else []
        out += [(name, code) for name in FACETS for code in self.facets.get(name, ())]
        if self.like:
            out.append(("like", self.like))
        if self.without_ended:
            out.append(("without", "ended"))
        if self.tier != "strict":
            out.append(("tier", self.tier))
        out += [("words", name) for name in self.as_words]
        if self.as_typed:
            out.append(("spelling", "typed"))
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
        facets = {**self.chosen, name: tuple(codes)}
        return replace(self.settled(), facets={n: c for n, c in facets.items() if c}, page=1)

    def toggled(self, name: str, code: str) -> SearchQuery:
        """The same query with one value added, or taken away if it was chosen."""
        chosen = self.chosen.get(name, ())
        without = tuple(value for value in chosen if value != code)
        return self.with_facet(name, without if code in chosen else (*chosen, code))

    def without_facets(self) -> SearchQuery:
        """The same words without any filter."""
        return replace(self.settled().without_like(), facets={}, without_ended=False)

    def without_like(self) -> SearchQuery:
        """The same query, but in all places."""
        return replace(self, like="", like_places=None, page=1)

    @property
    def asked(self) -> str:
        """All that was typed, whatever was understood of it."""
        return self.typed or self.text

    @property
    def chosen(self) -> dict[str, tuple[str, ...]]:
        """Codes by facet that narrow the list: chosen ones, and those that its text says."""
        said = {intent.facet: intent.codes for intent in self.intents}
        return {**self.facets, **{n: c for n, c in said.items() if n not in self.facets}}

    def settled(self) -> SearchQuery:
        """The same query with what was understood of its text as chosen filters."""
        return replace(self, facets=self.chosen, typed="", intents=())

    def with_as_words(self, facet: str) -> SearchQuery:
        """The query as it was typed, with nothing of this facet recognised in it."""
        words = (*self.as_words, facet)
        return replace(self, text=self.asked, typed="", intents=(), as_words=words, page=1)

    @property
    def is_filtered(self) -> bool:
        """Whether anything but words narrows it."""
        return bool(self.facets or self.like or self.without_ended)

    def with_text(self, text: str) -> SearchQuery:
        """Other words with the same filters."""
        return replace(self, text=text, typed="", intents=(), as_typed=False, page=1)

    def typed_alone(self) -> SearchQuery:
        """The same query, and no other spelling in its place."""
        return replace(self, as_typed=True, page=1)

    def with_tier(self, tier: str) -> SearchQuery:
        """The same query, listing one of `TIERS`."""
        return replace(self, tier=tier, page=1)

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
            _("Your search was too long. We used the first %(count)d characters.")
            % {"count": LONGEST_TEXT}
        )
    return text


def _codes(name: str, values: Sequence[str], notices: list[str]) -> tuple[str, ...]:
    """A filter's values, each once, `_MOST_VALUES` at most; notices say what was left out."""
    wanted = list(dict.fromkeys(value.strip() for value in values if value.strip()))
    good = [value for value in wanted if len(value) <= 40 and _CODE.fullmatch(value)]
    if len(good) < len(wanted):
        notices.append(_("One filter could not be used and was ignored."))
    if len(good) > _MOST_VALUES:
        notices.append(
            _("You can choose up to %(count)d options per filter. The rest were ignored.")
            % {"count": _MOST_VALUES}
        )
    return tuple(good[:_MOST_VALUES])


def _sort(values: Sequence[str], notices: list[str]) -> str:
    wanted = values[0] if values else "relevance"
    if wanted and wanted not in SORTS:
        notices.append(_("That sort order does not exist. Results are sorted by relevance."))
    return wanted if wanted in SORTS else "relevance"


def _page(values: Sequence[str], notices: list[str]) -> int:
    raw = (values[0] if values else "1").strip() or "1"
    number = int(raw) if re.fullmatch(r"[0-9]{1,9}", raw) else 0
    if number < 1:
        notices.append(_("That page does not exist. This is the first page."))
        return 1
    return min(number, LAST_PAGE)
