"""synonyms.txt, variants.tsv and the names of areas, as entries of the search lexicon."""

from __future__ import annotations

from content.reading import ContentFiles


def load_lexicon(files: ContentFiles) -> int:
    """Bring the search lexicon in line with the files. Returns the number of changes."""
    return 0
