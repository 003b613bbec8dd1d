"""How Japanese sounds, as one key: kana and every way to write them in Latin letters agree.

はままつ, ハママツ and hamamatsu all become `hamamatu`; こうべ, kobe and koube become `kobe`. Keys
of half-typed words are prefixes of the keys of whole ones, which is what suggestions need.
"""

from __future__ import annotations

import re
import unicodedata

_ROWS = {
    "": "アイウエオ",
    "k": "カキクケコ",
    "g": "ガギグゲゴ",
    "s": "サシスセソ",
    "z": "ザジズゼゾ",
    "t": "タチツテト",
    "d": "ダヂヅデド",
    "n": "ナニヌネノ",
    "h": "ハヒフヘホ",
    "b": "バビブベボ",
    "p": "パピプペポ",
    "m": "マミムメモ",
    "r": "ラリルレロ",
}
_KANA: dict[str, str] = {
    kana: consonant + vowel
    for consonant, row in _ROWS.items()
    for kana, vowel in zip(row, "aiueo", strict=True)
} | {"ヤ": "ya", "ユ": "yu", "ヨ": "yo", "ワ": "wa", "ヲ": "o", "ン": "n", "ヴ": "bu",
     "ヂ": "zi", "ヅ": "zu", "ヰ": "i", "ヱ": "e", "ヶ": "ga", "ヵ": "ka"}  # fmt: skip
_SMALL = {"ァ": "a", "ィ": "i", "ゥ": "u", "ェ": "e", "ォ": "o",
          "ャ": "ya", "ュ": "yu", "ョ": "yo", "ヮ": "wa"}  # fmt: skip
# What a small kana takes the place of: キャ is ki and ya, ファ is fu and a.
_BEFORE_SMALL = {kana: ("i",) if kana in "ャュョ" else tuple("aiueo") for kana in _SMALL}

# Spellings in Latin letters, each to the one that the kana table gives.
_SPELLINGS = [
    (re.compile(pattern), value)
    for pattern, value in [
        (r"[āâ]", "a"), (r"[īî]", "i"), (r"[ūû]", "u"), (r"[ēê]", "e"), (r"[ōô]", "o"),
        (r"n['’-]", "n"),
        (r"ssh", "sh"), (r"tch", "ch"),
        (r"sh(?=[aueo])", "sy"), (r"sh", "s"),
        (r"ch(?=[aueo])", "ty"), (r"ch", "t"),
        (r"j(?=[aueo])", "zy"), (r"j", "z"),
        (r"ts", "t"), (r"f", "h"),
        (r"v(?=[aieo])", "b"), (r"v", "b"),
        (r"(?<=[sztdnhbpmrkg])yy", "y"),
        (r"m(?=[bp])", "n"),
        (r"([bcdghkmnprstyz])\1+", r"\1"),
        (r"(?<=o)[ou]+", ""), (r"([aeiu])\1+", r"\1"),
        (r"-", ""),
    ]
]  # fmt: skip

_ONLY_KANA = re.compile(r"^[ぁ-ゖァ-ヺー・ヽヾゝゞ]+$")
_ONLY_HIRAGANA = re.compile(r"^[ぁ-ゖー]+$")
# Possessive `++`: no backtracking, so linear time. No capture group for doubled letters: CPython
# 3.11 mis-tracks group positions in possessive loops.
_SYLLABLES = re.compile(
    r"(?:(?:[kgsztdnhbpmrywfjv]?|[kgnhbpmrs]y|sh|ch|ts|j)[aiueo]+|n(?![aiueoy])|"
    r"k(?=k)|s(?=s)|t(?=t|ch)|p(?=p)|g(?=g)|d(?=d)|b(?=b)|z(?=z)|c(?=c)|m(?=[bmp])|[-'])++"
)


def katakana(text: str) -> str:
    """Hiragana as katakana; everything else stays."""
    return "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" else c for c in text)


def hiragana(text: str) -> str:
    """Katakana as hiragana; everything else stays."""
    return "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in text)


def is_kana(text: str) -> bool:
    """Whether the text is written in kana alone."""
    return bool(_ONLY_KANA.match(text))


def is_hiragana(text: str) -> bool:
    """Whether the text is written in hiragana alone."""
    return bool(_ONLY_HIRAGANA.match(text))


def is_romaji(text: str) -> bool:
    """Whether Latin text can be read as Japanese syllables, as `kyosei` can and `school` cannot."""
    return text.isascii() and bool(_SYLLABLES.fullmatch(text.lower()))


def romaji(kana: str) -> str:
    """Kana in Latin letters, unfolded: はま → hama, たぶn → tabun; other characters stay."""
    out: list[str] = []
    for char in katakana(kana):
        if char in _KANA:
            out.append(_KANA[char])
        elif char in _SMALL and out and out[-1].endswith(_BEFORE_SMALL[char]):
            out[-1] = out[-1][:-1] + _SMALL[char]
        elif char in _SMALL:
            out.append(_SMALL[char])
        elif char not in "ッー・":
            out.append(char)
    return "".join(out)


def sound_key(text: str) -> str:
    """One key for how kana or Latin text sounds; empty for text that has neither.

    Long vowels and doubled consonants fold away, since they are written in many ways.
    """
    key = unicodedata.normalize("NFKC", text).lower()
    key = romaji(key).replace(" ", "")
    for pattern, value in _SPELLINGS:
        key = pattern.sub(value, key)
    return key if key.isascii() and key.isalpha() else ""
