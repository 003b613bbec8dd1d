"""What a query is taken to mean, and how far it is loosened."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from search.engines.base import Engine
from search.index.document import ContentDocument
from search.plan import Plan
from search.query.interpretation import Interpretation
from search.query.lexicon import Lexicon
from search.results.highlight import Marker
from tests.search.conftest import make_document

Fill = Callable[[Sequence[ContentDocument]], Engine]

DOCUMENTS = [
    make_document(
        1, title="浜松市のプレスクール", body="外国人の子どもが学ぶ。やさしい日本語で話す。"
    ),
    make_document(2, title="東京都の防災訓練", body="医療通訳がいる。"),
    make_document(
        3, title="Disaster drill in Toyohashi", locale="en", body="Plain Japanese helps."
    ),
    make_document(
        4, title="日本語を学ぶ教室", summary="多文化共生のために", lead="多文化共生のために"
    ),
]


def find(engine: Engine, lexicon: Lexicon, text: str) -> dict[str, set[int]]:
    """Ids by rung of the ladder."""
    return {
        rung.name: {h.card["page_id"] for h in engine.search(Plan(rung.query, "ja")).hits}
        for rung in Interpretation(text, lexicon).rungs
    }


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("浜松", {1}),
        ("はままつ", {1}),
        ("ﾊﾏﾏﾂ", {1}),
        ("hamamatsu", {1}),
        ("Hamamatsu City", {1}),
        ("京都", set()),
        ("東京都", {2}),
        ("都", {2}),
        ("ﾌﾟﾚｽｸｰﾙ", {1}),
        ("こども", {1}),
        ("plain Japanese", {1, 3}),
        ("easy japanese", {1, 3}),
        ("やさしいにほんご", {1, 3}),
        ("disaster preparedness", {2}),
        ("tabunka kyosei", {4}),
        ("きょうせい", {4}),
        ("浜松 プレスクール", {1}),
        ("浜松 防災", set()),
        ('"ススク"', set()),
        ('"レスク"', {1}),
        ("日本語 -浜松", {4}),
        ("-浜松", {2, 3, 4}),
    ],
)
def test_strict_meaning(filled: Fill, lexicon: Lexicon, text: str, ids: set[int]) -> None:
    found = find(filled(DOCUMENTS), lexicon, text)
    assert next(iter(found.values())) == ids


def test_other_languages_are_found_by_their_own_words(filled: Fill, lexicon: Lexicon) -> None:
    texts = {
        "Aulas de português para crianças na Câmara": ["português", "criancas", "CÂMARA", '"ara"'],
        "外国人服务中心提供中文咨询": ["中文", "咨询", "服务中心", '"供中"'],
        "Lớp học tiếng Nhật miễn phí": ["tiếng Nhật", "tieng nhat", "miễn phí", '"học ti"'],
        "외국인 주민을 위한 한국어 상담": ["외국인", "상담", "한국어 상담", '"국어"'],
        "دروس اللغة اليابانية مجانا": ["اليابانية", "اللغة", "دروس اللغة"],
        "Обучение японскому языку": ["японскому", "ОБУЧЕНИЕ", "японскому языку"],
        "जापानी भाषा की कक्षा": ["जापानी", "भाषा", '"कक्षा"'],
        "ห้องเรียนภาษาญี่ปุ่น": ["ห้องเรียนภาษาญี่ปุ่น", '"ภาษา"'],
    }
    engine = filled(
        [
            make_document(number, title=f"事例{number}", body=text)
            for number, text in enumerate(texts)
        ]
    )
    for number, (text, queries) in enumerate(texts.items()):
        for query in queries:
            meant = Interpretation(query, lexicon)
            hits = engine.search(Plan(meant.rungs[0].query, "ja")).hits
            assert [hit.card["page_id"] for hit in hits] == [number], query
            (hit,) = hits
            marked = Marker(meant.marks, [c.text for c in meant.clauses if c.kind == "exact"])
            html = marked.mark(hit.card["body"])
            assert "<mark>" in html, query
            assert html.replace("<mark>", "").replace("</mark>", "") == text


def test_ladder_loosens_step_by_step(filled: Fill, lexicon: Lexicon) -> None:
    found = find(filled(DOCUMENTS), lexicon, "日本語の教室で防災訓練")
    assert found["phrase"] == set()
    assert found["words"] == set()
    assert found["some"] == {2, 4}
    assert found["any"] == {1, 2, 4}


def test_words_need_not_stand_together(filled: Fill, lexicon: Lexicon) -> None:
    engine = filled([make_document(1, title="教室", body="日本語を学ぶ")])
    found = find(engine, Lexicon([]), "日本語教室")
    assert (found["phrase"], found["words"]) == (set(), {1})


def test_typing_errors_in_latin_words(filled: Fill, lexicon: Lexicon) -> None:
    assert find(filled(DOCUMENTS), lexicon, "Toyohasi disater")["nearly"] == {3}


def test_known_words_in_kanji_are_not_looked_for_inside_others(
    filled: Fill, lexicon: Lexicon
) -> None:
    assert all(2 not in ids for ids in find(filled(DOCUMENTS), lexicon, "京都").values())


def test_unknown_text_is_looked_for_inside_words(filled: Fill, lexicon: Lexicon) -> None:
    assert find(filled(DOCUMENTS), lexicon, "レスクー")["contains"] == {1}


def test_single_characters_do_not_count_as_a_word_of_many(lexicon: Lexicon) -> None:
    assert "any" not in [rung.name for rung in Interpretation("豊端市", lexicon).rungs]


@pytest.mark.parametrize("text", ["の", "、。", "!!!", "the", '""', '"', "-", "～"])
def test_nothing_to_search_for(lexicon: Lexicon, text: str) -> None:
    interpretation = Interpretation(text, lexicon)
    assert interpretation.is_empty
    assert [rung.name for rung in interpretation.rungs] == ["all"]


@pytest.mark.parametrize(
    "text",
    ["(((((", "title:浜松 AND *", "'; DROP TABLE x; --", "a" * 200, "防" * 200, "\ud800", "- - -",
     '"' * 99, "^$.*[]{}", "/re.*gex/", "🙂🙂", "あ" * 200, " ".join("ab" * 40)],
)  # fmt: skip
def test_hostile_queries_can_be_asked(filled: Fill, lexicon: Lexicon, text: str) -> None:
    find(filled(DOCUMENTS), lexicon, text)


def test_clauses_say_what_else_was_searched_for(lexicon: Lexicon) -> None:
    (clause,) = Interpretation("防災", lexicon).clauses
    assert clause.alternatives == ("disaster preparedness",)


def test_query_of_which_one_word_alone_says_something(lexicon: Lexicon) -> None:
    for text in ("あいている いえ", "お祭り の !", "多文化共生 。 こと"):
        assert Interpretation(text, lexicon).rungs, text
