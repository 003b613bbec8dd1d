"""The rules for content: each planted fault is found by its rule, and its sound twin is not."""

from __future__ import annotations

import datetime
import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from wagtail.models import Site

from casestudies.models import CasePlace, CaseResult, CasesFromPage, CaseSource, CaseStudyPage
from page_cache.versions import record_change
from regions.models import Area
from taxonomy.models import ActorType, Theme
from tests.users.conftest import Network
from tests.users.conftest import network as network  # the small site itself

TODAY = datetime.date(2026, 11, 30)
CITY = "https://www.city.mihon.lg.jp/a.html"


@dataclass(frozen=True)
class Planted:
    """A fault and its twin: what is different from a sound case.

    Names of fields; `en.` in front for the English page, whose whole lack is `en`. `sources` are
    addresses, `results` rows.
    """

    rule: str
    fault: dict[str, Any]
    sound: dict[str, Any] = field(default_factory=dict)


def source(fault: str, sound: str) -> Planted:
    return Planted("unfit-source", {"sources": [CITY, fault]}, {"sources": [CITY, sound]})


def numbers(japanese: str, wrong: str, right: str) -> Planted:
    return Planted(
        "numbers-differ",
        {"overview": japanese, "en.overview": wrong},
        {"overview": japanese, "en.overview": right},
    )


def code(kind: str, chosen: str, wrong: str, right: str) -> Planted:
    rule = "theme-not-borne-out" if kind == "themes" else "actor-not-borne-out"
    return Planted(rule, {kind: [chosen], "overview": wrong}, {kind: [chosen], "overview": right})


def row(**values: str) -> dict[str, Any]:
    return {"results": [{"indicator": "参加", "after": "77", "unit": "人", **values}]}


QUOTED = "「" + "あ" * 121 + "」", "「" + "あ" * 120 + "」"
SAID = "“" + "word " * 61 + "”", "“" + "word " * 59 + "”"
_PERIOD = ("started", "ended")
LONG = "やさしい日本語の文は短いほうがよいのですがこの文は四十の文字よりも長くてむずかしいです。"

PLANTED = [
    source("https://lavender.5ch.net/test/read.cgi/1", "https://www.5channel.jp/news/1"),
    source("http://mimizun.com/log/1", "http://mimizunomori.com/log/1"),
    source("https://www-pref-jp.cache.yimg.jp/law.html", "https://www.pref.jp/law.html"),
    source("https://123dok.com/jp/docs/1", "https://docs.mihon.jp/123dok.com"),
    source("https://www-city-mihon-jp.translate.goog/a", "https://translate.mihon.jp/a"),
    source("http://40.74.122.252/index.cgi", "http://40.example.jp/index.cgi"),
    source("http://[2001:db8::1]/a", "https://ipv6.mihon.jp/a"),
    source("http://www.61-205-65-100.sslip.io/news", "http://www.61-205.mihon.jp/news"),
    source("https://staging.city.mihon.jp/a", "https://stage.mihon.jp/a"),
    source("https://test2.mihon.jp/a", "https://contest.mihon.jp/a"),
    Planted(
        "unfit-source",
        {"cost_source": "https://yomi.tokyo/agate/1", "cost_total": 1, "cost_period": "year"},
        {"cost_source": CITY, "cost_total": 1, "cost_period": "year"},
    ),
    Planted("single-source", {"sources": [CITY, CITY]}, {"sources": [CITY, f"{CITY}?2"]}),
    Planted(
        "theme-not-borne-out",
        {"themes": ["1-2"], "places": ["KR-11"], "overview": "日本語も学ぶ。"},
        {"themes": ["1-2"], "overview": "日本語を学ぶ。"},
    ),
    code("themes", "2-2", "学校に通う子の勉強を助ける。", "技能実習生の職場を良くする。"),
    code("themes", "2-3", "祭りを開く。", "避難の訓練を開く。"),
    code("themes", "x-6", "留学生と話す。", "ウクライナから来た人と話す。"),
    code("themes", "x-16", "分かりやすく書く。", "やさしい日本語で書く。"),
    code("actor_types", "community", "商店が集まる。", "町内会が集まる。"),
    code("actor_types", "religious", "公民館で開く。", "モスクで開く。"),
    code("actor_types", "labour", "市が相談を受ける。", "ユニオンが相談を受ける。"),
    code("actor_types", "university", "市が調べる。", "大学院が調べる。"),
    Planted("language-missing", {"en": None}),
    Planted("language-missing", {"en.summary": ""}),
    Planted("language-missing", {"summary": ""}),
    Planted("language-missing", {"easy_body": ""}),
    Planted("language-missing", {**row(source="報告"), "en.results.unit": ""}, row(source="報告")),
    numbers("120人が来た。", "About 12 people came.", "A hundred and twenty people came."),
    numbers("費用は1億2,000万円。", "It cost 12 million yen.", "It cost 120 million yen."),
    numbers("住民の３割が外国人。", "20 per cent are foreign.", "Three in ten are foreign."),
    numbers("１５％が参加した。", "Fifty per cent came.", "15% came."),
    numbers("令和5年に始めた。", "It began in 2022.", "It began in 2023."),
    numbers("2013〜14年度に調べた。", "A survey of 2013.", "A survey of 2013–14."),
    numbers("2016年4月16日〜30日開催。", "16–20 April 2016.", "16 April 2016–30 April 2016."),
    numbers("多くの人が来た。", "About 300 people came.", "Many people came."),
    Planted(
        "figure-without-source",
        {"cost_total": 3_780_000, "cost_period": "year"},
        {"cost_total": 3_780_000, "cost_period": "year", "overview": "費用は378万円。"},
    ),
    Planted(
        "figure-without-source", {"volunteers": 52}, {"volunteers": 52, "staffing_source": CITY}
    ),
    Planted(
        "figure-without-source",
        {"reached_actual": 420},
        {"reached_actual": 420, "reached_source": CITY},
    ),
    Planted("figure-without-source", row(), row(source="事業報告書")),
    Planted("impossible-date", {"started": "2026-02-31"}, {"started": "2026-02-28"}),
    Planted("impossible-date", {"started": "2027-04"}, {"started": "2026-11"}),
    Planted("impossible-date", row(date="2031"), row(date="2025")),
    Planted(
        "impossible-date",
        {"started": "2020", "ended": "2019-03"},
        {"started": "2019", "ended": "2019-03"},
    ),
    Planted("impossible-date", {"accessed": "2027-01-05"}, {"accessed": "2026-11-30"}),
    Planted("era-alone", {"overview": "令和５年の会。"}, {"overview": "2023年（令和5年）の会。"}),
    Planted("era-alone", {"funding": "平成元年の基金"}, {"funding": "平成元年（1989年）の基金"}),
    Planted("stale", {"last_confirmed_at": "2025-05-01"}, {"last_confirmed_at": "2025-07-01"}),
    Planted("stale", {"accessed": "2024-01"}, {"accessed": "2026-01"}),
    Planted("long-quotation", {"overview": QUOTED[0]}, {"overview": QUOTED[1]}),
    Planted("long-quotation", {"en.overview": SAID[0]}, {"en.overview": SAID[1]}),
    Planted("long-plain-sentence", {"easy_summary": LONG}, {"easy_summary": LONG[:40]}),
    Planted("long-plain-sentence", {"easy_body": f"短い。\n{LONG}"}, {"easy_body": "短い。"}),
]  # fmt: skip


def plant(network: Network, slug: str, changes: dict[str, Any]) -> None:
    """A published case in two languages that is sound but for the changes."""
    fields: dict[str, Any] = {
        "summary": "子どもが学ぶ教室。", "overview": "教室を開く。",
        "easy_summary": "教室です。", "easy_body": "学びます。",
    }  # fmt: skip
    english = {"title": slug, "summary": "A class for children.", "overview": "A class."}
    results = changes.get("results", [])
    rows: dict[str, list[Any]] = {
        "sources": [
            CaseSource(title="案内", url=url, accessed=changes.get("accessed", "2026-11"))
            for url in changes.get("sources", [CITY, f"{CITY}?2"])
        ],
        "results": [CaseResult(**values) for values in results],
        "places": [CasePlace(area_id=place) for place in changes.get("places", ["13"])],
    }
    for name, value in changes.items():
        if name.startswith("en."):
            english[name.removeprefix("en.")] = value
        elif name not in {*rows, *_PERIOD, "accessed", "en", "themes", "actor_types"}:
            fields[name] = value
    unit = english.pop("results.unit", "people")
    english |= {name: "Fund 1989" for name in ("funding",) if name in fields}
    lists = CasesFromPage.objects.filter(area=network.own.area)
    parent = lists.get(locale__language_code="ja")
    case = CaseStudyPage(title=slug, slug=slug, locale=parent.locale, **fields, **rows)
    case.themes = [Theme.objects.get_or_create(code=c)[0] for c in changes.get("themes", [])]
    case.actor_types = [
        ActorType.objects.get_or_create(code=c)[0] for c in changes.get("actor_types", [])
    ]
    parent.add_child(instance=case)
    if "en" not in changes:
        parent = lists.get(locale__language_code="en")
        texts = [
            CaseResult(**{**values, "indicator": "Visits", "unit": unit}) for values in results
        ]
        other = CaseStudyPage(
            slug=slug, locale=parent.locale, translation_key=case.translation_key,
            results=texts, **english,
        )  # fmt: skip
        parent.add_child(instance=other)
    # As it was stored before such values were refused.
    period = {name: changes[name] for name in _PERIOD if name in changes}
    CaseStudyPage.objects.filter(pk=case.pk).update(**{"ended": "", **period})


def check(**options: Any) -> tuple[list[str], str]:
    """What the command says, line by line, and how it ends."""
    out = io.StringIO()
    try:
        call_command("content_check", stdout=out, **options)
    except CommandError as error:
        return out.getvalue().splitlines(), str(error)
    return out.getvalue().splitlines(), ""


@pytest.fixture
def nothing_accepted(tmp_path: Path) -> Path:
    path = tmp_path / "accepted.csv"
    path.write_text("rule,kind,page,field,words,reason\n")
    return path


def test_each_planted_fault_is_found_and_its_sound_twin_is_not(
    network: Network, nothing_accepted: Path
) -> None:
    assert len(PLANTED) >= 30
    Area.objects.create(code="KR-11", kind="province", name_ja="ソウル", name_en="Seoul")
    for number, planted in enumerate(PLANTED):
        plant(network, f"fault-{number}", planted.fault)
        plant(network, f"sound-{number}", planted.sound)
    lines, end = check(accepted=nothing_accepted, day=TODAY)
    found = {(line.partition(": ")[0], line.partition(",")[0].rpartition(" ")[2]) for line in lines}
    missed = [p for n, p in enumerate(PLANTED) if (p.rule, f"fault-{n}") not in found]
    wrong = [p for n, p in enumerate(PLANTED) if (p.rule, f"sound-{n}") in found]
    assert not missed, "not found:\n" + "\n".join(map(str, missed))
    assert not wrong, "found though sound:\n" + "\n".join(map(str, wrong))
    assert "findings. Cure them" in end


def test_what_is_accepted_passes_and_what_is_gone_is_named(
    network: Network, nothing_accepted: Path
) -> None:
    plant(network, "alone", {"sources": [CITY]})
    assert check(accepted=nothing_accepted, day=TODAY)[1]
    with nothing_accepted.open("a") as accepted:
        accepted.write(f"single-source,casestudypage,alone,sources,{CITY},ほかに見つからない\n")
        accepted.write("stale,casestudypage,gone,sources.accessed,2020,昔の話\n")
    lines, end = check(accepted=nothing_accepted, day=TODAY)
    assert end == ""
    assert lines == [
        "accepted, but found no more: stale, casestudypage, gone, sources.accessed, 2020",
        "No findings but 1 accepted ones.",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rule,page\n", "kind, field, words, reason"),
        ("rule,kind,page,field,words,reason\nno-rule,,,,,x\n", "2"),
        ("rule,kind,page,field,words,reason\nstale,casestudypage,a,b,c,\n", "2"),
    ],
)
def test_list_that_cannot_be_meant_is_refused(
    db: None, tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "accepted.csv"
    path.write_text(text)
    assert said in check(accepted=path)[1]
    assert "none.csv" in check(accepted=tmp_path / "none.csv")[1]


def test_shipped_content_is_clean_or_listed_with_a_reason(site: Site) -> None:
    lines, end = check(day=TODAY)
    assert end == "", "\n".join(lines)


def test_editors_see_findings_of_their_region_and_what_a_record_lacks(network: Network) -> None:
    plant(network, "alone", {"sources": [CITY]})
    case = CaseStudyPage.objects.get(slug="alone", locale__language_code="ja")
    report = reverse("content_check:index")
    rule = {"rule": "single-source"}
    shown = network.client("region-editor").get(report, rule).content.decode()
    assert CITY in shown
    assert "情報源" in shown or "出典" in shown
    assert CITY not in network.client("other-editor").get(report, rule).content.decode()
    form = network.client("region-editor").get(reverse("wagtailadmin_pages:edit", args=[case.pk]))
    text = form.content.decode()
    missing = text.partition("data-missing-list")[2].partition("</details>")[0]
    assert "費用" in missing
    assert "やさしい日本語" not in missing
    # The list is kept, and right after a change that no form has made.
    case.sources.model.objects.create(page=case, title="計画", url="https://www.example.lg.jp/plan")
    record_change()  # a test is one transaction, in which changes are recorded once
    assert CITY not in network.client("region-editor").get(report, rule).content.decode()
