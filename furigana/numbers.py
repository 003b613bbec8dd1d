"""How numbers and what they count are read: where it does not follow from the words alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["counted"]

_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
_NUMBER = re.compile(r"(?<![\d.,，．])[\d０-９][\d０-９,，.．]*")

# Days of a month, and numbers of days, that have names of their own.
_DAYS = {2: "ふつか", 3: "みっか", 4: "よっか", 5: "いつか", 6: "むいか", 7: "なのか",
         8: "ようか", 9: "ここのか", 10: "とおか", 14: "じゅうよっか", 20: "はつか",
         24: "にじゅうよっか"}  # fmt: skip
_PEOPLE = {1: "ひとり", 2: "ふたり"}

# By the last digit: what is counted, with what must not follow, and how it is read behind which.
_SOUNDS: list[tuple[re.Pattern[str], dict[str, str]]] = [
    (re.compile(pattern), {digit: kana for digits, kana in sounds for digit in digits})
    for pattern, sounds in [
        (r"分(?!の[\d０-９一二三四五六七八九十]|[野類析科布割担庁別館校会岐散離])",
         [("134680", "ぷん"), ("2579", "ふん")]),
        (r"本(?!部|校|館|格|来|人|州|島|市|県|町|村|庁|社|店|会)",
         [("1680", "ぽん"), ("3", "ぼん"), ("24579", "ほん")]),
        (r"[泊]", [("13468", "ぱく"), ("0", "ぱく"), ("2579", "はく")]),
        (r"匹", [("1680", "ぴき"), ("3", "びき"), ("24579", "ひき")]),
        (r"杯", [("1680", "ぱい"), ("3", "ばい"), ("24579", "はい")]),
        (r"階(?![層級])", [("3", "がい"), ("012456789", "かい")]),
        (r"軒", [("3", "げん"), ("012456789", "けん")]),
    ]
]  # fmt: skip
# Units written in kanji behind digits: 3千, 1億2千万.
_UNITS = {"十": "じゅう", "百": "ひゃく", "千": "せん", "万": "まん", "億": "おく", "兆": "ちょう"}
_OTHER_UNITS = {"3千": "ぜん", "3百": "びゃく", "6百": "ぴゃく", "8百": "ぴゃく"}


def counted(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and reading of what is counted in a text, where the number decides on it.

    The digits belong to it where the two have one reading: 2日 is ふつか, 1人 is ひとり. Elsewhere
    they stay outside: in 3分 only 分 is read, ぷん.
    """
    for match in _NUMBER.finditer(text):
        end = match.end()
        digits = match.group().translate(_DIGITS)
        number = int(digits) if digits.isdigit() and len(digits) < 4 else None
        found = _named(text, match.start(), end, number)
        if found:
            yield from found
            continue
        for pattern, sounds in _SOUNDS:
            if (counter := pattern.match(text, end)) and digits[-1] in sounds:
                yield end, counter.end(), sounds[digits[-1]]
                if text.startswith("分間", end):
                    yield end + 1, end + 2, "かん"


def _named(text: str, start: int, end: int, number: int | None) -> list[tuple[int, int, str]]:
    """A number and what it counts that have a name together; nothing where they have none."""
    counter, after = text[end : end + 1], text[end + 1 : end + 2]
    if counter == "日" and after not in {"本", "系", "曜"}:
        name = _DAYS.get(number or 0, "")
        if number == 1:
            name = "ついたち" if text[:start].endswith("月") else "いちにち"
        days = [(start, end + 1, name)] if name else [(end, end + 1, "にち")]
        return [*days, (end + 1, end + 2, "かん")] if after == "間" else days
    if counter == "人" and number in _PEOPLE and after not in {"前", "工", "材", "種", "権"}:
        return [(start, end + 1, _PEOPLE[number])]
    if counter == "人" and after not in {"工", "材", "種", "権", "口"}:
        return [(end, end + 1, "にん")]
    if counter == "歳" and number == 20 and after != "代":
        return [(start, end + 1, "はたち")]
    if counter in _UNITS and after != "葉":
        unit = text[end - 1 : end + 1].translate(_DIGITS)
        return [(end, end + 1, _OTHER_UNITS.get(unit, _UNITS[counter]))]
    return []
