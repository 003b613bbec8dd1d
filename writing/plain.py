"""Hints for plain Japanese (やさしい日本語): what makes a sentence hard, and what to write instead.

They are hints. The measures are this site's own choice, after the guideline of the Immigration
Services Agency and the Agency for Cultural Affairs (2020): short sentences, no double negatives, no
passive, everyday words, years of the common era.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from search.language.analysis import parts_of_speech
from writing.eras import era_years

__all__ = ["LONGEST_PLAIN", "Mark", "letters_of", "plain_marks", "sentences"]

# Characters of a sentence that is still easy to read.
LONGEST_PLAIN = 40

_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]*")
_DOUBLE_NEGATIVE = re.compile(
    r"ない(?:わけ|こと|もの|訳|事)(?:では|じゃ|は|も|が)?(?:ない|ありません)"
    r"|なく(?:は|も)(?:ない|ありません)"
    r"|ざるを得(?:ない|ません)"
    r"|(?:なければ|なくては|ないと)(?:なりません|ならない|いけません|いけない)"
    r"|ずには(?:い|お)(?:られない|られません|れない|れません)"
)


@dataclass(frozen=True)
class Mark:
    """A place in a text that could be easier.

    Attributes:
        kind: `long`, `negative`, `passive`, `word` or `era`.
        excerpt: the words that are meant.
        advice: what to do, in the active language.
    """

    kind: str
    excerpt: str
    advice: str


def sentences(text: str) -> list[str]:
    """The sentences of a text, without spaces around them."""
    return [found for match in _SENTENCE.finditer(text) if (found := match.group().strip())]


def letters_of(sentence: str) -> int:
    """How many letters a sentence has, blanks left out."""
    return len(re.sub(r"\s", "", sentence))


def plain_marks(text: str, hard_words: Mapping[str, str] | None = None) -> list[Mark]:
    """Everything in the text that could be easier, sentence by sentence.

    Args:
        hard_words: words that have an easier one or an explanation.
    """
    found: list[Mark] = []
    for sentence in sentences(text):
        letters = letters_of(sentence)
        if letters > LONGEST_PLAIN:
            advice = _("%(count)d characters. Make two or more sentences of it.")
            found.append(Mark("long", sentence, advice % {"count": letters}))
        found += [
            Mark("negative", match.group(), _("Double negative. Say what is, or what to do."))
            for match in _DOUBLE_NEGATIVE.finditer(sentence)
        ]
        found += _passive(sentence)
    found += [
        Mark(
            "era",
            year.text,
            _("Write the year of the common era: %(year)s") % {"year": year.plain},
        )
        for year in era_years(text)
    ]
    for word, easier in _known(text, hard_words or {}):
        found.append(Mark("word", word, _("Easier: %(words)s") % {"words": easier}))
    return found


def _passive(sentence: str) -> list[Mark]:
    """Verbs with れる or られる. Some of them are polite or say what one can do: hence a hint."""
    words = parts_of_speech(sentence)
    found = []
    for number, (surface, kinds) in enumerate(words):
        if len(kinds) > 4 and kinds[4] in {"助動詞-レル", "助動詞-ラレル"}:
            start = max(0, number - 2)
            excerpt = "".join(word for word, _kinds in words[start:number]) + surface
            advice = _("Perhaps passive. Say who does it.")
            found.append(Mark("passive", excerpt, advice))
    return found


def _known(text: str, hard_words: Mapping[str, str]) -> list[tuple[str, str]]:
    """Hard words in the text, longer ones first; a word inside a longer one is not named again."""
    found = []
    rest = text
    for word in sorted(hard_words, key=len, reverse=True):
        if word in rest:
            found.append((word, hard_words[word]))
            rest = rest.replace(word, "\n")
    return found
