"""schema.org descriptions as JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

__all__ = ["json_ld"]


def json_ld(data: Mapping[str, Any]) -> str:
    """JSON that may stand in a script element: no value can close it or begin a comment."""
    text = json.dumps(data, ensure_ascii=False)
    return text.replace("<", "\\u003c").replace("&", "\\u0026")
