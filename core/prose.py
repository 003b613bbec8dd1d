"""StreamField prose as plain text, for search documents and exports."""

from __future__ import annotations

import html
import re
from typing import Any

TAG = re.compile(r"<[^<>]+>")


def plain_text(value: Any) -> str:
    """All words of a StreamField value, one block a line, without markup."""
    if not value:
        return ""
    return "\n".join(text for block in value for text in _texts(block.value))


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if hasattr(value, "source"):
        return [html.unescape(TAG.sub(" ", value.source)).strip()]
    if hasattr(value, "items"):
        return [text for part in value.values() for text in _texts(part)]
    return []
