"""Records that are no pages, found beside them: desks and terms of the glossary."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone
from wagtail.models import PageViewRestriction, Site

from core.readings import in_plain_reading
from home.models import GlossaryPage, HomePage, StandardPage
from regions.models import Area, ConsultationDesk, DeskPhone
from search.engines import current_engine
from search.engines.base import Engine
from search.evaluation import ask
from search.index.outbox import pending
from search.index.rebuild import check, rebuild, repair
from search.judgements import Corpus, Question
from search.plan import Everything, Plan
from search.query.search_query import SearchQuery
from search.records import number_of_record
from search.results.answer import search
from search.results.page import Hit
from search.results.suggestions import suggest
from taxonomy.models import GlossaryTerm, Language

AddPage = Callable[..., StandardPage]


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Any:
    """What happens once the transaction is committed, done at the end of a `with` block."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def hits(text: str = "", locale: str = "ja", **facets: tuple[str, ...]) -> list[Hit]:
    results = search(SearchQuery(text=text, locale=locale, facets=facets))
    assert results.total == len(results.hits)
    return list(results.hits)


def titles(text: str = "", locale: str = "ja", **facets: tuple[str, ...]) -> list[str]:
    return [hit.title for hit in hits(text, locale, **facets)]


@pytest.fixture
def desk(index: Engine, committed: Any) -> ConsultationDesk:
    """A desk with a number, in the index; written to the database part by part, as in the admin."""
    area = Area.objects.create(code="99", kind="prefecture", name_ja="海野県", name_en="Umino")
    language = Language.objects.create(
        code="vi", label_ja="ベトナム語", label_en="Vietnamese", own_name="Tiếng Việt"
    )
    with committed():
        desk = ConsultationDesk(
            code="umino", name_ja="みなと相談室", name_en="Minato Advice Room", as_of="2026-05"
        )
        desk.areas, desk.languages = [area], [language]
        desk.phones = [DeskPhone(number="012-345-6789")]
        desk.save()
    return desk


# --- Both engines -------------------------------------------------------------------------------


def test_desk_is_found_in_both_languages_and_follows_each_change(
    desk: ConsultationDesk, index: Engine, committed: Any
) -> None:
    assert titles("相談室") == titles("海野県") == titles("Tiếng Việt") == ["みなと相談室"]
    assert titles("advice room", "en") == ["Minato Advice Room"]
    assert titles(kind=("desk",), lang=("vi",), region=("99",)) == ["みなと相談室"]
    for text in ("012-345-6789", "0123456789"):
        assert titles(text) == []
    (hit,) = hits("相談室")
    assert hit.record is not None
    assert (hit.page_id, hit.kind, hit.record.calls[0].dialled) == (None, "desk", "0123456789")

    with committed():
        desk.name_ja, desk.name_en = "はまべ相談室", "Hamabe Advice Room"
        desk.save()
    assert (titles("みなと"), titles("はまべ")) == ([], ["はまべ相談室"])
    with committed():
        Area.objects.get(pk="99").desks.clear()
    assert titles("海野県") == []
    with committed():
        Area.objects.get(pk="99").desks.add(desk)
    assert titles("海野県") == ["はまべ相談室"]
    with committed():
        ConsultationDesk.objects.get(pk=desk.pk).delete()
    assert (titles(), dict(index.versions()), pending()) == ([], {}, 0)


def test_desk_can_be_judged(desk: ConsultationDesk) -> None:
    number = number_of_record(f"desk:{desk.pk}")
    assert Corpus.of_site().named("desk/みなと相談室", "ja") == {number}
    assert number in ask(Question("みなと相談室", "ja", {number: 3})).seen
    assert set(ask(Question("みなと相談室", "ja", {1: 3})).seen) == {None}


def test_withdrawn_desk_is_gone_before_the_index_knows(desk: ConsultationDesk) -> None:
    desk.is_public = False
    desk.save()  # what follows the transaction has not happened yet
    assert pending() == 1
    assert hits("相談室") == []
    results = search(SearchQuery(facets={"kind": ("desk",)}))
    assert (results.total, results.counts("kind")) == (0, {"desk": 0})
    desk.is_public = True
    desk.save()
    ConsultationDesk.objects.update(is_public=False)  # nobody is told
    assert search(SearchQuery(text="相談室")).hits == ()


def test_number_that_waits_to_be_confirmed_is_in_no_list(desk: ConsultationDesk) -> None:
    ConsultationDesk.objects.update(needs_confirmation=True)
    (hit,) = hits("相談室")
    assert hit.record is not None
    assert hit.record.calls == ()
    ConsultationDesk.objects.update(last_confirmed_at=timezone.localdate())
    (hit,) = hits("相談室")
    assert hit.record is not None
    assert [call.number for call in hit.record.calls] == ["012-345-6789"]


def test_rebuild_is_taken_up_in_the_middle_of_a_record(
    desk: ConsultationDesk, index: Engine, add_page: AddPage
) -> None:
    add_page("手引き", "guide")

    def stop(entries: Any, total: int, done: int) -> Any:
        found = iter(entries)
        yield next(found)
        yield next(found)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild(index, stop)
    assert rebuild(index) == 3
    assert len(dict(index.versions())) == 3
    assert not check(index).keys


def test_check_finds_and_repairs_documents_of_records(
    desk: ConsultationDesk, index: Engine
) -> None:
    ConsultationDesk.objects.update(name_en="Sakura Advice Room")
    key = f"desk:{desk.pk}"
    drift = check(index)
    assert set(drift.outdated) == {f"{key}:ja", f"{key}:en"}
    repair(index, drift)
    assert titles("sakura", "en") == ["Sakura Advice Room"]
    ConsultationDesk.objects.update(is_public=False)
    assert set(check(index, only_keys=True).superfluous) == {f"{key}:ja", f"{key}:en"}


def test_terms_are_public_as_long_as_the_glossary_is(
    index: Engine, home: HomePage, committed: Any
) -> None:
    with committed():
        GlossaryTerm.objects.create(
            term_ja="共助",
            reading="きょうじょ",
            term_en="mutual aid",
            explanation_ja="住民が助け合うこと。",
            explanation_easy="みんなで 助ける こと。",
            explanation_en="Residents help each other.",
        )
        GlossaryTerm.objects.create(term_ja="公助", explanation_ja="役所が助けること。")
    assert titles() == []
    with committed():
        page = GlossaryPage(title="用語集", slug="glossary", locale=home.locale)
        home.add_child(instance=page)
        page.save_revision().publish()
    (hit,) = hits("助け合う")
    assert hit.record is not None
    assert (hit.title, hit.record.text) == ("共助", "住民が助け合うこと。")
    assert hit.url.startswith("/glossary/#term-")
    with in_plain_reading():
        (hit,) = hits("助け合う")
        assert hit.record is not None
        assert hit.record.text == "みんなで 助ける こと。"
    (hit,) = hits("mutual aid", "en")
    assert (hit.title, hit.language) == ("mutual aid", "en")
    # What is explained in Japanese alone is found by readers of English too.
    (hit,) = hits("公助", "en")
    assert (hit.title, hit.language) == ("公助", "ja")
    with committed():
        PageViewRestriction.objects.create(page=page, restriction_type="login")
    assert (hits("共助"), dict(index.versions())) == ([], {})


def test_pages_come_before_records_with_the_same_words(
    desk: ConsultationDesk, add_page: AddPage, committed: Any
) -> None:
    with committed():
        add_page("手引き", "guide", summary="みなと相談室のことも書いてあります")
    assert titles("みなと相談室") == ["手引き", "みなと相談室"]
    assert titles("みなと相談室", kind=("desk",)) == ["みなと相談室"]


# --- The real content ---------------------------------------------------------------------------


def test_counts_of_the_kinds_are_those_of_the_database(site: Site) -> None:
    for locale in ("ja", "en"):
        counts = search(SearchQuery(locale=locale)).counts("kind")
        assert counts["desk"] == ConsultationDesk.objects.filter(is_public=True).count() > 60
        assert counts["term"] == GlossaryTerm.objects.count() > 50
        plan = Plan(Everything(), locale, {"kind": ("desk", "term")}, limit=1_000)
        assert current_engine().search(plan).total == counts["desk"] + counts["term"]


def test_card_of_a_desk_has_what_a_caller_needs(site: Site, client: Client) -> None:
    page = BeautifulSoup(client.get("/en/search/?kind=desk&q=HIECC").content, "html.parser")
    (card,) = page.select("article.hit[data-kind=desk]")
    text = " ".join(card.text.split())
    for said in ("Hokkaido", "Languages", "Vietnamese", "Opening hours"):
        assert said in text
    assert card.select_one("a.desk__phone[href^='tel:0']")
    link = card.select_one("a.hit__link")
    assert link is not None
    list_url, _, anchor = str(link["href"]).partition("#")
    assert BeautifulSoup(client.get(list_url).content, "html.parser").find(id=anchor)


def test_what_is_offered_is_not_listed_again(site: Site, client: Client) -> None:
    for query in ("かめりあ 相談窓口", "静岡県 相談窓口", "技能実習", "やさしい日本語"):
        url = f"/search/?q={quote(query)}"
        page = BeautifulSoup(client.get(url).content, "html.parser")
        links = [str(link["href"]).partition("#")[2] for link in page.select(
            "section[aria-labelledby^=records-] li a, article.hit a.hit__link")]  # fmt: skip
        anchors = [anchor for anchor in links if anchor]
        assert anchors, query
        assert len(anchors) == len(set(anchors)), query
        answer = client.get(f"/api/v1/search?q={quote(query)}").json()
        assert len(answer["hits"]) == min(answer["total"], 10)
    # Somebody who has chosen desks has them in the list.
    assert not client.get(f"/api/v1/search?kind=desk&q={quote('相談窓口')}").json()["records"]


@pytest.mark.parametrize("query", ["技能実習", "技能実習とは", "ぎのうじっしゅう"])
def test_term_that_is_asked_for_is_explained_above_the_hits(
    site: Site, client: Client, query: str
) -> None:
    term = GlossaryTerm.objects.get(term_ja="技能実習")
    answer = client.get(f"/api/v1/search?q={quote(query)}").json()
    (offered,) = answer["records"]
    (item,) = offered["items"]
    assert (item["key"], item["summary"]) == (f"term:{term.pk}", term.explanation_ja)
    assert answer["hits"][0]["kind"] == "case"
    client.cookies["reading"], client.cookies["furigana"] = "easy", "0"
    page = client.get(f"/search/?q={quote(query)}").content.decode()
    assert term.explanation_easy in page


def test_files_have_records_and_feeds_do_not(site: Site, client: Client) -> None:
    url = f"?kind=desk&q={quote('北海道外国人相談センター')}"
    lines = b"".join(client.get(f"/search/export/{url}&format=jsonl").streaming_content)
    _about, row, *_others = map(json.loads, lines.decode().splitlines())
    desk = ConsultationDesk.objects.get(code="hokkaido")
    assert row["id"] == f"desk:{desk.pk}"
    assert row["url"].endswith("/desks/#desk-hokkaido")
    bibtex = b"".join(client.get(f"/search/export/{url}&format=bibtex").streaming_content)
    assert b"{nanif-desk-hokkaido," in bibtex
    assert b"<entry>" not in client.get(f"/search/feed/{url}").content


def test_names_are_suggested(site: Site) -> None:
    groups = {group.name: group.items for group in suggest("北海道外国", "ja", "/search/")}
    assert [item.url for item in groups["desks"]] == ["/desks/#desk-hokkaido"]
    groups = {group.name: group.items for group in suggest("ぎのうじ", "ja", "/search/")}
    assert [item.label for item in groups["terms"]] == ["技能実習"]


def test_without_an_engine_records_are_found_by_their_names(
    site: Site, settings: Any, tmp_path: Any
) -> None:
    settings.SEARCH_URL = ""
    settings.SEARCH_INDEX_DIR = tmp_path / "none"
    results = search(SearchQuery(text="北海道外国人相談センター"))
    assert not results.is_available
    assert [hit.title for hit in results.hits] == ["北海道外国人相談センター"]
    results = search(SearchQuery(facets={"kind": ("desk",)}, page=2))
    assert results.total == ConsultationDesk.objects.filter(is_public=True).count()
    assert len(results.hits) == 10
