"""Amounts and sources as readers expect them."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from django import template
from django.utils.translation import get_language

register = template.Library()

_LONGEST = 60


@register.filter
def yen(amount: int | None) -> str:
    """Whole yen: 1億5,000万円 and 3,250万円 in Japanese, ¥32,500,000 otherwise; "" for None."""
    if amount is None:
        return ""
    if (get_language() or "ja").startswith("ja"):
        if amount and amount % 10_000 == 0:
            large, small = divmod(amount // 10_000, 10_000)
            return (f"{large:,}億" if large else "") + (f"{small:,}万" if small else "") + "円"
        return f"{amount:,}円"
    return f"¥{amount:,}"


@register.filter
def awarded(row: dict[str, int]) -> str:
    """The sum of a group of grants in words; nothing where none has an amount."""
    return yen(row["amount"]) if row["stated"] else ""


@register.filter
def address_name(line: str) -> str:
    """A web address as a short name for its link: host and path; other text as it is."""
    parts = urlsplit(line)
    if parts.scheme not in {"http", "https"}:
        return line
    name = parts.netloc.removeprefix("www.") + unquote(parts.path).rstrip("/")
    if parts.query:
        name += f"?{parts.query}"
    return name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…"


@register.filter
def is_address(line: str) -> bool:
    """Whether a source is a web address."""
    return line.startswith(("http://", "https://"))
