"""`make bench-search` on sixty cases: pages that are written, what is measured, and its report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from wagtail.models import Locale, Page

import benchmarks.engines
from benchmarks.clock import Times, TookTooLong, at_most
from benchmarks.rows import store, synthetic_pages
from benchmarks.search_report import Results, report
from benchmarks.search_run import SearchRun
from casestudies.models import CasesFromPage, CaseStudyIndexPage, CaseStudyPage
from home.models import HomePage
from regions.models import Area
from search.engines import current_engine
from search.index.rebuild import documents_of
from search.services import sync_vocabularies
from taxonomy.models import ActorType, Theme

TITLES = ["浜松の日本語教室の取り組み", "防災の輪を広げる浜松の会", "医療通訳を育てる市民の力"]
SENTENCES = (
    "市は外国につながる子どものために日本語教室を開いた。"
    "ボランティアが学校の授業のあとに宿題を手伝っている。"
    "防災訓練には多くの外国人住民が参加した。"
    "相談窓口では医療通訳を頼むこともできる。"
    "企業と国際交流協会が費用を分け合った。"
    "参加者はだんだん増え、地域の祭りにも加わった。"
)


@pytest.fixture
def cases(home: HomePage) -> list[CaseStudyPage]:
    """Three published case studies in Japanese, with places, actors and themes."""
    Locale.objects.get_or_create(language_code="en")
    prefecture = Area.objects.create(
        code="22", kind="prefecture", name_ja="静岡県", kana="しずおかけん", name_en="Shizuoka"
    )
    city = Area.objects.create(
        code="221309", kind="designated-city", parent=prefecture, name_ja="浜松市",
        kana="はままつし", name_en="Hamamatsu-shi",
    )  # fmt: skip
    npo = ActorType.objects.create(code="npo", label_ja="市民団体", label_en="civil society")
    broad = Theme.objects.create(code="2", label_ja="生活支援", label_en="daily life")
    theme = Theme.objects.create(code="2-1", parent=broad, label_ja="教育", label_en="education")
    index = home.add_child(
        instance=CaseStudyIndexPage(title="事例", slug="cases", locale=home.locale)
    )
    region = index.add_child(
        instance=CasesFromPage(title="静岡県", slug="shizuoka", area=prefecture, locale=home.locale)
    )
    made = []
    for number, title in enumerate(
        ["浜松の日本語教室の取り組み", "防災の輪を広げる浜松の会", "医療通訳を育てる市民の力"]
    ):
        case = CaseStudyPage(
            title=title, slug=f"case-{number}", locale=home.locale, overview=SENTENCES,
            summary=title, started="2018", bridging="協会の職員が間に立った。",
            actions=[("paragraph", f"<p>{SENTENCES}</p>")],
        )  # fmt: skip
        case.places.create(area=city)
        case.actors.create(name="浜松の会", part="lead", actor_type=npo)
        case.actor_types, case.themes = [npo], [theme]
        region.add_child(instance=case)
        case.save_revision().publish()
        made.append(case)
    sync_vocabularies()
    return made


@pytest.mark.django_db
def test_synthetic_cases_are_whole_pages(cases: list[CaseStudyPage]) -> None:
    wanted = list(synthetic_pages(30))
    texts = list(store(wanted))
    found = {document.page_id: document for document in documents_of(d.page_id for d in wanted)}
    assert [text.page_id for text in texts] == [d.page_id for d in wanted] == list(found)
    for document in wanted:
        page = found[document.page_id]
        assert page.title == document.title
        assert all(sentence in page.body for sentence in document.body.split("\n"))
        assert "浜松の会" in page.lead
        assert "civil society" in page.lead
        assert {
            name: set(page.facets[name]) for name in ("region", "theme", "actor", "period")
        } == {name: set(document.facets[name]) for name in ("region", "theme", "actor", "period")}
    parent = CasesFromPage.objects.get()
    assert parent.numchild == 33
    assert Page.find_problems() == ([], [], [], [], [])
    page = CaseStudyPage.objects.get(pk=wanted[0].page_id)
    assert page.get_url() == f"/cases/{parent.slug}/{page.slug}/"


@pytest.mark.django_db(transaction=True)
def test_a_small_run_measures_everything(
    cases: list[CaseStudyPage],
    settings: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(benchmarks.engines, "PUBLICATIONS", 2)
    settings.SEARCH_INDEX_DIR = tmp_path / "index"
    path = tmp_path / "report" / "search.md"
    run = SearchRun(
        tmp_path,
        ["embedded", "wagtail-fulltext", "wagtail-substring", "trigrams"],
        path,
        parts=["rebuild", "search", "suggestions", "freshness", "pages"],
        judge=False,
        each=1,
    )
    run.measure([10, 60])
    assert run.results.failures == []
    assert run.results.get("embedded", 60, "documents") == 63
    assert current_engine().health().documents == 63, "published pages are taken away again"
    for name in ("rebuild", "index_mb", "search_p95", "page_p99", "suggest_p50", "visible_p95"):
        assert run.results.get("embedded", 60, name), name
    for other in ("wagtail-fulltext", "wagtail-substring", "trigrams"):
        assert run.results.get(other, 60, "search_p50"), other
        assert run.results.get(other, 60, "given_up") == 0
    text = path.read_text("utf-8")
    assert text.index("## Ratios") < text.index("## Numbers of this site's search")
    assert "10 → 60 embedded" in text
    assert "has not ended" not in text


@pytest.mark.django_db
def test_what_there_was_no_time_for_is_named(cases: list[CaseStudyPage], tmp_path: Path) -> None:
    path = tmp_path / "search.md"
    SearchRun(tmp_path, ["embedded"], path, minutes=0).measure([10])
    text = path.read_text("utf-8")
    assert "## Not measured" in text
    assert "10 cases: writing the pages" in text


def test_growth_that_is_not_less_than_that_of_the_pages_stands_out() -> None:
    results = Results(command="x", date="", machine="")
    results.add("embedded", 10_000, {"search_p95": 10.0, "rebuild": 30.0, "rate_1": 20.0})
    results.add("embedded", 100_000, {"search_p95": 100.0, "rebuild": 240.0, "rate_1": 10.0})
    lines = report(results).splitlines()
    assert "| Full search, p95 | **10.0** |" in lines
    assert "| Index built anew | 8.0 |" in lines
    assert "| Pages a second, 1 client | 2.0 |" in lines
    assert "| Full search, p95 | 100.0 ms | 80 ms | **125 %** |" in lines
    assert "| Index built anew | 240.0 s | 300 s | 80 % |" in lines


def test_percentiles_are_in_milliseconds() -> None:
    times = Times([number / 1000 for number in range(1, 102)])
    assert times.figures("x", 50, 95) == pytest.approx({"x_p50": 51.0, "x_p95": 96.0})


def test_patience_ends() -> None:
    def run_for_ever() -> None:
        with at_most(0.05, "a loop"):
            while True:
                pass

    with pytest.raises(TookTooLong, match="a loop: given up after"):
        run_for_ever()
