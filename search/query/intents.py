"""What a query says besides its words: a place, a kind of page, a time, for whom, by whom.

愛知の高校進学の通訳 asks for 高校進学 and 通訳 in Aichi. What is recognised is taken out of the
words and chosen as values of facets. The page says so, and each can be made a word again
(`words=region`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from django.utils import timezone
from django.utils.translation import gettext as _

from core.dates import ERAS
from search.index.fields import facet_field
from search.language.analysis import fold, surface_key
from search.language.readings import is_hiragana
from search.plan import AnyOf, Constant, Node, Term
from search.query.interpretation import Clause, Interpretation
from search.query.lexicon import Lexicon
from search.query.places import place_codes
from search.query.search_query import Intent, SearchQuery
from search.query.wider_places import WIDER_NAMES

__all__ = ["condition", "label_of_years", "place_itself", "text_without_times", "understand"]

_KINDS = {
    "case": "事例 実践例 取組事例 好事例 先進事例 事例集 case cases",
    "event": "イベント 催し 行事 シンポジウム フォーラム セミナー event events symposium seminar",
    "survey": "調査 意識調査 実態調査 アンケート調査 survey surveys",
    "organisation": "団体 支援団体 organisation organisations organization organizations",
}
# These say more than which kind of page is meant, and stay words.
_SPECIAL = frozenset(
    ["シンポジウム", "フォーラム", "セミナー", "意識調査", "実態調査", "symposium", "seminar"]
)
_ACTORS = {
    "npo": "npo npo法人 ngo 市民団体",
    "university": "大学 university universities",
    "company": "企業 会社 company companies",
    "religious": "教会 寺院 宗教団体 church churches",
    "community": "自治会 町内会",
    "labour": "労働組合 労組",
    "welfare": "社会福祉協議会 社協",
}
_TARGETS = {
    "students": "留学生",
    "refugees": "難民 避難民 refugee refugees",
    "trainees-ssw": "技能実習生",
    "older": "高齢者",
    "high-school": "高校生",
    "preschool": "未就学児 幼児",
    "women": "女性",
    "disabled": "障害者 障がい者",
    "job-seekers": "求職者",
}
_LANGUAGES = {
    "vi": "ベトナム語 vietnamese", "pt": "ポルトガル語 portuguese", "es": "スペイン語 spanish",
    "zh zh-Hans zh-Hant": "中国語 chinese", "ko": "韓国語 朝鮮語 ハングル korean",
    "ne": "ネパール語 nepali", "id": "インドネシア語 indonesian",
    "tl fil": "タガログ語 フィリピノ語 フィリピン語 tagalog filipino",
    "my": "ミャンマー語 ビルマ語 burmese", "th": "タイ語 thai", "ru": "ロシア語 russian",
    "uk": "ウクライナ語 ukrainian", "ar": "アラビア語 arabic",
    "fa": "ペルシア語 ペルシャ語 persian",
    "mn": "モンゴル語 mongolian", "bn": "ベンガル語 bengali", "hi": "ヒンディー語 hindi",
    "ur": "ウルドゥー語 urdu", "si": "シンハラ語 sinhala", "km": "クメール語 カンボジア語 khmer",
    "lo": "ラオ語 ラオス語 lao", "en": "英語",
}  # fmt: skip


def _by_word(words: dict[str, str]) -> dict[str, tuple[str, ...]]:
    return {
        surface_key(word): tuple(codes.split())
        for codes, of_them in words.items()
        for word in of_them.split()
    }


_VALUES = {
    facet: _by_word(words)
    for facet, words in (
        ("kind", _KINDS),
        ("actor", _ACTORS),
        ("target", _TARGETS),
        ("lang", _LANGUAGES),
    )
}

# People write years of the eras since Showa.
_FIRST_ERA_YEAR = 1926
# Where nothing else is asked about, they are what is asked about, and stay words.
_SUBJECTS = {"actor", "target", "lang"}
_ERAS = {era.name: era for era in ERAS if era.first.year >= _FIRST_ERA_YEAR}
_SINCE = {"以降", "以後", "から"}
_UNTIL = {"以前", "まで"}
_YEAR = (
    rf"(?:(?P<year>(?:19|20)\d\d)|(?P<era>{'|'.join(_ERAS)})(?P<of_era>元|\d{{1,2}}))"
    r"(?P<unit>年度?|(?!\d))"
)
_PERIOD = re.compile(
    _YEAR + r"(?P<reach>以降|以後|以前|まで|から(?!.{0,3}\d))?"
    r"(?:(?:から|[~\-])(?P<last>(?:19|20)\d\d)年?度?(?:まで)?)?"
)
_ENGLISH_PERIOD = re.compile(
    r"\b(?P<reach>since|after|from|until|before|in)\s+(?P<year>(?:19|20)\d\d)\b"
)
_RELATIVE = re.compile(
    r"(?P<this>今年度?)|(?P<last>昨年度?|去年|前年度?|last year)|"
    r"(?P<recent>最近|近年|ここ数年|recent(?:ly)?)"
)
_RECENT = 3
# Of what "until 2015" reaches back to; the list of years ends before it.
_FIRST_YEAR = 1900
_MOST_YEARS = 30
# Without any of these a text is one word, of which nothing stands alone.
_PARTED = re.compile(r"[\s、・のでにをへがはと向対]")
# What joins a word that was taken out to the next one.
_JOINING = re.compile(
    r"^(?:における|にある|による|に関する|向けの|向け|対象の|[のでにへがをはと、・\s])++"
)
_JOINING_BEFORE = "のでにへを、 "
_MOST_NAMESAKES = 10
# Longer texts are sentences.
_LONGEST = 60
_SHORTEST_LATIN = 5
_SHORTEST_KANA = 3


def understand(query: SearchQuery, lexicon: Lexicon) -> SearchQuery:
    """The query with what it says besides its words as `intents`, and the rest as its text.

    A query that is nothing but a place or a single word stays as it is.

    Args:
        query: with filters that exist.
    """
    if not query.text or '"' in fold(query.text) or len(query.text) > _LONGEST:
        return query
    rest, seen = fold(query.text), set(query.as_words)
    intents: list[Intent] = []
    found = sorted(_recognised(rest, lexicon), key=lambda one: one.facet in _SUBJECTS)
    for intent in found:
        chosen = query.facets.get(intent.facet, ())
        is_chosen = bool(set(chosen) & set(intent.codes))
        without = rest if intent.stays_word else _taken_out(rest, intent.text)
        is_enough = without or (intents and intent.facet not in _SUBJECTS)
        if intent.facet in seen or (chosen and not is_chosen) or not is_enough:
            continue
        rest = without
        seen.add(intent.facet)
        if not is_chosen:
            intents.append(intent)
    if rest == fold(query.text) and not intents:
        return query
    return replace(query, typed=query.text, text=rest, intents=tuple(intents))


def place_itself(query: SearchQuery) -> Node | None:
    """What lies in the place of which the whole text is the name; None for other texts."""
    text = fold(query.asked).strip()
    codes = WIDER_NAMES.get(text) or place_codes(text)
    if not codes or "region" in query.as_words or len(codes) > _MOST_NAMESAKES:
        return None
    return AnyOf(tuple(Term(facet_field("region"), code) for code in codes))


def condition(intents: Iterable[Intent]) -> tuple[Node, ...]:
    """What a page must be to fit what was recognised; it does not score."""
    return tuple(
        Constant(AnyOf(tuple(Term(facet_field(i.facet), code) for code in i.codes)), 0.0)
        for i in intents
    )


def text_without_times(query: SearchQuery) -> str:
    """All that was typed but times and kinds of pages, which no text is required to have."""
    text = fold(query.asked)
    for intent in query.intents:
        if intent.facet in {"year", "kind"} and not intent.stays_word:
            text = _taken_out(text, intent.text) or text
    return text


def _recognised(text: str, lexicon: Lexicon) -> Iterator[Intent]:
    """What the text says, times first, since they are no words of the dictionary."""
    rest = text
    if period := _period(text):
        yield period
        rest = text.replace(period.text, " ", 1)
    if not _PARTED.search(rest.strip()):
        return
    interpretation = Interpretation(rest, lexicon)
    if interpretation.is_sentence and not period:
        return
    units = [unit for unit in interpretation.parts if unit.kind == "word"]
    for unit in units:
        if not _stands_alone(unit.text, rest):
            continue
        if unit.converted or (len(units) == 1 and not period and unit.text == rest.strip()):
            continue
        if (codes := _place(unit, lexicon)) and len(units) > 1:
            yield Intent("region", codes, unit.text)
            continue
        key = surface_key(unit.text)
        for facet, values in _VALUES.items():
            if codes := values.get(key, ()):
                yield Intent(facet, codes, unit.text, stays_word=key in _SPECIAL)
                break


def _stands_alone(part: str, text: str) -> bool:
    """Whether a word is set off by blanks or what joins words: 東京 in a name is a part of it."""
    before, _part, after = text.partition(part)
    return bool(
        (not before or _without_ending(before) != before)
        and (not after.strip() or _JOINING.search(after))
    )


def _place(unit: Clause, lexicon: Lexicon) -> tuple[str, ...]:
    """Codes of the one place that a word names; none where several are called so."""
    text = unit.text
    if wider := WIDER_NAMES.get(text):
        return wider
    if text.isascii() and (len(text) < _SHORTEST_LATIN or not lexicon.match(text)):
        return ()
    if is_hiragana(text) and len(text) < _SHORTEST_KANA:
        return ()
    kinds = {entry.kind for entry in lexicon.named(text)}
    if "concept" in kinds and "place" not in kinds:
        return ()
    codes = place_codes(text)
    return codes if len(codes) == 1 else ()


def _period(text: str) -> Intent | None:
    """The years that a text names: 2020年以降, 令和3年, 昨年, 最近, since 2020."""
    now = timezone.localdate().year
    found = _PERIOD.search(text)
    if found and (found["unit"] or found["reach"] or found["last"]):
        year = int(found["year"]) if found["year"] else _of_era(found["era"], found["of_era"])
        first, last = year, int(found["last"] or year)
        if found["reach"] in _SINCE and not found["last"]:
            last = now
        elif found["reach"] in _UNTIL:
            first = _FIRST_YEAR
        return _years(found.group(), first, last)
    if found := _ENGLISH_PERIOD.search(text):
        year = int(found["year"])
        first = _FIRST_YEAR if found["reach"] in {"until", "before"} else year
        return _years(
            found.group(), first, year if found["reach"] in {"in", "until", "before"} else now
        )
    if found := _RELATIVE.search(text):
        back = {"this": 0, "last": 1, "recent": _RECENT - 1}[str(found.lastgroup)]
        return _years(found.group(), now - back, now if found["recent"] else now - back)
    return None


def _of_era(era: str, year: str) -> int:
    return _ERAS[era].year(1 if year == "元" else int(year))


def _years(text: str, first: int, last: int) -> Intent | None:
    years = [str(year) for year in range(last, first - 1, -1)][:_MOST_YEARS]
    return Intent("year", tuple(years), text) if years else None


def _without_ending(text: str) -> str:
    """The text without what joins it to what comes next."""
    return text.rstrip(_JOINING_BEFORE).removesuffix("における").rstrip(_JOINING_BEFORE)


def _taken_out(text: str, part: str) -> str:
    """The text without a part and what joins it to the rest."""
    before, _part, after = text.partition(part)
    return " ".join(f"{_without_ending(before)} {_JOINING.sub('', after)}".split())


def label_of_years(codes: Sequence[str]) -> str:
    """Years in words: one, or the first and the last."""
    first, last = min(codes), max(codes)
    if first == last:
        return _("%(year)s") % {"year": first}
    return _("%(first)s–%(last)s") % {"first": first, "last": last}
