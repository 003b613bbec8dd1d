"""The shipped content speaks as the network's own: what is not known is an internal note."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

DATA = settings.BASE_DIR / "content" / "data"
# Told to curators alone.
INTERNAL = {"internal_note", "held_back", "confidence", "lead_basis", "read"}
# How somebody outside speaks who read copies and excerpts.
OUTSIDE = re.compile(
    "確認できて|確認できない|未確認|分からない。$|読めな[いか]った|の写し|写しで|写しの|抜粋|二次情報|公開資料では"
    r"|could not be confirmed|not confirmed|not readable|could not be read|public cop(?:y|ies)"
    "|保存ページ|食いちがう|欠けている可能性"
    r"|second-hand|by inference|excerpts? read|the copy does|pages differ"
)
# Where such a word is about something else.
MEANT = {
    "「実施団体には未確認」と表示",
    "避難所の漢字の案内も読めないという声",
    "whose enrolment could not be confirmed",
}


def texts(value: Any, where: str = "") -> Iterator[tuple[str, str]]:
    """All texts for the public, each with its place."""
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, dict):
        for key, part in value.items():
            if key not in INTERNAL and not key.endswith("_source") and key != "source":
                yield from texts(part, f"{where}.{key}")
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from texts(part, f"{where}.{number}")


def read(path: Path) -> Iterator[tuple[str, str]]:
    if path.suffix == ".json":
        yield from texts(json.loads(path.read_text("utf-8")), path.name)
    elif path.suffix == ".jsonl":
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            name = row.get("slug") or row.get("identifier") or row.get("code") or ""
            yield from texts(row, f"{path.name} {name}")
    else:
        yield path.name, path.read_text("utf-8")


@pytest.mark.parametrize(
    "path",
    [*sorted(DATA.glob("*.json*")), *sorted(DATA.glob("pages/*"))],
    ids=lambda path: str(path.relative_to(DATA)),
)
def test_nothing_public_speaks_of_copies_excerpts_or_what_is_not_known(path: Path) -> None:
    found = []
    for where, text in read(path):
        for meant in MEANT:
            text = text.replace(meant, "")
        found += [f"{where}: …{text[max(0, m.start() - 20) : m.end() + 10]}…"
                  for m in OUTSIDE.finditer(text)]  # fmt: skip
    assert not found, "\n".join(found)
