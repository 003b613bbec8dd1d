"""Vocabularies and places for sheets, on the small site with two regions."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from regions.models import Area
from taxonomy.models import ActorType, CaseStatus, EvidenceGrade, Theme
from tests.users.conftest import Network
from tests.users.conftest import network as network  # the small site itself

HEAD = [
    "管理番号", "事例の題名", "概要", "provenance", "実施場所", "actors", "テーマ", "started",
    "ended", "status", "evidence_grade", "cost_total", "cost_period", "contact_email",
    "contact_url",
    "sources", "last_confirmed_at", "hide_exact_location", "language", "context", "staff",
]  # fmt: skip


def line(number: int, **cells: str) -> list[str]:
    """One right row for Tokyo; what is wrong is named by code names of columns."""
    right = {
        "管理番号": "", "事例の題名": f"事例{number:03}", "概要": f"{number}番目の概要。",
        "provenance": "", "実施場所": "13104 新宿区", "actors": "lead | | 新宿の会 | npo",
        "テーマ": "1-1；2-3", "started": "令和5年4月", "ended": "", "status": "続いている",
        "evidence_grade": "Ｄ", "cost_total": "１２万円", "cost_period": "年額",
        "contact_email": "", "contact_url": "",
        "sources": "source | 報告書 | 区 | https://example.org/ | 2026-11",
        "last_confirmed_at": "R7.4.1", "hide_exact_location": "", "language": "",
        "context": "背景。\n\n- 一\n- 二", "staff": "",
    }  # fmt: skip
    return [(right | cells)[name] for name in HEAD]


def sheet(lines: list[list[str]], encoding: str = "utf-8-sig") -> bytes:
    """Lines below the headings as a CSV file."""
    text = io.StringIO()
    csv.writer(text).writerows([HEAD, *lines])
    return text.getvalue().encode(encoding)


def upload(client: Client, content: bytes, name: str = "cases") -> Any:
    """Send a file; the answer is the preview, or the form with what is wrong."""
    file = SimpleUploadedFile("表.csv", content)
    return client.post(f"/admin/sheets/{name}/", {"file": file}, follow=True)


@pytest.fixture
def words(network: Network) -> None:
    """A few terms and places."""
    for model, terms in {
        Theme: [("1-1", "情報"), ("2-3", "就労"), ("3-1", "医療"), ("4-1", "防災")],
        CaseStatus: [("continuing", "続いている"), ("ended", "終わった")],
        EvidenceGrade: [("A", "外部評価"), ("D", "記述のみ")],
        ActorType: [("npo", "NPO"), ("gov-muni", "市区町村")],
    }.items():
        for order, (code, label) in enumerate(terms):
            model.objects.create(code=code, label_ja=label, label_en=code, order=order)
    kochi = Area.objects.create(code="39", kind="prefecture", name_ja="高知県", name_en="Kochi")
    tokyo, aichi = Area.objects.get(code="13"), Area.objects.get(code="23")
    for code, name, parent in [
        ("131041", "新宿区", tokyo), ("132063", "府中市", tokyo), ("231002", "名古屋市", aichi),
        ("232068", "府中市", aichi), ("392014", "高知市", kochi),
    ]:  # fmt: skip
        Area.objects.create(code=code, kind="city", name_ja=name, name_en=code, parent=parent)


@pytest.fixture
def client_of_role(network: Network, words: None) -> Callable[[str], Client]:
    """A client of a role that asks for Japanese."""

    def sign_in(who: str) -> Client:
        client = network.client(who)
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "ja"
        return client

    return sign_in
