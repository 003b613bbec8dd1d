"""Writes of the search: its lexicon, from files and vocabularies."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields

from django.apps import apps
from django.db import transaction
from django.utils import timezone

from core.place_names import FORMER_NAMES
from search.language.analysis import fold
from search.models import LexiconEntry, new_identifier
from search.results import facets

__all__ = ["LexiconRow", "SyncReport", "sync_lexicon", "sync_vocabularies"]

_KANA_SUFFIX = {"市": "し", "区": "く", "県": "けん", "府": "ふ", "都": "と"}
_EN_SUFFIX = re.compile(r"[- ](?:shi|ku|cho|machi|mura|son|ken|fu|to|city|ward|town|village|"
                        r"prefecture)$", re.IGNORECASE)  # fmt: skip
_EN_KIND = {"市": "City", "町": "Town", "村": "Village", "区": "Ward", "県": "Prefecture",
            "府": "Prefecture", "都": "Prefecture"}  # fmt: skip


@dataclass(frozen=True)
class LexiconRow:
    """An entry of the lexicon as a file or another app gives it.

    Attributes:
        identifier: unique and stable, with its source in front: `synonyms:やさしい日本語`.
        kind: a value of `LexiconEntry.Kind`.
        label_ja, label_en: preferred words; one of the two may be empty.
        kana: reading of `label_ja` in hiragana.
        alternatives: all other words that mean the same, readings among them.
        other_languages: words of neither language, by which the others are found.
        broader, related: terms to offer where the words find little.
        facet, code: for the name of a facet value.
    """

    identifier: str
    kind: str = "concept"
    label_ja: str = ""
    label_en: str = ""
    kana: str = ""
    alternatives: tuple[str, ...] = ()
    other_languages: tuple[str, ...] = ()
    broader: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    facet: str = ""
    code: str = ""

    @classmethod
    def from_terms(
        cls,
        terms: Iterable[str],
        *,
        source: str,
        kind: str = "concept",
        other_languages: Iterable[str] = (),
    ) -> LexiconRow:
        """A row from a plain set of words, the preferred one first, as in a synonym file.

        Scripts tell them apart: Latin words are English, hiragana are readings.

        Raises:
            ValueError: there are fewer than two different words.
        """
        words = list(dict.fromkeys(term.strip() for term in terms if term.strip()))
        if len(words) < 2:
            raise ValueError("A set of synonyms needs at least two different words.")
        english = [word for word in words if fold(word).isascii()]
        japanese = [word for word in words if word not in english]
        readings = [word for word in japanese if re.fullmatch(r"[ぁ-ゖー]+", word)]
        labels = [word for word in japanese if word not in readings] or japanese
        label_ja = labels[0] if labels else ""
        label_en = english[0] if english else ""
        kana = next((word for word in readings if word != label_ja), "")
        rest = [word for word in words if word not in {label_ja, label_en, kana}]
        return cls(
            identifier=f"{source}:{words[0]}"[:100],
            kind=kind,
            label_ja=label_ja,
            label_en=label_en,
            kana=kana,
            alternatives=tuple(rest),
            other_languages=tuple(
                dict.fromkeys(word.strip() for word in other_languages if word.strip())
            ),
        )


@dataclass(frozen=True)
class SyncReport:
    """What a synchronisation did."""

    created: int = 0
    updated: int = 0
    removed: int = 0
    unchanged: int = 0

    @property
    def changes(self) -> int:
        """Number of entries that are not as they were."""
        return self.created + self.updated + self.removed


@transaction.atomic
def sync_lexicon(rows: Iterable[LexiconRow], source: str) -> SyncReport:
    """Make the entries of one source exactly these; entries of other sources stay.

    Status and added words belong to editors and stay. Doing it twice changes nothing.

    Args:
        source: at most 20 letters, for instance `synonyms`; what is there from it and not among
            the rows is removed. An entry to which editors added words becomes one of theirs.

    Raises:
        ValueError: two rows have the same identifier.
    """
    wanted: dict[str, LexiconRow] = {}
    for row in rows:
        if row.identifier in wanted:
            raise ValueError(f"Two entries of the lexicon are called {row.identifier}.")
        wanted[row.identifier] = row
    there = {e.identifier: e for e in LexiconEntry.objects.filter(source=source)}
    lists = ["alternatives", "other_languages", "broader", "related"]
    names = [f.name for f in fields(LexiconRow) if f.name not in {"identifier", *lists}]
    now = timezone.now()
    created: list[LexiconEntry] = []
    updated: list[LexiconEntry] = []
    for identifier, row in wanted.items():
        values = {name: getattr(row, name) for name in names}
        values |= {name: "\n".join(getattr(row, name)) for name in lists}
        entry = there.get(identifier)
        if entry is None:
            created.append(LexiconEntry(identifier=identifier, source=source, **values))
        elif any(getattr(entry, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(entry, name, value)
            entry.updated_at = now
            updated.append(entry)
    LexiconEntry.objects.bulk_create(created, batch_size=500)
    LexiconEntry.objects.bulk_update(updated, [*names, *lists, "updated_at"], batch_size=200)
    gone = there.keys() - wanted.keys()
    for identifier in gone:
        if there[identifier].added_words.strip():
            _leave_to_editors(there[identifier])
    LexiconEntry.objects.filter(source=source, identifier__in=gone).delete()
    return SyncReport(
        created=len(created),
        updated=len(updated),
        removed=len(gone),
        unchanged=len(wanted) - len(created) - len(updated),
    )


def _leave_to_editors(entry: LexiconEntry) -> None:
    """What editors added is theirs, whatever becomes of the source."""
    entry.identifier = new_identifier()
    entry.source = LexiconEntry.EDITOR
    entry.alternatives, entry.added_words = "\n".join(entry.other_words), ""
    entry.facet = entry.code = ""
    entry.save()


def sync_vocabularies() -> SyncReport:
    """Bring the names of all facet values (places, themes, actor types …) into the lexicon."""
    rows: list[LexiconRow] = []
    for facet in facets.ALL.values():
        if isinstance(facet, facets.AreaFacet):
            rows += _place_rows(facet)
        elif isinstance(facet, facets.VocabularyFacet) and facet.name != "evidence":
            rows += _term_rows(facet)
    return sync_lexicon(rows, source="vocabularies")


def _term_rows(facet: facets.VocabularyFacet) -> Iterable[LexiconRow]:
    ja, en = facet.names
    terms = apps.get_model(facet.model).objects.filter(is_active=True)
    for code, label_ja, label_en in terms.values_list("pk", ja, en):
        yield LexiconRow(
            identifier=f"{facet.name}:{code}",
            kind=LexiconEntry.Kind.TERM,
            label_ja=label_ja,
            label_en=label_en,
            facet=facet.name,
            code=code,
        )


def _place_rows(facet: facets.AreaFacet) -> Iterable[LexiconRow]:
    """Two rows a place: its full name, and the name without 市 or 県 that people type."""
    places = apps.get_model(facet.model).objects.filter(valid_to=None)
    for code, name, kana, english in places.values_list("pk", "name_ja", "kana", "name_en"):
        kind = name[-1]
        short_en = _EN_SUFFIX.sub("", english)
        has_short = (
            kind in _EN_KIND and len(name) > 2 and "区" not in name[:-1] and "," not in english
        )
        full_en = f"{short_en} {_EN_KIND[kind]}" if has_short else english
        if has_short and kind == "都":
            full_en = "Tokyo Metropolis"
        yield LexiconRow(
            identifier=f"{facet.name}:{code}",
            kind=LexiconEntry.Kind.PLACE,
            label_ja=name,
            label_en=full_en,
            kana=kana.replace(" ", ""),
            alternatives=(
                *((english,) if english not in {full_en, short_en} else ()),
                *FORMER_NAMES.get(code, ()),
            ),
            facet=facet.name,
            code=code,
        )
        if has_short:
            yield LexiconRow(
                identifier=f"{facet.name}:{code}:short",
                kind=LexiconEntry.Kind.PLACE,
                label_ja=name[:-1],
                label_en=short_en,
                kana=_short_kana(kana.replace(" ", ""), kind),
            )


def _short_kana(kana: str, kind: str) -> str:
    endings = {"町": ("ちょう", "まち"), "村": ("むら", "そん")}.get(
        kind, (_KANA_SUFFIX.get(kind, ""),)
    )
    return next((kana.removesuffix(e) for e in endings if e and kana.endswith(e)), kana)
