"""Terms are found as whole words, explained once, and nothing else of a page changes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glossary.markup import with_explanations
from glossary.terms import Explanation, Terms

JAPANESE = Terms(
    [
        Explanation(1, "難民", "保護を求める人"),
        Explanation(2, "在留資格", "日本にいるための資格"),
        Explanation(3, "永住者", "期限のない人"),
        Explanation(4, "特別永住者", "特別な人"),
        Explanation(5, "キーパーソン", "鍵になる人"),
    ],
    is_japanese=True,
)
ENGLISH = Terms(
    [
        Explanation(1, "refugee", "who needs protection"),
        Explanation(2, "status of residence", "a permission to stay"),
        Explanation(6, "residence", "where one lives"),
    ],
    is_japanese=False,
)
_TERM = re.compile(
    r'<button type="button" class="term" popovertarget="term-note-\d+">([^<]*)</button>'
)


def explained(body: str, terms: Terms = JAPANESE, language: str = "ja") -> list[str]:
    """The terms of a marked text that became buttons."""
    page = f"<main><div data-glossary>{body}</div></main>"
    done = with_explanations(page, language, terms, lambda each: f"<i>{each.key}</i>")
    assert re.sub(r"<i>\d+</i>", "", _TERM.sub(r"\1", done)) == page
    return _TERM.findall(done)


@pytest.mark.parametrize(
    ("body", "terms"),
    [
        ("<p>難民の在留資格</p>", ["難民", "在留資格"]),
        # Once a page, and the longest: 永住者 is no part of 特別永住者.
        ("<p>難民と特別永住者</p><p>難民と特別永住者</p>", ["難民", "特別永住者"]),
        # The dictionary knows 避難民 and divides 難民支援.
        ("<p>避難民</p>", []),
        ("<p>難民支援</p>", ["難民"]),
        ("<p>キーパーソン育成とスーパーキーパーソンズ</p>", ["キーパーソン"]),
        # Emphasis may stand around a term, not inside it.
        ("<p><strong>難民</strong>と在留<b>資格</b></p>", ["難民"]),
        ("<dl><dt>難民</dt><dd>永住者</dd></dl>", ["永住者"]),
        ("<ul><li>難民<ul><li>永住者</li></ul></li></ul>", ["難民", "永住者"]),
        ('<p lang="en">難民</p><p lang="ja">永住者</p>', ["永住者"]),
    ],
)  # fmt: skip
def test_terms_are_whole_words_and_stand_once(body: str, terms: list[str]) -> None:
    assert explained(body) == terms


@pytest.mark.parametrize(
    ("body", "terms"),
    [
        ("<p>Refugees\n and  a status\nof residence</p>", ["Refugees", "status\nof residence"]),
        ("<p>refugee-led, refugeeism, residences</p>", ["residences"]),
    ],
)
def test_english_terms_are_whole_words(body: str, terms: list[str]) -> None:
    assert explained(body, ENGLISH, "en") == terms


@pytest.mark.parametrize(
    "body",
    [
        "<h2>難民</h2><h3>難民</h3>",
        '<p><a href="/">難民</a> <a href="/"><span>難民</span><br></a></p>',
        "<nav><p>難民</p></nav><form><p>難民</p></form><button>難民</button><label>難民</label>",
        "<table><caption>難民</caption><tr><th>難民</th><td><p>難民</p></td></tr></table>",
        "<figure><figcaption>難民</figcaption></figure><p><cite>難民</cite></p>",
        "<ruby>難民<rt>なんみん</rt></ruby><summary>難民</summary><svg><text>難民</text></svg>",
        "<!-- 難民 --><p title='難民'>かな</p>",
    ],
)
def test_only_running_text_is_explained(body: str) -> None:
    assert explained(body) == []


def test_unmarked_text_is_left_alone_and_notes_end_their_paragraph() -> None:
    page = "<p>難民</p><p data-glossary>在留資格と<em>難民</em>。</p><p>永住者</p>"
    assert with_explanations(page, "ja", JAPANESE, lambda each: f"({each.key})") == (
        "<p>難民</p><p data-glossary>"
        '<button type="button" class="term" popovertarget="term-note-2">在留資格</button>と<em>'
        '<button type="button" class="term" popovertarget="term-note-1">難民</button></em>。'
        "(2)(1)</p><p>永住者</p>"
    )


_PARTS = st.sampled_from(
    ["難民", "永住者", "と", "\n", " ", "&amp;", "&#20154;", "<", "<p>", "</p>", "<b>", "</b>",
     '<a href="/">', "</a>", "<br>", "<h2>", "</h2>", "<!-- 難民 -->", "<table>", "</table>",
     "<ul lang=en>", "</ul>", "<svg><path/>", "</svg>"]
)  # fmt: skip


@given(st.lists(_PARTS, max_size=30).map("".join))
def test_page_without_its_buttons_is_the_page_as_it_was(body: str) -> None:
    """Whatever the markup, whole or broken."""
    explained(body)
