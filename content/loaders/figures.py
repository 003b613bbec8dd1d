"""Figures of a case, each with its date and source, from a row of cases.jsonl in one language."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Mapping
from html import escape
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import override

from content.prose import Block, prose
from core.dates import PartialDate

__all__ = ["Figures", "date_and_remark"]

_PARTIAL_DATE = re.compile(r"\d{4}(-\d\d){0,2}")
# Dates within a text, which readers shall see as dates; what has its 年 is one already.
_WITHIN = re.compile(r"(?<!\d)\d{4}(?:-\d\d){0,2}(?![\d年])")


def _month(match: re.Match[str]) -> str:
    return calendar.month_name[int(match[1])]


# What the files write around dates that are not one date, and how English says it.
_ENGLISH: list[tuple[str, str | Callable[[re.Match[str]], str]]] = [
    (r"(\d{4})年度", r"fiscal \1"),
    (r"(\d{4})年", r"\1"),
    (r"(\d+)月(\d+)日（年は不明）", lambda m: f"{m[2]} {_month(m)}, year not known"),
    (r"(\d+)月（年は不明）", lambda m: f"{_month(m)}, year not known"),
    (r"ある年の(\d+)月のガイダンス", lambda m: f"at the guidance in {_month(m)} of one year"),
    (r"地域再生大賞の受賞時", "when the regional revitalisation award was given"),
    (r"第(\d+)期", r"term \1"),
    (r"(.+?)以降の累計", r"total since \1"),
    (r"累計", "in total"),
    (r"(.+?)以降", r"since \1"),
    (r"(.+?)(?:ごろ|頃)", r"about \1"),
    (r"\s*(?:から|→|〜|～)\s*", "–"),
    (r"／", ", "),
]


def date_and_remark(text: str | None, language: str) -> tuple[str, str]:
    """Part what the files say of when into a date as a field takes it, and words for the label.

    One of the two is empty; both are without a text. In English, wordings that `_ENGLISH` does not
    know stay Japanese.
    """
    if not text:
        return "", ""
    if _PARTIAL_DATE.fullmatch(text):
        return text, ""
    with override(language):
        text = _WITHIN.sub(lambda match: PartialDate.parse(match[0]).label(), text)
    if language == "en":
        for pattern, words in _ENGLISH:
            text = re.sub(pattern, words, text)
    return "", text


class Figures:
    """Reads the parts of a row that carry numbers, dates and sources of their own."""

    def __init__(self, values: Mapping[str, Any], language: str) -> None:
        """`values` is the row."""
        self._values = values
        self._language = language
        self._titles = {source["address"]: source.get("title") for source in values["sources"]}

    def _text(self, part: Mapping[str, Any], name: str) -> str:
        return str(part.get(f"{name}_{self._language}") or "")

    def address(self, source: str | None) -> str:
        """An address; nothing for `record`, the sources of the case as a whole."""
        return source if source and source.startswith(("http://", "https://")) else ""

    def sourced_prose(self, name: str) -> list[Block]:
        """A text, and below it where it was read, where that is more than the case's sources."""
        blocks = prose(self._text(self._values, name))
        address = self.address(self._values.get(f"{name}_source"))
        if blocks and address:
            title = self._titles.get(address) or urlsplit(address).hostname or address
            label = "出典：" if self._language == "ja" else "Source: "
            link = f'<a href="{escape(address)}">{escape(title)}</a>'
            blocks.append({"type": "paragraph", "value": f"<p>{label}{link}</p>"})
        return blocks

    def steps(self) -> list[dict[str, Any]]:
        """The steps as blocks; the year stands with the title."""
        steps = self._values.get("steps") or []
        return [{"type": "step", "value": self._step(step)} for step in steps]

    def _step(self, step: Mapping[str, Any]) -> dict[str, Any]:
        title, year = self._text(step, "title"), step.get("year")
        if year:
            title = f"{title}（{year}年）" if self._language == "ja" else f"{title} ({year})"
        return {
            "title": title,
            "phase": step.get("phase") or "",
            "what": self._text(step, "what"),
            "who": self._text(step, "who"),
            "enabling_factors": "",
            "lessons": "",
        }

    def cost(self) -> dict[str, Any]:
        """Sum, period, date, what it covers, and its source."""
        cost = self._values.get("cost") or {}
        return {
            "cost_total": cost.get("total_yen"),
            "cost_period": cost.get("period") or "",
            "cost_date": str(cost.get("year") or ""),
            "cost_is_approximate": bool(cost.get("is_about")),
            "cost_note": self._text(cost, "note"),
            "cost_source": self.address(cost.get("source")),
        }

    def reached(self) -> dict[str, Any]:
        """How many people were to be reached and were, counted in what, when, and the source."""
        reached = self._values.get("reached") or {}
        date, remark = date_and_remark(reached.get("date"), self._language)
        return {
            "reached_planned": reached.get("planned"),
            "reached_actual": reached.get("actual"),
            "reached_unit": self._with_remark(self._text(reached, "unit"), remark),
            "reached_date": date,
            "reached_source": self.address(reached.get("source")),
        }

    def contact(self) -> dict[str, str]:
        """The desk of the body in charge."""
        contact = self._values.get("contact") or {}
        return {
            "contact_name": self._text(contact, "name"),
            "contact_phone": contact.get("phone") or "",
            "contact_url": contact.get("url") or "",
        }

    def results(self) -> list[dict[str, str]]:
        """Rows of results in numbers."""
        return [self._result(row) for row in self._values.get("result_rows") or []]

    def _result(self, row: Mapping[str, Any]) -> dict[str, str]:
        date, remark = date_and_remark(row.get("date"), self._language)
        return {
            "indicator": self._with_remark(self._text(row, "indicator"), remark),
            "before": _grouped(row["before"]),
            "after": _grouped(row["after"]),
            "unit": self._text(row, "unit"),
            "date": date,
            "source": str(self._titles.get(row["source"]) or self.address(row["source"])),
        }

    def _with_remark(self, text: str, remark: str) -> str:
        if not remark:
            return text
        return f"{text}（{remark}）" if self._language == "ja" else f"{text} ({remark})"


def _grouped(number: float | None) -> str:
    """A number with a comma every three digits; empty for none."""
    return "" if number is None else f"{number:,}"
