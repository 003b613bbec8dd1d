"""What readers see keeps to the list of terms: the words that it rules out stand nowhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import polib
import pytest

from tests.architecture.sources import ROOT

TERMS = ROOT / "docs" / "reference" / "terms.md"
HEADING = "## Words that readers see"
PAGES = ROOT / "content" / "data" / "pages"

# Words of others, and words that are spoken about.
QUOTED = {
    ("about.ja.md", "在住外国人"),
    ("how-to-use.ja.md", "取り組み"),
    ("how-to-use.en.md", "取り組み"),
}

_JAPANESE = re.compile(r"[぀-ヿ㐀-鿿]")
_NOT_WORDS = re.compile(r"%\(\w+\)[a-z]|\{\w*\}|<[^<>]*>|\]\([^)]*\)")

Text = tuple[str, str]  # where it stands, the text


def _forbidden() -> list[str]:
    """The last column of the list, without what is advice alone."""
    rows = TERMS.read_text("utf-8").split(HEADING)[1].split("\n## ")[0].splitlines()
    cells = [row.strip("|").split("|")[-1] for row in rows if row.startswith("| ")][1:]
    words = [word.strip() for cell in cells for word in re.sub(r"\(.*?\)", "", cell).split(";")]
    return [word for word in words if word]


def _texts() -> Iterator[Text]:
    for path in sorted(ROOT.glob("locale/ja*/**/*.po")):
        for entry in polib.pofile(str(path), encoding="utf-8"):
            for text in [entry.msgid, entry.msgid_plural, entry.msgstr]:
                yield path.name, text
            for text in entry.msgstr_plural.values():
                yield path.name, text
    for path in [*sorted(PAGES.glob("*.md")), PAGES / "skeleton.json"]:
        yield path.name, path.read_text("utf-8")
    for terms in json.loads((PAGES.parent / "vocabularies.json").read_text("utf-8")).values():
        for term in terms:
            yield "vocabularies.json", "\n".join(term[key] for key in ("ja", "en", "ja_easy"))


def _pattern(word: str) -> str:
    return re.escape(word) if _JAPANESE.search(word) else rf"\b{re.escape(word)}\b"


@pytest.mark.parametrize("word", _forbidden())
def test_no_text_has_a_word_that_the_list_rules_out(word: str) -> None:
    pattern = re.compile(_pattern(word), re.IGNORECASE)
    found = [
        f"{where}: {text[:90]!r}"
        for where, text in _texts()
        if (where, word) not in QUOTED and pattern.search(_NOT_WORDS.sub(" ", text))
    ]
    assert not found, f"docs/reference/terms.md has another word: {found}"
