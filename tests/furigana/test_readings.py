"""How segments of text are read, and how often rightly: corrections, names, numbers, dictionary."""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path

import pytest
from wagtail.models import Site

from furigana.readings import Correction, Reader
from furigana.selectors import current_reader
from search.language.readings import hiragana

CORRECTIONS = Path(__file__).resolve().parents[2] / "content/data/reading_corrections.csv"
WORDS = Path(__file__).parent / "words.tsv"


@pytest.fixture(scope="module")
def reader() -> Reader:
    """The corrections of the site, and a few names."""
    with CORRECTIONS.open(encoding="utf-8") as file:
        rows = [
            Correction(row["written"], row["reading"], row["context"])
            for row in csv.DictReader(file)
        ]
    names = {
        "大和町": "たいわちょう",
        "東区": "ひがしく",
        "津市": "つし",
        "ニセコ町": "にせこちょう",
    }
    return Reader(rows, names)


def shown(reader: Reader, text: str) -> str:
    """The text with each reading behind its kanji: 漢字[かんじ]."""
    out, done = "", 0
    for reading in reader.read(text):
        out += f"{text[done : reading.end]}[{reading.kana}]"
        done = reading.end
    return out + text[done:]


@pytest.mark.parametrize(
    "expected",
    [
        # Okurigana stay outside, also between kanji.
        "食[た]べる、聞[き]き取[と]り、橋渡[はしわた]し役[やく]、お知[し]らせ",
        # Years, months, days and what is counted.
        "2011年[ねん]4月[がつ]、２０２４年度[ねんど]、7月[がつ]と9月[がつ]、3ヶ月[げつ]、2か月[げつ]",
        "0人[にん]、3人[にん]、1,001人[にん]、12人[にん]、何[なん]人[にん]、外国[がいこく]人[じん]",
        "4月[がつ]1日[ついたち]、1日[いちにち]8時間[じかん]、2日[ふつか]、11日[にち]、20日[はつか]",
        "5日[いつか]間[かん]、14日[じゅうよっか]、24日[にじゅうよっか]、78日[にち]間[かん]",
        "10回[かい]、3か所[しょ]、1つ、100件[けん]、5歳[さい]、第[だい]3期[き]、20歳[はたち]",
        "10分[ぷん]、15分[ふん]、3分[ぶん]の1、3階[がい]、5階[かい]、2泊[はく]3日[みっか]",
        "1億[おく]2千[せん]万[まん]円[えん]、3千[ぜん]円[えん]",
        "1人[ひとり]当[あ]たり、2人[ふたり]",
        # Names only where words begin and end; in them corrections come first.
        "大和町[たいわちょう]の住民[じゅうみん]",
        "関東[かんとう]区域[くいき]と東[ひがし]区[く]、津[つ]市民[しみん]、ニセコ町[ちょう]",
        # Editors' corrections, with and without a text around them.
        "日本[にほん]人[じん]、避難所[ひなんじょ]、ブラジル人[じん]、第[だい]一[いち]",
        "通訳[つうやく]者[しゃ]の方[かた]へ。こちらの方[ほう]が近[ちか]い。",
        "何[なに]を、何[なん]回[かい]、何[なん]か国[こく]",
    ],
)
def test_segment_is_read(reader: Reader, expected: str) -> None:
    text = re.sub(r"\[.*?\]", "", expected)
    assert shown(reader, text) == expected


def test_a_correction_counts_in_its_context_alone() -> None:
    reader = Reader(
        [Correction("人", "びと", "#人"), Correction("間", "はざま", "谷の間"),
         Correction("間", "ま")], {},
    )  # fmt: skip
    assert shown(reader, "谷の間と間") == "谷[たに]の間[はざま]と間[ま]"
    assert shown(reader, "三十人と村人") == "三[さん]十[じゅう]人[びと]と村人[むらびと]"


# --- Accuracy ---------------------------------------------------------------------------------


@pytest.mark.parametrize("half", ["first", "second"])
@pytest.mark.django_db
def test_words_of_the_site_are_read_rightly(site: Site, half: str) -> None:
    """Of 500 words drawn by `drawing.py`, at least 99 in 100 in each half.

    Corrections were made with a look at the first half alone. Each word stands in its sentence,
    with the reading that a person has written down; digits stay as they are.
    """
    reader = current_reader()
    with WORDS.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
                if row["half"] == half]  # fmt: skip
    assert len(rows) == 250
    wrong = [
        f"{row['sentence']}: {found}, not {row['reading']}"
        for row in rows
        if not (found := _found(reader, row["sentence"], row["reading"])).startswith("✓")
    ]
    sys.stdout.write(f"{half} half: {len(rows) - len(wrong)} of {len(rows)} right\n")
    assert len(wrong) <= len(rows) // 100, wrong


def _found(reader: Reader, sentence: str, expected: str) -> str:
    """How the marked word is read; behind a tick where that is right.

    Where it is read together with its neighbours, its reading must stand at its place in theirs.
    """
    start, end = sentence.index("【"), sentence.index("】") - 1
    text = sentence.replace("【", "").replace("】", "")
    inside = [r for r in reader.read(text) if r.end > start and r.start < end]
    first = min([start, *(reading.start for reading in inside)])
    last = max([end, *(reading.end for reading in inside)])
    kana, done = "", first
    for reading in inside:
        kana += text[done : reading.start] + reading.kana
        done = reading.end
    kana = hiragana(kana + text[done:last])
    is_right = (
        kana == expected
        if (first, last) == (start, end)
        else kana.startswith(expected)
        if first == start
        else kana.endswith(expected)
        if last == end
        else expected in kana
    )
    return f"✓ {kana}" if is_right else kana
