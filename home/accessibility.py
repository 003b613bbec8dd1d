"""What the checks of accessibility found, by success criterion of JIS X 8341-3:2016.

The criteria of that standard are those of WCAG 2.0. Programs find a part of what each asks for, so
nothing here says that a criterion is met.
"""

from __future__ import annotations

import datetime
import functools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

__all__ = ["Criterion", "results"]

_RESULT = Path(__file__).with_name("data") / "accessibility.json"

# Number, level, and what the Japanese standard and WCAG 2.0 call it.
_CRITERIA = """
1.1.1 A 非テキストコンテンツ / Non-text content
1.2.1 A 音声だけ及び映像だけ（収録済み） / Audio-only and video-only (prerecorded)
1.2.2 A キャプション（収録済み） / Captions (prerecorded)
1.2.3 A 音声解説又はメディアに対する代替コンテンツ（収録済み） / Audio description or media alternative (prerecorded)
1.2.4 AA キャプション（ライブ） / Captions (live)
1.2.5 AA 音声解説（収録済み） / Audio description (prerecorded)
1.3.1 A 情報及び関係性 / Info and relationships
1.3.2 A 意味のある順序 / Meaningful sequence
1.3.3 A 感覚的な特徴 / Sensory characteristics
1.4.1 A 色の使用 / Use of color
1.4.2 A 音声の制御 / Audio control
1.4.3 AA コントラスト（最低限レベル） / Contrast (minimum)
1.4.4 AA テキストのサイズ変更 / Resize text
1.4.5 AA 文字画像 / Images of text
2.1.1 A キーボード / Keyboard
2.1.2 A キーボードトラップなし / No keyboard trap
2.2.1 A タイミング調整可能 / Timing adjustable
2.2.2 A 一時停止、停止及び非表示 / Pause, stop, hide
2.3.1 A 3回のせん（閃）光、又はしきい（閾）値以下 / Three flashes or below threshold
2.4.1 A ブロックスキップ / Bypass blocks
2.4.2 A ページタイトル / Page titled
2.4.3 A フォーカス順序 / Focus order
2.4.4 A リンクの目的（コンテキスト内） / Link purpose (in context)
2.4.5 AA 複数の手段 / Multiple ways
2.4.6 AA 見出し及びラベル / Headings and labels
2.4.7 AA フォーカスの可視化 / Focus visible
3.1.1 A ページの言語 / Language of page
3.1.2 AA 一部分の言語 / Language of parts
3.2.1 A フォーカス時 / On focus
3.2.2 A 入力時 / On input
3.2.3 AA 一貫したナビゲーション / Consistent navigation
3.2.4 AA 一貫した識別性 / Consistent identification
3.3.1 A エラーの特定 / Error identification
3.3.2 A ラベル又は説明 / Labels or instructions
3.3.3 AA エラー修正の提案 / Error suggestion
3.3.4 AA エラー回避（法的、金融及びデータ） / Error prevention (legal, financial, data)
4.1.1 A 構文解析 / Parsing
4.1.2 A 名前（name）、役割（role）及び値（value） / Name, role, value
"""  # noqa: E501


@dataclass(frozen=True)
class Criterion:
    """A success criterion, and what was looked at.

    Attributes:
        by_tool: what axe found, in a few words; empty where it has no rule for it.
        by_tests: which tests of the site try a part of it; empty where none does.
    """

    number: str
    level: str
    name: str
    by_tool: str
    by_tests: str


@functools.cache
def _result() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_RESULT.read_text("utf-8"))
    return found


def results(language: str) -> dict[str, Any]:
    """When and with what pages were checked, and every criterion with what was found."""
    found = _result()
    tests = _tests()
    return {
        "day": datetime.date.fromisoformat(found["day"]),
        "tool": found["tool"],
        "browser": found["browser"],
        "checks": found["checks"],
        "pages": found["pages"],
        "widths": _(", ").join(f"{width} px" for width in found["widths"]),
        "criteria": [
            Criterion(number, level, name, _by_tool(found, number), tests.get(number, ""))
            for number, level, name in _criteria(language)
        ],
    }


def _criteria(language: str) -> list[tuple[str, str, str]]:
    rows = []
    for line in _CRITERIA.strip().splitlines():
        number, level, names = line.split(" ", 2)
        japanese, english = names.split(" / ")
        rows.append((number, level, japanese if language == "ja" else english))
    return rows


def _by_tool(found: dict[str, Any], number: str) -> str:
    outcome = found["criteria"].get(number)
    if outcome is None:
        return ""
    values = {"rules": len(outcome["rules"]), "pages": outcome["violations"]}
    if outcome["violations"]:
        return _("Problems found; pages: %(pages)s, rules: %(rules)s") % values
    return _("No problem found; rules: %(rules)s") % values


def _tests() -> dict[str, str]:
    """By criterion the site's own tests, which run before every release."""
    keyboard = _("Journeys with the keyboard alone")
    return {
        "1.4.1": _("Charts in forced colours"),
        "1.4.4": _("Every kind of page at 320 px, which is 400 % of 1280 px"),
        "2.1.1": keyboard,
        "2.1.2": keyboard,
        "2.4.3": keyboard,
        "3.2.2": _("Choosing a filter moves nothing"),
        "3.3.1": _("Forms with mistakes: each is named at its field"),
        "3.3.3": _("Forms with mistakes: each is named at its field"),
        "3.3.4": _("Proposals can be changed and withdrawn"),
        "4.1.1": _("Every kind of page is valid HTML"),
    }
