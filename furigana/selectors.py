"""Reads of what decides how words are read."""

from __future__ import annotations

from core.visibility import publicly_visible
from furigana.models import ReadingCorrection
from furigana.readings import Correction, Reader
from organisations.models import OrganisationPage
from page_cache.kept import kept
from people.models import Person
from regions.models import Area
from search.language.readings import hiragana, is_hiragana
from taxonomy.models import GlossaryTerm

__all__ = ["current_reader", "kana_of_names"]


@kept
def current_reader() -> Reader:
    """Readings as the database has them now, kept; a load after a change."""
    return Reader(_corrections(), kana_of_names())


def _corrections() -> list[Correction]:
    rows = ReadingCorrection.objects.filter(is_active=True)
    return [Correction(row.written, row.reading, row.context) for row in rows]


def kana_of_names() -> dict[str, str]:
    """Names of places, public bodies and people, and terms of the glossary, with their kana.

    A name that is read in two ways, as 池田町 is in two prefectures, is left to the dictionary.
    """
    readings: dict[str, set[str]] = {}
    for name, kana in [*_places(), *_bodies_and_people(), *_terms()]:
        kana = hiragana("".join(kana.split()))
        if name and is_hiragana(kana):
            readings.setdefault(name, set()).add(kana)
    return {name: next(iter(kana)) for name, kana in readings.items() if len(kana) == 1}


def _places() -> list[tuple[str, str]]:
    """Places; a ward by its own part alone, since its city stands before it with its own kana."""
    found = []
    for name, kana, city in Area.objects.values_list("name_ja", "kana", "parent__name_ja"):
        own = kana.split()
        if city and len(own) == 2 and name.startswith(city) and name != city:
            name, kana = name.removeprefix(city), own[1]
        found.append((name, kana))
    return found


def _bodies_and_people() -> list[tuple[str, str]]:
    pages = publicly_visible(OrganisationPage.objects.exclude(kana=""))
    return [
        *pages.values_list("title", "kana"),
        *Person.objects.exclude(kana="").values_list("name_ja", "kana"),
    ]


def _terms() -> list[tuple[str, str]]:
    return list(GlossaryTerm.objects.exclude(reading="").values_list("term_ja", "reading"))
