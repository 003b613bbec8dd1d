"""synonyms.txt, relations.tsv, variants.tsv, and names of terms and areas: the search lexicon."""

from __future__ import annotations

from dataclasses import replace

from content.reading import ContentFiles, Row
from search.language.analysis import surface_key
from search.services import LexiconRow, sync_lexicon, sync_vocabularies

SYNONYMS = "synonyms.txt"
RELATIONS = "relations.tsv"
VARIANTS = "variants.tsv"


def load_lexicon(files: ContentFiles) -> int:
    """Bring the search lexicon in line with files and areas. Returns the number of changes."""
    synonyms, variants = _with_relations(files, _synonyms(files)), _variants(files)
    files.problems.check()
    return (
        sync_lexicon(synonyms, source="synonyms").changes
        + sync_lexicon(variants, source="variants").changes
        + sync_vocabularies().changes
    )


def _synonyms(files: ContentFiles) -> list[LexiconRow]:
    rows: dict[str, LexiconRow] = {}
    for number, line in enumerate(files.text(SYNONYMS).splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        place = Row(SYNONYMS, number, {})
        try:
            row = _row(line)
        except ValueError as error:
            files.problems.add(place, f"{error} Put commas between them.")
            continue
        if row.identifier in rows:
            files.problems.add(place, f"a set for {row.label_ja or row.label_en} stands above.")
        rows[row.identifier] = row
    return list(rows.values())


def _with_relations(files: ContentFiles, rows: list[LexiconRow]) -> list[LexiconRow]:
    """The rows with broader and related terms; a term without synonyms is a row of its own."""
    found = {row.identifier: row for row in rows}
    by_word: dict[str, str] = {}
    for row in rows:
        for word in (row.label_ja, row.label_en, row.kana, *row.alternatives):
            if word:
                by_word.setdefault(surface_key(word), row.identifier)
    for number, line in enumerate(files.text(RELATIONS).splitlines()[1:], start=2):
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) != 3 or not cells[0]:
            files.problems.add(
                Row(RELATIONS, number, {}),
                "a line needs three columns with tabs between: term, broader, related.",
            )
            continue
        term, broader, related = cells
        identifier = by_word.get(surface_key(term), f"synonyms:{term}"[:100])
        row = found.get(identifier) or LexiconRow(identifier, label_ja=term)
        found[identifier] = replace(
            row,
            broader=_terms(row.broader, broader, term),
            related=_terms(row.related, related, term),
        )
    return list(found.values())


def _terms(before: tuple[str, ...], text: str, own: str) -> tuple[str, ...]:
    terms = (term.strip() for term in text.split(","))
    return tuple(dict.fromkeys([*before, *(term for term in terms if term and term != own)]))


def _row(line: str) -> LexiconRow:
    """Words with commas between them; behind a bar those of other languages."""
    terms, _, other_languages = line.partition("|")
    return LexiconRow.from_terms(
        terms.split(","), source="synonyms", other_languages=other_languages.split(",")
    )


def _variants(files: ContentFiles) -> list[LexiconRow]:
    rows = []
    for number, line in enumerate(files.text(VARIANTS).splitlines()[1:], start=2):
        cells = line.split("\t")
        if len(cells) != 3 or not all(cell.strip() for cell in cells):
            files.problems.add(
                Row(VARIANTS, number, {}),
                "a line needs three columns with tabs between: a, b, kind.",
            )
            continue
        first, second, _kind = cells
        rows.append(
            LexiconRow(
                identifier=f"variants:{first}/{second}"[:100],
                kind="variant",
                label_ja=first,
                alternatives=(second,),
            )
        )
    return rows
