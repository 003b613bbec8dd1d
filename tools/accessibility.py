"""What the checks of accessibility found, by success criterion, for the page that tells of it.

Usage: make accessibility, which runs the browser tests that look at one page of each kind and then
this: it reads what axe said of each page and writes `home/data/accessibility.json`.
"""

from __future__ import annotations

import datetime
import json
import re
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from tools.browsing import ROOT

RESULT = ROOT / "home" / "data" / "accessibility.json"
_CRITERION = re.compile(r"wcag(\d)(\d)(\d{1,2})")


def summary(lines: list[dict[str, Any]], day: datetime.date) -> dict[str, Any]:
    """Numbers of pages, and by criterion the rules that looked at something and what they found."""
    rules: dict[str, set[str]] = defaultdict(set)
    violations: dict[str, set[str]] = defaultdict(set)
    undecided: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        for outcome, found in (
            ("passes", None), ("violations", violations), ("incomplete", undecided),
        ):  # fmt: skip
            for rule, tags in line[outcome].items():
                for tag in tags:
                    if match := _CRITERION.fullmatch(tag):
                        criterion = ".".join(match.groups())
                        rules[criterion].add(rule)
                        if found is not None:
                            found[criterion].add(line["path"])
    return {
        "day": day.isoformat(),
        "tool": f"{lines[0]['tool']['name']} {lines[0]['tool']['version']}",
        "browser": f"Chromium {lines[0]['browser']}",
        "checks": len(lines),
        "pages": len({line["path"] for line in lines}),
        "languages": sorted({line["language"] for line in lines}),
        "widths": sorted({line["width"] for line in lines}),
        "criteria": {
            criterion: {
                "rules": sorted(rules[criterion]),
                "violations": len(violations[criterion]),
                "undecided": len(undecided[criterion]),
            }
            for criterion in sorted(rules, key=lambda name: list(map(int, name.split("."))))
        },
    }


def main() -> None:
    """Read the record named on the command line, and write the result."""
    record = Path(sys.argv[1])
    lines = [json.loads(line) for line in record.read_text("utf-8").splitlines()]
    if not lines:
        sys.exit(f"{record} is empty: no page was checked.")
    result = summary(lines, datetime.datetime.now(tz=datetime.UTC).date())
    RESULT.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(f"{result['pages']} pages in {result['checks']} checks: {RESULT.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
