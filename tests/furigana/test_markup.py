"""Kana are put into the texts of a page, and nothing else of it changes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from furigana.markup import with_readings
from furigana.readings import Reader

READER = Reader([], {})
_ADDED = re.compile(
    r'<ruby>((?:(?!<rp>).)*)<rp>（</rp><rt aria-hidden="true">[ぁ-ゖー]+</rt><rp>）</rp></ruby>'
)


def without_readings(page: str) -> str:
    """The page with kana taken out again."""
    return re.sub("</?ruby-text>", "", _ADDED.sub(r"\1", page))


def text(words: str) -> str:
    return f"<ruby-text>{words}</ruby-text>"


def ruby(kanji: str, kana: str) -> str:
    return f'<ruby>{kanji}<rp>（</rp><rt aria-hidden="true">{kana}</rt><rp>）</rp></ruby>'


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("<p> 食べる\n</p>", f"<p> {text(ruby('食', 'た') + 'べる')}\n</p>"),
        # One text through tags inside words: the number says how 人 is read.
        ("<dd><b>120</b>人</dd>", f"<dd><b>120</b>{ruby('人', 'にん')}</dd>"),
        ("A&amp;B地域<wbr>は", f"{text('A&amp;B' + ruby('地域', 'ちいき'))}<wbr>は"),
        # A word that a tag divides is read in its parts.
        ("食<mark>堂</mark>", f"{ruby('食', 'しょく')}<mark>{ruby('堂', 'どう')}</mark>"),
        # Japanese inside other languages, and the other way round.
        ('<i lang="en">漢字 <q lang="ja">漢字</q></i>',
         f'<i lang="en">漢字 <q lang="ja">{ruby("漢字", "かんじ")}</q></i>'),
        ('<span lang="zh">漢字</span>', '<span lang="zh">漢字</span>'),
        # An end tag left out does not carry over.
        ("<ul lang=ko><li>漢字</ul>字", f"<ul lang=ko><li>漢字</ul>{ruby('字', 'じ')}"),
    ],
)  # fmt: skip
def test_kana_stand_above_kanji(page: str, expected: str) -> None:
    assert with_readings(page, READER) == expected


@pytest.mark.parametrize(
    "page",
    [
        "<head><title>漢字</title></head>",
        '<img alt="漢字"><a title="漢字" aria-label="漢字">A</a><input value="漢字">',
        "<script>const a = '漢字</p>';</script><style>a::after { content: '漢字' }</style>",
        "<textarea>漢字</textarea><select><option>漢字</option></select><code>漢字</code>",
        "<svg><text>漢字</text><title>漢字</title><path/></svg>",
        "<ruby>漢字<rp>(</rp><rt>かんじ</rt><rp>)</rp></ruby>",
        "<!-- 漢字 --><p>かな</p>",
    ],
)
def test_everything_but_running_text_is_left_alone(page: str) -> None:
    assert with_readings(page, READER) == page


_PARTS = st.sampled_from(
    ["漢字", "日本人の方", "2011年", "食べる", "\n", "\r\n", " ", "&amp;", "&#20154;", "&", "<",
     ">", "<p>", "</p>", "<b>", "</b>", '<a href="/漢字">', "</a>", "<br>", "<wbr>", "<!-- 字 -->",
     "<svg><path/>", "</svg>", "<ul lang=en>", "</ul>", "<textarea>", "</textarea>", "𠮟る", "\0"]
)  # fmt: skip


@given(st.lists(_PARTS, max_size=30).map("".join))
def test_page_without_its_kana_is_the_page_as_it_was(page: str) -> None:
    """Whatever the markup, whole or broken."""
    assert without_readings(with_readings(page, READER)) == page
