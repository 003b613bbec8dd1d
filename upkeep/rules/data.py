"""What rules go by, from a file that people can read and change: content-rules.toml."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

__all__ = ["rule_data"]

_FILE = Path(__file__).resolve().parent.parent / "data" / "content-rules.toml"


@lru_cache(maxsize=1)
def rule_data() -> dict[str, Any]:
    """The tables of the file, read once."""
    return tomllib.loads(_FILE.read_text("utf-8"))
