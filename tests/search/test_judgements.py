"""Files of judged queries: what a line means, and what is said about wrong ones."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from search.engines.base import Engine
from search.judgements import Corpus, JudgementError, Question, read_questions
from tests.search.conftest import make_document

CORPUS = Corpus(
    [
        make_document(1, title="介護の奨学金", body="夜間中学", audience=("ja",)),
        make_document(
            2,
            title="Care scholarship",
            locale="en",
            audience=("en",),
            translations=("介護の奨学金", "要約"),
        ),
        make_document(3, title="大泉町観光協会", lead="介護もする"),
        make_document(4, title="大泉の町おこし"),
    ],
    {
        1: "/home/cases/care/",
        2: "/home-en/cases/care/",
        3: "/home/organisations/oizumi/",
        4: "/home/cases/gunma/oizumi/",
    },
    [
        replace(
            make_document(0, kind="desk", title="相談（介護）", names=("Desk, care",)), number=91
        ),
        replace(make_document(0, kind="term", title="介護", audience=("ja",)), number=92),
    ],
)


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., list[Question]]:
    """A function that reads a file with this text, and topics beside it."""

    def read_text(text: str | bytes, topics: str = "") -> list[Question]:
        if topics:
            (tmp_path / "topics.tsv").write_text(topics, "utf-8")
        path = tmp_path / "queries.tsv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_questions(path, CORPUS)

    return read_text


@pytest.mark.parametrize(
    ("line", "grades"),
    [
        ("介護\tja\tcare:3", {1: 3}),
        ("介護\ten\tcare:3", {2: 3}),  # the version that is best for the reader
        ("介護\tja\tcare:3, gunma/oizumi:1", {1: 3, 4: 1}),
        ("介護\tja\t/介護/:1", {1: 1, 3: 1}),
        ("介護\ten\t/介護/:1", {2: 1, 3: 1}),  # words of a translation count
        ("介護\tja\ttitle/介護/:2", {1: 2}),
        ("介護\tja\t/介護/:1,title/介護/:2", {1: 2, 3: 1}),  # of patterns the highest grade
        ("介護\tja\tcare:0,/介護/:3", {1: 0, 3: 3}),  # names win over patterns
        ("介護\tja\t@care,care:1", {1: 1, 3: 1}),
        ("介護\tja\t@all", {1: 3, 3: 1, 4: 2}),
        ("night school\ten\t/CARE/:1", {2: 1}),
        ("介護\tja\tterm/介護:3,care:1", {92: 3, 1: 1}),  # patterns pass records by
        ("介護\ten\tdesk/相談-介護:2", {91: 2}),
        ("介護\tja\tdesk/Desk-care:2,/介護/:1", {91: 2, 1: 1, 3: 1}),
    ],
)
def test_line(read: Callable[..., list[Question]], line: str, grades: dict[int, int]) -> None:
    topics = "# shared\ncare\tcare:3,/介護/:1\n@all\t@care,gunma/oizumi:2\n"
    (question,) = read(line + "\n", topics)
    assert question.grades == grades


def test_comments_empty_lines_kinds_and_numbers(read: Callable[..., list[Question]]) -> None:
    first, second = read("\ufeff# words\n\n介護\tja\tcare:3\tword\n ケア \tja\tcare:2\n")
    assert (first.query, first.kind, first.line) == ("介護", "word", 3)
    assert (second.query, second.kind, second.line) == ("ケア", "", 4)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no queries. Write one a line"),
        ("# nothing\n", "no queries"),
        ("介護 ja care:3", "line 1: 1 columns. Write three or four, with tabs"),
        ("介護\tja", "2 columns"),
        ("\tja\tcare:3", "the query is empty"),
        ("介護\tde\tcare:3", "no language “de”. Write one of: ja, en."),
        ("介護\tja\t", "no judgements. Write slug:grade"),
        ("介護\tja\tcare", "“care” is no judgement"),
        ("介護\tja\tcare:3;other:2", "the grade “3;other:2” is none"),
        ("介護\tja\tcare:5", "the grade “5” is none. Write 3 (exactly"),
        ("介護\tja\tcare:", "the grade “” is none"),
        ("介護\tja\tcares:3", "“ja” is called “cares”. Did you mean “care”?"),
        ("介護\tja\tqwxzq:3", "Write the last part of its address"),
        ("介護\tja\toizumi:3", "2 pages are called “oizumi”. Write the part of the address above"),
        ("介護\tja\t/(/:3", "the pattern /(/ is not valid"),
        ("介護\tja\t@none", "“@none” is not in topics.tsv"),
        ("介護\tja\tcare:0", "no page has a grade of 1 or more"),
        (
            "介護\tja\tcare:3\nだめ\tja\tcare:9\nだめ\txx\tcare:1",
            "line 3: there is no",
        ),
        ("介護\tja\tcare:3\n".encode("shift_jis"), "line 1: this is not UTF-8. Save the file"),
    ],
)
def test_wrong_file_is_named_with_its_cure(
    read: Callable[..., list[Question]], text: str | bytes, said: str
) -> None:
    with pytest.raises(JudgementError) as error:
        read(text)
    assert said in str(error.value)


def test_all_wrong_lines_are_named_up_to_twenty(read: Callable[..., list[Question]]) -> None:
    with pytest.raises(JudgementError) as error:
        read("介護\tja\tcare:9\n" * 30)
    assert str(error.value).count("line ") == 20
    assert "and 10 more" in str(error.value)


def test_topics_that_go_in_circles(read: Callable[..., list[Question]]) -> None:
    with pytest.raises(JudgementError, match="“@a” refers to itself"):
        read("介護\tja\t@a", "a\t@b\nb\t@a\n")


def test_topic_without_tab(read: Callable[..., list[Question]]) -> None:
    with pytest.raises(JudgementError, match="line 1: there is no tab"):
        read("介護\tja\t@a", "a care:3\n")


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(JudgementError, match="There is no file"):
        read_questions(tmp_path / "none.tsv", CORPUS)


def test_command_reports_and_ends_with_one_line(
    index: Engine, add_page: Callable[..., object], tmp_path: Path
) -> None:
    add_page("夜間中学のはなし", "night-school")
    call_command("search_rebuild", verbosity=0)
    path = tmp_path / "queries.tsv"
    path.write_text("夜間中学\tja\tnight-school:3\tword\n夜間\ten\tnight-school:3\n", "utf-8")
    out = io.StringIO()
    call_command("search_evaluate", str(path), verbosity=0, stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[-1] == (
        "nDCG@10=1.000 MRR@10=1.000 R@10=1.000 F1=1.000 zero=0.000 "
        "P@5=0.200 wrong@3=0.000 few=0.000"
    )
    word = next(line for line in lines if line.startswith("word"))
    assert word.split() == ["word", "1", *["1.000"] * 4, "0.000", "0.200", "0.000", "0.000"]


def test_command_says_what_is_wrong(index: Engine, tmp_path: Path, settings: Any) -> None:
    with pytest.raises(CommandError, match="There is no file"):
        call_command("search_evaluate", str(tmp_path / "none.tsv"), verbosity=0)
    (tmp_path / "q.tsv").write_text("q\tja\tnone:3\n", "utf-8")
    with pytest.raises(CommandError, match=r"q\.tsv, line 1: no page"):
        call_command("search_evaluate", str(tmp_path / "q.tsv"), verbosity=0)
    settings.SEARCH_ENGINE = {}
    with pytest.raises(CommandError, match="Set SEARCH_URL and try again"):
        call_command("search_evaluate", str(tmp_path / "q.tsv"), engine="elasticsearch")
