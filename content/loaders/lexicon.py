"""synonyms.txt and variants.tsv, and the names of all terms and areas, in the search lexicon."""

from __future__ import annotations

from content.reading import ContentFiles, Row
from search.services import LexiconRow, sync_lexicon, sync_vocabularies

SYNONYMS = "synonyms.txt"
VARIANTS = "variants.tsv"


def load_lexicon(files: ContentFiles) -> int:
    """Bring the search lexicon in line with files and areas. Returns the number of changes."""
    synonyms, variants = _synonyms(files), _variants(files)
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
