"""The styleguide: every component with sample data. Part of the site in development only."""

from __future__ import annotations

import datetime
from types import SimpleNamespace
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from core.dates import PartialDate
from core.dossier import Section
from surveys.charts import Series, bar_chart, column_chart, line_chart


def _all(*items: Any) -> dict[str, list[Any]]:
    """Stand in for a related manager: templates only ask it for `all`."""
    return {"all": list(items)}


PREFECTURE = SimpleNamespace(code="23", kind="prefecture", label="見本県", parent=None)
CITY = SimpleNamespace(code="232114", kind="city", label="見本市", parent=PREFECTURE)
GRADES = [
    SimpleNamespace(code=code, label=label)
    for code, label in [
        ("A", "A 外部の評価がある"),
        ("B", "B 実施者による測定がある"),
        ("C", "C 関係者の報告がある"),
        ("D", "D 内容の説明のみ"),
    ]
]


def _theme(code: str, label: str, count: int, *children: SimpleNamespace) -> SimpleNamespace:
    return SimpleNamespace(code=code, label=label, count=count, children=children)


EDUCATION = _theme("2-1", "教育機会の確保", 7)
DISASTERS = _theme("2-3", "災害時の支援体制の整備", 1_193)
THEMES = [
    _theme("1", "コミュニケーション支援", 12),
    _theme("2", "生活支援", 1_200, EDUCATION, DISASTERS),
    _theme("3", "意識啓発と社会参画支援", 4),
    _theme("4", "地域活性化の推進やグローバル化への対応", 1),
    _theme("5", "多文化共生施策の推進体制の整備", 3),
    _theme("x", "そのほかのテーマ", 2),
]


def _case(theme: str, **facts: Any) -> SimpleNamespace:
    sample = {
        "url": "#cards",
        "title": "見本市の学校へ入る前の子どもの教室",
        "summary": "市と国際交流協会が、学校に入る前の子どもと保護者の教室を開く。（見本の文章）",
        "content_language": "ja",
        "get_kind_display": "種類の見本",
        "places": _all({"area": CITY}),
        "themes": _all(SimpleNamespace(code=theme, label="テーマの見本")),
        "started": "2018",
        "ended": "",
        "status": {"code": "continuing"},
        "evidence_grade": GRADES[1],
        **facts,
    }
    return SimpleNamespace(**sample)


def _event(starts_on: str, **facts: Any) -> SimpleNamespace:
    date = PartialDate.parse(starts_on)
    day = date.first_day if date.is_day else None
    return _case("2-1", starts_on=starts_on, day=day, areas=_all(CITY), **facts)


def _samples() -> dict[str, Any]:
    actor = {
        "display_name": "見本市国際交流協会",
        "url": "#cards",
        "actor_type": {"label": "市区町村の国際交流協会"},
        "bridging_role": {"label": "コーディネーター"},
        "contribution": "教室の運営と保護者への連絡（見本）",
    }
    return {
        "colours": ["indigo", "link", "bridge", "bridge-ink", "sun", "ground-sky", "line-firm"],
        "theme_codes": ["1", "2", "3", "4", "5", "x"],
        "icons": [
            *("search", "close", "filter", "place", "calendar", "people", "language", "status"),
            *("evidence", "bridge", "target", "money", "document", "clock", "quote", "tag"),
            *("case", "organisation", "region", "page", "info", "warning", "check", "copy"),
            *("link", "mail", "phone", "external", "feed", "arrow-right", "chevron-down"),
        ],
        "grades": GRADES,
        "themes": THEMES,
        "cases": [
            _case("2-1", reasons=["同じテーマ：教育機会の確保", "同じ地域：見本市"]),
            _case("3-1", evidence_grade=GRADES[0], ended="2021-03", is_stale=True),
            _case("x-16", content_language="en", title="A case in English only"),
            _case("4-2", summary="", title="とても長い題名" * 6, parts=["連携", "橋渡し"]),
        ],
        "organisation": {
            "url": "#cards",
            "title": "見本市国際交流協会",
            "content_language": "ja",
            "summary": "見本の団体です。",
            "actor_type": {"label": "市区町村の国際交流協会"},
            "areas": _all(CITY),
        },
        "platforms": [
            {
                "url": "#cards",
                "title": title,
                "content_language": "ja",
                "summary": "見本の説明です。",
                "kind": kind,
                "get_kind_display": label,
                "founded": 2023,
                "areas": _all(*[PREFECTURE] * areas),
            }
            for title, kind, label, areas in [
                ("見本県共生の未来実行委員会", "nanif-regional", "NANIF地域プラットフォーム", 1),
                ("見本協議会", "council", "協議会", 6),
            ]
        ],
        "events": [
            _event("2031-05-31", is_online=True),
            _event("2031-06-01", status="cancelled", get_status_display="中止", is_off=True),
            _event("2024-03-19", is_past=True, ends_on="2024-03-20", venue="見本会館"),
            _event("2019-11", is_past=True, status="planned"),
        ],
        "coverage": [
            _case("x-1", outlet={"label": "見本新聞"}, published_on=day, language=language)
            for day, language in [
                ("2024-05-07", {"code": "ja"}),
                ("", {"code": "en", "label": "英語"}),
            ]
        ],
        "chips": [
            {"facet": "地域", "label": "見本県", "remove_url": "#chips"},
            {"facet": "テーマ", "label": "教育機会の確保", "remove_url": "#chips"},
        ],
        "facet": {
            "name": "sample",
            "label": "テーマ",
            "is_open": True,
            "selected_count": 1,
            "values": [
                {
                    "code": "2",
                    "label": "生活支援",
                    "count": 37,
                    "selected": False,
                    "children": [
                        {"code": "2-1", "label": "教育機会の確保", "count": 30, "selected": True},
                        {"code": "2-7", "label": "感染症流行時における対応", "count": 0},
                    ],
                },
                {"code": "5", "label": "多文化共生施策の推進体制の整備", "count": 3},
            ],
        },
        "hit": {
            "url": "#hits",
            "title": "見本市の学校へ入る前の子どもの教室",
            "kind": "case",
            "kind_label": "事例",
            "language": "ja",
            "places": "見本県 見本市",
            "period": "2018年から継続",
            "themes": ["教育機会の確保"],
            "evidence": GRADES[2],
        },
        "list_page": Paginator(range(240), 20).page(5),
        "notices": ["info", "success", "warning", "error"],
        "confirmed": {
            "last_confirmed_at": datetime.date(2026, 10, 1),
            "last_confirmed_by": "見本市",
        },
        "stale": {"last_confirmed_at": datetime.date(2020, 10, 1), "is_stale": True},
        "unconfirmed": {"is_compiled": True},
        "sources": [
            {
                "title": "見本市多文化共生推進プラン",
                "publisher": "見本市",
                "url": "https://www.example.jp/" + "long-address/" * 8,
                "accessed": "2026-11",
                "note": "教室の目的と対象",
            },
            {"title": "冊子「教室の十年」", "publisher": "見本市国際交流協会", "accessed": "2026"},
        ],
        "citation": {
            "url": "https://www.example.jp/cases/sample/",
            "text": "「見本市の教室」（2026）NANIF。https://www.example.jp/cases/sample/",
            "bibtex": "@misc{nanif-sample,\n  title = {{見本市の教室}},\n  year = {2026},\n}",
        },
        "sections": [
            {"anchor": anchor, "title": anchor.capitalize()}
            for anchor in [
                *("colours", "type", "icons", "buttons", "search", "chips", "hits", "cards"),
                *("themes", "labels", "notices", "parts", "numbers", "pages"),
            ]
        ],
        "bars": [
            {"label": "見本県", "value": "1,200", "percent": 100},
            {"label": "例示県", "value": "300", "percent": 25},
        ],
        "page": {
            "title": "部品の見本",
            "bridging": "協会のコーディネーターが、学校と家庭の間に立った。（見本）",
            "bridging_roles": _all(
                {"code": "coordinator", "label": "コーディネーター", "note": "役割を調整する。"}
            ),
            "content_language": "ja",
        },
        "actors": {"bridge": [actor]},
        "actor_items": [actor, {"display_name": "見本市"}],
        "contact": {
            "contact_name": "見本市 多文化共生課",
            "contact_phone": "000-000-0000",
            "contact_email": "desk@example.jp",
            "contact_url": "https://www.example.jp/",
        },
    }


def _programme_samples() -> Section:
    """The components of programmes with sample data."""
    grants = [
        {
            "get_absolute_url": "#programmes",
            "heading": "見本の教室を広げる事業",
            "title": "見本の教室を広げる事業",
            "grantee_name": "見本市国際交流協会",
            "programme_page": {"name": "見本の助成事業"},
            "starts": "2021-05",
            "ends": "2022-02",
            "amount": amount,
        }
        for amount in (32_500_000, None)
    ]
    calls = [
        {
            "title": "見本の公募",
            "state": {"code": code, "label": label},
            "opens": "2026-11-01",
            "closes": "2026-12-25",
            "amount": "1団体1,000万円まで（見本）",
            "source_lines": ["https://www.example.jp/call"],
            "accessed": "2026-11",
        }
        for code, label in [("open", "募集中：締切まであと3日"), ("closed", "募集終了")]
    ]
    programme = {
        "url": "#programmes",
        "title": "見本の助成事業",
        "content_language": "ja",
        "summary": "見本の説明です。",
        "get_kind_display": "助成事業",
        "get_state_display": "終了",
        "started": "2021-04",
        "ended": "2022-02",
        "parts": ["連携"],
    }
    sums = [
        {"label": "見本県", "count": 2, "stated": 1, "amount": 32_500_000, "percent": 100},
        {"label": "記載なし", "count": 1, "stated": 0, "amount": 0, "percent": 0},
    ]
    return Section(
        name="programmes",
        title="Programmes",
        template="programmes/styleguide_section.html",
        context={
            "grants": grants,
            "calls": calls,
            "programme": programme,
            "sums": sums,
            "words": ["見本の助成", "見本の集計", "都道府県"],
        },
    )


def _chart_samples() -> Section:
    """The kinds of charts, with a value that is hidden and one that is missing."""
    bars = [("都道府県：70.4%", 70.4, 1), ("政令指定都市：非公表*", None, 2)]
    numbers = [("2024", 1_000), ("2025", 1_333), ("2026", 1_777)]
    years = [(year, value, f"{value:,}", f"{year}年：{value:,}人") for year, value in numbers]
    days = [(year, f"{year}年") for year, _value in numbers]
    return Section(
        name="figures",
        title="Figures",
        template="surveys/styleguide_section.html",
        context={
            "bars": bar_chart(
                "sample-bars",
                "横棒の見本",
                "棒は0から始まります。",
                [("多言語での情報提供（見本）", bars)],
                top=100,
                unit="%",
            ),
            "columns": column_chart(
                "sample-columns", "縦棒の見本", "0から始まります。", years, unit="人"
            ),
            "lines": line_chart(
                "sample-lines",
                "折れ線の見本",
                "0から始まります。",
                days,
                [
                    Series("見本市", [3.1, 3.4, 3.6], ["3.1%", "3.4%", "3.6%"]),
                    Series("見本町", [8.2, None, 8.9], ["8.2%", "記載なし", "8.9%"]),
                ],
                unit="%",
            ),
        },
    )


def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every component with sample data."""
    return render(
        request,
        "styleguide.html",
        {**_samples(), "contributed": [_programme_samples(), _chart_samples()]},
    )


urlpatterns = [path("", styleguide, name="styleguide")]
