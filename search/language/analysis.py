"""One analyser of Japanese and English: for what is indexed, what is asked, what is marked.

Text becomes index words, so that an engine only has to compare them:

1. Folding: width, case, old and rare kanji.
2. SudachiPy cuts Japanese into words; particles, auxiliaries and signs are dropped, so that
   ごみの分別 and ごみ分別 agree. A word of two or more kanji loses its okurigana (取り組み and 取組
   become 取組); other compounds are cut into their units, each in its normal form (こども → 子供).
   A polite お or ご in front falls away.
3. Words in Latin letters lose their accents and are stemmed as English.
"""

from __future__ import annotations

import hashlib
import re
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version

import snowballstemmer
from sudachipy import Dictionary, Morpheme, SplitMode, Tokenizer

from search.language.hanzi import JAPANESE_FOR_SIMPLIFIED
from search.language.readings import hiragana, is_hiragana, katakana, sound_key

__all__ = ["ANALYSIS_VERSION", "Folded", "SpokenWord", "Word", "fold", "fold_with_map", "forms",
           "grams", "half_typed_sounds", "is_known_word", "letters", "name_key", "parts_of_speech",
           "readings", "sound_grams", "sounds", "spoken_words", "surface_key", "words"]  # fmt: skip

_RULES = 6

# Written variants that Unicode normalisation keeps apart; one character each, so offsets stay.
_VARIANTS = str.maketrans(
    {
        **JAPANESE_FOR_SIMPLIFIED,
        **dict(zip("髙﨑會學國廣澤濱龍櫻邊邉齋齊嶋壽惠圓榮應黑來縣區驛鐵總經濟關辯辨瓣醫圖團對戰"
                   "譯證當發號體黨讀賣廳轉擇營勞灣處屬聲萬與兩辭亂傳價實寫專將燈獨獻畫觀覺變"
                   "豐鄰釋險隨雜靈靜顯驗點齡歸氣滿擔據舉攝數斷爲狀獎產禮稱穩竝絲繼續聽藝藥蟲"
                   "裝譽豫輕遲遞錢錄雙亞惡歐歡繪擴",
                   "高崎会学国広沢浜竜桜辺辺斎斉島寿恵円栄応黒来県区駅鉄総経済関弁弁弁医図団対戦"
                   "訳証当発号体党読売庁転択営労湾処属声万与両辞乱伝価実写専将灯独献画観覚変"
                   "豊隣釈険随雑霊静顕験点齢帰気満担拠挙摂数断為状奨産礼称穏並糸継続聴芸薬虫"
                   "装誉予軽遅逓銭録双亜悪欧歓絵拡",
                   strict=True)),
        "ヶ": "ケ", "ヵ": "カ", "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-",
        "’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "〝": '"', "〟": '"', "〜": "~",
    }
)  # fmt: skip
_VU = [
    ("ヴァ", "バ"),
    ("ヴィ", "ビ"),
    ("ヴェ", "ベ"),
    ("ヴォ", "ボ"),
    ("ヴュ", "ビュ"),
    ("ヴ", "ブ"),
]

# Words of every script but the Japanese ones: they are told apart by spaces and signs.
_SPACED = re.compile(r"(?:(?![ぁ-ヿ\u3400-\u9fff\uf900-\ufaff々〇])[^\W_])+")
# Characters that folding turns into one each, unless a mark follows them.
_ONE_TO_ONE = re.compile(
    r"[\n -~ぁ-ゖァ-ヲンー・、。「」『』々\u4e00-\u9fff]+(?![ﾞﾟ\u3099\u309a\u0300-\u036f])"
)
# Signs and spaces alone hold no word.
_JAPANESE = re.compile(r"[ぁ-ヿ\u3400-\u9fff\uf900-\ufaff々〇]|[^\W_]")
_KANJI = re.compile(r"[\u3400-\u9fff\uf900-\ufaff々]")
_HIRAGANA = re.compile(r"[ぁ-ゖ]")
_HALF_TYPED = re.compile(r"[ぁ-ゖ]\Z")
_SENTENCE_END = re.compile(r"(?<=[。．！？!?\n])")
_MIDDLE_DOT = re.compile(r"(?<=[ァ-ヺー])・(?=[ァ-ヺ])")
# Sudachi takes 49,149 bytes at most; a character has up to four.
_LONGEST = 12_000
# Engines cut longer words, each in its own way.
_LONGEST_WORD = 100
_MOST_KNOWN = 200_000

_DROPPED_CLASSES = {"助詞", "助動詞", "補助記号", "空白", "接続詞", "感動詞"}
_DROPPED_FORMS = {"こと", "事", "もの", "物", "ため", "為", "よう", "等", "など", "及び"}
_ENGLISH_STOPWORDS = frozenset({
    "a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "has", "have", "how", "in",
    "into", "is", "it", "its", "of", "on", "or", "s", "that", "the", "their", "this", "to",
    "was", "were", "what", "where", "which", "who", "with",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Word:
    """An index word and where it stands in the folded text.

    `unit` numbers the words of the dictionary: 日本語 gives two index words of the same unit.
    """

    form: str
    start: int
    end: int
    unit: int


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """A word of the dictionary as it stands in a text, and how it is read, in hiragana.

    A compound has its shortest parts besides, each as it is read alone.
    """

    start: int
    end: int
    reading: str
    parts: tuple[SpokenWord, ...] = ()

    def moved(self, by: int) -> SpokenWord:
        """The same word further on in a text."""
        parts = tuple(part.moved(by) for part in self.parts)
        return SpokenWord(self.start + by, self.end + by, self.reading, parts)


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text, with the span of the original for each of its characters."""

    text: str
    spans: tuple[tuple[int, int], ...]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Where characters start to end (exclusive) of the folded text stand in the original."""
        return self.spans[start][0], self.spans[end - 1][1]


def fold(text: str) -> str:
    """The text with one width, one case and common kanji; lone surrogates become question marks."""
    clean = text.encode("utf-8", "replace").decode()
    folded = unicodedata.normalize("NFKC", clean).lower().translate(_VARIANTS)
    if "ヴ" in folded:
        for old, new in _VU:
            folded = folded.replace(old, new)
    return folded


def fold_with_map(text: str) -> Folded:
    """Fold a text and remember where each character came from."""
    out: list[str] = []
    spans: list[tuple[int, int]] = []
    position = 0
    while position < len(text):
        if run := _ONE_TO_ONE.match(text, position):
            out.append(fold(run.group()))
            spans.extend((place, place + 1) for place in range(position, run.end()))
            position = run.end()
            continue
        end = position + 1
        # A letter and the marks that follow it change together: ﾌﾟ is one character afterwards.
        while end < len(text) and (text[end] in "ﾞﾟ" or unicodedata.combining(text[end])):
            end += 1
        if text[position] == "ヴ" and end < len(text) and text[end] in "ァィェォュ":
            end += 1
        folded = fold(text[position:end])
        out.append(folded)
        spans.extend([(position, end)] * len(folded))
        position = end
    return Folded("".join(out), tuple(spans))


def words(text: str) -> list[Word]:
    """The index words of a folded text, in order."""
    return [Word(*found) for found in _scan(text)]


def forms(text: str) -> list[str]:
    """The index words of a folded text alone, without their places."""
    return [found[0] for found in _scan(text)]


def _scan(text: str) -> Iterator[tuple[str, int, int, int]]:
    """Form, start, end and unit of each index word."""
    unit = 0
    for start, end, is_spaced in _segments(text):
        if is_spaced:
            form = _spaced_form(text[start:end])
            if form:
                yield form, start, end, unit
                unit += 1
            continue
        for morpheme, offset in _morphemes(text, start, end):
            here = morpheme.begin() + offset
            for form, first, last in _forms(morpheme):
                yield form, here + first, here + last, unit
            unit += 1


def grams(text: str) -> list[str]:
    """Pairs of neighbouring letters of a folded text, signs and spaces left out.

    Looked up as a phrase they find any part of a text, also one that cuts through words.
    """
    found = letters(text)
    return [found[i : i + 2] for i in range(len(found) - 1)]


def letters(text: str) -> str:
    """A folded text without its signs and spaces."""
    return text.translate(_LETTERS)


class _Letters(dict[int, int | None]):
    """For `str.translate`: keeps letters, digits and marks, takes out all else."""

    def __missing__(self, code: int) -> int | None:
        self[code] = code if unicodedata.category(chr(code))[0] in "LNM" else None
        return self[code]


_LETTERS = _Letters()


def sounds(text: str) -> str:
    """How the Japanese of a folded text sounds, as a key of `readings.sound_key`."""
    return sound_key("".join(m.reading_form() for m, _ in _all_morphemes(text)))


def half_typed_sounds(text: str) -> tuple[str, ...]:
    """How words begin to sound of which the last letters are still kana: 医療つ, 多文化き.

    き may become きょ, so its vowel may still fall away. Nothing for other text.
    """
    folded = fold(text).strip()
    if not (_KANJI.search(folded) and _HALF_TYPED.search(folded)):
        return ()
    key = sounds(folded)
    return (key, f"{key[:-1]}y") if len(key) > 2 and key.endswith("i") else (key,) if key else ()


def sound_grams(key: str) -> list[str]:
    """Triples of neighbouring letters of a sound key, to be looked up as a phrase."""
    return [key[i : i + 3] for i in range(len(key) - 2)]


def is_known_word(text: str) -> bool:
    """Whether the dictionary has a folded text as one word."""
    morphemes = list(_all_morphemes(text))
    return len(morphemes) == 1 and not morphemes[0][0].is_oov()


def parts_of_speech(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """Each Japanese word of a folded text with its part of speech, from the general down."""
    return [(m.surface(), tuple(m.part_of_speech())) for m, _ in _all_morphemes(text)]


def readings(text: str) -> list[tuple[str, str]]:
    """The whole text in pieces, each with its reading in hiragana; empty where it has none."""
    pieces: list[tuple[str, str]] = []
    position = 0
    for morpheme, offset in _all_morphemes(text):
        start, end = morpheme.begin() + offset, morpheme.end() + offset
        if start > position:
            pieces.append((text[position:start], ""))
        pieces.append((text[start:end], hiragana(morpheme.reading_form())))
        position = end
    if position < len(text):
        pieces.append((text[position:], ""))
    return pieces


def spoken_words(text: str) -> Iterator[SpokenWord]:
    """The words of a text as it is written, in order, each with its reading.

    Digits stay beside what they count, which decides how that is read.
    """
    for morpheme, offset in _morphemes(text, 0, len(text)):
        yield _spoken(morpheme).moved(morpheme.begin() + offset)


_known_spoken: dict[tuple[int, str], SpokenWord] = {}


def _spoken(morpheme: Morpheme) -> SpokenWord:
    """A word as if it stood at the beginning of a text. Each is looked at once, as in `_forms`."""
    key = (morpheme.word_id(), morpheme.surface())
    found = _known_spoken.get(key)
    if found is None:
        if len(_known_spoken) >= _MOST_KNOWN:
            _known_spoken.clear()
        begin, surface = morpheme.begin(), morpheme.surface()
        parts = morpheme.split(SplitMode.A) if len(surface) > 1 else []
        found = _known_spoken[key] = SpokenWord(
            0,
            len(surface),
            hiragana(morpheme.reading_form()),
            tuple(
                SpokenWord(part.begin() - begin, part.end() - begin, hiragana(part.reading_form()))
                for part in parts
                if len(parts) > 1
            ),
        )
    return found


_local = threading.local()


def _tokenizer() -> Tokenizer:
    # A tokenizer must not be used by two threads at once; the dictionary is shared memory.
    if not hasattr(_local, "tokenizer"):
        _local.tokenizer = _dictionary().tokenizer()
    return _local.tokenizer


@lru_cache(maxsize=1)
def _dictionary() -> Dictionary:
    return Dictionary(dict="core")


def _segments(text: str) -> Iterator[tuple[int, int, bool]]:
    """Start and end of words of other scripts and of the Japanese between them."""
    position = 0
    for match in _SPACED.finditer(text):
        if match.start() > position:
            yield position, match.start(), False
        yield match.start(), match.end(), True
        position = match.end()
    if position < len(text):
        yield position, len(text), False


def _morphemes(text: str, start: int, end: int) -> Iterator[tuple[Morpheme, int]]:
    """Words of the dictionary between two offsets, with what to add to their own offsets."""
    while start < end:
        stop = end
        if end - start > _LONGEST:
            cuts = [m.start() for m in _SENTENCE_END.finditer(text, start + 1, start + _LONGEST)]
            stop = cuts[-1] if cuts else start + _LONGEST
        # The dictionary knows ソーシャルワーカー, not its spelling with a dot.
        part = _MIDDLE_DOT.sub("\u200b", text[start:stop])
        if _JAPANESE.search(part):
            for morpheme in _tokenizer().tokenize(part, SplitMode.C):
                yield morpheme, start
        start = stop


def _all_morphemes(text: str) -> Iterator[tuple[Morpheme, int]]:
    for start, end, is_spaced in _segments(text):
        if not is_spaced:
            yield from _morphemes(text, start, end)


def _is_dropped(morpheme: Morpheme) -> bool:
    return _is_dropped_word(morpheme.part_of_speech_id(), morpheme.surface())


@lru_cache(maxsize=100_000)
def _is_dropped_word(kind_number: int, surface: str) -> bool:
    kind = _dictionary().pos_of(kind_number)
    if kind[0] in _DROPPED_CLASSES or surface in _DROPPED_FORMS:
        return True
    if not any(c.isalnum() for c in surface):
        return True
    return kind[:2] == ("動詞", "非自立可能") and not _KANJI.search(surface)


_known_forms: dict[tuple[int, str], tuple[tuple[str, int, int], ...]] = {}


def _forms(morpheme: Morpheme) -> tuple[tuple[str, int, int], ...]:
    """Index words of a word of the dictionary; none for a dropped one.

    Each with where it begins and ends, counted from the start of the word. They depend on the
    dictionary's entry alone, so each is looked at once: that makes analysis twice as fast.
    """
    key = (morpheme.word_id(), morpheme.surface())
    found = _known_forms.get(key)
    if found is None:
        if len(_known_forms) >= _MOST_KNOWN:
            _known_forms.clear()
        found = _known_forms[key] = tuple(_look_at(morpheme))
    return found


def _look_at(morpheme: Morpheme) -> Iterator[tuple[str, int, int]]:
    """Index forms of a morpheme or of its parts, with where they begin and end within it."""
    if _is_dropped(morpheme):
        return
    normal_form = morpheme.normalized_form()
    length = morpheme.end() - morpheme.begin()
    short = _without_okurigana(normal_form)
    parts = list(morpheme.split(SplitMode.A)) if length > 1 and not short else []
    if len(parts) < 2:
        if form := _plain(short or _form(normal_form), morpheme.surface()):
            yield form, 0, length
        return
    for part in parts:
        form = part.normalized_form()
        form = _plain(_without_okurigana(form) or _form(form), part.surface())
        if form and not _is_dropped(part):
            start = part.begin() - morpheme.begin()
            yield form, start, start + part.end() - part.begin()


def _plain(form: str, surface: str) -> str:
    """The form without what only makes it polite: お祭り is 祭り, but 御殿場 is a town."""
    is_polite = form.startswith("御") and (surface[0] in "おご" or surface == "御")
    return form[1:] if is_polite else form


@lru_cache(maxsize=100_000)
def _form(normal_form: str) -> str:
    form = fold(normal_form).replace(" ", "")[:_LONGEST_WORD]
    # ごみ and ゴミ are one word written in two scripts.
    return katakana(form) if is_hiragana(form) else form


@lru_cache(maxsize=100_000)
def _without_okurigana(normal_form: str) -> str:
    """受け入れ → 受入, 取り組み → 取組; empty where nothing falls away."""
    kanji = _KANJI.findall(normal_form)
    if len(kanji) < 2 or "の" in normal_form or not _HIRAGANA.search(normal_form):
        return ""
    return fold("".join(kanji))


@lru_cache(maxsize=50_000)
def _spaced_form(text: str) -> str:
    plain = _without_accents(text)[:_LONGEST_WORD]
    if plain in _ENGLISH_STOPWORDS:
        return ""
    if not plain.isascii() or not plain.isalpha():
        return plain
    return _stem(plain)


def _without_accents(text: str) -> str:
    kept = (c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return "".join(kept).replace("đ", "d")


def _stem(word: str) -> str:
    # The stemmer keeps state while it works.
    if not hasattr(_local, "stemmer"):
        _local.stemmer = snowballstemmer.stemmer("english")
    stem: str = _local.stemmer.stemWord(word)
    return stem


ANALYSIS_VERSION = hashlib.blake2b(
    f"{_RULES} {version('SudachiPy')} {version('sudachidict-core')}".encode(), digest_size=4
).hexdigest()


def surface_key(text: str) -> str:
    """One key for a term however it is written: width, case, accents, dots, English endings."""
    folded = fold(text).strip()
    if (plain := _without_accents(folded)).isascii():
        return " ".join(word.form for word in words(plain)) or plain
    return folded.replace("・", "").replace(" ", "").replace("-", "")


def name_key(text: str) -> str:
    """One key for a whole name or query: as `surface_key`, hiragana and katakana alike too."""
    return katakana(surface_key(" ".join(text.split())))
