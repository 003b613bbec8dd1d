"""Places that somebody names in a query: their pages are offered, whatever else is found.

The names are kept in memory by each process and read again once the source says that they changed.
They are compared as `core.place_names` writes them and, typed in kana or Latin letters, by sound.
"""

from __future__ import annotations

import re
import threading
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.place_names import normalise_place_name, without_district
from search.language.readings import sound_key
from search.registry import PlaceNames, PlaceSource, place_sources
from search.results.page import OfferedPlace

__all__ = [
    "forget_places",
    "label_of",
    "place_codes",
    "places_beginning",
    "places_named",
    "warm_up",
]

_SHORTEST_BEGINNING = 2
_LAST = "\U0010ffff"
_QUOTES = " \u3000\"'“”„「」『』"
_KANJI = re.compile(r"[\u3005\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def places_named(text: str) -> tuple[OfferedPlace, ...]:
    """The places that a whole text names, those that ended after the others.

    One that ended is followed by its successors.
    """
    return tuple(
        _offered(names, source, directory)
        for source, directory in _directories()
        for names in directory.with_successors(directory.named(text))
    )


def place_codes(text: str) -> tuple[str, ...]:
    """Codes of the places of Japan that a text names and that there still are.

    Asked for each word of a query, so the names are those that were read last; whoever offers
    places looks at each search whether they changed.
    """
    with _cache.guard:
        known = [kept[1] for kept in _cache.kept.values()]
    if not known:
        known = [directory for _source, directory in _directories()]
    return tuple(
        names.code
        for directory in known
        for names in directory.named(text)
        if names.last_day is None and names.code[:2].isdigit()
    )


def places_beginning(text: str, limit: int) -> tuple[OfferedPlace, ...]:
    """Places that a text names, and then those whose names begin with it; so many at most."""
    found: list[OfferedPlace] = []
    for source, directory in _directories():
        places = directory.with_successors(directory.named(text))
        if len(places) < limit:
            known = {names.code for names in places}
            places += [names for names in directory.beginning(text) if names.code not in known]
        found += [_offered(names, source, directory) for names in places[:limit]]
    return tuple(found[:limit])


def label_of(place: OfferedPlace) -> str:
    """Its name and its prefecture, since many places have the same name."""
    if not place.prefecture:
        return place.title
    return _("%(place)s (%(prefecture)s)") % {"place": place.title, "prefecture": place.prefecture}


def warm_up() -> None:
    """Read the names now, which is otherwise done when they are first needed."""
    _directories()


def forget_places() -> None:
    """Read the names again when they are next needed."""
    with _cache.guard:
        _cache.kept.clear()


def _offered(names: PlaceNames, source: PlaceSource, directory: _Directory) -> OfferedPlace:
    language = "en" if (get_language() or "").startswith("en") else "ja"
    ended = ""
    if names.last_day:
        ended = _("until %(day)s") % {"day": date_format(names.last_day, "DATE_FORMAT")}
    return OfferedPlace(
        code=names.code,
        url=source.url(names.code),
        title=names.titles[language],
        prefecture=names.prefectures.get(language, ""),
        kind_label=capfirst(str(names.kind)),
        ended=ended,
        became=_(", ").join(one.titles[language] for one in directory.today(names)),
    )


class _Directory:
    """Looks places up by their names, and by how these begin."""

    def __init__(self, places: Sequence[PlaceNames]) -> None:
        self._by_code = {names.code: names for names in places}
        written: dict[str, list[PlaceNames]] = defaultdict(list)
        sounding: dict[str, list[PlaceNames]] = defaultdict(list)
        for names in places:
            for key in names.written - {""}:
                written[key].append(names)
            for key in {_sound(name) for name in names.sounding} - {""}:
                sounding[key].append(names)
        self._written, self._written_keys = dict(written), sorted(written)
        self._sounding, self._sounding_keys = dict(sounding), sorted(sounding)

    def named(self, text: str) -> list[PlaceNames]:
        """Places with exactly this name: as it is written before those that only sound so."""
        written, sound = _keys(text)
        return [
            *_in_order({names.code: names for names in self._written.get(written, ())}),
            *_in_order(
                {
                    names.code: names
                    for names in self._sounding.get(sound, ())
                    if names not in self._written.get(written, ())
                }
            ),
        ]

    def beginning(self, text: str) -> list[PlaceNames]:
        """Places with a name that begins so, larger ones first."""
        written, sound = _keys(text)
        found: dict[str, PlaceNames] = {}
        for key, keys, places in (
            (written, self._written_keys, self._written),
            (sound, self._sounding_keys, self._sounding),
        ):
            if len(key) < _SHORTEST_BEGINNING or len(written) < _SHORTEST_BEGINNING:
                continue
            for name in keys[bisect_left(keys, key) : bisect_left(keys, key + _LAST)]:
                found |= {names.code: names for names in places[name]}
        return _in_order(found)

    def today(self, names: PlaceNames) -> list[PlaceNames]:
        """What a place that ended belongs to now; nothing for one that there still is."""
        others = self.with_successors([names])
        return [one for one in others if names.last_day and one.last_day is None]

    def with_successors(self, places: Iterable[PlaceNames]) -> list[PlaceNames]:
        """The places, and after each that ended those that followed it."""
        found: dict[str, PlaceNames] = {}
        waiting = list(reversed(list(places)))
        while waiting:
            names = waiting.pop()
            if names.code not in found:
                found[names.code] = names
                waiting += [self._by_code[c] for c in names.successors if c in self._by_code]
        return list(found.values())


def _keys(text: str) -> tuple[str, str]:
    """How the text is written, and how it sounds."""
    plain = text.strip(_QUOTES)
    return normalise_place_name(without_district(plain)), _sound(plain)


def _sound(text: str) -> str:
    """How a text in kana or Latin letters sounds, without regard to commas and blanks."""
    return "" if _KANJI.search(text) else sound_key("".join(text.replace(",", " ").split()))


def _in_order(places: Mapping[str, PlaceNames]) -> list[PlaceNames]:
    def order(names: PlaceNames) -> tuple[bool, int, str]:
        return names.last_day is not None, names.rank, names.code

    return sorted(places.values(), key=order)


class _Cache:
    """The places of this process, by source, and the state that each was in when it was read."""

    def __init__(self) -> None:
        self.kept: dict[PlaceSource, tuple[object, _Directory]] = {}
        self.guard = threading.Lock()


_cache = _Cache()


def _directories() -> list[tuple[PlaceSource, _Directory]]:
    """What each source has now. One small query each, and a load after a change."""
    found = []
    for source in place_sources():
        state = source.state()
        with _cache.guard:
            kept = _cache.kept.get(source)
            if kept is None or kept[0] != state:
                kept = (state, _Directory(source.read()))
                _cache.kept[source] = kept
        found.append((source, kept[1]))
    return found
