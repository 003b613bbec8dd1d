"""No shipped record rests on a source that is none: boards, caches, proxies, raw addresses."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings

from upkeep.rules.sources import why_unfit

DATA = settings.BASE_DIR / "content" / "data"
# Read by curators alone.
INTERNAL = {"internal_note", "held_back", "lead_basis", "read"}
# JCIE's own report of 2014, of which no other copy is known.
OWN_REPORT = "https://123deta.com/document/y96jopjy-"


def accepted() -> tuple[str, ...]:
    """How addresses begin that curators have accepted, with their reasons."""
    with (DATA / "accepted_findings.csv").open(encoding="utf-8", newline="") as file:
        return tuple(row["words"] for row in csv.DictReader(file) if row["rule"] == "unfit-source")


def addresses(value: Any) -> Iterator[str]:
    """All web addresses of a record that the public may see."""
    if isinstance(value, str):
        if value.startswith(("http://", "https://")):
            yield value
    elif isinstance(value, dict):
        if not value.get("held_back"):
            for key, part in value.items():
                if key not in INTERNAL:
                    yield from addresses(part)
    elif isinstance(value, list):
        for part in value:
            yield from addresses(part)


@pytest.mark.parametrize("name", sorted(path.name for path in DATA.glob("*.jsonl")))
def test_sources_are_fit(name: str) -> None:
    records = [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines() if line]
    unfit = [each for record in records for each in addresses(record) if why_unfit(each)]
    assert [each for each in unfit if not each.startswith((OWN_REPORT, *accepted()))] == []
